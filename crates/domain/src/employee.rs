//! A person in a practice's staff list, with or without a user account; never deleted (`EMP-1`).

use crate::member::Role;
use crate::value::{
    AccountId, Email, EmployeeId, MemberId, PasswordLinkId, PersonName, Phone, PracticeId, Time, Version, fold,
};

/// A person in a practice's staff list. Everybody who joins as doctor or staff stands in it, too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employee {
    /// Its identity.
    pub id: EmployeeId,
    /// Counts its changes.
    pub version: Version,
    /// Where.
    pub practice: PracticeId,
    /// The person's name; at least one part of it.
    pub name: PersonName,
    /// Employed, or working for the practice otherwise.
    pub employment: Employment,
    /// Only an active employee can have a user account that works.
    pub active: bool,
    /// The user account.
    pub login: Login,
    /// Since when they stand in the list.
    pub added_at: Time,
}

/// How somebody works for a practice (`EMP-1`, `EMP-2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Employment {
    /// On its payroll.
    Employed,
    /// A consultant, an accountant, somebody remote.
    Consultant {
        /// From this moment on their user account does not work; for good without one.
        until: Option<Time>,
    },
}

/// An employee's user account (`EMP-2`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// They have none.
    None,
    /// The setup link was sent.
    Pending(Pending),
    /// They have one, which works while the member does.
    Member {
        /// Their place in the practice.
        member: MemberId,
        /// As whom they sign in.
        account: AccountId,
    },
}

/// What an administrator entered for a user account that nobody has set up yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Where the setup link goes.
    pub email: Email,
    /// Where the code word goes.
    pub cell: Phone,
    /// The role that the member begins with.
    pub role: Role,
    /// When the account was asked for.
    pub since: Time,
}

/// An employee without a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("enter a name")]
pub struct NoName;

/// `EMP-2`: only active employees can have a user account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this employee is not active; only active employees can have an account")]
pub struct InactiveEmployee;

impl Employee {
    /// Somebody new in the list.
    ///
    /// # Errors
    ///
    /// [`NoName`] when both parts of the name are empty.
    pub fn add(
        id: EmployeeId,
        practice: PracticeId,
        name: PersonName,
        employment: Employment,
        active: bool,
        at: Time,
    ) -> Result<Self, NoName> {
        let version = Version::default();
        let employee = Self { id, version, practice, name, employment, active, login: Login::None, added_at: at };
        if employee.name.is_empty() { Err(NoName) } else { Ok(employee) }
    }

    /// Somebody who joined the practice on another way than through the list. Here the name may be unknown.
    #[must_use]
    pub fn joined(member: MemberId, account: AccountId, practice: PracticeId, name: PersonName, at: Time) -> Self {
        Self {
            id: EmployeeId(member.0),
            version: Version::default(),
            practice,
            name,
            employment: Employment::Employed,
            active: true,
            login: Login::Member { member, account },
            added_at: at,
        }
    }

    /// Another name, or another sort of work.
    ///
    /// # Errors
    ///
    /// [`NoName`] when both parts of the name are empty.
    pub fn change(self, name: PersonName, employment: Employment) -> Result<Self, NoName> {
        if name.is_empty() { Err(NoName) } else { Ok(Self { name, employment, ..self }) }
    }

    /// Takes them out of use (`EMP-3`). A setup that was not finished is forgotten; an account's place stays known.
    #[must_use]
    pub fn deactivate(self) -> Self {
        Self { active: false, ..self.forget_setup() }
    }

    /// Puts them back to use. Their user account is for an administrator to activate anew.
    #[must_use]
    pub fn reactivate(self) -> Self {
        Self { active: true, ..self }
    }

    /// A user account is asked for (`EMP-2`).
    ///
    /// # Errors
    ///
    /// [`InactiveEmployee`] when they are not active.
    pub fn ask(self, pending: Pending) -> Result<Self, InactiveEmployee> {
        if self.active { Ok(Self { login: Login::Pending(pending), ..self }) } else { Err(InactiveEmployee) }
    }

    /// They have an account and a place now.
    #[must_use]
    pub fn sign_up(self, member: MemberId, account: AccountId) -> Self {
        Self { login: Login::Member { member, account }, ..self }
    }

    /// A setup that was not finished is forgotten.
    #[must_use]
    pub fn forget_setup(self) -> Self {
        match self.login {
            Login::Pending(_) => Self { login: Login::None, ..self },
            Login::None | Login::Member { .. } => self,
        }
    }

    /// The link that sets their account up, whether or not it was ever sent.
    #[must_use]
    pub fn setup_link(&self) -> PasswordLinkId {
        PasswordLinkId(self.id.0)
    }

    /// What lists of employees are sorted by: last name, then first name, folded. Ties sort by id.
    #[must_use]
    pub fn name_key(&self) -> String {
        format!("{}\u{1}{}", fold(self.name.last()), fold(self.name.first()))
    }
}

impl Employment {
    /// When it ends, where that is known.
    #[must_use]
    pub fn until(self) -> Option<Time> {
        match self {
            Self::Employed => None,
            Self::Consultant { until } => until,
        }
    }
}
