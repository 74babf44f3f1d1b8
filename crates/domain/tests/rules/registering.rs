//! The steps of a registration, taken through the use cases.

use practice_domain::challenge::{CodeRefused, Delivery};
use practice_domain::channel::Placement;
use practice_domain::invitation::DeadLink;
use practice_domain::member::Kind;
use practice_domain::notice::About;
use practice_domain::password::PasswordRule;
use practice_domain::person::Status;
use practice_domain::policy::TwoStep;
use practice_domain::registration::{Line, StepName, StepRefused};
use practice_domain::usecase::{
    self, CodeAnswer, CompleteRegistration, CompleteRegistrationError, Ports, StepError, Welcome,
};
use practice_domain::value::{InvitationId, Phone, Phones};

use crate::world::check::check;
use crate::world::interleave::{Dice, Job, interleave, run};
use crate::world::people::Office;
use crate::world::{DAY, GOOD, Grain, MINUTE, TERMS, World, both_phones, origin, password};

const NEW: &str = "new.person@x.example";
const TEXT: (Delivery, Line) = (Delivery::Text, Line::Cell);

fn invited(kind: Kind) -> (World, Office, InvitationId) {
    let world = World::new();
    let office = world.office("boss@x.example");
    let placement = if kind == Kind::Patient { Placement::Outside } else { Placement::InPractice };
    let id = world.invite(&office, NEW, kind, placement).expect("invited").id;
    (world, office, id)
}

fn guess(ports: &Ports, cookie: &[u8], code: &str) -> Result<CodeAnswer, StepError> {
    run(usecase::verify_secret_code(ports, cookie, code, &origin()))
}

fn code_of(world: &World, cookie: &[u8]) -> String {
    let registration = run(usecase::in_progress(&world.ports, cookie)).expect("in progress").registration;
    world.ports.keys.secret_code(registration.id, registration.codes_sent)
}

/// A run at the code step, its first code sent.
fn at_the_code(world: &World, id: InvitationId) -> [u8; 32] {
    let cookie = world.begin(&world.link(id));
    run(usecase::give_phones(&world.ports, &cookie, both_phones(), &origin())).expect("given");
    run(usecase::send_secret_code(&world.ports, &cookie, TEXT, &origin())).expect("sent");
    cookie
}

/// REG-1, REG-3, REG-5, REG-6: and nobody is signed in by it.
#[test]
fn from_a_link_to_an_account_with_every_step() {
    let (world, office, id) = invited(Kind::Staff);
    let cookie = at_the_code(&world, id);
    assert!(matches!(guess(&world.ports, &cookie, &code_of(&world, &cookie)), Ok(CodeAnswer::Right(_))));
    let old = run(usecase::accept_terms(&world.ports, &cookie, "2020-01-01", &origin()));
    assert!(matches!(old, Err(StepError::Refused(StepRefused::OldTerms))));
    run(usecase::accept_terms(&world.ports, &cookie, TERMS, &origin())).expect("accepted");
    world.complete(&cookie).expect("registered");
    let account = world.account(NEW).expect("an account");
    assert_eq!((account.terms.version.as_str(), account.terms.accepted_at), (TERMS, world.now()));
    assert_eq!(account.proven, both_phones().cell);
    assert_eq!(account.home, Some(office.practice));
    let sessions = world.facts_of("sign-in.succeeded").len();
    world.try_sign_in(NEW, GOOD, None).map(|_: Welcome| ()).expect("may sign in now");
    assert_eq!(world.facts_of("sign-in.succeeded").len(), sessions + 1, "only signing in signs in");
    check(&world);
}

