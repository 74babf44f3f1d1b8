use crate::role::Permission;

/// Why not, and so what to do next (`LIST-7`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum WhyNot {
    /// The row belongs to another practice; whether it exists is not told.
    #[error("we cannot find that person")]
    NotHere,
    /// The person has registered: only they can change their data, their address above all (`LIST-8`).
    #[error("this person has registered")]
    Registered,
    /// The person has not registered yet.
    #[error("this person has not registered yet")]
    NotRegistered,
    /// Nothing is locked.
    #[error("this person is not locked")]
    NotLocked,
    /// The person belongs to another practice.
    #[error("this person belongs to another practice")]
    Elsewhere,
    /// Nobody is signed in.
    #[error("sign in first")]
    NotSignedIn,
    /// Only people do this.
    #[error("a product cannot do this")]
    Product,
    /// Support cannot do this for anybody.
    #[error("support cannot do this")]
    Support,
    /// Only support can.
    #[error("only support can do this")]
    SupportOnly,
    /// Support must say why.
    #[error("give a reason")]
    NoReason,
    /// Only a User Manager may (`LIST-1`).
    #[error("only a User Manager can do this")]
    NotUserManager,
    /// Only an Owner may (`ROLE-2`).
    #[error("only an Owner can do this")]
    NotOwner,
    /// The role lacks a permission (`ROLE-1`).
    #[error("your role does not let you do this: {}", .0.name())]
    Lacks(Permission),
    /// Whoever it is about may do more (`ROLE-2`).
    #[error("this person may do more than you")]
    Above,
    /// Only doctors and staff do this.
    #[error("only doctors and staff can do this")]
    NotStaff,
    /// The password was given too long ago (`SESS-2`).
    #[error("enter your password again to go on")]
    NotFresh,
    /// It is about a patient (`BILL-2`).
    #[error("this person is a patient")]
    Patient,
    /// An employee without a user account (`EMP-2`).
    #[error("this person has no user account")]
    NoAccount,
    /// An invitation is on its way.
    #[error("this person has been invited")]
    Invited,
    /// The person was shut out (`EMP-3`).
    #[error("this person is deactivated")]
    Deactivated,
    /// The person was never shut out.
    #[error("this person is active")]
    Active,
    /// The person is Owner already.
    #[error("this person is an Owner")]
    Owner,
    /// The practice needs at least one Owner (`ROLE-2`).
    #[error("the practice needs at least one Owner")]
    LastOwner,
    /// The practice needs at least one User Manager (`PRA-3`).
    #[error("the practice needs at least one User Manager")]
    LastUserManager,
    /// The asker has no card (`BILL-2`).
    #[error("you have no card on file")]
    NoCard,
    /// The asker has not paid for SecureMail (`INV-2`).
    #[error("inviting through SecureMail needs a paid tier")]
    NotPaid,
    /// The best of everything is bought (`BILL-2`).
    #[error("this person is annual with the annual plugin; there are no additional plans")]
    NoMorePlans,
    /// Nothing was bought.
    #[error("this person has no plan")]
    NoPlan,
    /// Somebody else pays (`BILL-8`).
    #[error("somebody else pays for this plan")]
    NotPayer,
}

impl WhyNot {
    /// The stable code, for the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotHere => "not-found",
            Self::Registered => "already-registered",
            Self::NotRegistered => "not-registered",
            Self::NotLocked => "not-locked",
            Self::Elsewhere => "other-practice",
            Self::NotSignedIn => "not-signed-in",
            Self::Product => "not-for-products",
            Self::Support => "not-for-support",
            Self::SupportOnly => "support-only",
            Self::NoReason => "reason-required",
            Self::NotUserManager => "not-user-manager",
            Self::NotOwner => "not-owner",
            Self::Lacks(_) => "not-permitted",
            Self::Above => "above-you",
            Self::NotStaff => "not-staff",
            Self::NotFresh => "reauth-required",
            Self::Patient => "patient",
            Self::NoAccount => "no-user-account",
            Self::Invited => "already-invited",
            Self::Deactivated => "deactivated",
            Self::Active => "already-active",
            Self::Owner => "already-owner",
            Self::LastOwner => "last-owner",
            Self::LastUserManager => "last-user-manager",
            Self::NoCard => "no-card-on-file",
            Self::NotPaid => "tier-not-paid",
            Self::NoMorePlans => "no-additional-plans",
            Self::NoPlan => "no-plan",
            Self::NotPayer => "not-payer",
        }
    }

    /// What to do next.
    #[must_use]
    pub fn next(self) -> &'static str {
        match self {
            Self::NotHere => "Look for the person in your list again.",
            Self::Registered => "Only they can change their data: ask them to do so in their profile.",
            Self::NotRegistered => "Send the invitation again, or wait until they have registered.",
            Self::NotLocked => "There is nothing to do: they can sign in.",
            Self::Elsewhere => "Ask a User Manager of their practice.",
            Self::NotSignedIn => "Sign in.",
            Self::Product => "Do this in the portal.",
            Self::Support => "Ask a User Manager or an Owner of the practice.",
            Self::SupportOnly => "Call support.",
            Self::NoReason => "Say why; the practice is told.",
            Self::NotUserManager => "Ask a User Manager in your practice.",
            Self::NotOwner => "Ask an Owner in your practice.",
            Self::Lacks(_) => "Ask an Owner in your practice to do this, or to let your role do it.",
            Self::Above => "Ask somebody in your practice whose role may do as much as theirs.",
            Self::NotStaff => "Ask your practice.",
            Self::NotFresh => "Enter your password again.",
            Self::Patient => "This is for doctors and staff only.",
            Self::NoAccount => "Give them a user account first.",
            Self::Invited => "Send the invitation again instead.",
            Self::Deactivated => "Activate them first.",
            Self::Active => "There is nothing to do: they are active.",
            Self::Owner => "There is nothing to do.",
            Self::LastOwner => "Make somebody else Owner first.",
            Self::LastUserManager => "Ask support to make somebody else User Manager first.",
            Self::NoCard => "Put a card on file in your profile first.",
            Self::NotPaid => "Buy SecureMail in your profile first.",
            Self::NoMorePlans => "There is nothing more to buy.",
            Self::NoPlan => "Buy a plan first.",
            Self::NotPayer => "Ask whoever pays for it.",
        }
    }
}
