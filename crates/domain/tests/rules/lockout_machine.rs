//! The counter against a model of its own: a list of guesses, each in flight, failed or forgotten.

use std::time::Duration;

use practice_domain::lockout::{Admission, Counter, LEASE, Outcome, Scope, Subject};
use practice_domain::policy::LockoutPolicy;
use practice_domain::value::{DeviceId, TicketId, Time};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use uuid::Uuid;

use crate::world::cases;

/// What became of one guess that was let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// Being checked since.
    InFlight(u64),
    /// Wrong, or never answered.
    Failed,
    /// Answered without a check, forgiven by a success or an unlock, or answered too late.
    Forgotten,
}

/// Every guess that was ever let in, and whether a lock stands.
#[derive(Debug, Clone)]
struct Model {
    limit: u8,
    guesses: Vec<Fate>,
    locked: bool,
    now: u64,
    /// Wrong checks since the last success or unlock, also those still in flight: what an attacker gained.
    evaluated: usize,
}

#[derive(Debug, Clone, Copy)]
enum Move {
    Admit,
    /// The guess of this number is answered.
    Settle(usize, Outcome),
    /// An attempt that got no ticket is answered.
    Refuse,
    Unlock,
    Wait(u64),
}

impl Model {
    fn failed(&self) -> usize {
        self.guesses.iter().filter(|fate| self.is_failure(**fate)).count()
    }

    fn in_flight(&self) -> usize {
        self.guesses.iter().filter(|fate| matches!(fate, Fate::InFlight(_)) && !self.is_failure(**fate)).count()
    }

    fn is_failure(&self, fate: Fate) -> bool {
        match fate {
            Fate::InFlight(since) => self.now >= since + LEASE.as_secs(),
            Fate::Failed => true,
            Fate::Forgotten => false,
        }
    }

