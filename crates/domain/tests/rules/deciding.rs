//! Deciding changes nothing: only a commit does.

use practice_domain::channel::Placement;
use practice_domain::member::Kind;
use practice_domain::usecase::{self, Reinvite};

use crate::world::World;
use crate::world::interleave::run;

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
}
