//! User Managers, the switches that only they set, and sessions.

use std::time::Duration;

use practice_domain::access::{Action, Denied, Operator, SignedIn, UserManager, WhyNot};
use practice_domain::channel::Placement;
use practice_domain::fact::Fact;
use practice_domain::member::Kind;
use practice_domain::notice::About;
use practice_domain::policy::TwoStep;
use practice_domain::practice::LastUserManager;
use practice_domain::usecase::{
    self, ConfirmPasswordError, GrantUserManagerError, Reinvite, ReinviteError, UnlockAccountError, WithdrawInvitation,
    WithdrawInvitationError,
};
use practice_domain::value::{InvitationId, Version};
use practice_testkit::scene::operator;

use crate::world::check::check;
use crate::world::interleave::{Job, Orders, interleave, run};
use crate::world::people::Office;
use crate::world::{GOOD, Grain, MINUTE, World, email, origin, password};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

fn two_people() -> (World, Office) {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, ANN);
    (world, office)
}

fn grant(world: &World, office: &Office, who: &str) -> Result<bool, GrantUserManagerError> {
    run(usecase::grant_user_manager(&world.ports, &operator(), office.practice, &email(who)))
}

fn revoke(world: &World, office: &Office, who: &str) -> Result<bool, GrantUserManagerError> {
    run(usecase::revoke_user_manager(&world.ports, &operator(), office.practice, &email(who)))
}

fn ask(world: &World, cookie: &[u8]) -> Result<SignedIn, Denied> {
    run(usecase::authenticate(&world.ports, cookie, origin())).expect("asked")
}

/// PRA-3: an operator grants and takes, with a reason, and both are told.
#[test]
fn an_operator_grants_and_takes_with_a_reason() {
    let (world, office) = two_people();
    let silent = Operator::at_the_command_line("casey".to_owned(), None);
    let why = run(usecase::grant_user_manager(&world.ports, &silent, office.practice, &email(ANN)));
    assert!(matches!(why, Err(GrantUserManagerError::NoReason)));
    assert!(grant(&world, &office, ANN).expect("granted"));
    assert!(!grant(&world, &office, ANN).expect("answered"), "a second time changes nothing");
    assert_eq!(world.manager(ANN).practice().id, office.practice);
    assert!(world.row_of(office.practice, ANN).expect("listed").user_manager);
    check(&world);
    assert!(revoke(&world, &office, ANN).expect("taken"));
    assert!(UserManager::prove(world.signed_in(ANN)).is_err());
    let told = world.memory.notices().iter().filter(|n| matches!(n.about, About::UserManagersChanged { .. })).count();
    assert_eq!(told, 4, "the person and the first User Manager, twice");
    let audit = world.memory.audit();
    assert!(audit.iter().any(|entry| matches!(entry.fact, Fact::UserManagerRevoked { .. })));
    check(&world);
}

/// PRA-3
#[test]
fn the_last_user_manager_cannot_be_taken_away() {
    let (world, office) = two_people();
    let take =
        |who: &str| world.when(usecase::revoke_user_manager(&world.ports, &operator(), office.practice, &email(who)));
    assert!(matches!(take(BOSS).changes_nothing().refused(), GrantUserManagerError::Last(LastUserManager)));
    assert!(matches!(take("nobody@x.example").changes_nothing().refused(), GrantUserManagerError::NoSuchMember));
    grant(&world, &office, ANN).expect("granted");
    assert!(revoke(&world, &office, BOSS).expect("taken"));
    assert!(matches!(revoke(&world, &office, ANN), Err(GrantUserManagerError::Last(LastUserManager))));
    check(&world);
}

/// PRA-3: two operators at once cannot take the last two.
#[test]
fn two_who_take_at_once_leave_one() {
    let orders = Orders::each(|orders| {
        let (world, office) = two_people();
        grant(&world, &office, ANN).expect("granted");
        world.store.set(Grain::Commits);
        let take = |who: &'static str| {
            let (ports, practice) = (world.ports.clone(), office.practice);
            Box::pin(async move { usecase::revoke_user_manager(&ports, &operator(), practice, &email(who)).await })
                as Job<'static, Result<bool, GrantUserManagerError>>
        };
        let told = interleave(vec![take(BOSS), take(ANN)], |of| orders.choose(of));
        world.store.set(Grain::Whole);
        let taken = told.iter().filter(|told| matches!(told, Ok(true))).count();
        let refused = told.iter().filter(|told| matches!(told, Err(GrantUserManagerError::Last(_)))).count();
        assert_eq!((taken, refused), (1, 1), "{told:?}");
        check(&world);
    });
    assert!(orders >= 2);
}

