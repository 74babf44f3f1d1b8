//! What an act leaves behind: who is named for it, in which log, and from which moment a session or a password counts.

use std::time::Duration;

use practice_domain::channel::Placement;
use practice_domain::code_word::CodeWord;
use practice_domain::employee::{Employee, Employment};
use practice_domain::fact::{Actor, Entry, Log};
use practice_domain::import::{Came, Content, Halt, Stage};
use practice_domain::invitation::InvitationState;
use practice_domain::member::{Kind, Role};
use practice_domain::passkey::{Asked, Ceremony, PasskeyRefused, Purpose};
use practice_domain::policy::Preset;
use practice_domain::port::Store;
use practice_domain::role::{Permission, Permissions};
use practice_domain::second_factor::SecondFactor;
use practice_domain::usecase::import::{self, UploadImport};
use practice_domain::usecase::{self, ChangePassword, Enroller, Opening};
use practice_domain::value::{
    AccountId, EmployeeId, PasskeyName, PasswordLinkId, PracticeId, SealedWord, SessionId, Time, fold,
};
use practice_testkit::scene::operator;
use uuid::Uuid;

use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::{DAY, GOOD, MINUTE, World, email, name, origin, password};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";
const NEW: &str = "Zt4!-Heron-Copper-Sail";

fn office() -> (World, Office) {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, ANN);
    (world, office)
}

fn change() -> ChangePassword {
    ChangePassword { current: password(GOOD), new: password(NEW), again: password(NEW) }
}

fn last(world: &World, code: &str) -> Entry {
    world.facts_of(code).pop().expect("recorded")
}

/// AU-01: whoever proves who they are on the way, by a password, a code or a link, is named for it.
#[test]
fn whoever_proves_who_they_are_is_named() {
    let (world, _) = office();
    let ann = Actor::Account(world.account(ANN).expect("an account").id);
    world.signed_in(ANN);
    assert_eq!(last(&world, "sign-in.succeeded").actor, ann);
    run(usecase::ask_email_change(&world.ports, &world.fresh_person(ANN), email("new@x.example"))).expect("asked");
    world.deliver();
    let letter = world.mailbox.letters_to(&email("new@x.example")).pop().expect("a letter");
    run(usecase::confirm_email_change(&world.ports, &letter.text, &origin())).expect("changed");
    assert_eq!(last(&world, "email.changed").actor, ann);
    world.enrol(&world.fresh_person("new@x.example")).expect("enrolled");
    world.later(MINUTE);
    assert_eq!(world.facts_of("sign-in.succeeded").len(), 3);
    let half = world.half("new@x.example");
    world.second_step(&half).expect("signed in");
    assert_eq!((world.facts_of("sign-in.succeeded").len(), last(&world, "sign-in.succeeded").actor), (4, ann));
}

/// AU-01, SESS-3: so is whoever sets up the app that a policy asks for on the way in.
#[test]
fn whoever_sets_up_an_app_on_the_way_in_is_named() {
    let world = World::new();
    let (_, invitation) = world.found(BOSS, Preset::Strict);
    let boss = Actor::Account(world.register(invitation));
    let half = world.half(BOSS);
    assert!(world.half_way(&half).enrols());
    world.set_up(Enroller::HalfWay(&world.half_way(&half)), half.session.account).expect("set up");
    assert_eq!(last(&world, "sign-in.succeeded").actor, boss);
}

/// SESS-1, SESS-3: a session whose second step came late is as old as the second step.
#[test]
fn a_whole_session_begins_with_its_second_step() {
    let (world, _) = office();
    world.enrol(&world.fresh_person(ANN)).expect("enrolled");
    world.later(MINUTE);
    let half = world.half(ANN);
    world.later(5 * MINUTE);
    let whole = world.second_step(&half).expect("signed in").session;
    assert_eq!([whole.started_at, whole.proved_at, whole.seen_at], [world.now(); 3]);
}

