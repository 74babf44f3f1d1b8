//! One try at a password, wherever it is asked for: ticket, check, settlement (`LOCK-1`, `LOCK-3`).

use std::time::Duration;

use crate::commit::Write;
use crate::lockout::{Admission, Counter, Outcome, Scope, Subject, Ticket, TicketAnswer, TicketRequest};
use crate::policy::LockoutPolicy;
use crate::port::{Fault, Verdict};
use crate::rate::Ask;
use crate::usecase::{LimitError, Ports};
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
struct Asked {
    id: TicketId,
    granted: Option<Ticket>,
    /// The counters just before.
    seen: Vec<Counter>,
}

impl Asked {
    /// The counters, with the ticket. Until one of them changes, what was seen holds; unless others held tickets then, which may be gone
    /// without having changed anything.
    fn counters(&self, scope: Scope) -> Option<Vec<Counter>> {
        if self.seen.iter().any(|counter| !counter.tickets.is_empty()) {
            return None;
        }
        let mut counters = self.seen.clone();
        for counter in counters.iter_mut().filter(|counter| counter.scope == scope) {
            counter.tickets.extend(self.granted);
        }
        Some(counters)
    }
}

impl Attempt {
    /// Waits for a ticket, at most two seconds; checks the password with it. Without an account, or when locked, the same work is
    /// done for nothing. Without the units of its limits nothing is done.
    pub(super) async fn make(
        ports: &Ports,
        subject: Subject,
        scope: Scope,
        policy: LockoutPolicy,
        units: Vec<Ask>,
        password: &Password,
        hash: Option<&PasswordHash>,
    ) -> Result<Self, LimitError> {
        let ticket = admit(ports, subject, scope, policy, units).await?;
        let granted = ticket.granted.is_some();
        let checked = ports.passwords.verify(password, hash.filter(|_| granted)).await;
        let (outcome, old) = match (granted, &checked) {
            (false, _) | (_, Err(_)) => (Outcome::NotChecked, false),
            (true, Ok(Verdict::Right)) => (Outcome::Right, false),
            (true, Ok(Verdict::RightButOld)) => (Outcome::Right, true),
            (true, Ok(Verdict::Wrong)) => (Outcome::Wrong, false),
        };
        match (granted, checked) {
            (false, Err(fault)) => Err(fault.into()),
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

    /// Settles the try: the first time by the counters that were seen with the ticket, and by those of now when somebody else was first.
    pub(super) async fn settle(&self, ports: &Ports, before: usize, now: Time) -> Result<Settlement, Fault> {
        let counters = match self.ticket.counters(self.scope).filter(|_| before == 0) {
            Some(counters) => counters,
            None => ports.store.counters(self.subject, self.scope).await?,
        };
        Ok(settle(counters, self, now))
    }

    /// Whether the world failed before the password was looked at, although a ticket was granted.
    pub(super) fn failed(&self) -> bool {
        self.ticket.granted.is_some() && self.outcome == Outcome::NotChecked
    }
}

async fn admit(
    ports: &Ports,
    subject: Subject,
    scope: Scope,
    policy: LockoutPolicy,
    units: Vec<Ask>,
) -> Result<Asked, LimitError> {
    let mut request = TicketRequest { subject, scope, ticket: TicketId(ports.entropy.id()), policy, units };
    let id = request.ticket;
    let deadline = ports.clock.now().plus(PATIENCE);
    loop {
        let now = ports.clock.now();
        let (admission, seen) = match ports.store.take_ticket(&request, now).await? {
            TicketAnswer::Asked { admission, counters } => (admission, counters),
            TicketAnswer::TooOften { possible_at } => return Err(LimitError::TooOften { possible_at }),
        };
        match admission {
            Admission::Granted(ticket) => return Ok(Asked { id, granted: Some(ticket), seen }),
            Admission::Locked => return Ok(Asked { id, granted: None, seen }),
            Admission::Busy if now >= deadline => return Err(Fault::busy("sign in").into()),
            Admission::Busy => ports.clock.wait(PAUSE).await,
        }
        // They were taken, and whoever waits takes no more of them.
        request.units.clear();
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
