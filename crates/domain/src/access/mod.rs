//! Who may: proofs that only this module makes. A use case that takes one need not ask again.

mod bot;
mod explain;
mod half_way;
mod holder;
mod matrix;
mod payer;
mod why;

use crate::channel::Product;
use crate::fact::{Actor, Entry, Fact, Log, Origin};
use crate::member::Member;
use crate::policy::{Policy, Preset, SessionPolicy};
use crate::port::Standing;
use crate::practice::Practice;
use crate::product::ApiKey;
use crate::role::{Permission, Permissions};
use crate::session::Session;
use crate::value::{AccountId, Email, PersonName, PracticeId, Reason, Time};

pub use bot::{Checked, Gate, Gated, gate};
pub use explain::{Action, Affair, explain};
pub use half_way::HalfWay;
pub use holder::{Holder, Permit, permit};
pub use matrix::{Asker, Held, Plan, Stage, Who, Whom, may, may_at_all};
pub use payer::Payer;
pub use why::WhyNot;

/// Somebody whose session is live.
#[derive(Debug, Clone)]
pub struct SignedIn {
    standing: Standing,
    origin: Origin,
    fresh: bool,
}

/// A User Manager of the practice that they work in now.
#[derive(Debug, Clone)]
pub struct UserManager {
    person: SignedIn,
    practice: Practice,
}

/// Somebody who may manage user logins in the practice that they work in now (`ROLE-2`).
#[derive(Debug, Clone)]
pub struct Administrator {
    person: SignedIn,
    practice: Practice,
    member: Member,
}

/// The same, and they gave their password a moment ago (`SESS-2`).
#[derive(Debug, Clone)]
pub struct Fresh<T>(T);

/// A product that calls with a valid key.
#[derive(Debug, Clone)]
pub struct ProductCaller {
    key: ApiKey,
    origin: Origin,
}

/// Vendor support at the command line.
#[derive(Debug, Clone)]
pub struct Operator {
    name: String,
    reason: Option<Reason>,
}

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Denied {
    /// There is no live session.
    #[error("sign in first")]
    NotSignedIn,
    /// Only a User Manager may (`LIST-1`).
    #[error("you cannot open this page; ask a User Manager in your practice")]
    NotUserManager,
    /// Only somebody who may manage user logins may (`ROLE-2`).
    #[error("you cannot open this page; ask an Owner or Office Administrator in your practice")]
    NotAdministrator,
    /// The role lacks a permission (`ROLE-1`).
    #[error("your role does not let you do this: {}; ask an Owner in your practice", .0.name())]
    Lacks(Permission),
    /// The password was given too long ago (`SESS-2`).
    #[error("enter your password again to go on")]
    NotFresh,
}

impl SignedIn {
    /// Proves that a session is live, and that the person may still work where they work now (`EMP-3`).
    ///
    /// # Errors
    ///
    /// [`Denied::NotSignedIn`] when it is over.
    pub fn prove(standing: Standing, origin: Origin, now: Time) -> Result<Self, Denied> {
        let policy = session_policy(&standing);
        let sent_away = standing.place.as_ref().is_some_and(|(_, member)| !member.works(now));
        if sent_away || !standing.session.is_live(now, policy) {
            return Err(Denied::NotSignedIn);
        }
        let fresh = standing.session.is_fresh(now, policy);
        Ok(Self { standing, origin, fresh })
    }

    /// Proves that they gave their password a moment ago, too.
    ///
    /// # Errors
    ///
    /// [`Denied::NotFresh`] when they did not.
    pub fn fresh(self) -> Result<Fresh<Self>, Denied> {
        if self.fresh { Ok(Fresh(self)) } else { Err(Denied::NotFresh) }
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.standing.session.account
    }

