//! Random people do random things at random times, and after every step everything still agrees.

use std::fmt::Debug;
use std::time::Duration;

use practice_domain::access::{ProductCaller, UserManager};
use practice_domain::challenge::Delivery;
use practice_domain::channel::{Placement, Product};
use practice_domain::member::Kind;
use practice_domain::person::Person;
use practice_domain::policy::{Preset, TwoStep};
use practice_domain::port::SendError;
use practice_domain::registration::Line;
use practice_domain::usecase::{
    self, ChangeProfile, CorrectInvitation, Entrance, Reinvite, SignInError, WithdrawInvitation,
};
use practice_domain::value::{InvitationId, MemberId, PracticeId};
use practice_testkit::scene::operator;
use proptest::prelude::*;

use crate::world::check::problems;
use crate::world::interleave::run;
use crate::world::people::{invite, sign_in, to};
use crate::world::{GOOD, TERMS, WRONG, World, both_phones, cases, email, origin, password};

/// One thing that somebody does; the numbers choose among what there is at that moment.
#[derive(Debug, Clone)]
enum Act {
    Found(usize),
    Invite { practice: usize, who: usize, kind: Kind, placement: Placement },
    Reinvite(usize, usize),
    Correct { manager: usize, row: usize, who: usize },
    Withdraw(usize, usize),
    Begin(usize),
    Step(usize),
    WrongCode(usize),
    Complete(usize),
    SignIn { who: usize, wrong: usize, device: Option<usize> },
    Confirm { session: usize, right: bool },
    SignOut(usize),
    Join { session: usize, invitation: usize },
    Choose { session: usize, practice: usize },
    Address { session: usize, who: usize, follow: bool },
    Profile(usize, bool),
    App { session: usize, on: bool },
    Unlock(usize, usize),
    UnlockByOperator(usize),
    Grant { practice: usize, who: usize, grant: bool },
    TwoStep { manager: usize, doctors: bool, patients: bool },
    Deliver { fails: bool },
    Wait(u64),
}

const PEOPLE: [&str; 8] = [
    "a@x.example",
    "b@x.example",
    "c@x.example",
    "d@x.example",
    "e@x.example",
    "f@x.example",
    "g@x.example",
    "h@x.example",
];

fn act() -> impl Strategy<Value = Act> {
    let n = || 0..64_usize;
    let kind = || prop_oneof![Just(Kind::Doctor), Just(Kind::Staff), Just(Kind::Patient)];
    let placement = || prop_oneof![Just(Placement::InPractice), Just(Placement::Outside)];
    let wait = prop_oneof![3 => 1..120_u64, 2 => 600..4_000_u64, 1 => Just(12 * 3_600), 1 => Just(7 * 86_400)];
    prop_oneof![
        1 => n().prop_map(Act::Found),
        6 => (n(), n(), kind(), placement())
            .prop_map(|(practice, who, kind, placement)| Act::Invite { practice, who, kind, placement }),
        6 => (n(), n()).prop_map(|(manager, row)| Act::Reinvite(manager, row)),
        6 => (n(), n(), n()).prop_map(|(manager, row, who)| Act::Correct { manager, row, who }),
        3 => (n(), n()).prop_map(|(manager, row)| Act::Withdraw(manager, row)),
        4 => n().prop_map(Act::Begin),
        8 => n().prop_map(Act::Step),
        1 => n().prop_map(Act::WrongCode),
        6 => n().prop_map(Act::Complete),
        10 => (n(), prop_oneof![3 => 0..4_usize, 2 => 4..9_usize], proptest::option::of(n()))
            .prop_map(|(who, wrong, device)| Act::SignIn { who, wrong, device }),
        3 => (n(), any::<bool>()).prop_map(|(session, right)| Act::Confirm { session, right }),
        1 => n().prop_map(Act::SignOut),
        3 => (n(), n()).prop_map(|(session, invitation)| Act::Join { session, invitation }),
        2 => (n(), n()).prop_map(|(session, practice)| Act::Choose { session, practice }),
        3 => (n(), n(), proptest::bool::weighted(0.8))
            .prop_map(|(session, who, follow)| Act::Address { session, who, follow }),
        1 => (n(), any::<bool>()).prop_map(|(session, cell)| Act::Profile(session, cell)),
        2 => (n(), any::<bool>()).prop_map(|(session, on)| Act::App { session, on }),
        4 => (n(), n()).prop_map(|(manager, row)| Act::Unlock(manager, row)),
        1 => n().prop_map(Act::UnlockByOperator),
        4 => (n(), n(), any::<bool>()).prop_map(|(practice, who, grant)| Act::Grant { practice, who, grant }),
        1 => (n(), any::<bool>(), any::<bool>())
            .prop_map(|(manager, doctors, patients)| Act::TwoStep { manager, doctors, patients }),
        2 => any::<bool>().prop_map(|fails| Act::Deliver { fails }),
        3 => wait.prop_map(Act::Wait),
    ]
}

