//! Who hears that too many wrong code words were given, and how letters speak of the word.

use std::collections::BTreeSet;

use practice_domain::access::Administrator;
use practice_domain::code_word::CodeWord;
use practice_domain::commit::Commit;
use practice_domain::employee::Employment;
use practice_domain::fact::{Actor, EmployeeFact, Entry, Fact, Log};
use practice_domain::member::Role;
use practice_domain::notice::About;
use practice_domain::policy::{Policy, Preset, Value};
use practice_domain::port::{Fault, Store as _};
use practice_domain::role::{Permission, Permissions};
use practice_domain::usecase::{
    self, AssignRole, EditRole, GiveCodeWordError, SetPolicy, ShowCodeWordError, WordAfter, WordAnswer,
};
use practice_domain::value::{AccountId, PasswordLinkId, RoleName};

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::staff::wrong_word;
use crate::world::{DAY, GOOD, World, email, origin};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";
const BO: &str = "bo@x.example";
const CY: &str = "cy@x.example";

fn assign(world: &World, office: &Office, who: &str, role: Role) {
    let boss = Administrator::prove(world.signed_in(BOSS)).expect("an administrator");
    let member = world.member(office.practice, who).expect("a member").id;
    run(usecase::assign_role(&world.ports, &boss, AssignRole { member, role })).expect("assigned");
}

/// Twenty wrong words within the hour, with four links.
fn guess(world: &World, office: &Office) {
    for n in 0..4 {
        let id = world.add_employee(office);
        world.activate(office, id, &format!("new{n}@x.example"), Role::FrontDesk).expect("activated");
        let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
        for _ in 0..5 {
            world.give(&cookie, &wrong_word()).expect("looked at");
        }
    }
}

/// CODE-3, CW-04, ROLE-1: when words pause, whoever may rotate the word gets one mail; who may not, or works there no more, gets none.
#[test]
fn those_who_may_rotate_the_word_are_told_that_words_pause() {
    let world = World::new();
    let office = world.office(BOSS);
    for who in [ANN, BO, CY] {
        world.colleague(&office, who);
    }
    let boss = Administrator::prove(world.signed_in(BOSS)).expect("an administrator");
    let name = RoleName::parse("Keeper of words").expect("a name");
    let copy = usecase::CopyRole { of: Role::FrontDesk, name };
    let copy = Role::Copied(run(usecase::copy_role(&world.ports, &boss, copy)).expect("copied"));
    let word = [Permission::ChangeSettings, Permission::ViewUserAccounts, Permission::EditUserAccounts];
    let add = word.into_iter().chain([Permission::UseCodeWord]).collect();
    run(usecase::edit_role(&world.ports, &boss, EditRole { role: copy, add, remove: Permissions::NONE }))
        .expect("edited");
    let (role, remove) = (Role::OfficeAdministrator, Permission::UseCodeWord.into());
    run(usecase::edit_role(&world.ports, &boss, EditRole { role, add: Permissions::NONE, remove })).expect("edited");
    assign(&world, &office, ANN, copy);
    assign(&world, &office, BO, role);
    world.deliver();
    guess(&world, &office);
    let told = world.memory.notices().into_iter().filter_map(|notice| match notice.about {
        About::CodeWordsPaused { account, .. } => Some(account),
        _ => None,
    });
    let mut told: Vec<_> = told.collect();
    let mut expected = [BOSS, ANN].map(|who| world.account(who).expect("an account").id);
    told.sort();
    expected.sort();
    assert_eq!(told, expected);
    world.deliver();
    let subjects = |who: &str| -> Vec<String> {
        world.mailbox.letters_to(&email(who)).into_iter().map(|letter| letter.subject).collect()
    };
    assert!(subjects(BOSS).contains(&"code words paused".to_owned()), "{:?}", subjects(BOSS));
    assert!(
        !subjects(BO).contains(&"code words paused".to_owned())
            && !subjects(CY).contains(&"code words paused".to_owned())
    );
    check(&world);
}

