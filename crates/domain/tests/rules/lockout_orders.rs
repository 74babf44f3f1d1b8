//! Every order in which a few guessers can take their tickets and settle them.

use practice_domain::lockout::{Admission, Counter, Outcome, Scope, Subject};
use practice_domain::policy::LockoutPolicy;
use practice_domain::value::{TicketId, Time};
use uuid::Uuid;

use crate::world::interleave::Orders;

/// One attempt: it takes a ticket, checks, settles; a busy one asks again when somebody has settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Guesser {
    Asks,
    Waits,
    Checks,
    Answered { checked: bool, signed_in: bool },
}

struct Run {
    counter: Counter,
    guessers: Vec<Guesser>,
    outcomes: Vec<Outcome>,
    policy: LockoutPolicy,
    locks: usize,
    /// Wrong passwords that were looked at since the last success.
    wrong: usize,
}

const NOW: Time = Time::from_micros(0);

impl Run {
    fn new(limit: u8, failures: u8, outcomes: &[Outcome]) -> Self {
        let counter = Counter { failures, ..Counter::fresh(Subject(Uuid::nil()), Scope::Account) };
        let policy = LockoutPolicy { lock_at_failure: limit, device_aware: false, reset_unlocks: true };
        let guessers = outcomes.iter().map(|_| Guesser::Asks).collect();
        Self { counter, guessers, outcomes: outcomes.to_vec(), policy, locks: 0, wrong: usize::from(failures) }
    }

    fn able(&self) -> Vec<usize> {
        let able = |guesser: &Guesser| matches!(guesser, Guesser::Asks | Guesser::Checks);
        (0..self.guessers.len()).filter(|n| able(&self.guessers[*n])).collect()
    }

    fn step(&mut self, n: usize) {
        let id = TicketId(Uuid::from_u128(n as u128));
        if self.guessers[n] == Guesser::Checks {
            let settled = self.counter.clone().settle(Some(id), self.outcomes[n], NOW, self.policy);
            self.counter = settled.counter;
            self.locks += usize::from(settled.locks);
            self.wrong =
                if settled.signed_in { 0 } else { self.wrong + usize::from(self.outcomes[n] == Outcome::Wrong) };
            self.guessers[n] = Guesser::Answered { checked: true, signed_in: settled.signed_in };
            for guesser in self.guessers.iter_mut().filter(|guesser| **guesser == Guesser::Waits) {
                *guesser = Guesser::Asks;
            }
            return;
        }
        self.guessers[n] = match self.counter.admit(id, NOW, self.policy) {
            Admission::Granted(ticket) => {
                self.counter.tickets.push(ticket);
                Guesser::Checks
            }
            Admission::Busy => Guesser::Waits,
            Admission::Locked => Guesser::Answered { checked: false, signed_in: false },
        };
    }
}

/// Runs these guessers in every order, and hands each end to `verify`.
fn every_order(limit: u8, failures: u8, outcomes: &[Outcome], verify: impl Fn(&Run)) -> usize {
    Orders::each(|orders| {
        let mut run = Run::new(limit, failures, outcomes);
        loop {
            let able = run.able();
            if able.is_empty() {
                break;
            }
            run.step(able[orders.choose(able.len())]);
            let all = usize::from(run.counter.failures) + run.counter.tickets.len();
            assert!(all <= usize::from(limit), "{all} failures and checks in flight");
            assert!(run.wrong <= usize::from(limit), "{} wrong passwords were looked at", run.wrong);
        }
        let answered = run.guessers.iter().all(|guesser| matches!(guesser, Guesser::Answered { .. }));
        assert!(answered, "somebody waits for ever: {:?}", run.guessers);
        verify(&run);
    })
}

fn signed_in(run: &Run) -> usize {
    run.guessers.iter().filter(|guesser| matches!(guesser, Guesser::Answered { signed_in: true, .. })).count()
}

fn checked(run: &Run) -> usize {
    run.guessers.iter().filter(|guesser| matches!(guesser, Guesser::Answered { checked: true, .. })).count()
}

/// LOCK-1
#[test]
fn no_order_of_wrong_guesses_lets_more_through_than_the_limit() {
    let mut orders = 0;
    for limit in 1..=4_u8 {
        for failures in 0..limit {
            orders += every_order(limit, failures, &[Outcome::Wrong; 3], |run| {
                let left = usize::from(limit - failures).min(3);
                assert_eq!(checked(run), left);
                assert_eq!(run.locks, usize::from(usize::from(limit - failures) <= 3));
                assert_eq!(run.counter.locked_at.is_some(), run.locks == 1);
            });
        }
    }
    assert!(orders > 500, "{orders} orders only");
}

/// LOCK-1: parallel valid sign-ins wait for each other where they must, and all pass.
#[test]
fn no_order_of_right_passwords_refuses_one() {
    for limit in 1..=4 {
        for failures in 0..limit {
            every_order(limit, failures, &[Outcome::Right; 3], |run| {
                assert_eq!((signed_in(run), run.locks, run.counter.failures), (3, 0, 0));
            });
        }
    }
}

/// LOCK-1, LOCK-5: right and wrong together.
#[test]
fn a_right_password_among_wrong_ones_passes_unless_the_lock_came_first() {
    use Outcome::{NotChecked, Right, Wrong};
    for limit in 1..=4 {
        for failures in 0..limit {
            for outcomes in [[Right, Wrong, Wrong], [Right, Right, Wrong], [Right, Wrong, NotChecked]] {
                every_order(limit, failures, &outcomes, |run| {
                    let rights = outcomes.iter().filter(|outcome| **outcome == Right).count();
                    assert!(signed_in(run) == rights || run.counter.locked_at.is_some());
                    assert_eq!(run.locks, usize::from(run.counter.locked_at.is_some()), "a lock is told once");
                });
            }
        }
    }
}
