//! Sessions, and the practices that they work in: whole use cases over a store that forgets.

use std::rc::Rc;

use practice_domain::usecase;

use crate::world::interleave::run;
use crate::world::{GOOD, World};
use crate::{Case, done};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

/// Somebody who works in two practices and is signed in twice; from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    let office = world.office(BOSS);
    let other = world.office("other@y.example");
    world.colleague(&office, ANN);
    let invitation = world.ask(other.practice, ANN);
    run(usecase::confirm_joining(&world.ports, &world.signed_in(ANN), &world.link(invitation))).expect("joined");
    let session = world.try_sign_in(ANN, GOOD, None).expect("signed in").session;
    let ann = world.signed_in(ANN);
    let enters = if ann.place().is_some_and(|(practice, _)| practice.id == other.practice) { &office } else { &other };
    let enters = enters.practice;
    // Where the two sessions work: that practice's manager sees them.
    let (place, manager) = match session.practice {
        Some(place) if place == other.practice => (place, other.manager),
        _ => (office.practice, office.manager),
    };
    let manager = Rc::new(world.over_sessions(manager));
    let member = world.member(place, ANN).expect("a member").id;
    let practices = run(usecase::practices_to_choose(&world.ports, &ann)).expect("listed").len();
    assert_eq!(practices, 2, "there is a choice");
    world.store.forget();

    let ann = Rc::new(ann);
    let (to_list, to_choose, to_leave) = (Rc::clone(&ann), Rc::clone(&ann), Rc::clone(&ann));
    let (to_look, to_end, to_end_all) = (Rc::clone(&manager), Rc::clone(&manager), manager);
    vec![
        Case::look(&world, "practices_to_choose", "decide/list practices", move |world| {
            done(usecase::practices_to_choose(&world.ports, &to_list));
        }),
        Case::decide(&world, "choose_practice", "decide/choose practice", move |world| {
            done(usecase::choose_practice(&world.ports, &to_choose, enters));
        }),
        Case::decide(&world, "sign_out", "decide/sign out", move |world| {
            done(usecase::sign_out(&world.ports, &to_leave));
        }),
        Case::decide(&world, "end_session", "decide/end session", move |world| {
            done(usecase::end_session(&world.ports, &ann, session.id));
        }),
        Case::look(&world, "member_sessions", "decide/list sessions", move |world| {
            let found = run(usecase::member_sessions(&world.ports, &to_look, member)).expect("listed");
            assert!(!found.is_empty(), "they are signed in");
        }),
        Case::decide(&world, "end_member_session", "decide/end theirs", move |world| {
            done(usecase::end_member_session(&world.ports, &to_end, member, session.id));
        }),
        Case::decide(&world, "end_member_sessions", "decide/end all theirs", move |world| {
            done(usecase::end_member_sessions(&world.ports, &to_end_all, member));
        }),
    ]
}
