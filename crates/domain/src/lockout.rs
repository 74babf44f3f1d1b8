//! The failed-login counter and its lock (`LOCK-1` to `LOCK-5`).
//!
//! Before a password is checked, a *ticket* is taken: failures and tickets in flight together never exceed the limit, so no
//! interleaving of parallel guesses, on any number of instances, checks more passwords than that. After the check the ticket is
//! settled. A ticket that nobody settles counts as a failure when its lease ends.

use std::time::Duration;

use uuid::Uuid;

use crate::policy::LockoutPolicy;
use crate::rate::Ask;
use crate::value::{DeviceId, TicketId, Time, Version};

/// Whose counter: an account's id, or for an address without an account an id derived from the address, so that both are treated
/// alike (`LOCK-3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject(pub Uuid);

/// Which attempts count together (`LOCK-4`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// All attempts, wherever from. A lock here locks the account for everybody.
    Account,
    /// Attempts from browsers that the person has not signed in from.
    Strangers,
    /// Attempts from one browser that the person has signed in from.
    Device(DeviceId),
}

/// One counter, with the tickets in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// Whose.
    pub subject: Subject,
    /// What it counts.
    pub scope: Scope,
    /// Counts its changes; tickets do not change it.
    pub version: Version,
    /// Consecutive failures.
    pub failures: u8,
    /// Since when it is locked.
    pub locked_at: Option<Time>,
    /// Failures of every scope since the last success, whatever was unlocked meanwhile (`LK-09`). Only the account's own counter
    /// counts them.
    pub unforgiven: u8,
    /// Checks in flight.
    pub tickets: Vec<Ticket>,
}

/// A permission to check one password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// Its identity.
    pub id: TicketId,
    /// When it counts as a failure if nobody settled it.
    pub lease_ends: Time,
}

/// What came of asking for a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// The password may be checked, once.
    Granted(Ticket),
    /// All tickets are in flight: ask again in a moment.
    Busy,
    /// Locked: no password is checked.
    Locked,
}

/// What is asked of a store before a password is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketRequest {
    /// Whose password.
    pub subject: Subject,
    /// Which attempts it counts with.
    pub scope: Scope,
    /// The identity of the ticket.
    pub ticket: TicketId,
    /// When counters lock.
    pub policy: LockoutPolicy,
    /// One unit of each is taken along, whether or not there is a ticket; without them nothing else is asked (`RL-01`).
    pub units: Vec<Ask>,
}

/// What a store answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TicketAnswer {
    /// Of one limit there was no unit, and so nothing was taken.
    TooOften {
        /// When the same may be asked for again.
        possible_at: Time,
    },
    /// The units were taken.
    Asked {
        /// Whether there is a ticket.
        admission: Admission,
        /// The counters of the scope just before, see [`Counter::in_scope`].
        counters: Vec<Counter>,
    },
}

impl TicketAnswer {
    /// Whether there is a ticket, where the units were taken.
    #[must_use]
    pub fn admission(&self) -> Option<Admission> {
        match self {
            Self::TooOften { .. } => None,
            Self::Asked { admission, .. } => Some(*admission),
        }
    }
}

impl TicketRequest {
    /// The answer, once the units are taken, from every counter of the subject that was ever used.
    #[must_use]
    pub fn answer(&self, stored: &[Counter], now: Time) -> TicketAnswer {
        let admission = admit(stored, self.scope, self.ticket, now, self.policy);
        TicketAnswer::Asked { admission, counters: Counter::in_scope(stored, self.subject, self.scope) }
    }
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The password was right.
    Right,
    /// The password was right, but does not meet today's standard (`BOT-3`): it signs nobody in, and so it resets no counter; it was
    /// no guess either, and so it locks nothing.
    Outdated,
    /// It was not.
    Wrong,
    /// None was checked, because of a lock.
    NotChecked,
}

impl Scope {
    /// What an attempt from this device counts in.
    #[must_use]
    pub fn of(device: Option<DeviceId>, policy: LockoutPolicy) -> Self {
        match device {
            _ if !policy.device_aware => Self::Account,
            Some(device) => Self::Device(device),
            None => Self::Strangers,
        }
    }
}

impl Counter {
    /// A counter that has counted nothing.
    #[must_use]
    pub fn fresh(subject: Subject, scope: Scope) -> Self {
        let version = Version::default();
        Self { subject, scope, version, failures: 0, locked_at: None, unforgiven: 0, tickets: Vec::new() }
    }

    /// Of every counter of a subject that was ever used: the account's own, then the scope's when that is another; fresh where there is
    /// none.
    #[must_use]
    pub fn in_scope(stored: &[Self], subject: Subject, scope: Scope) -> Vec<Self> {
        let find = |scope| {
            let found = stored.iter().find(|counter| counter.scope == scope).cloned();
            found.unwrap_or_else(|| Self::fresh(subject, scope))
        };
        let own = find(Scope::Account);
        if scope == Scope::Account { vec![own] } else { vec![own, find(scope)] }
    }

    /// Whether a password may be checked now. The caller must keep the ticket before anybody else may ask.
    #[must_use]
    pub fn admit(&self, id: TicketId, now: Time, policy: LockoutPolicy) -> Admission {
        let failed = self.failures_at(now);
        if self.locked_at.is_some() || failed >= policy.lock_at_failure {
            return Admission::Locked;
        }
        if usize::from(failed) + self.in_flight(now) >= usize::from(policy.lock_at_failure) {
            return Admission::Busy;
        }
        Admission::Granted(Ticket { id, lease_ends: now.plus(LEASE) })
    }