/// REG-5, OT-05: no step before its turn, none twice, none after the end.
#[test]
fn steps_cannot_be_skipped_or_taken_twice() {
    let (world, _, id) = invited(Kind::Staff);
    let cookie = world.begin(&world.link(id));
    let terms = || run(usecase::accept_terms(&world.ports, &cookie, TERMS, &origin()));
    let complete = || world.complete(&cookie);
    let early = |step| matches!(step, Err(StepError::Refused(StepRefused::OutOfOrder(_))));
    assert!(early(terms().map(|_| ())));
    assert!(early(guess(&world.ports, &cookie, "000000").map(|_| ())));
    let step = StepRefused::OutOfOrder(StepName::Phones);
    let refused = complete().expect_err("too early");
    assert!(matches!(refused, CompleteRegistrationError::Step(StepError::Refused(why)) if why == step));
    world.walk(&cookie);
    assert!(early(terms().map(|_| ())), "terms are accepted once");
    let given = run(usecase::give_phones(&world.ports, &cookie, both_phones(), &origin()));
    assert!(early(given.map(|_| ())), "a proven number stays");
    complete().expect("registered");
    let again = complete().expect_err("replayed");
    assert!(matches!(again, CompleteRegistrationError::Step(StepError::Dead(DeadLink::Used))));
    assert!(matches!(run(usecase::in_progress(&world.ports, &[9; 32])), Err(StepError::NoSuchRun)));
    check(&world);
}

/// REG-2, OT-04: Re-Send Code kills the former one, asked too soon it says when, and Change Delivery Method uses another line.
#[test]
fn another_code_kills_the_former() {
    let (world, _, id) = invited(Kind::Staff);
    let cookie = at_the_code(&world, id);
    let first = code_of(&world, &cookie);
    let again = || run(usecase::resend_secret_code(&world.ports, &cookie, &origin()));
    let possible_at = world.now().plus(MINUTE / 2);
    let soon = again().expect_err("too soon");
    assert!(matches!(soon, StepError::Refused(StepRefused::TooSoon(wait)) if wait.possible_at == possible_at));
    world.later(MINUTE / 2);
    again().expect("sent again");
    let second = code_of(&world, &cookie);
    assert_ne!(first, second);
    let killed = guess(&world.ports, &cookie, &first).expect("answered");
    assert!(matches!(killed, CodeAnswer::Wrong(CodeRefused::Wrong { tries_left: 4 })));
    world.later(MINUTE / 2);
    let call = (Delivery::Call, Line::Landline);
    run(usecase::send_secret_code(&world.ports, &cookie, call, &origin())).expect("called");
    let to_landline =
        run(usecase::send_secret_code(&world.ports, &cookie, (Delivery::Text, Line::Landline), &origin()));
    assert!(matches!(to_landline, Err(StepError::Refused(StepRefused::NoSuchDelivery))));
    assert!(matches!(guess(&world.ports, &cookie, &second), Ok(CodeAnswer::Wrong(_))));
    assert!(matches!(guess(&world.ports, &cookie, &code_of(&world, &cookie)), Ok(CodeAnswer::Right(_))));
    let delivered = world.deliver();
    let codes = delivered.iter().filter(|d| matches!(d.notice.about, About::SecretCode { .. })).count();
    assert!(codes >= 3, "{delivered:?}");
    assert!(world.phone.rings().is_empty(), "codes that a newer or a right one overtook are dropped");
}

/// OT-04, OT-05, REG-2, REG-5: a code is good for its own run, for the number that it went to, and once.
#[test]
fn a_code_is_good_for_one_run_and_number_and_once() {
    let (world, office, id) = invited(Kind::Staff);
    let other = world.invite(&office, "other@x.example", Kind::Staff, Placement::InPractice).expect("invited").id;
    let (here, there) = (at_the_code(&world, id), at_the_code(&world, other));
    let first = code_of(&world, &here);
    assert!(matches!(guess(&world.ports, &there, &first), Ok(CodeAnswer::Wrong(_))), "the code of another run");
    let others = Phones { cell: Phone::parse("(415) 555-2699").ok(), landline: None };
    run(usecase::give_phones(&world.ports, &here, others, &origin())).expect("corrected");
    let delivery = StepRefused::OutOfOrder(StepName::Delivery);
    let early = guess(&world.ports, &here, &first).map(|_| ());
    assert!(
        matches!(early, Err(StepError::Refused(why)) if why == delivery),
        "what was sent to the old number is dead"
    );
    world.later(MINUTE);
    run(usecase::send_secret_code(&world.ports, &here, TEXT, &origin())).expect("sent");
    let second = code_of(&world, &here);
    assert_ne!(first, second);
    assert!(matches!(guess(&world.ports, &here, &first), Ok(CodeAnswer::Wrong(_))));
    assert!(matches!(guess(&world.ports, &here, &second), Ok(CodeAnswer::Right(_))));
    let again = guess(&world.ports, &here, &second).map(|_| ());
    assert!(matches!(again, Err(StepError::Refused(StepRefused::OutOfOrder(_)))), "once");
    check(&world);
}