    fn admission(&self) -> &'static str {
        let limit = usize::from(self.limit);
        match () {
            () if self.locked || self.failed() >= limit => "locked",
            () if self.failed() + self.in_flight() >= limit => "busy",
            () => "granted",
        }
    }

    /// Whoever answers anything writes down what was abandoned.
    fn note_abandoned(&mut self) {
        for guess in 0..self.guesses.len() {
            if self.is_failure(self.guesses[guess]) {
                self.guesses[guess] = Fate::Failed;
            }
        }
    }

    fn forgive(&mut self) {
        for fate in &mut self.guesses {
            if *fate == Fate::Failed {
                *fate = Fate::Forgotten;
            }
        }
        self.evaluated = self.in_flight();
    }

    fn lock_if_reached(&mut self) {
        self.locked = self.locked || self.failed() >= usize::from(self.limit);
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Move;

    fn init_state() -> BoxedStrategy<Self> {
        let limit = prop_oneof![Just(3_u8), Just(5), Just(7), 3..=20_u8];
        limit.prop_map(|limit| Self { limit, guesses: Vec::new(), locked: false, now: 0, evaluated: 0 }).boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Move> {
        let outcome = prop_oneof![6 => Just(Outcome::Wrong), 1 => Just(Outcome::Right), 1 => Just(Outcome::NotChecked)];
        let others = prop_oneof![
            12 => Just(Move::Admit),
            1 => Just(Move::Refuse),
            1 => Just(Move::Unlock),
            2 => prop_oneof![0..5_u64, Just(LEASE.as_secs() - 1), Just(LEASE.as_secs())].prop_map(Move::Wait),
        ];
        if state.guesses.is_empty() {
            return others.boxed();
        }
        prop_oneof![3 => others, 2 => (0..state.guesses.len(), outcome).prop_map(|(n, o)| Move::Settle(n, o))].boxed()
    }

    fn apply(mut state: Self, step: &Move) -> Self {
        match *step {
            Move::Wait(span) => state.now += span,
            Move::Admit => {
                if state.admission() == "granted" {
                    state.guesses.push(Fate::InFlight(state.now));
                    state.evaluated += 1;
                }
            }
            Move::Refuse => {
                state.note_abandoned();
                state.lock_if_reached();
            }
            Move::Unlock => {
                state.note_abandoned();
                state.locked = false;
                state.forgive();
            }
            Move::Settle(guess, outcome) => {
                state.note_abandoned();
                if matches!(state.guesses[guess], Fate::InFlight(_)) {
                    state.guesses[guess] = if outcome == Outcome::Wrong { Fate::Failed } else { Fate::Forgotten };
                    state.evaluated -= usize::from(outcome == Outcome::NotChecked);
                    if outcome == Outcome::Right && !state.locked && state.failed() < usize::from(state.limit) {
                        state.forgive();
                    }
                }
                state.lock_if_reached();
            }
        }
        state
    }

    fn preconditions(state: &Self, step: &Move) -> bool {
        !matches!(step, Move::Settle(guess, _) if *guess >= state.guesses.len())
    }
}

struct Real {
    counter: Counter,
    policy: LockoutPolicy,
    granted: Vec<TicketId>,
    now: u64,
}

fn at(seconds: u64) -> Time {
    Time::from_micros(0).plus(Duration::from_secs(seconds))
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(model: &Model) -> Self {
        let counter = Counter::fresh(Subject(Uuid::from_u128(1)), Scope::Strangers);
        let policy = LockoutPolicy { lock_at_failure: model.limit, device_aware: true, reset_unlocks: true };
        Self { counter, policy, granted: Vec::new(), now: 0 }
    }

    fn apply(mut real: Self, model: &Model, step: Move) -> Self {
        let now = at(real.now);
        match step {
            Move::Wait(span) => real.now += span,
            Move::Admit => {
                let id = TicketId(Uuid::from_u128(real.granted.len() as u128));
                if let Admission::Granted(ticket) = real.counter.admit(id, now, real.policy) {
                    real.counter.tickets.push(ticket);
                    real.granted.push(id);
                }
            }
            Move::Unlock => real.counter = real.counter.clear(now),
            Move::Refuse => {
                let was_locked = real.counter.locked_at.is_some();
                let settled = real.counter.settle(None, Outcome::NotChecked, now, real.policy);
                assert!(!settled.signed_in);
                assert_eq!(settled.locks, !was_locked && model.locked, "LOCK-5: a lock is told once");
                real.counter = settled.counter;
            }
            Move::Settle(guess, outcome) => {
                let held = real.counter.tickets.iter().any(|t| t.id == real.granted[guess] && now < t.lease_ends);
                let was_locked = real.counter.locked_at.is_some();
                let settled = real.counter.settle(Some(real.granted[guess]), outcome, now, real.policy);
                let may = held && outcome == Outcome::Right && !model.locked;
                assert_eq!(settled.signed_in, may, "a success counts with a ticket and without a lock, and only then");
                assert_eq!(settled.locks, !was_locked && model.locked, "LOCK-5: a lock is told once");
                real.counter = settled.counter;
            }
        }
        real
    }

    fn check_invariants(real: &Self, model: &Model) {
        let (now, limit) = (at(model.now), usize::from(model.limit));
        assert_eq!(usize::from(real.counter.failures_at(now)), model.failed());
        assert_eq!(real.counter.locked_at.is_some(), model.locked);
        assert_eq!(real.granted.len(), model.guesses.len(), "as many were let in");
        assert!(model.failed() + model.in_flight() <= limit);
        assert!(model.evaluated <= limit, "LOCK-1: {} guesses against a limit of {limit}", model.evaluated);
        let found = match real.counter.admit(TicketId(Uuid::max()), now, real.policy) {
            Admission::Granted(_) => "granted",
            Admission::Busy => "busy",
            Admission::Locked => "locked",
        };
        assert_eq!(found, model.admission());
    }
}

prop_state_machine! {
    #![proptest_config(cases(256))]

    /// LOCK-1, LOCK-2, LOCK-5
    #[test]
    fn a_counter_does_what_a_list_of_guesses_says(sequential 1..80 => Real);
}

/// LOCK-1
#[test]
fn the_seventh_failure_locks_and_a_success_begins_anew() {
    let policy = LockoutPolicy { lock_at_failure: 7, device_aware: true, reset_unlocks: true };
    let fresh = Counter::fresh(Subject(Uuid::from_u128(1)), Scope::Account);
    let guess = |mut counter: Counter, outcome| {
        let id = TicketId(Uuid::from_u128(9));
        let Admission::Granted(ticket) = counter.admit(id, at(0), policy) else { panic!("not let in") };
        counter.tickets.push(ticket);
        counter.settle(Some(id), outcome, at(0), policy)
    };
    let mut counter = fresh;
    for _ in 0..2 {
        for failures in 1..=6 {
            let settled = guess(counter, Outcome::Wrong);
            assert!(!settled.locks && !settled.signed_in);
            assert_eq!(settled.counter.failures, failures);
            counter = settled.counter;
        }
        let settled = guess(counter, Outcome::Right);
        assert!(settled.signed_in && settled.counter.failures == 0);
        counter = settled.counter;
    }
    for failures in 1..=7 {
        let settled = guess(counter, Outcome::Wrong);
        assert_eq!(settled.locks, failures == 7);
        counter = settled.counter;
    }
    assert_eq!(counter.admit(TicketId(Uuid::from_u128(10)), at(1_000_000), policy), Admission::Locked);
}

/// LOCK-4
#[test]
fn what_counts_together_follows_from_the_policy_and_the_browser() {
    let device = DeviceId(Uuid::from_u128(5));
    let policy = |device_aware| LockoutPolicy { lock_at_failure: 7, device_aware, reset_unlocks: true };
    assert_eq!(Scope::of(Some(device), policy(true)), Scope::Device(device));
    assert_eq!(Scope::of(None, policy(true)), Scope::Strangers);
    assert_eq!(Scope::of(Some(device), policy(false)), Scope::Account);
    assert_eq!(Scope::of(None, policy(false)), Scope::Account);
}
