//! Whoever leaves a practice, and comes back: their links, the code word that they know, and who leads on (`EMP-3`).

use practice_domain::channel::Product;
use practice_domain::employee::Employment;
use practice_domain::event::Event;
use practice_domain::fact::{EmployeeFact, Fact};
use practice_domain::member::Role;
use practice_domain::notice::About;
use practice_domain::policy::{Preset, Value};
use practice_domain::port::Store;
use practice_domain::practice::Practice;
use practice_domain::usecase::{
    self, Activated, AddEmployeeError, ChangeEmployee, DeactivateEmployeeError, Deactivated, WordAfter,
};
use practice_domain::value::{EmployeeId, PasswordLinkId};
use practice_testkit::scene::operator;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::staff::wrong_word;
use crate::world::{DAY, WRONG, World, email, name};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";
const BO: &str = "bo@x.example";

fn office() -> (World, Office) {
    let world = World::new();
    let office = world.office_of(BOSS, Preset::Office);
    world.deliver();
    (world, office)
}

fn practice(world: &World, office: &Office) -> Practice {
    run(world.memory.practice(office.practice)).expect("stored").expect("a practice")
}

fn leave(world: &World, by: &str, id: EmployeeId) -> Result<Deactivated, DeactivateEmployeeError> {
    run(usecase::deactivate_employee(&world.ports, &world.admin(by), id))
}

fn lose_account(world: &World, id: EmployeeId) -> Deactivated {
    run(usecase::deactivate_user_account(&world.ports, &world.admin(BOSS), id)).expect("taken away")
}

fn manage(world: &World, office: &Office, who: &str) {
    run(usecase::grant_user_manager(&world.ports, &operator(), office.practice, &email(who))).expect("granted");
}

fn come_back(world: &World, office: &Office, id: EmployeeId, who: &str, role: Role) {
    run(usecase::reactivate_employee(&world.ports, &world.admin(BOSS), id)).expect("reactivated");
    assert_eq!(world.activate(office, id, who, role).expect("given back"), Activated::Restored);
}

/// Ann works in two practices; her places in each.
fn ann_of_two() -> (World, Office, Office, EmployeeId, EmployeeId) {
    let (world, one) = office();
    let here = world.hire(&one, ANN, Role::Hygienist);
    let two = world.office("other@y.example");
    let there = world.add_employee(&two);
    world.activate(&two, there, ANN, Role::FrontDesk).expect("activated");
    let link = world.password_link(PasswordLinkId(there.0));
    run(usecase::join_by_setup(&world.ports, &world.signed_in(ANN), &link)).expect("joined");
    (world, one, two, here, there)
}

/// EMP-3, EMP-4: the reset link that a practice sent dies with the place there, although another practice keeps the account.
#[test]
fn the_reset_link_of_a_practice_dies_with_the_place_there() {
    let (world, _, _, here, _) = ann_of_two();
    run(usecase::reset_password_of(&world.ports, &world.admin(BOSS), here)).expect("sent");
    let link = world.reset_link(ANN);
    assert!(world.stored_link(link).is_open());
    leave(&world, BOSS, here).expect("deactivated");
    assert!(!world.stored_link(link).is_open(), "the link outlived the place");
    assert!(run(usecase::open_password_link(&world.ports, &world.password_link(link))).is_err());
    check(&world);
}

/// EMP-3, EMP-4, PRA-5: the reset link that another practice sent is none of this one's, and works on.
#[test]
fn the_reset_link_of_another_practice_works_on() {
    let (world, _, two, here, there) = ann_of_two();
    run(usecase::reset_password_of(&world.ports, &world.admin(two.manager), there)).expect("sent");
    let link = world.reset_link(ANN);
    leave(&world, BOSS, here).expect("deactivated");
    assert!(world.stored_link(link).is_open());
    assert!(run(usecase::open_password_link(&world.ports, &world.password_link(link))).is_ok());
    check(&world);
}

/// The links whose holders are texted the word of this serial.
fn texted(world: &World, serial: u32) -> Vec<PasswordLinkId> {
    let mut links: Vec<_> = (world.memory.notices().into_iter())
        .filter_map(|notice| match notice.about {
            About::CodeWord { link, serial: of } if of == serial => Some(link),
            _ => None,
        })
        .collect();
    links.sort();
    links
}

fn rotations(world: &World) -> Vec<u32> {
    let serial =
        |fact| if let Fact::Employee(EmployeeFact::WordRotated { serial }) = fact { Some(serial) } else { None };
    world.memory.audit().into_iter().filter_map(|entry| serial(entry.fact)).collect()
}