/// A run that is asked for its code: the code, and another one.
fn asked_for_its_code() -> (World, [u8; 32], String, &'static str) {
    let (world, _, id) = invited(Kind::Staff);
    let cookie = at_the_code(&world, id);
    let right = code_of(&world, &cookie);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    (world, cookie, right, wrong)
}

/// REG-2, OT-03: five wrong guesses end a code, ten a run, in any interleaving.
#[test]
fn no_interleaving_of_guesses_gets_more_than_five_tries() {
    for seed in 0..40 {
        let (world, cookie, right, wrong) = asked_for_its_code();
        let mut dice = Dice(seed);
        world.store.set(Grain::Commits);
        let jobs = (0..6).map(|_| {
            let ports = world.ports.clone();
            Box::pin(async move { usecase::verify_secret_code(&ports, &cookie, wrong, &origin()).await }) as Job<'_, _>
        });
        interleave(jobs.collect(), |of| dice.below(of));
        world.store.set(Grain::Whole);
        let looked_at = world.facts_of("registration.code-wrong").len();
        for _ in looked_at..6 {
            assert!(guess(&world.ports, &cookie, wrong).is_ok());
        }
        let dead = guess(&world.ports, &cookie, &right);
        assert!(matches!(dead, Ok(CodeAnswer::Wrong(CodeRefused::UsedUp))), "{dead:?}");
        world.later(MINUTE);
        run(usecase::resend_secret_code(&world.ports, &cookie, &origin())).expect("sent again");
        for _ in 0..4 {
            guess(&world.ports, &cookie, "wrong").expect("answered");
        }
        let ended = guess(&world.ports, &cookie, &code_of(&world, &cookie));
        assert!(matches!(ended, Err(StepError::Refused(StepRefused::Ended))), "{ended:?}");
    }
}

/// REG-2, OT-03: of fifty guesses at once, the right one among them, five at most are looked at.
#[test]
fn of_fifty_guesses_at_once_five_are_looked_at() {
    for seed in 0..8 {
        let (world, cookie, right, wrong) = asked_for_its_code();
        let mut dice = Dice(seed);
        world.store.set(Grain::Commits);
        let jobs = (0..50).map(|n| {
            let (ports, code) = (world.ports.clone(), if n == 7 { right.clone() } else { wrong.to_owned() });
            Box::pin(async move { usecase::verify_secret_code(&ports, &cookie, &code, &origin()).await }) as Job<'_, _>
        });
        let told = interleave(jobs.collect(), |of| dice.below(of));
        world.store.set(Grain::Whole);
        let is_looked_at = |answer: &&Result<CodeAnswer, StepError>| {
            matches!(answer, Ok(CodeAnswer::Right(_) | CodeAnswer::Wrong(CodeRefused::Wrong { .. })))
        };
        let looked_at = told.iter().filter(is_looked_at).count();
        assert!((1..=5).contains(&looked_at), "{looked_at}, seed {seed}");
    }
}

/// REG-2: nothing is texted for a run that too many wrong codes have ended.
#[test]
fn a_run_that_wrong_codes_have_ended_sends_no_more_codes() {
    let (world, _, id) = invited(Kind::Staff);
    let cookie = at_the_code(&world, id);
    for _ in 0..2 {
        for _ in 0..5 {
            assert!(matches!(guess(&world.ports, &cookie, "wrong"), Ok(CodeAnswer::Wrong(_))));
        }
        world.later(MINUTE);
        let again = run(usecase::resend_secret_code(&world.ports, &cookie, &origin()));
        if world.facts_of("registration.code-wrong").len() == 10 {
            assert!(matches!(again, Err(StepError::Refused(StepRefused::Ended))), "{again:?}");
        }
    }
}

