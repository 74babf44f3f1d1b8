//! Addresses that have an account: plain notices, and joining another practice (`INV-3`).

use practice_domain::access::{Action, explain};
use practice_domain::channel::Placement;
use practice_domain::member::{Kind, Role};
use practice_domain::notice::About;
use practice_domain::policy::Preset;
use practice_domain::port::Store;
use practice_domain::usecase::{self, ConfirmJoiningError, ConfirmPasswordError, OpenInvitationError, Opening};

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::{Office, invite};
use crate::world::{GOOD, WRONG, World, email, origin, password};

const ANN: &str = "ann@x.example";

/// Two practices; Ann is on the staff of the first.
fn two_practices() -> (World, Office, Office) {
    let world = World::new();
    let (one, two) = (world.office("boss@x.example"), world.office("other@y.example"));
    world.colleague(&one, ANN);
    world.deliver();
    (world, one, two)
}

fn subjects(world: &World, who: &str) -> Vec<String> {
    world.deliver();
    world.mailbox.letters_to(&email(who)).into_iter().map(|letter| letter.subject).collect()
}

/// INV-3: whatever the address has, the product gets an answer of the same shape.
#[test]
fn a_product_is_told_the_same_whether_or_not_there_is_an_account() {
    let (world, one, two) = two_practices();
    let mut shapes = Vec::new();
    for (office, who, placement) in [
        (&two, "nobody@z.example", Placement::Outside),
        (&two, "nobody.else@z.example", Placement::InPractice),
        (&one, ANN, Placement::InPractice),
        (&two, ANN, Placement::Outside),
        (&two, ANN, Placement::InPractice),
    ] {
        let told = world.invite(office, who, Kind::Staff, placement).expect("delivered");
        shapes.push(format!("{told:?}").replace(&told.id.to_string(), "id"));
    }
    shapes.dedup();
    assert_eq!(shapes.len(), 1, "{shapes:?}");
    check(&world);
}

/// INV-3, LIST-1: outside, or a member already: a plain notice, no row, no link.
#[test]
fn somebody_with_an_account_gets_a_plain_notice() {
    let (world, one, two) = two_practices();
    let rows = (world.rows(one.practice).len(), world.rows(two.practice).len());
    world.invite(&two, ANN, Kind::Doctor, Placement::Outside).expect("delivered");
    world.invite(&one, ANN, Kind::Staff, Placement::InPractice).expect("delivered");
    assert_eq!((world.rows(one.practice).len(), world.rows(two.practice).len()), rows);
    let plain = world.memory.notices().into_iter().filter(|n| matches!(n.about, About::PlainNotice { .. })).count();
    assert_eq!(plain, 2);
    assert_eq!(subjects(&world, ANN), ["notice", "notice"]);
    assert_eq!(world.facts_of("account.notified").len(), 2);
    check(&world);
}

/// INV-3, LIST-1, REG-6: asked into a practice: a link to join with the account that there is.
#[test]
fn somebody_with_an_account_joins_another_practice() {
    let (world, one, two) = two_practices();
    let id = world.invite(&two, ANN, Kind::Doctor, Placement::InPractice).expect("delivered").id;
    assert_eq!(subjects(&world, ANN), ["joining"]);
    let link = world.link(id);
    assert!(matches!(run(usecase::open_invitation(&world.ports, &link)), Ok(Opening::Join(_))));
    let begun = run(usecase::begin_registration(&world.ports, &link, &origin()));
    assert!(matches!(begun.map(|_| ()), Err(usecase::BeginRegistrationError::HasAccount)));
    let boss = world.signed_in(one.manager);
    let other = run(usecase::confirm_joining(&world.ports, &boss, &link));
    assert!(matches!(other, Err(ConfirmJoiningError::OtherAccount)));
    let before = world.account(ANN);
    let who = world.signed_in(ANN);
    run(usecase::confirm_joining(&world.ports, &who, &link)).expect("joined");
    assert_eq!(world.account(ANN), before, "one account, one password");
    let member = world.member(two.practice, ANN).expect("a member");
    assert_eq!((member.kind, member.role, member.user_manager), (Kind::Doctor, Role::Dentist, false));
    assert!(world.row(two.practice, id).is_none() && world.row_of(two.practice, ANN).is_some());
    let again = run(usecase::confirm_joining(&world.ports, &who, &link));
    assert!(matches!(again, Err(ConfirmJoiningError::Dead(_))));
    check(&world);
}

