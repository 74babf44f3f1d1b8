//! The second step of a sign-in: whole use cases over a store that forgets.

use std::hint::black_box;
use std::rc::Rc;

use practice_domain::usecase::{self, Enroller};

use crate::world::interleave::run;
use crate::world::{MINUTE, World, origin};
use crate::{Case, done};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";
const BO: &str = "bo@x.example";
const EVE: &str = "eve@x.example";

/// A practice where one person has an app and is half-way in, one has begun to set one up, and one has none; from then on nothing
/// changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    let office = world.office(BOSS);
    for who in [ANN, BO, EVE] {
        world.colleague(&office, who);
    }
    let ann = world.fresh_person(ANN);
    world.enrol(&ann).expect("enrolled");
    world.later(MINUTE);
    let half = world.half(ANN);
    let half_way = world.half_way(&half);
    let code = world.app(half.session.account, 0);
    let bo = world.fresh_person(BO);
    run(usecase::begin_second_factor(&world.ports, Enroller::SignedIn(&bo))).expect("begun");
    let first = world.app(bo.who().account(), 0);
    let eve = world.fresh_person(EVE);
    let admin = world.admin(BOSS).fresh().expect("fresh");
    let member = world.member(office.practice, ANN).expect("a member").id;
    world.store.forget();

    vec![
        Case::look(&world, "authenticate_half_way", "authenticate, half-way", move |world| {
            let found = run(usecase::authenticate_half_way(&world.ports, &half.cookie, origin())).expect("asked");
            drop(black_box(found.expect("half-way")));
        }),
        Case::decide(&world, "redeem_second_factor", "decide/redeem code", move |world| {
            done(usecase::redeem_second_factor(&world.ports, &half_way, &code));
        }),
        Case::decide(&world, "begin_second_factor", "decide/begin app", move |world| {
            done(usecase::begin_second_factor(&world.ports, Enroller::SignedIn(&eve)));
        }),
        Case::decide(&world, "confirm_second_factor", "decide/confirm app", move |world| {
            done(usecase::confirm_second_factor(&world.ports, Enroller::SignedIn(&bo), &first));
        }),
        Case::decide(&world, "remove_second_factor", "decide/remove app", move |world| {
            assert!(run(usecase::remove_second_factor(&world.ports, &ann)).expect("decided"), "there was one");
        }),
        Case::decide(&world, "reset_second_factor", "decide/reset app", move |world| {
            assert!(run(usecase::reset_second_factor(&world.ports, &admin, member)).expect("decided"), "there was one");
        }),
    ]
}