/// LIST-9, SESS-2, OT-09: the switches need a fresh sign-in, are recorded, apply to the whole practice, and are told to every User Manager
/// as they are by then.
#[test]
fn two_step_switches_need_a_fresh_sign_in() {
    let (world, office) = two_people();
    let cookie = world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
    let who = || UserManager::prove(ask(&world, &cookie).expect("live")).expect("a User Manager");
    world.later(5 * MINUTE - Duration::from_micros(1));
    assert!(who().fresh().is_ok());
    world.later(Duration::from_micros(1));
    assert_eq!(who().fresh().map(|_| ()), Err(Denied::NotFresh));
    let confirmed = run(usecase::confirm_password(&world.ports, who().person(), &password(GOOD))).expect("confirmed");
    assert_eq!(ask(&world, &cookie).map(|_| ()), Err(Denied::NotSignedIn), "the old cookie is dead");
    let fresh = UserManager::prove(ask(&world, &confirmed.cookie).expect("live")).and_then(UserManager::fresh);
    let fresh = fresh.expect("fresh again");
    let off = TwoStep { doctors: false, patients: true };
    let before = run(usecase::set_two_step(&world.ports, &fresh, off)).expect("set");
    assert_eq!(before, TwoStep { doctors: true, patients: true });
    let commits = world.store.commits().len();
    assert_eq!(run(usecase::set_two_step(&world.ports, &fresh, off)).expect("answered"), off);
    assert_eq!(world.store.commits().len(), commits);
    assert_eq!(world.manager(BOSS).practice().two_step(), off);
    let facts = world.facts_of("two-step.changed");
    assert!(matches!(facts[..], [ref one] if one.fact == Fact::TwoStepChanged { before, after: off }));
    assert_eq!(facts[0].log, practice_domain::fact::Log::Practice(office.practice));
    let letters = |who| world.mailbox.letters_to(&email(who)).iter().filter(|one| one.subject == "two-step").count();
    world.deliver();
    assert_eq!((letters(BOSS), letters(ANN)), (1, 0));
    grant(&world, &office, ANN).expect("granted");
    world.set_two_step(BOSS, true, true);
    world.deliver();
    assert_eq!((letters(BOSS), letters(ANN)), (2, 1));
    check(&world);
}

/// SESS-1, SE-03, SE-04: idle half an hour, twelve hours at most, to the moment; also when the clock goes back.
#[test]
fn a_session_ends_by_idleness_and_by_age() {
    let (world, _) = two_people();
    let cookie = world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
    let started = world.now();
    world.set_clock(started.plus(30 * MINUTE).minus(Duration::from_micros(1)));
    assert!(ask(&world, &cookie).is_ok());
    let noted = world.now();
    world.set_clock(noted.plus(30 * MINUTE));
    assert!(ask(&world, &cookie).is_err(), "idle");
    world.set_clock(started);
    assert!(ask(&world, &cookie).is_ok(), "a clock that goes back ends nothing early");
    let cookie = world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
    for number in 1..(12 * 60) / 20 {
        world.set_clock(started.plus(number * 20 * MINUTE));
        assert!(ask(&world, &cookie).is_ok(), "{number}");
        check(&world);
    }
    world.set_clock(started.plus(12 * 60 * MINUTE));
    assert!(ask(&world, &cookie).is_err(), "too old");
}

/// SE-03, SE-04: what is asked by itself keeps no session alive; giving the password again makes it fresh and begins the half hour anew, and
/// signing in begins the twelve hours anew.
#[test]
fn only_people_keep_a_session_alive_and_only_signing_in_begins_it_anew() {
    let (world, _) = two_people();
    let cookie = world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
    let started = world.now();
    let watch = |cookie| run(usecase::authenticate_watching(&world.ports, cookie, origin())).expect("asked");
    for minute in 1..30 {
        world.set_clock(started.plus(minute * MINUTE));
        assert!(watch(&cookie).is_ok(), "{minute}");
    }
    world.set_clock(started.plus(30 * MINUTE));
    assert_eq!(
        (watch(&cookie).err(), ask(&world, &cookie).err()),
        (Some(Denied::NotSignedIn), Some(Denied::NotSignedIn))
    );

    let mut cookie = world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
    let started = world.now();
    for round in 1..=28 {
        world.set_clock(started.plus(round * 25 * MINUTE));
        let who = ask(&world, &cookie).expect("live");
        cookie = run(usecase::confirm_password(&world.ports, &who, &password(GOOD))).expect("confirmed").cookie;
    }
    world.set_clock(started.plus(12 * 60 * MINUTE).minus(Duration::from_micros(1)));
    assert!(ask(&world, &cookie).is_ok());
    let anew = world.try_sign_in(BOSS, GOOD, None).expect("signed in").cookie;
    world.set_clock(started.plus(12 * 60 * MINUTE));
    assert!(ask(&world, &cookie).is_err(), "as old as its first sign-in");
    assert!(ask(&world, &anew).is_ok());
    check(&world);
}