/// INV-3, SESS-1: a session that was ended a moment ago joins nothing, and is told so in words.
#[test]
fn a_session_that_was_ended_cannot_join() {
    let (world, _, two) = two_practices();
    let id = world.invite(&two, ANN, Kind::Doctor, Placement::InPractice).expect("delivered").id;
    let who = world.signed_in(ANN);
    run(usecase::sign_out(&world.ports, &who)).expect("signed out");
    let joined = run(usecase::confirm_joining(&world.ports, &who, &world.link(id)));
    if let Err(ConfirmJoiningError::Fault(fault)) = &joined {
        panic!("{fault:?} is no refusal");
    }
    let standing = run(world.memory.standing(&who.session().cookie)).expect("stored").expect("a session");
    assert!(standing.session.ended_at.is_some(), "it stays ended");
    check(&world);
}

/// INV-3: an invitation of before the account, from outside, leads to the sign-in page.
#[test]
fn a_link_of_an_address_that_has_registered_since_says_so() {
    let (world, one, two) = two_practices();
    let new = "new.person@x.example";
    let first = world.invite(&one, new, Kind::Staff, Placement::InPractice).expect("delivered").id;
    let second = world.invite(&two, new, Kind::Staff, Placement::InPractice).expect("delivered").id;
    world.register(first);
    assert!(matches!(run(usecase::open_invitation(&world.ports, &world.link(second))), Ok(Opening::Join(_))));
    assert!(world.row(two.practice, second).is_some(), "whoever is asked to join stays listed");
    assert_eq!(subjects(&world, new), ["joining"], "and gets the letter that fits now");
    let used = run(usecase::open_invitation(&world.ports, &world.link(first)));
    assert!(matches!(used, Err(OpenInvitationError::Dead { .. })));
    check(&world);
}

/// PRA-1, PRA-2, INV-3: a practice whose first person has an account already.
#[test]
fn a_practice_may_begin_with_somebody_who_has_an_account() {
    let (world, ..) = two_practices();
    let (practice, invitation) = world.found(ANN, Preset::Standard);
    let who = world.signed_in(ANN);
    run(usecase::confirm_joining(&world.ports, &who, &world.link(invitation))).expect("joined");
    let member = world.member(practice, ANN).expect("a member");
    assert_eq!((member.user_manager, member.role), (true, Role::Owner));
    let standing = run(usecase::authenticate(&world.ports, &cookie_of(&world, ANN), origin()));
    assert!(standing.expect("asked").is_ok());
    check(&world);
}

fn cookie_of(world: &World, who: &str) -> [u8; 32] {
    world.try_sign_in(who, GOOD, None).expect("signed in").cookie
}

/// INV-3, PRA-1, SESS-4: a patient's account that joins a practice works there also after the next sign-in.
#[test]
fn a_patient_who_joins_a_practice_finds_it_after_the_next_sign_in() {
    let (world, one, _) = two_practices();
    let patient = "pat@z.example";
    world.register(world.invite(&one, patient, Kind::Patient, Placement::Outside).expect("invited").id);
    let (practice, invitation) = world.found(patient, Preset::Standard);
    let who = world.signed_in(patient);
    run(usecase::confirm_joining(&world.ports, &who, &world.link(invitation))).expect("joined");
    check(&world);
    let place = world.signed_in(patient).place().map(|(practice, _)| practice.id);
    assert_eq!(place, Some(practice), "the practice's only User Manager cannot get into it");
}