/// SESS-1, SESS-2, PRA-5: a session under a new identity was used at that very moment; a given password makes it fresh, a choice does not.
#[test]
fn a_session_under_a_new_identity_was_used_just_now() {
    let (world, _) = office();
    let other = world.office("other@y.example");
    let began = world.now();
    let ann = world.fresh_person(ANN);
    let invitation = world.invite(&other, ANN, Kind::Staff, Placement::InPractice).expect("invited").id;
    run(usecase::confirm_joining(&world.ports, ann.who(), &world.link(invitation))).expect("joined");
    world.later(2 * MINUTE);
    let boss = world.signed_in(BOSS);
    world.later(2 * MINUTE);
    let changed = run(usecase::change_password(&world.ports, ann.who(), change())).expect("changed").session;
    assert_eq!([changed.proved_at, changed.seen_at, changed.started_at], [world.now(), world.now(), began]);
    let confirmed = run(usecase::confirm_password(&world.ports, &boss, &password(GOOD))).expect("right").session;
    assert_eq!([confirmed.proved_at, confirmed.seen_at], [world.now(); 2]);
}

/// PW-06, PW-07: a new password is of today, and nobody else knows it, whatever was thought of the former one.
#[test]
fn a_new_password_is_of_today_and_trusted() {
    let (world, _) = office();
    run(usecase::distrust_password(&world.ports, &operator(), &email(ANN))).expect("distrusted");
    let account = world.account(ANN).expect("an account");
    assert!(account.compromised);
    let later = account.password_set_at.plus(DAY);
    let renewed = account.clone().with_password(account.password.clone(), 0, later);
    assert_eq!((renewed.compromised, renewed.password_set_at), (false, later));
}

/// CODE-1: a word that was rotated is of today.
#[test]
fn a_rotated_word_is_of_today() {
    let (practice, at) = (PracticeId(Uuid::from_u128(1)), Time::from_micros(0));
    let word = CodeWord::first(practice, SealedWord(vec![1]), at).rotate(SealedWord(vec![2]), at.plus(DAY));
    assert_eq!((word.serial, word.made_at), (2, at.plus(DAY)));
}

/// EMP-2, PRA-5: joining with a setup link is told to the practice that is joined, and the session works there.
#[test]
fn joining_with_a_setup_link_is_told_to_the_practice_that_is_joined() {
    let (world, first) = office();
    let second = world.office_of("other@y.example", Preset::Office);
    let id = world.add_employee(&second);
    world.activate(&second, id, ANN, Role::Hygienist).expect("activated");
    let ann = world.signed_in(ANN);
    run(usecase::join_by_setup(&world.ports, &ann, &world.password_link(PasswordLinkId(id.0)))).expect("joined");
    assert_eq!(last(&world, "password-link.joined").log, Log::Practice(second.practice));
    let session = run(world.memory.session(ann.session().id)).expect("stored").expect("a session");
    assert_eq!((ann.session().practice, session.practice), (Some(first.practice), Some(second.practice)));
}

/// SESS-3: each session has one question open; asking again there voids it, asking elsewhere does not, and time does.
#[test]
fn questions_to_authenticators_are_kept_for_each_session() {
    let (world, _) = office();
    let ann = world.fresh_person(ANN);
    world.enrol(&ann).expect("enrolled");
    let now = world.now();
    let factor: SecondFactor =
        run(world.memory.second_factor(ann.who().account())).expect("stored").expect("a second factor");
    let session = |number| SessionId(Uuid::from_u128(number));
    let ask = |factor: SecondFactor, number, at| {
        let purpose = Purpose::Add(PasskeyName::parse("My phone").expect("a name"));
        let question = Ceremony { session: session(number), purpose, asked: Asked(format!("{number}")), begun_at: at };
        factor.ask_passkey(question).expect("room")
    };
    let use_one = Ceremony { session: session(1), purpose: Purpose::Use, asked: Asked(String::new()), begun_at: now };
    assert!(matches!(factor.clone().ask_passkey(use_one), Err(PasskeyRefused::NotBegun)), "there is no passkey");
    let twice = ask(ask(ask(factor, 1, now), 2, now), 1, now);
    let (rest, _) = twice.clone().answer_passkey(session(1), now).expect("open");
    assert!(rest.clone().answer_passkey(session(1), now).is_err(), "the question before it is void");
    assert!(rest.answer_passkey(session(2), now).is_ok(), "that of another session is not");
    let late = ask(twice, 3, now.plus(5 * MINUTE));
    assert!(late.clone().answer_passkey(session(2), now).is_err(), "it was given up when a later one was asked");
    assert!(late.answer_passkey(session(3), now.plus(5 * MINUTE)).is_ok());
}