/// EMP-3, CODE-1, CODE-3: where the policy says so, the word is another one as soon as somebody leaves who knows it; whoever else waits
/// gets it by text, whoever leaves does not.
#[test]
fn the_word_rotates_by_itself_when_somebody_leaves_who_knows_it() {
    let (world, office) = office();
    world.set_policy(BOSS, &[("code_word.on_leaving", Value::Word("automatic".to_owned()))]);
    let ann = world.hire(&office, ANN, Role::Hygienist);
    let unknowing = world.add_employee(&office);
    let [one, two] = ["one@x.example", "two@x.example"].map(|who| {
        let id = world.add_employee(&office);
        world.activate(&office, id, who, Role::FrontDesk).expect("activated");
        id
    });
    let before = world.word(office.practice);
    assert_eq!(leave(&world, BOSS, unknowing).expect("deactivated").word, WordAfter::Stays, "they never knew it");
    assert_eq!((rotations(&world), world.stored_word(office.practice).serial), (vec![], 1));

    assert_eq!(leave(&world, BOSS, ann).expect("deactivated").word, WordAfter::Rotated);
    assert_ne!(world.word(office.practice).expose(), before.expose());
    assert_eq!((rotations(&world), world.stored_word(office.practice).serial), (vec![2], 2));
    let mut waiting = [one, two].map(|id| PasswordLinkId(id.0));
    waiting.sort();
    assert_eq!(texted(&world, 2), waiting);

    assert_eq!(leave(&world, BOSS, one).expect("deactivated").word, WordAfter::Rotated, "it was texted to them");
    assert_eq!((rotations(&world), texted(&world, 3)), (vec![2, 3], vec![PasswordLinkId(two.0)]));
    check(&world);
}

/// EMP-3, CODE-2: a word that is only ever said is texted to nobody when it rotates by itself.
#[test]
fn a_word_that_is_only_said_rotates_without_a_text() {
    let (world, office) = office();
    let word = |word: &str| Value::Word(word.to_owned());
    let ann = world.hire(&office, ANN, Role::Hygienist);
    let values = [("code_word.on_leaving", word("automatic")), ("code_word.delivery", word("in_person_only"))];
    world.set_policy(BOSS, &values);
    let waits = world.add_employee(&office);
    let asked = world.activate(&office, waits, "one@x.example", Role::FrontDesk).expect("activated");
    assert_eq!(asked, Activated::Sent { texted: false }, "nor when somebody is asked");
    assert_eq!(leave(&world, BOSS, ann).expect("deactivated").word, WordAfter::Rotated);
    assert_eq!(rotations(&world), [2]);
    assert_eq!(
        (texted(&world, 1), texted(&world, 2)),
        (vec![PasswordLinkId(ann.0)], vec![]),
        "only when she was hired"
    );
    check(&world);
}

/// EMP-1, EMP-3: what is recorded of somebody who leaves: that they left, and that their user account ended, once each.
#[test]
fn what_ends_is_recorded_once() {
    let (world, office) = office();
    let recorded = || ["employee.deactivated", "user-account.deactivated"].map(|code| world.facts_of(code).len());
    let (ann, bo) = (world.hire(&office, ANN, Role::Hygienist), world.hire(&office, BO, Role::Hygienist));
    let bare = world.add_employee(&office);
    let nothing = Deactivated { seat: None, word: WordAfter::Stays };
    assert_eq!(lose_account(&world, bare), nothing, "there is no user account");
    assert_eq!(recorded(), [0, 0]);
    leave(&world, BOSS, ann).expect("deactivated");
    assert_eq!(recorded(), [1, 1]);
    assert_eq!(leave(&world, BOSS, ann).expect("answered"), nothing, "a second click");
    assert_eq!(recorded(), [1, 1]);
    lose_account(&world, bo);
    assert_eq!((recorded(), world.employee(office.practice, bo).active), ([1, 2], true));
    let waits = world.add_employee(&office);
    world.activate(&office, waits, "one@x.example", Role::FrontDesk).expect("activated");
    assert_eq!(lose_account(&world, waits).word, WordAfter::RotationProposed, "they may have been told it");
    assert_eq!(recorded(), [1, 3]);
    check(&world);
}

/// EMP-3, ROLE-2, TN-06: an Owner is taken away by an Owner only, whether they manage users or not.
#[test]
fn an_owner_is_taken_away_by_an_owner_only() {
    let (world, office) = office();
    let second = world.hire(&office, "second@x.example", Role::Owner);
    world.hire(&office, ANN, Role::OfficeAdministrator);
    assert!(matches!(leave(&world, ANN, second), Err(DeactivateEmployeeError::AboveYourself)));
    assert!(world.member(office.practice, "second@x.example").is_some_and(|member| member.active));
    leave(&world, BOSS, second).expect("deactivated");
    check(&world);
}

