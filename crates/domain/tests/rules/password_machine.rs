//! A reset link and the code word against a model of their own: what was sent when, and what was given since.

use std::time::Duration;

use practice_domain::access::{Administrator, Fresh, Holder, permit};
use practice_domain::member::Role;
use practice_domain::password_link::{LinkDead, RunRefused};
use practice_domain::policy::Preset;
use practice_domain::usecase::{
    self, GiveCodeWordError, OpenPasswordLinkError, PasswordRunError, ResetPasswordOfError, SetPasswordError,
    WordAnswer,
};
use practice_domain::value::{EmployeeId, PracticeId, Word};
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::staff::{BETTER, wrong_word};
use crate::world::{World, cases, origin};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";
const LIFE: u64 = 3 * 24 * 60 * 60;
const RUN: u64 = 60 * 60;
const HOUR: u64 = 60 * 60;
const PAUSE: u64 = 15 * 60;

/// What a person with a calendar and a pencil would know.
#[derive(Debug, Clone)]
struct Model {
    now: u64,
    /// When each link was sent.
    sent: Vec<u64>,
    /// Wrong words against the newest.
    wrong_here: u8,
    used: bool,
    /// The serial of the word in force.
    serial: u32,
    /// When the counted wrong words came.
    wrong: Vec<u64>,
    paused_until: u64,
    run: Option<Opened>,
    told: Told,
}

/// The newest run.
#[derive(Debug, Clone)]
struct Opened {
    link: usize,
    at: u64,
    given: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Done,
    TooSoon,
    Dead(LinkDead),
    Refused(RunRefused),
    Paused,
    NoRun,
    Right,
    Wrong(u8),
}

#[derive(Debug, Clone, Copy)]
enum Move {
    Send,
    /// The newest link, or an older one.
    Open {
        old: bool,
    },
    /// The word in force, the one before, or none of them.
    Give(Given),
    Rotate,
    Set,
    Wait(u64),
}

#[derive(Debug, Clone, Copy)]
enum Given {
    Right,
    Former,
    Wrong,
}

impl Model {
    fn dead(&self, link: usize) -> Option<LinkDead> {
        match self.sent.len() {
            newest if link < newest => Some(LinkDead::Newer),
            _ if self.used => Some(LinkDead::Used),
            _ if self.wrong_here >= 5 => Some(LinkDead::Closed),
            newest if self.now >= self.sent[newest - 1] + LIFE => Some(LinkDead::Expired),
            _ => None,
        }
    }

    fn give(&mut self, given: Given) -> Told {
        let Some(run) = self.run.clone() else { return Told::NoRun };
        if let Some(why) = self.dead(run.link) {
            return Told::Dead(why);
        }
        if self.now >= run.at + RUN {
            return Told::Refused(RunRefused::Ended);
        }
        if run.given == Some(self.serial) {
            return Told::Refused(RunRefused::OutOfOrder);
        }
        if self.now < self.paused_until {
            return Told::Paused;
        }
        if matches!(given, Given::Right) {
            self.run = Some(Opened { given: Some(self.serial), ..run });
            return Told::Right;
        }
        if self.wrong.first().is_some_and(|first| self.now >= first + HOUR) || self.wrong.len() >= 20 {
            self.wrong.clear();
        }
        self.wrong.push(self.now);
        if self.wrong.len() >= 20 {
            self.paused_until = self.now + PAUSE;
        }
        self.wrong_here += 1;
        Told::Wrong(5 - self.wrong_here)
    }

    fn set(&mut self) -> Told {
        let Some(run) = &self.run else { return Told::NoRun };
        if let Some(why) = self.dead(run.link) {
            return Told::Dead(why);
        }
        if self.now >= run.at + RUN {
            return Told::Refused(RunRefused::Ended);
        }
        if run.given != Some(self.serial) {
            return Told::Refused(RunRefused::WordFirst);
        }
        self.used = true;
        Told::Done
    }

    /// Three links at once, then one an hour: each costs an hour, and at most three hours may be owed.
    fn may_send(&self) -> bool {
        let owed = self.sent.iter().fold(0, |until: u64, at| until.max(*at) + HOUR);
        owed <= self.now + 2 * HOUR
    }
}

impl ReferenceStateMachine for Model {
    type State = Self;
    type Transition = Move;

    fn init_state() -> BoxedStrategy<Self> {
        let (sent, wrong) = (Vec::new(), Vec::new());
        Just(Self {
            now: 0,
            sent,
            wrong_here: 0,
            used: false,
            serial: 1,
            wrong,
            paused_until: 0,
            run: None,
            told: Told::Done,
        })
        .boxed()
    }

    fn transitions(_: &Self) -> BoxedStrategy<Move> {
        let given = prop_oneof![2 => Just(Given::Right), 1 => Just(Given::Former), 5 => Just(Given::Wrong)];
        let wait = prop_oneof![
            3 => Just(HOUR), 2 => Just(PAUSE), 2 => Just(60), 1 => Just(LIFE - HOUR), 1 => Just(PAUSE - 1), 1 => Just(HOUR - 1),
        ];
        prop_oneof![
            4 => Just(Move::Send),
            4 => proptest::bool::weighted(0.1).prop_map(|old| Move::Open { old }),
            9 => given.prop_map(Move::Give),
            1 => Just(Move::Rotate),
            3 => Just(Move::Set),
            3 => wait.prop_map(Move::Wait),
        ]
        .boxed()
    }