/// LOCK-2, LIST-4, LIST-7: a lock shows on the row of whoever joins with it, and can be opened there.
#[test]
fn somebody_who_joins_while_locked_is_listed_as_locked() {
    let (world, _, two) = two_practices();
    let id = world.invite(&two, ANN, Kind::Staff, Placement::InPractice).expect("delivered").id;
    let who = world.signed_in(ANN);
    for _ in 0..7 {
        assert!(world.try_sign_in(ANN, WRONG, None).is_err());
    }
    run(usecase::confirm_joining(&world.ports, &who, &world.link(id))).expect("joined");
    let row = world.row_of(two.practice, ANN).expect("listed");
    assert!(row.locked, "the new practice sees no lock");
    assert_eq!(explain(&world.manager(two.manager), &row, Action::Unlock), Ok(()));
    check(&world);
}

/// LOCK-1, LOCK-2: one lockout with one limit, in whichever practice the person works at the moment.
#[test]
fn the_limit_does_not_depend_on_the_practice_that_one_works_in() {
    let world = World::new();
    let (strict, two) = (world.office_of("boss@x.example", Preset::Office), world.office("other@y.example"));
    let id = world.invite(&two, strict.manager, Kind::Doctor, Placement::InPractice).expect("delivered").id;
    let cookie = cookie_of(&world, strict.manager);
    let who = || run(usecase::authenticate(&world.ports, &cookie, origin())).expect("asked").expect("live");
    run(usecase::confirm_joining(&world.ports, &who(), &world.link(id))).expect("joined");
    for _ in 0..5 {
        let refused = run(usecase::confirm_password(&world.ports, &who(), &password(WRONG)));
        assert!(matches!(refused.map(|_| ()), Err(ConfirmPasswordError::Refused)));
    }
    let locked = world.is_locked(who().account());
    assert!(locked, "five failures lock at one door, and not at the other");
    check(&world);
}

/// INV-2, INV-3: the inviter must be a member of the practice that calls, not of another.
#[test]
fn nobody_invites_for_a_practice_they_do_not_belong_to() {
    let (world, one, two) = two_practices();
    let caller = world.product(two.practice, practice_domain::channel::Product::TruForm);
    let cmd = invite(one.manager, "pat@z.example", Kind::Patient, Placement::Outside);
    let refused = run(usecase::invite_person(&world.ports, &caller, cmd));
    assert!(matches!(refused, Err(usecase::InvitePersonError::NoSuchInviter)));
}

/// INV-3: nobody joins where they are, nor with an invitation that is none into the practice; its page says so, too.
#[test]
fn what_leads_into_no_practice_joins_none() {
    let world = World::new();
    let (one, two) = (world.office("one@x.example"), world.office("two@y.example"));
    let who = "ann@x.example";
    world.colleague(&one, who);
    let join = |id| run(usecase::confirm_joining(&world.ports, &world.signed_in(who), &world.link(id)));
    let here = world.ask(one.practice, who);
    assert!(matches!(join(here), Err(ConfirmJoiningError::NothingToJoin)), "she is a member");
    let outside = world.ask_as(two.practice, who, Kind::Staff, Placement::Outside);
    assert!(matches!(join(outside), Err(ConfirmJoiningError::NothingToJoin)), "nobody asks her to join");
    let opened = run(usecase::open_invitation(&world.ports, &world.link(outside)));
    assert!(matches!(opened, Err(OpenInvitationError::HasAccount)));
    assert!(world.member(two.practice, who).is_none());
}

/// EMP-1: a patient is no employee, also one who has a place in the practice.
#[test]
fn a_patient_with_a_place_is_no_employee() {
    let world = World::new();
    let office = world.office("one@x.example");
    let before = world.employees(office.practice).len();
    world.register(world.ask_as(office.practice, "pat@z.example", Kind::Patient, Placement::InPractice));
    assert!(world.member(office.practice, "pat@z.example").is_some());
    assert_eq!(world.employees(office.practice).len(), before);
    check(&world);
}
