//! A reset that somebody asks for is kept as asked; whoever brings notices out makes its link (`EMP-4`, `EN-02`).

use std::time::Duration;

use practice_domain::member::Role;
use practice_domain::password_link::LinkState;
use practice_domain::port::Store;
use practice_domain::usecase;
use practice_domain::value::{AccountId, EmployeeId, Time};

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::staff::BETTER;
use crate::world::{MINUTE, World, email, origin};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

/// Ann works in the office, and nothing waits.
fn ann() -> (World, Office, EmployeeId) {
    let world = World::new();
    let office = world.office(BOSS);
    let id = world.hire(&office, ANN, Role::Hygienist);
    world.deliver();
    (world, office, id)
}

fn ask(world: &World) {
    run(usecase::request_reset(&world.ports, &email(ANN), &origin())).expect("answered");
}

/// The work of the relay: the link that was asked for at this moment.
fn make(world: &World, asked_at: Time) {
    let account = world.account(ANN).expect("an account").id;
    run(usecase::send_asked_reset(&world.ports, account, asked_at)).expect("made, or nothing to do");
}

/// How often a link to reset her password was sent.
fn sent(world: &World) -> u32 {
    world.stored_link(world.reset_link(ANN)).generation
}

/// EMP-4, EN-02: asking makes no link; the relay makes it and then sends its letter, once.
#[test]
fn the_relay_makes_the_link_that_was_asked_for() {
    let (world, ..) = ann();
    let resets = || {
        let letters = world.mailbox.letters_to(&email(ANN));
        letters.into_iter().filter(|letter| letter.subject == "reset").count()
    };
    ask(&world);
    assert_eq!(world.facts_of("password-link.sent").len(), 1, "only the one to set the account up");
    assert_eq!(resets(), 0);
    world.deliver();
    assert_eq!((sent(&world), resets()), (1, 1));
    world.later(MINUTE);
    world.deliver();
    assert_eq!((sent(&world), resets()), (1, 1));
    check(&world);
}

/// EMP-4: the relay may be cut off after it made a link, and come again: the same request makes no second one, whatever became of the
/// first. Another request makes another link, also when it comes at the very moment at which the last one did its work.
#[test]
fn a_request_makes_one_link() {
    let (world, office, _) = ann();
    let first = world.now();
    make(&world, first);
    make(&world, first);
    assert_eq!(sent(&world), 1, "at the same moment");
    world.later(MINUTE);
    make(&world, first);
    assert_eq!(sent(&world), 1, "later");
    let second = world.now();
    make(&world, second);
    assert_eq!(sent(&world), 2, "another request");

    world.later(MINUTE);
    let cookie = world.open(&world.password_link(world.reset_link(ANN)));
    world.give(&cookie, &world.word(office.practice)).expect("looked at");
    world.set(&cookie, BETTER).expect("set");
    let link = world.stored_link(world.reset_link(ANN));
    assert_eq!(link.state, LinkState::Used { at: world.now() });
    make(&world, second);
    make(&world, world.now().minus(Duration::from_micros(1)));
    assert_eq!(sent(&world), 2, "the password was set since");
    make(&world, world.now());
    assert_eq!(sent(&world), 3, "asked for when it was set");
    check(&world);
}

/// EMP-3, EMP-4: what was asked for before a place was taken away makes no link afterwards, and neither does an address that nobody
/// registered with.
#[test]
fn nobody_gets_a_link_who_may_not_work() {
    let (world, _, employee) = ann();
    ask(&world);
    run(usecase::deactivate_user_account(&world.ports, &world.admin(BOSS), employee)).expect("taken away");
    world.deliver();
    assert_eq!(world.facts_of("password-link.not-sent").len(), 1);
    assert!(run(world.memory.password_link(world.reset_link(ANN))).expect("the store works").is_none());

    let stranger = AccountId(world.ports.keys.stranger(&email("nobody@z.example")).0);
    let before = world.store.commits().len();
    run(usecase::send_asked_reset(&world.ports, stranger, world.now())).expect("nothing to do");
    assert_eq!(world.store.commits().len(), before);
    check(&world);
}
