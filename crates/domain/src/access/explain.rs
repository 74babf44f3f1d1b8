//! Why a button is shown, hidden or refused (`LIST-7`). Pages, API and use cases all ask here.

use crate::access::UserManager;
use crate::channel::Placement;
use crate::person::Person;

/// What a User Manager may want to do with a row (`LIST-4`).
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
}

/// Why not, and so what to do next.
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
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 5] = [Self::Reinvite, Self::Correct, Self::Withdraw, Self::Unlock, Self::EndSessions];
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
        }
    }
}

/// Whether this manager may do this to this person.
///
/// # Errors
///
/// [`WhyNot`] is the reason why not.
pub fn explain(who: &UserManager, person: &Person, action: Action) -> Result<(), WhyNot> {
    if person.practice != who.practice().id {
        return Err(WhyNot::NotHere);
    }
    match action {
        Action::Reinvite | Action::Correct | Action::Withdraw if person.is_registered() => Err(WhyNot::Registered),
        Action::Reinvite | Action::Correct | Action::Withdraw => Ok(()),
        Action::Unlock | Action::EndSessions if !person.is_registered() => Err(WhyNot::NotRegistered),
        Action::Unlock | Action::EndSessions if person.placement == Placement::Outside => Err(WhyNot::Elsewhere),
        Action::Unlock if !person.locked => Err(WhyNot::NotLocked),
        Action::Unlock | Action::EndSessions => Ok(()),
    }
}
