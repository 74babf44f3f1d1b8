//! What people change of themselves: address, names, numbers, time zone.

use practice_domain::channel::Placement;
use practice_domain::email_change::ChangeRefused;
use practice_domain::member::Kind;
use practice_domain::person::Enrolment;
use practice_domain::usecase::{
    self, AskEmailChangeError, ChangeProfile, ChangeProfileError, ConfirmEmailChangeError, ConfirmJoiningError,
};
use practice_domain::value::{Email, Phones, TimeZone};
use practice_testkit::scene::operator;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::{DAY, GOOD, MINUTE, World, both_phones, email, name, origin, password};

const ANN: &str = "ann@x.example";
const NEW: &str = "ann.lee@y.example";

fn scene() -> (World, Office) {
    let world = World::new();
    let office = world.office("boss@x.example");
    world.colleague(&office, ANN);
    (world, office)
}

fn ask(world: &World, to: &str) -> Result<(), AskEmailChangeError> {
    run(usecase::ask_email_change(&world.ports, &world.fresh_person(ANN), email(to))).map(drop)
}

/// The link in the latest letter to an address.
fn link(world: &World, to: &str) -> String {
    world.deliver();
    let letter = world.mailbox.letters_to(&email(to)).pop().expect("a letter");
    assert_eq!(letter.subject, "email change");
    letter.text
}

fn confirm(world: &World, link: &str) -> Result<Email, ConfirmEmailChangeError> {
    run(usecase::confirm_email_change(&world.ports, link, &origin()))
}

/// Section 11: nothing changes until the new mailbox has answered; then username, lists and claims do, and the old address is told.
#[test]
fn an_address_changes_when_its_new_mailbox_says_so() {
    let (world, office) = scene();
    ask(&world, NEW).expect("asked");
    let link = link(&world, NEW);
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok() && world.try_sign_in(NEW, GOOD, None).is_err());
    assert_eq!(confirm(&world, &link).expect("changed"), email(NEW));
    assert!(world.try_sign_in(NEW, GOOD, None).is_ok() && world.try_sign_in(ANN, GOOD, None).is_err());
    assert!(world.row_of(office.practice, NEW).is_some() && world.row_of(office.practice, ANN).is_none());
    assert!(matches!(confirm(&world, &link), Err(ConfirmEmailChangeError::Refused(ChangeRefused::Done))));
    world.deliver();
    let told = world.mailbox.letters_to(&email(ANN)).pop().expect("a letter");
    assert_eq!(told.subject, "email changed");
    check(&world);
    world.colleague(&office, ANN);
    check(&world);
}

/// Section 11: a link dies with the next request, and after a day; what is no link is none.
#[test]
fn a_link_to_a_new_address_is_good_for_one_request() {
    let (world, _) = scene();
    ask(&world, NEW).expect("asked");
    let first = link(&world, NEW);
    world.later(MINUTE);
    ask(&world, "other@y.example").expect("asked again");
    assert!(matches!(confirm(&world, &first), Err(ConfirmEmailChangeError::Refused(ChangeRefused::Dead))));
    assert!(matches!(confirm(&world, "nonsense"), Err(ConfirmEmailChangeError::Refused(ChangeRefused::Dead))));
    let second = link(&world, "other@y.example");
    world.later(DAY);
    assert!(matches!(confirm(&world, &second), Err(ConfirmEmailChangeError::Refused(ChangeRefused::Expired))));
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
    check(&world);
}

/// TK-07, section 11: whoever changes a password may do so because somebody else knows the old one; what they asked for with it is called
/// off, however the password comes to be another, or is not trusted any more.
#[test]
fn a_new_password_calls_off_a_change_of_address() {
    let ways: [fn(&World); 3] = [
        |world| {
            let who = world.signed_in(ANN);
            let (current, new) = (password(GOOD), password("harbor violet moss 77"));
            let cmd = usecase::ChangePassword { current, new: new.clone(), again: new };
            run(usecase::change_password(&world.ports, &who, cmd)).expect("changed");
        },
        |world| {
            world.ask_for_reset(ANN);
            let cookie = world.open(&world.password_link(world.reset_link(ANN)));
            let (practice, _) = world.signed_in(ANN).place().cloned().expect("a place");
            world.give(&cookie, &world.word(practice.id)).expect("looked at");
            world.set(&cookie, "harbor violet moss 77").expect("set");
        },
        |world| assert!(run(usecase::distrust_password(&world.ports, &operator(), &email(ANN))).expect("distrusted")),
    ];
    for way in ways {
        let (world, _) = scene();
        ask(&world, NEW).expect("asked");
        let link = link(&world, NEW);
        way(&world);
        assert!(matches!(confirm(&world, &link), Err(ConfirmEmailChangeError::Refused(ChangeRefused::Dead))));
        assert_eq!(world.account(ANN).expect("as before").email, email(ANN));
        check(&world);
    }
}

