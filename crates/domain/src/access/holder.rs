//! Proofs that somebody's role has one permission (`ROLE-1`).

use std::fmt;
use std::marker::PhantomData;

use crate::access::{Denied, Fresh, SignedIn};
use crate::fact::{Entry, Fact};
use crate::practice::Practice;
use crate::role::Permission;
use crate::value::Time;

/// A permission as a type, so that a proof of one is no proof of another.
pub trait Permit: Send + Sync + 'static {
    /// Which.
    const PERMISSION: Permission;
}

/// The permissions that use cases ask for, as types.
pub mod permit {
    use super::{Permission, Permit};

    macro_rules! permits {
        ($($(#[$doc:meta])* $name:ident)+) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub enum $name {}

            impl Permit for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )+};
    }

    permits! {
        /// See [`Permission::ChangeSettings`].
        ChangeSettings
        /// See [`Permission::ChangePolicy`].
        ChangePolicy
        /// See [`Permission::ReadAudit`].
        ReadAudit
        /// See [`Permission::UseCodeWord`].
        UseCodeWord
        /// See [`Permission::ViewUserAccounts`].
        ViewUserAccounts
        /// See [`Permission::EndSessions`].
        EndSessions
        /// See [`Permission::ExportPeople`].
        ExportPeople
    }
}

/// Somebody whose role has this permission in the practice that they work in now.
#[derive(Clone)]
pub struct Holder<P: Permit> {
    person: SignedIn,
    practice: Practice,
    permission: PhantomData<P>,
}

impl<P: Permit> Holder<P> {
    /// Proves that the person's role has the permission, and that it has an effect.
    ///
    /// # Errors
    ///
    /// [`Denied::Lacks`] when it has not.
    pub fn prove(person: SignedIn) -> Result<Self, Denied> {
        match person.place() {
            Some((practice, _)) if person.permissions().has(P::PERMISSION) => {
                Ok(Self { practice: practice.clone(), person, permission: PhantomData })
            }
            _ => Err(Denied::Lacks(P::PERMISSION)),
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

impl<P: Permit> fmt::Debug for Holder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Holder").field(&P::PERMISSION).field(&self.person).finish()
    }
}