/// PRA-3, EMP-3: the practice counts its User Managers, whatever their role, when one leaves and when one comes back; others leave and
/// come back without a change to it, so that they never stand in each other's way. An Owner who comes back leads again.
#[test]
fn only_those_who_lead_change_the_practice() {
    let (world, office) = office();
    let ann = world.hire(&office, ANN, Role::Hygienist);
    let bo = world.hire(&office, BO, Role::Hygienist);
    let owner = world.hire(&office, "second@x.example", Role::Owner);
    manage(&world, &office, ANN);
    assert_eq!(practice(&world, &office).user_managers, 2);
    leave(&world, BOSS, ann).expect("deactivated");
    assert_eq!(practice(&world, &office).user_managers, 1);
    come_back(&world, &office, ann, ANN, Role::Hygienist);
    assert_eq!(practice(&world, &office).user_managers, 2);

    let before = practice(&world, &office);
    leave(&world, BOSS, bo).expect("deactivated");
    come_back(&world, &office, bo, BO, Role::FrontDesk);
    assert_eq!(practice(&world, &office), before);

    leave(&world, BOSS, owner).expect("deactivated");
    let without = practice(&world, &office);
    come_back(&world, &office, owner, "second@x.example", Role::Owner);
    assert_ne!(practice(&world, &office).version, without.version, "two who change who leads meet there");
    check(&world);
}

/// EMP-2: a consultant whose place is given back works for the usual span from then on.
#[test]
fn a_consultant_comes_back_for_the_usual_span() {
    let (world, office) = office();
    let id = world.add_employee_as(&office, Employment::Consultant { until: None });
    world.activate(&office, id, ANN, Role::Hygienist).expect("activated");
    let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
    world.give(&cookie, &world.word(office.practice)).expect("looked at");
    world.set(&cookie, crate::world::GOOD).expect("set");
    let until = || world.member(office.practice, ANN).expect("a member").until;
    assert_eq!(until(), Some(world.now().plus(90 * DAY)));
    leave(&world, BOSS, id).expect("deactivated");
    world.later(10 * DAY);
    come_back(&world, &office, id, ANN, Role::Hygienist);
    assert_eq!(until(), Some(world.now().plus(90 * DAY)));
    check(&world);
}

/// EMP-2, PRA-3: neither an Owner nor a User Manager gets a day on which their user account ends.
#[test]
fn whoever_leads_gets_no_last_day() {
    let (world, office) = office();
    let owner = world.hire(&office, "second@x.example", Role::Owner);
    let (ann, bo) = (world.hire(&office, ANN, Role::Hygienist), world.hire(&office, BO, Role::Hygienist));
    manage(&world, &office, ANN);
    let until = Some(world.now().plus(DAY));
    let end = |employee| {
        let employment = Employment::Consultant { until };
        let change = ChangeEmployee { employee, seen: None, name: name("Petra", "Novak"), employment };
        run(usecase::change_employee(&world.ports, &world.admin(BOSS), change))
    };
    for leads in [owner, ann] {
        assert!(matches!(end(leads), Err(AddEmployeeError::Manages)));
    }
    end(bo).expect("changed");
    assert_eq!(world.member(office.practice, BO).expect("a member").until, until);
    check(&world);
}

/// CODE-3: whoever may use the word, but works there no more, is not told that words pause.
#[test]
fn whoever_has_left_is_not_told_that_words_pause() {
    let (world, office) = office();
    let ann = world.hire(&office, ANN, Role::OfficeAdministrator);
    world.hire(&office, BO, Role::OfficeAdministrator);
    leave(&world, BOSS, ann).expect("deactivated");
    for n in 0..4 {
        let id = world.add_employee(&office);
        world.activate(&office, id, &format!("new{n}@x.example"), Role::FrontDesk).expect("activated");
        let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
        for _ in 0..5 {
            world.give(&cookie, &wrong_word()).expect("looked at");
        }
    }
    let told = world.memory.notices().into_iter().filter_map(|notice| match notice.about {
        About::CodeWordsPaused { account, .. } => Some(account),
        _ => None,
    });
    let mut told: Vec<_> = told.collect();
    let mut expected = [BOSS, BO].map(|who| world.account(who).expect("an account").id);
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    check(&world);
}

/// LOCK-5, EMP-3: a practice that somebody has left does not hear of their lock.
#[test]
fn a_lock_is_not_told_where_somebody_has_left() {
    let (mut world, one, two, here, _) = ann_of_two();
    lose_account(&world, here);
    world.listen(&[Product::Operator]);
    for _ in 0..7 {
        assert!(world.try_sign_in(ANN, WRONG, None).is_err());
    }
    world.deliver();
    world.announce(Product::Operator);
    let told: Vec<_> =
        world.bulletin.heard().into_iter().map(|heard| (heard.event.practice, heard.event.event)).collect();
    let member = world.member(two.practice, ANN).expect("a member").id;
    assert_eq!(told, [(two.practice, Event::Locked(member))], "{:?} is left", one.practice);
}