/// Section 11: an address that somebody has gets no letter, and the answer does not tell; at the link it is refused.
#[test]
fn an_address_that_somebody_has_cannot_be_taken() {
    let (world, office) = scene();
    world.deliver();
    ask(&world, "boss@x.example").expect("the same answer");
    assert!(world.deliver().is_empty());
    assert!(matches!(ask(&world, ANN), Err(AskEmailChangeError::Same)));
    ask(&world, "ANN@x.example").expect("another spelling of one's own");
    world.later(MINUTE);
    ask(&world, NEW).expect("asked");
    let link = link(&world, NEW);
    world.colleague(&office, NEW);
    assert!(matches!(confirm(&world, &link), Err(ConfirmEmailChangeError::Taken)));
    check(&world);
}

/// RL-02, SE-08: three letters an hour to one address, from somebody who has just signed in.
#[test]
fn letters_to_a_new_address_are_limited() {
    let (world, _) = scene();
    for _ in 0..3 {
        ask(&world, NEW).expect("asked");
    }
    assert!(matches!(ask(&world, NEW), Err(AskEmailChangeError::TooOften { .. })));
    let who = world.signed_in(ANN);
    let cookie = who.session().cookie;
    world.later(5 * MINUTE);
    let standing = run(practice_domain::port::Store::standing(&*world.store, &cookie)).expect("stored").expect("there");
    let later = practice_domain::access::SignedIn::prove(standing, origin(), world.now()).expect("live");
    assert!(later.fresh().is_err());
}

/// LIST-1, INV-3: nobody joins where they are: an invitation of one's own practice to the address that one takes gives way.
#[test]
fn nobody_joins_a_practice_twice() {
    let (world, office) = scene();
    let before = world.invite(&office, NEW, Kind::Doctor, Placement::InPractice).expect("invited").id;
    ask(&world, NEW).expect("asked");
    confirm(&world, &link(&world, NEW)).expect("changed");
    check(&world);
    assert!(!world.invitation(before).is_open());
    let join = |id| run(usecase::confirm_joining(&world.ports, &world.signed_in(NEW), &world.link(id)));
    assert!(matches!(join(before), Err(ConfirmJoiningError::Dead(_))));
    check(&world);
}

/// LIST-1: an open invitation from outside to the new address gives way; one to join waits for its person still.
#[test]
fn invitations_to_the_new_address_give_way() {
    let (world, office) = scene();
    world.invite(&office, NEW, Kind::Patient, Placement::Outside).expect("invited");
    let other = world.office("other@z.example");
    let joining = world.invite(&other, NEW, Kind::Staff, Placement::InPractice).expect("invited").id;
    ask(&world, NEW).expect("asked");
    confirm(&world, &link(&world, NEW)).expect("changed");
    check(&world);
    assert_eq!(world.facts_of("invitation.superseded").len(), 1);
    assert!(world.invitation(joining).is_open());
    let who = world.signed_in(NEW);
    run(usecase::confirm_joining(&world.ports, &who, &world.link(joining))).expect("joined");
    check(&world);
}

/// Section 11, SE-08: names and time zone change at once, numbers after a fresh sign-in; lists follow in the same commit; a proven
/// number that goes proves nothing any more.
#[test]
fn a_profile_changes_with_every_list() {
    let (world, office) = scene();
    let zone = TimeZone::parse("America/Chicago").ok();
    let change = |phones: Phones| {
        let cmd = ChangeProfile { name: name("Anna", "Leeds"), phones, time_zone: zone.clone() };
        run(usecase::change_profile(&world.ports, &world.signed_in(ANN), cmd))
    };
    let phones = world.account(ANN).expect("an account").phones;
    assert!(change(phones.clone()).expect("changed"));
    assert!(!change(phones).expect("nothing more"));
    let row = world.row_of(office.practice, ANN).expect("listed");
    assert_eq!((row.name, row.standing), (name("Anna", "Leeds"), Enrolment::Proven));
    assert_eq!(world.account(ANN).expect("an account").time_zone, zone);
    let who = world.signed_in(ANN);
    assert!(change(both_phones()).expect("another number"));
    assert_eq!(world.row_of(office.practice, ANN).expect("listed").standing, Enrolment::Proven);
    assert!(change(Phones::default()).expect("no number"));
    assert_eq!(world.row_of(office.practice, ANN).expect("listed").standing, Enrolment::Unproven);
    let cookie = who.session().cookie;
    world.later(5 * MINUTE);
    let standing = run(practice_domain::port::Store::standing(&*world.store, &cookie)).expect("stored").expect("there");
    let stale = practice_domain::access::SignedIn::prove(standing, origin(), world.now()).expect("live");
    let cmd = ChangeProfile { name: name("Anna", "Leeds"), phones: both_phones(), time_zone: None };
    let refused = run(usecase::change_profile(&world.ports, &stale, cmd));
    assert!(matches!(refused, Err(ChangeProfileError::NotFresh)));
    check(&world);
}
