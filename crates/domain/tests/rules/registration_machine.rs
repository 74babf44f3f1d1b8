//! The steps of a registration against a model of its own: a cursor in a fixed order, and what was given so far.

use std::time::Duration;

use practice_domain::challenge::{CodeRefused, Delivery};
use practice_domain::channel::{Channel, Placement, Product};
use practice_domain::invitation::{Correction, Invitation};
use practice_domain::member::Kind;
use practice_domain::policy::{Policy, Preset};
use practice_domain::registration::{Guessed, Line, Registration, Step, StepName, StepRefused};
use practice_domain::value::{AccountId, InvitationId, Phones, PracticeId, RegistrationId, Time};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use uuid::Uuid;

use crate::world::people::to;
use crate::world::{TERMS, both_phones, cases, cell_phone};

const LIFE: u64 = 4 * 60 * 60;
const CODE_LIFE: u64 = 600;
const PAUSE: u64 = 30;

/// Where the person is, and what the code step remembers.
#[derive(Debug, Clone)]
struct Model {
    two_step: bool,
    phones: Phones,
    at: StepName,
    now: u64,
    /// When each code was sent, and the wrong guesses against the newest.
    codes: Vec<u64>,
    wrong_now: u8,
    wrong: u8,
    proven: bool,
    /// What the last move came to.
    told: Told,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Done,
    Refused(StepRefused),
    Code(CodeRefused),
}

#[derive(Debug, Clone, Copy)]
enum Move {
    GivePhones {
        landline: bool,
    },
    GiveNoPhones,
    SendCode(Delivery, Line),
    /// The code of this serial is given.
    Guess(u32),
    AcceptTerms {
        today: bool,
    },
    Complete,
    Wait(u64),
}

impl Model {
    fn refuse(mut self, why: StepRefused) -> Self {
        self.told = Told::Refused(why);
        self
    }