    /// The session.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.standing.session
    }

    /// The username.
    #[must_use]
    pub fn email(&self) -> &Email {
        &self.standing.email
    }

    /// The person's name.
    #[must_use]
    pub fn name(&self) -> &PersonName {
        &self.standing.name
    }

    /// The practice that the person works in now, and their place there.
    #[must_use]
    pub fn place(&self) -> Option<&(Practice, Member)> {
        self.standing.place.as_ref()
    }

    /// Whether they gave their password a moment ago.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// Whether they are User Manager of the practice that they work in now: what the dashboard offers depends on it (`SESS-4`).
    #[must_use]
    pub fn is_user_manager(&self) -> bool {
        self.place().is_some_and(|(_, member)| member.user_manager)
    }

    /// Whether they have a place in other practices than the one that they work in now, too (`PRA-5`).
    #[must_use]
    pub fn has_elsewhere(&self) -> bool {
        self.standing.elsewhere
    }

    /// What their role lets them do in the practice that they work in now (`ROLE-1`).
    #[must_use]
    pub fn permissions(&self) -> Permissions {
        self.standing.permissions
    }

    pub(crate) fn record(&self, fact: Fact, at: Time) -> Entry {
        let log = self.place().map_or(Log::Platform, |(practice, _)| Log::Practice(practice.id));
        Entry { log, fact, actor: Actor::Account(self.account()), origin: self.origin.clone(), at }
    }
}

impl UserManager {
    /// Proves that the person is User Manager of the practice that they work in now.
    ///
    /// # Errors
    ///
    /// [`Denied::NotUserManager`] when they are not.
    pub fn prove(person: SignedIn) -> Result<Self, Denied> {
        match person.place() {
            Some((practice, member)) if member.user_manager => Ok(Self { practice: practice.clone(), person }),
            _ => Err(Denied::NotUserManager),
        }
    }

    /// Proves that they gave their password a moment ago, too.
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

impl Administrator {
    /// Proves that the person's role lets them manage user logins where they work now.
    ///
    /// # Errors
    ///
    /// [`Denied::NotAdministrator`] when it does not.
    pub fn prove(person: SignedIn) -> Result<Self, Denied> {
        match person.place() {
            Some((practice, member)) if person.permissions().has(Permission::EditUserAccounts) => {
                Ok(Self { practice: practice.clone(), member: member.clone(), person })
            }
            _ => Err(Denied::NotAdministrator),
        }
    }

    /// Proves that they gave their password a moment ago, too.
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

    /// Their place in it.
    #[must_use]
    pub fn member(&self) -> &Member {
        &self.member
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

impl<T> Fresh<T> {
    /// Who.
    #[must_use]
    pub fn who(&self) -> &T {
        &self.0
    }
}

impl ProductCaller {
    pub(crate) fn new(key: ApiKey, origin: Origin) -> Self {
        Self { key, origin }
    }

    /// The practice that the product calls for.
    #[must_use]
    pub fn practice(&self) -> PracticeId {
        self.key.practice
    }

    /// The product.
    #[must_use]
    pub fn product(&self) -> Product {
        self.key.product
    }

    /// The key that it came with.
    #[must_use]
    pub fn key(&self) -> &ApiKey {
        &self.key
    }

    pub(crate) fn record(&self, fact: Fact, at: Time) -> Entry {
        let actor = Actor::Product(self.key.product);
        Entry { log: Log::Practice(self.key.practice), fact, actor, origin: self.origin.clone(), at }
    }
}

impl Operator {
    /// Somebody who can run commands where the server runs. Whoever calls this vouches for that; `name` is who it is on that
    /// machine, and `reason` is shown to the practice.
    #[must_use]
    pub fn at_the_command_line(name: String, reason: Option<Reason>) -> Self {
        Self { name, reason }
    }

    /// Why they act.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    pub(crate) fn record(&self, log: Log, fact: Fact, at: Time) -> Entry {
        Entry { log, fact, actor: Actor::Operator(self.name.clone()), origin: Origin::default(), at }
    }
}

/// The payment provider: an entry for what it answered.
pub(crate) fn payments(log: Log, fact: Fact, at: Time) -> Entry {
    Entry { log, fact, actor: Actor::Payments, origin: Origin::default(), at }
}

/// Somebody who has not signed in: an entry for what they did.
pub(crate) fn visitor(log: Log, fact: Fact, origin: &Origin, at: Time) -> Entry {
    Entry { log, fact, actor: Actor::Visitor, origin: origin.clone(), at }
}

/// The session policy that counts for a session: its practice's, or the standard one.
#[must_use]
pub fn session_policy(standing: &Standing) -> SessionPolicy {
    let place = standing.place.as_ref();
    place.map_or_else(|| Policy::of(Preset::Standard), |(practice, _)| practice.policy()).session
}
