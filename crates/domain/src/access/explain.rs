//! Why a button is shown, hidden or refused (`LIST-7`). Pages, API and use cases all ask here.

use crate::access::{UserManager, Whom, WhyNot, may};
use crate::person::Person;

/// What somebody may want to do with a person: a row of Manage Account (`LIST-4`) or of User Accounts (`EMP-2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Send the invitation again (`INV-6`).
    Reinvite,
    /// Change address, names or numbers (`INV-7`).
    Correct,
    /// Take the invitation back (`INV-9`).
    Withdraw,
    /// Open a lock (`LOCK-2`).
    Unlock,
    /// See and end their sessions in the practice (`SESS-1`).
    EndSessions,
    /// Open the row (`LIST-4`, `LIST-8`).
    Edit,
    /// Buy them a plan (`BILL-2`, `BILL-7`).
    Buy,
    /// Cancel their plan (`BILL-8`).
    CancelPlan,
    /// Give an employee a user account (`EMP-2`).
    SetUp,
    /// Send a link that sets a new password (`EMP-4`).
    ResetPassword,
    /// Forget their second factor (`SESS-3`).
    ResetSecondFactor,
    /// Shut them out (`EMP-3`).
    Deactivate,
    /// Let them in again (`EMP-1`).
    Reactivate,
    /// Give them another role, other than Owner (`ROLE-2`).
    AssignRole,
    /// Make them Owner (`ROLE-2`).
    MakeOwner,
    /// Make them User Manager (`PRA-3`).
    GrantUserManager,
    /// Take that from them (`PRA-3`).
    RevokeUserManager,
}

/// What somebody may want to do that concerns no single person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Affair {
    /// See one's own profile, password and sessions (section 11).
    KeepProfile,
    /// See Manage Account (`LIST-1`).
    OpenManageAccount,
    /// See employees and user accounts (`EMP-1`, `EMP-2`).
    OpenUserAccounts,
    /// Add an employee (`EMP-1`).
    AddEmployee,
    /// Edit, copy and remove roles (`ROLE-1`).
    EditRoles,
    /// Show the code word (`CODE-1`).
    ShowCodeWord,
    /// Rotate the code word (`CODE-1`).
    RotateCodeWord,
    /// Set the 2-step switches (`LIST-9`).
    SetTwoStep,
    /// Change the security policy (`PRA-6`).
    ChangePolicy,
    /// Export people (section 12).
    Export,
    /// Read the audit log (section 13).
    ReadAudit,
    /// Invite somebody through SecureMail (`INV-2`).
    Invite,
    /// Put a card on file, or another one (`BILL-7`).
    KeepCard,
    /// See invoices (`BILL-9`).
    SeeInvoices,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 17] = [
        Self::Reinvite,
        Self::Correct,
        Self::Withdraw,
        Self::Unlock,
        Self::EndSessions,
        Self::Edit,
        Self::Buy,
        Self::CancelPlan,
        Self::SetUp,
        Self::ResetPassword,
        Self::ResetSecondFactor,
        Self::Deactivate,
        Self::Reactivate,
        Self::AssignRole,
        Self::MakeOwner,
        Self::GrantUserManager,
        Self::RevokeUserManager,
    ];

    /// Those that a row of Manage Account alone decides, and [`explain`] answers.
    pub const OF_A_ROW: [Self; 5] = [Self::Reinvite, Self::Correct, Self::Withdraw, Self::Unlock, Self::EndSessions];
}

impl Affair {
    /// Every affair.
    pub const ALL: [Self; 14] = [
        Self::KeepProfile,
        Self::OpenManageAccount,
        Self::OpenUserAccounts,
        Self::AddEmployee,
        Self::EditRoles,
        Self::ShowCodeWord,
        Self::RotateCodeWord,
        Self::SetTwoStep,
        Self::ChangePolicy,
        Self::Export,
        Self::ReadAudit,
        Self::Invite,
        Self::KeepCard,
        Self::SeeInvoices,
    ];
}

/// Whether this manager may do this to the person of this row. For actions that ask for more than a row holds, like a card or a
/// role, or whether the person is the manager, ask [`may`] with all that is known: here those things count as missing.
///
/// # Errors
///
/// [`WhyNot`] is the reason why not.
pub fn explain(who: &UserManager, person: &Person, action: Action) -> Result<(), WhyNot> {
    may(&who.person().asking(false), &Whom::of(person, who.practice().id), action)
}