    fn guess(mut self, serial: u32) -> Self {
        let newest = u32::try_from(self.codes.len()).expect("few");
        if self.wrong >= 10 {
            return self.refuse(StepRefused::Ended);
        }
        if self.at != StepName::Code {
            let at = self.at;
            return self.refuse(StepRefused::OutOfOrder(at));
        }
        let right = serial == newest;
        self.wrong += u8::from(!right);
        let sent_at = self.codes[self.codes.len() - 1];
        if self.wrong_now >= 5 {
            self.told = Told::Code(CodeRefused::UsedUp);
        } else if self.now >= sent_at + CODE_LIFE {
            self.told = Told::Code(CodeRefused::Expired);
        } else if right {
            (self.at, self.proven) = (StepName::Terms, true);
        } else {
            self.wrong_now += 1;
            let tries_left = 5 - self.wrong_now;
            let why = if tries_left == 0 { CodeRefused::UsedUp } else { CodeRefused::Wrong { tries_left } };
            self.told = Told::Code(why);
        }
        self
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Move;

    fn init_state() -> BoxedStrategy<Self> {
        (any::<bool>(), prop_oneof![Just(Phones::default()), Just(cell_phone()), Just(both_phones())])
            .prop_map(|(two_step, phones)| {
                let at = match (two_step, phones.is_empty()) {
                    (false, _) => StepName::Terms,
                    (true, true) => StepName::Phones,
                    (true, false) => StepName::Delivery,
                };
                let (codes, told) = (Vec::new(), Told::Done);
                Self { two_step, phones, at, now: 0, codes, wrong_now: 0, wrong: 0, proven: false, told }
            })
            .boxed()
    }

    fn transitions(state: &Self) -> BoxedStrategy<Move> {
        let newest = u32::try_from(state.codes.len()).expect("few");
        let by = prop_oneof![Just(Delivery::Text), Just(Delivery::Call)];
        let line = prop_oneof![3 => Just(Line::Cell), 1 => Just(Line::Landline)];
        let wait = prop_oneof![8 => Just(PAUSE), 2 => 0..PAUSE, 1 => Just(CODE_LIFE), 1 => Just(CODE_LIFE - 1)];
        prop_oneof![
            2 => any::<bool>().prop_map(|landline| Move::GivePhones { landline }),
            1 => Just(Move::GiveNoPhones),
            5 => (by, line).prop_map(|(by, line)| Move::SendCode(by, line)),
            5 => (newest.saturating_sub(1)..=newest + 1).prop_map(Move::Guess),
            2 => any::<bool>().prop_map(|today| Move::AcceptTerms { today }),
            1 => Just(Move::Complete),
            5 => wait.prop_map(Move::Wait),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Move) -> Self {
        state.told = Told::Done;
        if let Move::Wait(span) = *step {
            state.now += span;
            return state;
        }
        if state.now >= LIFE {
            return state.refuse(StepRefused::Ended);
        }
        let at = state.at;
        let before_proof = matches!(at, StepName::Phones | StepName::Delivery | StepName::Code);
        match *step {
            Move::Guess(serial) => return state.guess(serial),
            Move::GivePhones { .. } | Move::GiveNoPhones if !before_proof => {
                return state.refuse(StepRefused::OutOfOrder(at));
            }
            Move::GiveNoPhones => return state.refuse(StepRefused::NoPhone),
            Move::GivePhones { landline } => {
                state.phones = if landline { both_phones() } else { cell_phone() };
                state.at = StepName::Delivery;
            }
            Move::SendCode(..) if !before_proof || at == StepName::Phones => {
                return state.refuse(StepRefused::OutOfOrder(at));
            }
            Move::SendCode(by, line) => {
                let given = match (by, line) {
                    (Delivery::Text, Line::Landline) => false,
                    (_, Line::Landline) => state.phones.landline.is_some(),
                    (_, Line::Cell) => state.phones.cell.is_some(),
                };
                if !given {
                    return state.refuse(StepRefused::NoSuchDelivery);
                }
                if let Some(former) = state.codes.last().filter(|former| state.now < *former + PAUSE) {
                    let possible_at = seconds(former + PAUSE);
                    return state.refuse(StepRefused::TooSoon(practice_domain::challenge::TooSoon { possible_at }));
                }
                state.codes.push(state.now);
                (state.at, state.wrong_now) = (StepName::Code, 0);
            }
            Move::AcceptTerms { .. } if at != StepName::Terms => return state.refuse(StepRefused::OutOfOrder(at)),
            Move::AcceptTerms { today: false } => return state.refuse(StepRefused::OldTerms),
            Move::AcceptTerms { today: true } => state.at = StepName::Password,
            Move::Complete if at != StepName::Password => return state.refuse(StepRefused::OutOfOrder(at)),
            Move::Complete => state.at = StepName::Done,
            Move::Wait(_) => {}
        }
        state
    }

    /// What else a run may refuse once wrong codes have ended it is for a test of its own.
    fn preconditions(state: &Self, step: &Move) -> bool {
        state.wrong < 10 || matches!(step, Move::Guess(_) | Move::Wait(_))
    }
}

struct Real {
    run: Registration,
    now: u64,
}

fn seconds(seconds: u64) -> Time {
    Time::from_micros(0).plus(Duration::from_secs(seconds))
}

fn invitation(phones: Phones) -> Invitation {
    let channel = Channel { product: Product::SecureMail, placement: Placement::Outside, kind: Kind::Doctor };
    let person = Correction { phones, ..to("new.person@x.example") };
    let (id, practice) = (InvitationId(Uuid::from_u128(1)), PracticeId(Uuid::from_u128(2)));
    Invitation::issue(id, practice, None, channel, person, seconds(0), Duration::from_secs(LIFE))
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = Model;

    fn init_test(model: &Model) -> Self {
        let id = RegistrationId(Uuid::from_u128(3));
        let run = Registration::begin(id, &invitation(model.phones.clone()), [1; 32], model.two_step, seconds(0));
        Self { run, now: 0 }
    }

    fn apply(mut real: Self, model: &Model, step: Move) -> Self {
        let (before, now, policy) = (real.run.clone(), seconds(real.now), Policy::of(Preset::Standard).code);
        let moved = match step {
            Move::Wait(span) => {
                real.now += span;
                return real;
            }
            Move::GivePhones { landline } => {
                before.clone().give_phones(if landline { both_phones() } else { cell_phone() }, now)
            }
            Move::GiveNoPhones => before.clone().give_phones(Phones::default(), now),
            Move::SendCode(by, line) => before.clone().send_code((by, line), now, policy),
            Move::AcceptTerms { today } => {
                before.clone().accept_terms(if today { TERMS } else { "2020-01-01" }, TERMS, now)
            }
            Move::Complete => {
                before.clone().complete(AccountId(Uuid::from_u128(4)), now).map(|(run, proven, terms)| {
                    assert_eq!(proven.is_some(), model.proven, "REG-1: only a code proves a number");
                    assert_eq!(terms.version, TERMS);
                    run
                })
            }
            Move::Guess(serial) => match before.clone().guess_code(serial == before.codes_sent, now, policy) {
                Ok(Guessed::Right(run)) => Ok(run),
                Ok(Guessed::Wrong(run, why)) => {
                    assert_eq!(model.told, Told::Code(why));
                    real.run = run;
                    return real;
                }
                Err(why) => Err(why),
            },
        };
        let told = moved.as_ref().map_or_else(|why| Told::Refused(*why), |_| Told::Done);
        assert_eq!(told, model.told, "REG-5: steps are taken in their order");
        real.run = moved.unwrap_or(before);
        real
    }

    fn check_invariants(real: &Self, model: &Model) {
        let run = &real.run;
        assert_eq!((run.at(), run.two_step), (model.at, model.two_step), "REG-1: what was settled stays");
        assert_eq!(run.codes_sent as usize, model.codes.len());
        assert_eq!((run.wrong_codes, &run.phones), (model.wrong, &model.phones));
        assert!(run.two_step || run.codes_sent == 0);
        if let Step::Terms { proven } | Step::Password { proven, .. } = &run.step {
            assert_eq!(proven.is_some(), run.two_step, "REG-5: nobody comes here without the code that was asked for");
        }
        if let Step::Code(challenge) = &run.step {
            assert_eq!((challenge.serial, challenge.tries_left), (run.codes_sent, 5 - model.wrong_now));
        }
        let texts = run.offers().iter().filter(|(by, _)| *by == Delivery::Text).count();
        let calls = run.offers().iter().filter(|(by, _)| *by == Delivery::Call).count();
        assert_eq!(texts, usize::from(run.phones.cell.is_some()), "REG-2: texts go to cell phones");
        assert_eq!(calls, texts + usize::from(run.phones.landline.is_some()), "REG-2: every number can be called");
    }
}

prop_state_machine! {
    #![proptest_config(cases(256))]

    /// REG-1, REG-2, REG-3, REG-5
    #[test]
    fn steps_are_never_skipped_reordered_or_replayed(sequential 1..50 => Real);
}

/// REG-2, OT-02: ten minutes, to the moment; a run of four hours, to the moment.
#[test]
fn a_code_and_a_run_die_at_the_very_end_of_their_lives() {
    let policy = Policy::of(Preset::Standard).code;
    let id = RegistrationId(Uuid::from_u128(3));
    let begun = Registration::begin(id, &invitation(cell_phone()), [1; 32], true, seconds(0));
    let sent = begun.clone().send_code((Delivery::Call, Line::Cell), seconds(0), policy).expect("sent");
    let almost = seconds(CODE_LIFE).minus(Duration::from_micros(1));
    assert!(matches!(sent.clone().guess_code(true, almost, policy), Ok(Guessed::Right(_))));
    let late = sent.guess_code(true, seconds(CODE_LIFE), policy);
    assert!(matches!(late, Ok(Guessed::Wrong(_, CodeRefused::Expired))));
    let almost = seconds(LIFE).minus(Duration::from_micros(1));
    assert!(begun.clone().give_phones(cell_phone(), almost).is_ok());
    assert_eq!(begun.give_phones(cell_phone(), seconds(LIFE)), Err(StepRefused::Ended));
}
