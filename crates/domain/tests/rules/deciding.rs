//! Deciding changes nothing: only a commit does.

use practice_domain::channel::Placement;
use practice_domain::member::Kind;
use practice_domain::usecase::{self, Reinvite};

use crate::world::interleave::run;
use crate::world::{GOOD, World};

const BOSS: &str = "boss@x.example";

/// INV-5, INV-6
#[test]
fn what_was_decided_and_not_kept_is_decided_alike_again() {
    let world = World::new();
    let office = world.office(BOSS);
    let invitation = world.invite(&office, "new@x.example", Kind::Staff, Placement::InPractice).expect("invited").id;
    let manager = world.manager(BOSS);
    let reinvite =
        || run(usecase::reinvite(&world.ports, &manager, Reinvite { invitation })).expect("sent again").invitation;
    assert_eq!(reinvite().generation, 2);
    let before = world.memory.audit().len();
    world.store.forget();
    assert_eq!(reinvite(), reinvite());
    assert_eq!(reinvite().generation, 3);
    assert_eq!(world.memory.audit().len(), before);
    assert_eq!(world.store.forgotten(), 3, "each time it came to a commit");
}

/// LOCK-1: neither do the tickets of sign-ins whose commits are not kept: there is always one left.
#[test]
fn a_sign_in_that_is_not_kept_uses_nothing_up() {
    let world = World::new();
    world.office(BOSS);
    world.store.forget();
    for _ in 0..30 {
        assert!(world.try_sign_in(BOSS, GOOD, None).is_ok());
    }
}