/// Section 12: whoever says "Go" or "Go on" vouches from then on; a file goes from step to step, and never skips one.
#[test]
fn whoever_says_go_vouches_for_a_file() {
    let (world, _) = office();
    let bytes = b"First Name,Last Name\nBo,Li\nMae,Day\n".to_vec();
    let cmd = UploadImport { content: Content::Employees, name: "staff.csv".to_owned(), bytes };
    let uploaded = run(import::upload_import(&world.ports, &world.admin(BOSS), cmd)).expect("uploaded");
    let (mae, bo) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
    let going = uploaded.go(vec![2, 3], mae, [1; 32]).expect("judged");
    assert_eq!((going.account, going.cookie, going.next()), (mae, [1; 32], Some(2)));
    let stopped = going.note(Came::Created).stop(Halt::NotAllowed);
    let on = stopped.expect("under way").go_on(bo, [2; 32]).expect("it waits");
    assert_eq!((on.account, on.cookie, on.next()), (bo, [2; 32], Some(3)));
    assert_eq!(on.count(|came| *came == Came::Created), 1);
    let done = on.note(Came::AlreadyThere);
    assert_eq!((done.stage, done.done.len()), (Stage::Done, 2));
}

/// INV-8: an invitation shows who sent it, and until when it can be used.
#[test]
fn an_invitation_shows_who_sent_it_and_until_when_it_is_good() {
    let (world, office) = office();
    let id = world.invite(&office, "new@x.example", Kind::Staff, Placement::InPractice).expect("invited").id;
    let Opening::Register(face) = run(usecase::open_invitation(&world.ports, &world.link(id))).expect("open") else {
        panic!("the address has no account")
    };
    let InvitationState::Open { expires_at, .. } = world.invitation(id).state else { panic!("it is open") };
    assert_eq!(face.expires_at, Some(expires_at));
    assert_eq!(face.inviter, world.account(BOSS).map(|boss| boss.name));
}

/// ROLE-2: a permission that is named twice is had.
#[test]
fn a_permission_that_is_named_twice_is_had() {
    let one = Permission::ALL[0];
    assert_eq!(Permissions::parse(&format!("{0} {0}", one.code())), Ok(one.into()));
    assert!(!Permissions::from(one).is_empty() && Permissions::default().is_empty());
}

/// LIST-2, LIST-3, EMP-1: people are sorted and found by their folded names, the last one first.
#[test]
fn people_are_sorted_and_found_by_folded_names() {
    let at = Time::from_micros(0);
    let (id, practice) = (EmployeeId(Uuid::from_u128(1)), PracticeId(Uuid::from_u128(2)));
    let employee = Employee::add(id, practice, name("Zoë", "Novák"), Employment::Employed, true, at).expect("named");
    assert_eq!(employee.name_key(), "novak\u{1}zoe");
    let until = Some(at.plus(DAY));
    let consultant = Employment::Consultant { until };
    let changed = employee.change(name("Zoë", "Adler"), consultant).expect("named");
    assert_eq!((changed.employment, changed.employment.until()), (consultant, until));
    let (world, office) = office();
    let row = world.row_of(office.practice, ANN).expect("a row");
    let (first, last) = (fold(row.name.first()), fold(row.name.last()));
    assert_eq!(row.name_key(), format!("{last}\u{1}{first}\u{1}{ANN}"));
    assert_eq!(row.search_key(), format!("{first}\n{last}\n{ANN}"));
}

/// SESS-1: the use of a session is noted once a minute at most.
#[test]
fn the_use_of_a_session_is_noted_once_a_minute() {
    let (world, _) = office();
    let ann = world.signed_in(ANN);
    let seen_at = ann.session().seen_at;
    assert!(!ann.session().wants_noting(seen_at.plus(MINUTE).minus(Duration::from_micros(1))));
    assert!(ann.session().wants_noting(seen_at.plus(MINUTE)));
}