/// CW-02, CODE-1: what is kept of one practice's word opens nothing in another one's row: nobody sees a word, none is right, and each
/// attempt stands in the audit log. After a rotation all is well.
#[test]
fn a_word_that_was_moved_to_another_practice_opens_for_nobody() {
    let world = World::new();
    let (here, there) = (world.office(BOSS), world.office("other@y.example"));
    let show = || run(usecase::show_code_word(&world.ports, &world.word_keeper(BOSS)));
    run(usecase::show_code_word(&world.ports, &world.word_keeper("other@y.example"))).expect("made");
    show().expect("made");
    let id = world.add_employee(&here);
    world.activate(&here, id, "new@x.example", Role::FrontDesk).expect("activated");
    let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
    let (word, foreign) = (world.stored_word(here.practice), world.stored_word(there.practice));
    let moved = CodeWord { sealed: foreign.sealed, ..word };
    let entry = Entry {
        log: Log::Practice(here.practice),
        fact: Fact::Employee(EmployeeFact::WordMade { serial: 1 }),
        actor: Actor::Operator("test".to_owned()),
        origin: origin(),
        at: world.now(),
    };
    run(world.memory.commit(&Commit::recording(entry).update(moved))).expect("kept");
    let shown = show();
    assert!(matches!(shown, Err(ShowCodeWordError::Fault(Fault::Corrupt { .. }))), "{shown:?}");
    let given = world.give(&cookie, &world.word(there.practice));
    assert!(matches!(given, Err(GiveCodeWordError::Fault(Fault::Corrupt { .. }))), "{given:?}");
    let told = world.facts_of("code-word.unreadable");
    assert_eq!(told.iter().map(|entry| entry.log).collect::<Vec<_>>(), [Log::Practice(here.practice); 2]);
    assert_eq!(world.facts_of("code-word.shown").len(), 2, "before");
    run(usecase::rotate_code_word(&world.ports, &world.word_keeper(BOSS))).expect("rotated");
    assert_eq!(show().expect("shown").expose(), world.word(here.practice).expose());
}

/// CODE-2: where the word is only ever said, no page of a link promises a text, and none goes out.
#[test]
fn a_word_that_is_only_said_is_never_promised_by_text() {
    let world = World::new();
    let office = world.office(BOSS);
    let spoken = [("code_word.delivery", Value::Word("in_person_only".to_owned()))];
    let texts = |world: &World, who: &str| {
        let id = world.add_employee(&office);
        world.activate(&office, id, who, Role::FrontDesk).expect("activated");
        let link = world.password_link(PasswordLinkId(id.0));
        run(usecase::open_password_link(&world.ports, &link)).expect("opened").texts_word
    };
    assert!(texts(&world, ANN));
    let policy = Policy::with(Preset::Standard, spoken).expect("within bounds");
    let who =
        practice_domain::access::Holder::prove(world.signed_in(BOSS)).and_then(practice_domain::access::Holder::fresh);
    run(usecase::set_policy(&world.ports, &who.expect("an Owner"), SetPolicy { seen: None, policy })).expect("set");
    assert!(!texts(&world, BO));
}