/// A world, with what its people hold in their hands.
struct History {
    world: World,
    practices: Vec<PracticeId>,
    callers: Vec<ProductCaller>,
    invitations: Vec<InvitationId>,
    runs: Vec<[u8; 32]>,
    sessions: Vec<[u8; 32]>,
    devices: Vec<String>,
}

fn pick<T>(from: &[T], n: usize) -> Option<&T> {
    from.get(n.checked_rem(from.len())?)
}

/// What was answered, unless it was refused. The world is whole, so nothing may fail.
fn kept<T, E: Debug>(answer: Result<T, E>) -> Option<T> {
    if let Err(error) = &answer {
        let error = format!("{error:?}");
        assert!(!error.contains("Fault("), "{error}");
    }
    answer.ok()
}

fn who(n: usize) -> &'static str {
    PEOPLE[n % PEOPLE.len()]
}

impl History {
    /// A practice where two people work and one who has left no trace yet is invited.
    fn begin() -> Self {
        let world = World::listening(&[Product::Operator]);
        let office = world.office(PEOPLE[0]);
        world.colleague(&office, PEOPLE[1]);
        let callers = vec![world.product(office.practice, Product::SecureMail)];
        let (invitations, runs, sessions, devices) = Default::default();
        let mut history =
            Self { world, practices: vec![office.practice], callers, invitations, runs, sessions, devices };
        for person in [PEOPLE[0], PEOPLE[1]] {
            let entrance = history.world.enter(person, GOOD, None).expect("signed in");
            history.come(entrance);
        }
        history
    }

    fn keep(&mut self, welcome: usecase::Welcome) {
        self.sessions.push(welcome.cookie);
        self.devices.push(welcome.device.0);
    }

    /// Takes the second step, too, where one is asked for.
    fn come(&mut self, entrance: Entrance) {
        match entrance {
            Entrance::Whole(welcome) => self.keep(welcome),
            Entrance::Half(half) => {
                if let Some(welcome) = self.world.second_step(&half) {
                    self.keep(welcome);
                }
            }
        }
    }

    fn signed_in(&self, n: usize) -> Option<practice_domain::access::SignedIn> {
        run(usecase::authenticate(&self.world.ports, pick(&self.sessions, n)?, origin())).expect("asked").ok()
    }

    /// Somebody who may, if anybody still can.
    fn manager(&self, n: usize) -> Option<UserManager> {
        (0..self.sessions.len()).find_map(|more| UserManager::prove(self.signed_in(n + more)?).ok())
    }

    /// Any row now and then, and otherwise one where the action makes sense.
    fn row(&self, manager: &UserManager, n: usize, registered: bool) -> Option<Person> {
        let mut rows = self.world.rows(manager.practice().id);
        rows.retain(|row| n.is_multiple_of(8) || row.is_registered() == registered);
        pick(&rows, n).cloned()
    }

