use crate::access::{Denied, Fresh, SignedIn};
use crate::fact::{Entry, Fact};
use crate::member::Role;
use crate::practice::Practice;
use crate::value::Time;

/// An Owner of the practice that they work in now: who decides on its policy (`PRA-6`).
#[derive(Debug, Clone)]
pub struct Owner {
    person: SignedIn,
    practice: Practice,
}

impl Owner {
    /// Proves that the person is an Owner where they work now.
    ///
    /// # Errors
    ///
    /// [`Denied::NotOwner`] when they are not.
    pub fn prove(person: SignedIn) -> Result<Self, Denied> {
        match person.place() {
            Some((practice, member)) if member.role == Role::Owner => Ok(Self { practice: practice.clone(), person }),
            _ => Err(Denied::NotOwner),
        }
    }

    /// Proves that they gave their password a moment ago, too (`SESS-2`).
    ///
    /// # Errors
    ///
    /// [`Denied::NotFresh`] when they did not.
    pub fn fresh(self) -> Result<Fresh<Self>, Denied> {
        if self.person.fresh { Ok(Fresh(self)) } else { Err(Denied::NotFresh) }
    }

    /// The practice.
    #[must_use]
    pub fn practice(&self) -> &Practice {
        &self.practice
    }

    /// The person.
    #[must_use]
    pub fn person(&self) -> &SignedIn {
        &self.person
    }

    pub(crate) fn record(&self, fact: Fact, at: Time) -> Entry {
        self.person.record(fact, at)
    }
}