    /// The counter after an attempt: its ticket is gone, abandoned ones have become failures, a success has reset it, and the
    /// failure that reaches the limit has locked it (`LOCK-1`).
    ///
    /// A right password does not open a lock that came first: the attempt must then be answered like a wrong one, which
    /// [`Settled::signed_in`] says.
    #[must_use]
    pub fn settle(self, ticket: Option<TicketId>, outcome: Outcome, now: Time, policy: LockoutPolicy) -> Settled {
        let held = ticket.is_some_and(|id| self.tickets.iter().any(|t| t.id == id && now < t.lease_ends));
        let mut failures = self.failures_at(now);
        if outcome == Outcome::Wrong && held {
            failures = failures.saturating_add(1);
        }
        let was_locked = self.locked_at.is_some();
        let in_time = held && !was_locked && failures < policy.lock_at_failure;
        let signed_in = outcome == Outcome::Right && in_time;
        let added = if signed_in { 0 } else { failures - self.failures };
        let failures = if signed_in { 0 } else { failures };
        let locks = !was_locked && failures >= policy.lock_at_failure;
        let tickets = self.tickets.into_iter().filter(|t| Some(t.id) != ticket && now < t.lease_ends).collect();
        let locked_at = if locks { Some(now) } else { self.locked_at };
        let outdated = outcome == Outcome::Outdated && in_time;
        Settled { counter: Self { failures, locked_at, tickets, ..self }, signed_in, outdated, locks, added }
    }

    /// The account's own counter after failures that were counted in whichever scope. The one that reaches the ceiling locks, and
    /// from then on only a new password opens the account (`LK-09`).
    #[must_use]
    pub fn remember(self, added: u8, now: Time) -> Self {
        let counter = Self { unforgiven: self.unforgiven.saturating_add(added), ..self };
        if counter.is_exhausted() { counter.lock(now) } else { counter }
    }

    /// Whether so many failures came without a success between them that the password opens nothing any more (`LK-09`).
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        self.unforgiven >= CEILING
    }

    /// The counter after a new password was set: nothing of the old one's failures is held against it (`LOCK-2`, `LK-09`).
    #[must_use]
    pub fn renew(self, now: Time) -> Self {
        Self { unforgiven: 0, ..self.clear(now) }
    }

    /// The same where a new password opens no lock: one that is shut stays so until somebody opens it, which they can from now on.
    #[must_use]
    pub fn renew_behind_lock(self, now: Time) -> Self {
        if self.locked_at.is_some() { Self { unforgiven: 0, ..self } } else { self.renew(now) }
    }

    /// The counter after an unlock (`LOCK-2`). Checks in flight go on, and count from here.
    #[must_use]
    pub fn clear(self, now: Time) -> Self {
        let tickets = self.tickets.into_iter().filter(|t| now < t.lease_ends).collect();
        Self { failures: 0, locked_at: None, tickets, ..self }
    }

    /// The tickets that nobody settled in time.
    pub fn abandoned(&self, now: Time) -> impl Iterator<Item = TicketId> + '_ {
        self.tickets.iter().filter(move |t| t.lease_ends <= now).map(|t| t.id)
    }

    /// The counter, locked because another one of the same account has.
    #[must_use]
    pub fn lock(self, now: Time) -> Self {
        Self { locked_at: self.locked_at.or(Some(now)), ..self }
    }

    /// Failures, with the tickets that were abandoned.
    #[must_use]
    pub fn failures_at(&self, now: Time) -> u8 {
        let abandoned = self.abandoned(now).count();
        self.failures.saturating_add(u8::try_from(abandoned).unwrap_or(u8::MAX))
    }

    fn in_flight(&self, now: Time) -> usize {
        self.tickets.iter().filter(|t| now < t.lease_ends).count()
    }
}

/// What settling led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The counter afterwards.
    pub counter: Counter,
    /// Whether the attempt may become a session.
    pub signed_in: bool,
    /// Whether the password was right in time, and only too old or too weak (`BOT-3`).
    pub outdated: bool,
    /// Whether it was the one that locked.
    pub locks: bool,
    /// Failures that it added, abandoned ones included.
    pub added: u8,
}

/// Whether a password may be checked now, by every counter of its subject that was ever used: the account's own is asked first, then
/// the scope's. Failures and checks in flight of all scopes together never exceed the ceiling (`LK-09`). The caller must keep the
/// ticket before anybody else may ask.
#[must_use]
pub fn admit(counters: &[Counter], scope: Scope, id: TicketId, now: Time, policy: LockoutPolicy) -> Admission {
    let unused = |scope| Counter::fresh(Subject(Uuid::nil()), scope);
    let find = |scope| counters.iter().find(|c| c.scope == scope).cloned().unwrap_or_else(|| unused(scope));
    let own = find(Scope::Account);
    let abandoned: usize = counters.iter().map(|c| c.abandoned(now).count()).sum();
    let failed = usize::from(own.unforgiven) + abandoned;
    if failed >= usize::from(CEILING) {
        return Admission::Locked;
    }
    let admission = own.admit(id, now, policy);
    if !matches!(admission, Admission::Granted(_)) {
        return admission;
    }
    let in_flight: usize = counters.iter().map(|c| c.in_flight(now)).sum();
    if failed + in_flight >= usize::from(CEILING) {
        return Admission::Busy;
    }
    find(scope).admit(id, now, policy)
}

/// Failures without a success between them after which a password opens nothing, whatever was unlocked meanwhile (`LK-09`).
pub const CEILING: u8 = 100;

/// How long a check may take before it counts as a failure.
pub const LEASE: Duration = Duration::from_secs(30);