/// SESS-1, SE-05: signing out, and ending another session of one's own; never somebody else's.
#[test]
fn people_end_their_own_sessions_and_no_others() {
    let (world, _) = two_people();
    let (here, there) =
        (world.try_sign_in(BOSS, GOOD, None).expect("here"), world.try_sign_in(BOSS, GOOD, None).expect("there"));
    assert_ne!(here.session.id, there.session.id);
    let ann = world.signed_in(ANN);
    let foreign = run(usecase::end_session(&world.ports, &ann, here.session.id));
    assert!(matches!(foreign, Err(usecase::EndSessionError::NoSuchSession)));
    let who = ask(&world, &here.cookie).expect("live");
    run(usecase::end_session(&world.ports, &who, there.session.id)).expect("ended");
    assert!(ask(&world, &there.cookie).is_err() && ask(&world, &here.cookie).is_ok());
    let ended = world.facts_of("session.ended").len();
    run(usecase::end_session(&world.ports, &who, there.session.id)).expect("over already");
    assert_eq!(world.facts_of("session.ended").len(), ended);
    run(usecase::sign_out(&world.ports, &who)).expect("signed out");
    assert!(ask(&world, &here.cookie).is_err());
    check(&world);
}

/// SESS-1, SESS-2: a confirmation for a session that has ended since gives no session, and says so.
#[test]
fn a_session_that_was_ended_cannot_be_confirmed() {
    let (world, _) = two_people();
    let who = world.signed_in(BOSS);
    run(usecase::sign_out(&world.ports, &who)).expect("signed out");
    let confirmed = run(usecase::confirm_password(&world.ports, &who, &password(GOOD)));
    if let Ok(confirmed) = &confirmed {
        assert!(ask(&world, &confirmed.cookie).is_ok(), "what was confirmed is dead");
        panic!("a session was made of one that had ended");
    }
    assert!(matches!(confirmed, Err(ConfirmPasswordError::Refused)));
}

/// LIST-1, INV-9: what belongs to another practice is not there, whatever one says one saw of it.
#[test]
fn another_practice_s_invitation_is_not_there() {
    let (world, office) = two_people();
    let other = world.office("other@y.example");
    let who = world.manager(other.manager);
    let invitation = world.invite(&office, "new@x.example", Kind::Staff, Placement::InPractice).expect("invited").id;
    let reinvited = run(usecase::reinvite(&world.ports, &who, Reinvite { invitation }));
    assert!(matches!(reinvited, Err(ReinviteError::Refused(WhyNot::NotHere))));
    for seen in [None, Some(Version(0)), Some(Version(9))] {
        let cmd = usecase::CorrectInvitation { invitation, seen, to: crate::world::people::to("b@x.example") };
        let corrected = run(usecase::correct_invitation(&world.ports, &who, cmd));
        assert!(matches!(corrected, Err(usecase::CorrectInvitationError::Refused(WhyNot::NotHere))), "{corrected:?}");
        let withdrawn = run(usecase::withdraw_invitation(&world.ports, &who, WithdrawInvitation { invitation, seen }));
        assert!(matches!(withdrawn, Err(WithdrawInvitationError::Refused(WhyNot::NotHere))), "{seen:?}: {withdrawn:?}");
    }
    let nobody = Reinvite { invitation: InvitationId(world.ports.entropy.id()) };
    let missing = run(usecase::reinvite(&world.ports, &who, nobody));
    assert!(matches!(missing, Err(ReinviteError::Refused(WhyNot::NotHere))));
    let member = world.member(office.practice, ANN).expect("a member").id;
    let unlocked = run(usecase::unlock_account(&world.ports, &who, member));
    assert!(matches!(unlocked, Err(UnlockAccountError::Refused(WhyNot::NotHere))));
    let row = world.row(office.practice, invitation).expect("listed");
    for action in Action::ALL {
        assert_eq!(practice_domain::access::explain(&who, &row, action), Err(WhyNot::NotHere));
    }
}