    fn apply(mut state: Self, step: &Move) -> Self {
        state.told = match *step {
            Move::Wait(span) => {
                state.now += span;
                Told::Done
            }
            Move::Send if !state.may_send() => Told::TooSoon,
            Move::Send => {
                state.sent.push(state.now);
                (state.wrong_here, state.used) = (0, false);
                Told::Done
            }
            Move::Open { old } => {
                let link = state.sent.len().saturating_sub(usize::from(old));
                match link {
                    0 => Told::Dead(LinkDead::Unknown),
                    link => match state.dead(link) {
                        Some(why) => Told::Dead(why),
                        None => {
                            state.run = Some(Opened { link, at: state.now, given: None });
                            Told::Done
                        }
                    },
                }
            }
            Move::Give(given) => state.give(given),
            Move::Rotate => {
                state.serial += 1;
                Told::Done
            }
            Move::Set => state.set(),
        };
        state
    }
}

/// The real thing.
struct Real {
    world: World,
    practice: PracticeId,
    employee: EmployeeId,
    admin: Administrator,
    fresh: Fresh<Holder<permit::UseCodeWord>>,
    /// Links of before the test: the account's first has the next generation.
    cookie: Option<[u8; 32]>,
    former: Word,
    /// Passwords set so far: none of the last ones can be set again.
    set: usize,
}

impl Real {
    fn take(&mut self, step: Move) -> Told {
        let Self { world, admin, fresh, .. } = self;
        match step {
            Move::Send => match run(usecase::reset_password_of(&world.ports, admin, self.employee)) {
                Ok(_) => Told::Done,
                Err(ResetPasswordOfError::TooSoon(_)) => Told::TooSoon,
                Err(other) => panic!("{other:?}"),
            },
            Move::Open { old } => self.open(u32::from(old)),
            Move::Give(given) => {
                let word = match given {
                    Given::Right => world.word(self.practice),
                    Given::Former => self.former.clone(),
                    Given::Wrong => wrong_word(),
                };
                let Some(cookie) = self.cookie else { return Told::NoRun };
                match world.give(&cookie, &word) {
                    Ok(WordAnswer::Right) => Told::Right,
                    Ok(WordAnswer::Wrong { tries_left }) => Told::Wrong(tries_left),
                    Err(GiveCodeWordError::Paused(_)) => Told::Paused,
                    Err(GiveCodeWordError::Run(why)) => refused(&why),
                    Err(other) => panic!("{other:?}"),
                }
            }
            Move::Rotate => {
                self.former = world.word(self.practice);
                run(usecase::rotate_code_word(&world.ports, fresh)).expect("rotated");
                Told::Done
            }
            Move::Set => match self.cookie.map(|cookie| world.set(&cookie, &format!("{BETTER}-{}", self.set % 10))) {
                None => Told::NoRun,
                Some(Ok(())) => {
                    self.set += 1;
                    Told::Done
                }
                Some(Err(SetPasswordError::Run(why))) => refused(&why),
                Some(Err(other)) => panic!("{other:?}"),
            },
            Move::Wait(span) => {
                world.later(Duration::from_secs(span));
                Told::Done
            }
        }
    }

    fn open(&mut self, older: u32) -> Told {
        let world = &self.world;
        let id = world.reset_link(ANN);
        let stored = run(world.ports.store.password_link(id)).expect("stored");
        let generation = stored.map_or(0, |link| link.generation).saturating_sub(older);
        if generation == 0 {
            return Told::Dead(LinkDead::Unknown);
        }
        let link = world.ports.keys.password_link(id, generation).0;
        match run(usecase::begin_password_run(&world.ports, &link, &origin())) {
            Ok(begun) => {
                self.cookie = Some(begun.cookie);
                Told::Done
            }
            Err(OpenPasswordLinkError::Dead(why)) => Told::Dead(why),
            Err(other) => panic!("{other:?}"),
        }
    }
}

fn refused(why: &PasswordRunError) -> Told {
    match why {
        PasswordRunError::Dead(why) => Told::Dead(*why),
        PasswordRunError::Refused(why) => Told::Refused(*why),
        other => panic!("{other:?}"),
    }
}

struct Links;

impl StateMachineTest for Links {
    type SystemUnderTest = Real;
    type Reference = Model;

    fn init_test(_: &Model) -> Real {
        let world = World::new();
        let office = world.office_of(BOSS, Preset::Office);
        let employee = world.hire(&office, ANN, Role::Hygienist);
        let (admin, fresh) = (world.admin(BOSS), world.word_keeper(BOSS));
        Real { world, practice: office.practice, employee, admin, fresh, cookie: None, former: wrong_word(), set: 0 }
    }

    fn apply(mut real: Real, model: &Model, step: Move) -> Real {
        let told = real.take(step);
        assert_eq!(told, model.told, "after {step:?}: {model:?}");
        real
    }

    fn check_invariants(_: &Real, _: &Model) {}

    fn teardown(real: Real, _: Model) {
        check(&real.world);
    }
}

prop_state_machine! {
    #![proptest_config(cases(300))]
    /// EMP-4, CODE-3, TK-03, TK-04, TK-06, RL-02
    #[test]
    fn links_and_words_follow_the_model(sequential 1..60 => Links);
}