    /// Does it; what is refused changes nothing, and the checker says so.
    fn step(&mut self, act: &Act) -> Option<()> {
        let ports = self.world.ports.clone();
        match *act {
            Act::Wait(seconds) => {
                self.world.later(Duration::from_secs(seconds));
                for person in PEOPLE {
                    let device = pick(&self.devices, usize::try_from(seconds).expect("a small number"));
                    if let Ok(entrance) = self.world.enter(person, GOOD, device.cloned().as_deref()) {
                        self.come(entrance);
                    }
                }
            }
            Act::Found(n) => {
                let preset = if n % 2 == 0 { Preset::Standard } else { Preset::Strict };
                let (practice, invitation) = self.world.found(who(n), preset);
                self.practices.push(practice);
                self.invitations.push(invitation);
                self.callers.push(self.world.product(practice, Product::Collaborator));
            }
            Act::Invite { practice, who: n, kind, placement } => {
                let inviter = if n % 4 == 0 { who(n / PEOPLE.len()) } else { PEOPLE[0] };
                let cmd = invite(inviter, who(n / 4), kind, placement);
                let told = run(usecase::invite_person(
                    &ports,
                    pick(&self.callers, if practice % 4 == 0 { practice } else { 0 })?,
                    cmd,
                ))
                .ok()?;
                self.invitations.extend(run(ports.store.invitation(told.id)).expect("stored").map(|found| found.id));
            }
            Act::Reinvite(manager, n) => {
                let manager = self.manager(manager)?;
                let invitation = InvitationId(self.row(&manager, n, false)?.id.0);
                kept(run(usecase::reinvite(&ports, &manager, Reinvite { invitation })))?;
            }
            Act::Correct { manager, row, who: n } => {
                let manager = self.manager(manager)?;
                let invitation = InvitationId(self.row(&manager, row, false)?.id.0);
                let cmd = CorrectInvitation { invitation, seen: None, to: to(who(n)) };
                kept(run(usecase::correct_invitation(&ports, &manager, cmd)))?;
            }
            Act::Withdraw(manager, n) => {
                let manager = self.manager(manager)?;
                let invitation = InvitationId(self.row(&manager, n, false)?.id.0);
                run(usecase::withdraw_invitation(&ports, &manager, WithdrawInvitation { invitation, seen: None }))
                    .ok()?;
            }
            Act::TwoStep { manager, doctors, patients } => {
                let fresh = self.manager(manager)?.fresh().ok()?;
                kept(run(usecase::set_two_step(&ports, &fresh, TwoStep { doctors, patients })))?;
            }
            Act::Unlock(manager, n) => {
                let manager = self.manager(manager)?;
                let member = MemberId(self.row(&manager, n, true)?.id.0);
                kept(run(usecase::unlock_account(&ports, &manager, member)))?;
            }
            Act::UnlockByOperator(n) => {
                kept(run(usecase::unlock_account_by_operator(&ports, &operator(), &email(who(n)))))?;
            }
            Act::Grant { practice, who: n, grant } => {
                let practice = *pick(&self.practices, if practice % 4 == 0 { practice } else { 0 })?;
                let email = pick(&self.world.rows(practice), n)?.email.clone();
                if grant {
                    kept(run(usecase::grant_user_manager(&ports, &operator(), practice, &email)))?;
                } else {
                    kept(run(usecase::revoke_user_manager(&ports, &operator(), practice, &email)))?;
                }
            }
            Act::Deliver { fails } => {
                if fails {
                    self.world.mailbox.fail_next(SendError::Transient { reply: "451".to_owned() });
                }
                run(self.world.relay.deliver_next()).expect("the store works")?;
            }
            _ => return self.visit(act),
        }
        Some(())
    }