/// CW-07, EMP-3, CODE-3: where the policy says so, the word changes in the commit that sends somebody away who knows it: the old one is
/// dead, whoever waits gets the new one by text, and whoever leaves does not; for somebody who never knew it nothing changes.
#[test]
fn the_word_changes_with_whoever_leaves() {
    let world = World::new();
    let office = world.office(BOSS);
    let ann = world.hire(&office, ANN, Role::FrontDesk);
    let given = [("code_word.on_leaving", Value::Word("automatic".to_owned()))];
    let policy = Policy::with(Preset::Standard, given).expect("within bounds");
    let who =
        practice_domain::access::Holder::prove(world.signed_in(BOSS)).and_then(practice_domain::access::Holder::fresh);
    run(usecase::set_policy(&world.ports, &who.expect("an Owner"), SetPolicy { seen: None, policy })).expect("set");
    let stranger = world.add_employee(&office);
    let gone = |id| run(usecase::deactivate_employee(&world.ports, &world.admin(BOSS), id)).expect("deactivated").word;
    let waiting = |who: &str| {
        let id = world.add_employee(&office);
        world.activate(&office, id, who, Role::FrontDesk).expect("activated");
        id
    };
    let (stays, leaves) = (waiting(BO), waiting(CY));
    world.deliver();
    let link = world.open(&world.password_link(PasswordLinkId(stays.0)));
    let texted = |serial: u32| {
        let links = world.memory.notices().into_iter().filter_map(|notice| match notice.about {
            About::CodeWord { link, serial: of } if of == serial => Some(link.0),
            _ => None,
        });
        links.collect::<BTreeSet<_>>()
    };

    let (old, commits) = (world.word(office.practice), world.store.commits().len());
    assert_eq!(gone(stranger), WordAfter::Stays);
    assert_eq!((world.stored_word(office.practice).serial, texted(2)), (1, BTreeSet::new()));
    assert_eq!(gone(ann), WordAfter::Rotated);
    assert_eq!((world.stored_word(office.practice).serial, texted(2)), (2, [stays.0, leaves.0].into()));
    let second = world.word(office.practice);
    assert_eq!(gone(leaves), WordAfter::Rotated);
    assert_eq!((world.stored_word(office.practice).serial, texted(3)), (3, [stays.0].into()), "not whoever leaves");
    let third = world.word(office.practice);
    assert!(old.expose() != second.expose() && second.expose() != third.expose() && old.expose() != third.expose());
    let leaving = world.store.commits().into_iter().skip(commits).filter(|commit| {
        let codes: Vec<&str> = commit.entries().iter().map(|entry| entry.fact.code()).collect();
        codes.contains(&"user-account.deactivated") && codes.contains(&"code-word.rotated")
    });
    assert_eq!(leaving.count(), 2, "in one commit with the leaving");
    assert_eq!(world.give(&link, &old).expect("looked at"), WordAnswer::Wrong { tries_left: 4 });
    assert_eq!(world.give(&link, &second).expect("looked at"), WordAnswer::Wrong { tries_left: 3 });
    assert_eq!(world.give(&link, &world.word(office.practice)).expect("looked at"), WordAnswer::Right);
    check(&world);
}

fn told(world: &World) -> Vec<AccountId> {
    let about = world.memory.notices().into_iter().filter_map(|notice| match notice.about {
        About::CodeWordsPaused { account, .. } => Some(account),
        _ => None,
    });
    about.collect()
}

/// CODE-3, CW-04: guessing is no way to send many mails: twenty people are told at most, of however many roles.
#[test]
fn twenty_people_are_told_at_most() {
    let world = World::new();
    let office = world.office(BOSS);
    let role = Role::TreatmentCoordinator;
    let word = [Permission::ChangeSettings, Permission::ViewUserAccounts, Permission::EditUserAccounts];
    let add = word.into_iter().chain([Permission::UseCodeWord]).collect();
    let edit = EditRole { role, add, remove: Permissions::NONE };
    run(usecase::edit_role(&world.ports, &world.admin(BOSS), edit)).expect("edited");
    for n in 0..24 {
        let who = format!("keeper{n}@x.example");
        world.colleague(&office, &who);
        assign(&world, &office, &who, if n < 12 { Role::OfficeAdministrator } else { role });
    }
    guess(&world, &office);
    assert_eq!(told(&world).len(), 20);
}

/// CODE-3, EMP-2: whoever's time in the practice is over is told nothing.
#[test]
fn nobody_is_told_whose_time_is_over() {
    let world = World::new();
    let office = world.office(BOSS);
    let until = Some(world.now().plus(DAY));
    let id = world.add_employee_as(&office, Employment::Consultant { until });
    world.activate(&office, id, ANN, Role::OfficeAdministrator).expect("activated");
    let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
    world.give(&cookie, &world.word(office.practice)).expect("looked at");
    world.set(&cookie, GOOD).expect("set");
    world.later(2 * DAY);
    guess(&world, &office);
    assert_eq!(told(&world), [world.account(BOSS).expect("an account").id]);
}
