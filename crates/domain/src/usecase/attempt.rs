//! One try at a password, wherever it is asked for: ticket, check, settlement (`LOCK-1`, `LOCK-3`).

use std::time::Duration;

use crate::commit::Write;
use crate::lockout::{Admission, Counter, Outcome, Scope, Subject};
use crate::policy::LockoutPolicy;
use crate::port::{Fault, Verdict};
use crate::usecase::Ports;
use crate::value::{Password, PasswordHash, TicketId, Time};

/// A try that has been checked, and is to be settled in the commit that answers it.
pub(super) struct Attempt {
    subject: Subject,
    scope: Scope,
    policy: LockoutPolicy,
    ticket: Asked,
    outcome: Outcome,
    /// Whether the password was right but is kept the way of the past: nobody knows whether today's list of common ones has it.
    pub(super) old: bool,
}

/// What a settled try changes, and whether it may become a session.
pub(super) struct Settlement {
    /// Every counter that was looked at, changed or not, and the ticket that was asked for, granted or not: no lock must come between,
    /// and a try that a lock stops costs as many statements as one that counts (`EN-02`).
    pub(super) writes: Vec<Write>,
    pub(super) signed_in: bool,
    /// Whether the password was right, and only too old or too weak (`BOT-3`).
    pub(super) outdated: bool,
    /// Consecutive failures afterwards.
    pub(super) failures: u8,
    /// Whether it was the one that locked.
    pub(super) locks: bool,
    pub(super) subject: Subject,
    pub(super) scope: Scope,
    pub(super) outcome: Outcome,
}

/// The ticket that a try asked for.
#[derive(Clone, Copy)]
struct Asked {
    id: TicketId,
    granted: bool,
}

impl Attempt {
    /// Waits for a ticket, at most two seconds; checks the password with it. Without an account, or when locked, the same work is
    /// done for nothing.
    pub(super) async fn make(
        ports: &Ports,
        subject: Subject,
        scope: Scope,
        policy: LockoutPolicy,
        password: &Password,
        hash: Option<&PasswordHash>,
    ) -> Result<Self, Fault> {
        let ticket = admit(ports, subject, scope, policy).await?;
        let checked = ports.passwords.verify(password, hash.filter(|_| ticket.granted)).await;
        let (outcome, old) = match (ticket.granted, &checked) {
            (false, _) | (_, Err(_)) => (Outcome::NotChecked, false),
            (true, Ok(Verdict::Right)) => (Outcome::Right, false),
            (true, Ok(Verdict::RightButOld)) => (Outcome::Right, true),
            (true, Ok(Verdict::Wrong)) => (Outcome::Wrong, false),
        };
        match (ticket.granted, checked) {
            (false, Err(fault)) => Err(fault),
            _ => Ok(Self { subject, scope, policy, ticket, outcome, old }),
        }
    }

    /// Whether the password was right.
    pub(super) fn is_right(&self) -> bool {
        self.outcome == Outcome::Right
    }

    /// The password was right, but does not meet today's standard (`BOT-3`).
    pub(super) fn outdate(&mut self) {
        self.outcome = Outcome::Outdated;
    }

    /// Loads the counters and settles the try. Pure from there on; call it again when somebody else was first.
    pub(super) async fn settle(&self, ports: &Ports, now: Time) -> Result<Settlement, Fault> {
        let counters = ports.store.counters(self.subject, self.scope).await?;
        Ok(settle(counters, self, now))
    }

    /// Whether the world failed before the password was looked at, although a ticket was granted.
    pub(super) fn failed(&self) -> bool {
        self.ticket.granted && self.outcome == Outcome::NotChecked
    }
}

async fn admit(ports: &Ports, subject: Subject, scope: Scope, policy: LockoutPolicy) -> Result<Asked, Fault> {
    let id = TicketId(ports.entropy.id());
    let deadline = ports.clock.now().plus(PATIENCE);
    loop {
        let now = ports.clock.now();
        match ports.store.take_ticket(subject, scope, id, now, policy).await? {
            Admission::Granted(_) => return Ok(Asked { id, granted: true }),
            Admission::Locked => return Ok(Asked { id, granted: false }),
            Admission::Busy if now >= deadline => return Err(Fault::busy("sign in")),
            Admission::Busy => ports.clock.wait(PAUSE).await,
        }
    }
}

fn settle(counters: Vec<Counter>, attempt: &Attempt, now: Time) -> Settlement {
    let shut = |c: &Counter| c.scope == Scope::Account && (c.locked_at.is_some() || c.is_exhausted());
    let account_locked = counters.iter().any(shut);
    let mut settlement = Settlement {
        writes: Vec::new(),
        signed_in: false,
        outdated: false,
        failures: 0,
        locks: false,
        subject: attempt.subject,
        scope: attempt.scope,
        outcome: attempt.outcome,
    };
    let mut added = 0;
    let (own, others): (Vec<_>, Vec<_>) = counters.into_iter().partition(|c| c.scope == attempt.scope);
    for counter in own {
        let gone: Vec<_> = counter.abandoned(now).chain([attempt.ticket.id]).collect();
        let settled = counter.settle(Some(attempt.ticket.id), attempt.outcome, now, attempt.policy);
        settlement.signed_in = settled.signed_in && !account_locked;
        settlement.outdated = settled.outdated && !account_locked;
        settlement.failures = settled.counter.failures;
        settlement.locks = settled.locks;
        added = settled.added;
        let settled = if settled.counter.scope == Scope::Account {
            remember(settled.counter, &mut settlement, added, now)
        } else {
            settled.counter
        };
        settlement.writes.push(Write::Count { counter: settled, gone });
    }
    for counter in others {
        let escalates = settlement.locks && matches!(attempt.scope, Scope::Device(_));
        let counted = remember(counter, &mut settlement, added, now);
        let counted = if escalates { counted.lock(now) } else { counted };
        settlement.writes.push(Write::Count { counter: counted, gone: Vec::new() });
    }
    settlement
}

/// The account's own counter after a try in whichever scope: a success takes all failures back, the hundredth locks (`LK-09`).
fn remember(counter: Counter, settlement: &mut Settlement, added: u8, now: Time) -> Counter {
    if settlement.signed_in {
        return Counter { unforgiven: 0, ..counter };
    }
    let was_locked = counter.locked_at.is_some();
    let counter = counter.remember(added, now);
    settlement.locks |= counter.is_exhausted() && !was_locked && counter.locked_at == Some(now);
    counter
}

/// How long a sign-in waits while others hold all tickets.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long between two looks.
const PAUSE: Duration = Duration::from_millis(15);