    /// What people do for themselves: registering, signing in, joining.
    fn visit(&mut self, act: &Act) -> Option<()> {
        let ports = self.world.ports.clone();
        match *act {
            Act::Begin(n) => {
                let link = self.world.link(*pick(&self.invitations, n)?);
                self.runs.push(kept(run(usecase::begin_registration(&ports, &link, &origin())))?.cookie);
            }
            Act::Step(n) => {
                let cookie = *pick(&self.runs, n)?;
                self.advance(&cookie, n)?;
            }
            Act::WrongCode(n) => {
                kept(run(usecase::verify_secret_code(&ports, pick(&self.runs, n)?, "wrong", &origin())))?;
            }
            Act::Complete(n) => {
                let cookie = *pick(&self.runs, n)?;
                (0..4).try_for_each(|step| self.advance(&cookie, step))?;
                kept(self.world.complete(&cookie))?;
            }
            Act::SignIn { who: n, wrong, device } => {
                let device = device.and_then(|n| pick(&self.devices, n)).cloned();
                for given in std::iter::repeat_n(WRONG, wrong).chain([GOOD]) {
                    match run(usecase::sign_in(&ports, sign_in(who(n), given, device.as_deref()))) {
                        Ok(entrance) => self.come(entrance),
                        Err(SignInError::Refused | SignInError::PasswordOutdated(_)) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                }
            }
            Act::Confirm { session, right } => {
                let who = self.signed_in(session)?;
                let given = password(if right { GOOD } else { WRONG });
                let confirmed = kept(run(usecase::confirm_password(&ports, &who, &given)))?;
                self.sessions.push(confirmed.cookie);
            }
            Act::SignOut(session) => run(usecase::sign_out(&ports, &self.signed_in(session)?)).expect("signed out"),
            Act::Join { session, invitation } => {
                let link = self.world.link(*pick(&self.invitations, invitation)?);
                kept(run(usecase::confirm_joining(&ports, &self.signed_in(session)?, &link)))?;
            }
            _ => return self.arrange(act),
        }
        Some(())
    }

    /// What people change of themselves.
    fn arrange(&mut self, act: &Act) -> Option<()> {
        let ports = self.world.ports.clone();
        match *act {
            Act::Choose { session, practice } => {
                let who = self.signed_in(session)?;
                let places = run(usecase::practices_to_choose(&ports, &who)).expect("stored");
                let practice = pick(&places, practice)?.0.id;
                self.sessions.push(kept(run(usecase::choose_practice(&ports, &who, practice)))?.cookie);
            }
            Act::Address { session, who: n, follow } => {
                let fresh = self.signed_in(session)?.fresh().ok()?;
                kept(run(usecase::ask_email_change(&ports, &fresh, email(who(n)))))?;
                if follow {
                    let serial = run(ports.store.email_change(fresh.who().account())).expect("stored")?.serial;
                    let link = ports.keys.email_change_link(fresh.who().account(), serial);
                    kept(run(usecase::confirm_email_change(&ports, &link.0, &origin())))?;
                }
            }
            Act::Profile(session, cell) => {
                let who = self.signed_in(session)?;
                let phones = if cell { both_phones() } else { practice_domain::value::Phones::default() };
                let cmd = ChangeProfile { name: who.name().clone(), phones, time_zone: None };
                kept(run(usecase::change_profile(&ports, &who, cmd)))?;
            }
            Act::App { session, on } => {
                let fresh = self.signed_in(session)?.fresh().ok()?;
                if on {
                    self.world.enrol(&fresh);
                } else {
                    kept(run(usecase::remove_second_factor(&ports, &fresh)))?;
                }
            }
            _ => {}
        }
        Some(())
    }

    /// Tries one of the four steps before the password, in or out of order.
    fn advance(&self, cookie: &[u8], step: usize) -> Option<()> {
        let ports = &self.world.ports;
        let at = kept(run(usecase::in_progress(ports, cookie)))?.registration;
        match step % 4 {
            0 => _ = run(usecase::give_phones(ports, cookie, both_phones(), &origin())),
            1 => _ = run(usecase::send_secret_code(ports, cookie, (Delivery::Text, Line::Cell), &origin())),
            2 => {
                let code = ports.keys.secret_code(at.id, at.codes_sent);
                _ = run(usecase::verify_secret_code(ports, cookie, &code, &origin()));
            }
            _ => _ = run(usecase::accept_terms(ports, cookie, TERMS, &origin())),
        }
        Some(())
    }
}

proptest! {
    #![proptest_config(cases(100))]

    /// PRA-2, PRA-3, PRA-5, SESS-3, SE-09, INV-4, INV-5, INV-7, INV-9, LIST-1, LIST-2, LOCK-1, LOCK-2, REG-6, SESS-1
    #[test]
    fn whatever_people_do_everything_agrees(acts in proptest::collection::vec(act(), 40)) {
        let mut history = History::begin();
        for act in &acts {
            let (commits, audit) = (history.world.store.commits().len(), history.world.memory.audit().len());
            history.step(act);
            let wrong = problems(&history.world);
            prop_assert!(wrong.is_empty(), "after {:?}: {:#?}", act, wrong);
            let (commits, audit) =
                (history.world.store.commits().len() - commits, history.world.memory.audit().len() - audit);
            prop_assert!(audit >= commits, "{:?} made {} commits and {} entries", act, commits, audit);
        }
    }
}