/// REG-1, OT-05, OT-09: staff follow the doctors' switch, patients their own; what a run began with stays.
#[test]
fn two_step_is_what_the_switch_said_when_the_run_began() {
    for kind in [Kind::Staff, Kind::Patient] {
        let (world, office, id) = invited(kind);
        let step = |cookie: &[u8]| run(usecase::in_progress(&world.ports, cookie)).expect("going on").registration.at();
        let on = world.begin(&world.link(id));
        assert_eq!(step(&on), StepName::Phones);
        world.set_two_step(office.manager, kind == Kind::Patient, kind != Kind::Patient);
        let off = world.begin(&world.link(id));
        assert_eq!((step(&on), step(&off)), (StepName::Phones, StepName::Terms));
        world.set_two_step(office.manager, true, true);
        assert_eq!((step(&on), step(&off)), (StepName::Phones, StepName::Terms));
        world.walk(&off);
        world.complete(&off).expect("registered");
        let two_step = TwoStep { doctors: true, patients: true };
        if let Some(row) = world.row_of(office.practice, NEW) {
            assert_eq!(row.status(two_step), Status::TwoStepPending, "REG-5");
            assert_eq!(row.status(TwoStep { doctors: false, ..two_step }), Status::Registered);
        }
        check(&world);
    }
}

/// REG-1, INV-2: numbers that a product gave need not be given again, and whoever holds the link cannot replace them.
#[test]
fn phones_are_asked_only_when_none_is_known() {
    let (world, office, id) = invited(Kind::Staff);
    let correction = crate::world::people::to("right.person@x.example");
    let who = world.manager(office.manager);
    let cmd = usecase::CorrectInvitation { invitation: id, seen: None, to: correction };
    run(usecase::correct_invitation(&world.ports, &who, cmd)).expect("corrected");
    let cookie = world.begin(&world.link(id));
    let run_through = run(usecase::in_progress(&world.ports, &cookie)).expect("going on").registration;
    assert_eq!(run_through.at(), StepName::Delivery);
    let others = Phones { cell: Phone::parse("(415) 555-2671").ok(), landline: None };
    let replaced = run(usecase::give_phones(&world.ports, &cookie, others, &origin()));
    assert!(matches!(replaced, Err(StepError::Refused(StepRefused::OutOfOrder(StepName::Delivery)))));
}

/// REG-4, PWD-1: the server checks every rule, whatever the page did; what fails changes nothing.
#[test]
fn a_password_that_does_not_meet_every_rule_makes_no_account() {
    let (world, office, id) = invited(Kind::Staff);
    world.set_two_step(office.manager, false, false);
    let cookie = world.begin(&world.link(id));
    world.walk(&cookie);
    let commits = world.store.commits().len();
    let give = |text: &str, again: &str| {
        let cmd = CompleteRegistration { password: password(text), again: password(again) };
        run(usecase::complete_registration(&world.ports, &cookie, cmd, &origin())).map(|_| ())
    };
    for (text, rule) in [
        ("short", PasswordRule::Least(15)),
        ("all too common a password", PasswordRule::NotCommon),
        ("Bright Smile Dental", PasswordRule::NotContext),
        ("new.person@x.example", PasswordRule::NotContext),
        ("practice portal practice portal", PasswordRule::NotContext),
    ] {
        match give(text, text) {
            Err(CompleteRegistrationError::Password(refused)) => assert_eq!(refused.0, [rule], "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    assert!(matches!(give(GOOD, "another good password"), Err(CompleteRegistrationError::NotTheSame)));
    assert_eq!(world.store.commits().len(), commits);
    assert!(give(GOOD, GOOD).is_ok());
}

/// REG-5, INV-5: a run may end after its link's life, but not after its own.
#[test]
fn a_run_outlives_its_link_but_not_itself() {
    let (world, office, id) = invited(Kind::Staff);
    world.set_two_step(office.manager, false, false);
    world.later(7 * DAY - MINUTE);
    let (first, second) = (world.begin(&world.link(id)), world.begin(&world.link(id)));
    world.walk(&first);
    world.later(2 * MINUTE);
    assert!(run(usecase::open_invitation(&world.ports, &world.link(id))).is_err());
    world.walk(&second);
    world.complete(&first).expect("registered");
    assert!(matches!(world.complete(&second), Err(CompleteRegistrationError::Step(StepError::Dead(DeadLink::Used)))));

    let (world, _, id) = invited(Kind::Staff);
    let cookie = world.begin(&world.link(id));
    world.walk(&cookie);
    world.later(4 * 60 * MINUTE);
    let late = world.complete(&cookie);
    assert!(matches!(late, Err(CompleteRegistrationError::Step(StepError::Refused(StepRefused::Ended)))));
    check(&world);
}
