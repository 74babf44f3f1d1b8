//! Passkeys: whole use cases over a store that forgets, with authenticators of paper.

use std::rc::Rc;

use practice_domain::access::{Fresh, SignedIn};
use practice_domain::usecase;
use practice_domain::value::PasskeyName;
use practice_testkit::fakes::PaperAuthenticators;

use crate::world::interleave::run;
use crate::world::{MINUTE, World};
use crate::{Case, done};

const ANN: &str = "ann@x.example";

/// Somebody with an app and a passkey who is half-way in, and who has begun to add another one; from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let (world, paper) = (Rc::new(World::new()), Rc::new(PaperAuthenticators::default()));
    let office = world.office("boss@x.example");
    world.colleague(&office, ANN);
    let (ann, elsewhere) = (Rc::new(world.fresh_person(ANN)), world.fresh_person(ANN));
    world.enrol(&ann).expect("enrolled");
    world.later(MINUTE);
    let name = PasskeyName::parse("My phone").expect("a name");
    let begin = |who: &Fresh<SignedIn>, name: &str| {
        let name = PasskeyName::parse(name).expect("a name");
        run(usecase::begin_passkey(&world.ports, &*paper, who, name)).expect("begun")
    };
    let answer = PaperAuthenticators::answer(&begin(&ann, "My key"), 7, 1);
    let passkey = run(usecase::add_passkey(&world.ports, &*paper, &ann, &answer)).expect("added");
    let added = PaperAuthenticators::answer(&begin(&ann, "My tablet"), 8, 1);
    let half = world.half(ANN);
    let half_way = Rc::new(world.half_way(&half));
    let options = run(usecase::ask_for_passkey(&world.ports, &*paper, &half_way)).expect("asked");
    let given = PaperAuthenticators::answer(&options, 7, 2);
    let half_way = Rc::new(world.half_way(&half));
    world.store.forget();

    let (to_add, to_ask, to_give) = (Rc::clone(&paper), Rc::clone(&paper), Rc::clone(&paper));
    let (who_adds, who_lists, who_asks, who_gives) =
        (Rc::clone(&ann), Rc::clone(&ann), Rc::clone(&half_way), Rc::clone(&half_way));
    vec![
        Case::decide(&world, "begin_passkey", "decide/begin passkey", move |world| {
            done(usecase::begin_passkey(&world.ports, &*paper, &elsewhere, name.clone()));
        }),
        Case::decide(&world, "add_passkey", "decide/add passkey", move |world| {
            done(usecase::add_passkey(&world.ports, &*to_add, &who_adds, &added));
        }),
        Case::look(&world, "own_passkeys", "decide/own passkeys", move |world| {
            let own = run(usecase::own_passkeys(&world.ports, who_lists.who())).expect("listed");
            assert_eq!(own.kept.len(), 1, "there is one");
        }),
        Case::decide(&world, "remove_passkey", "decide/remove passkey", move |world| {
            done(usecase::remove_passkey(&world.ports, &ann, passkey));
        }),
        Case::look(&world, "second_step_of", "decide/second step of", move |world| {
            assert!(run(usecase::second_step_of(&world.ports, &half_way)).expect("asked"), "there is a passkey");
        }),
        Case::decide(&world, "ask_for_passkey", "decide/ask for passkey", move |world| {
            done(usecase::ask_for_passkey(&world.ports, &*to_ask, &who_asks));
        }),
        Case::decide(&world, "redeem_passkey", "decide/redeem passkey", move |world| {
            done(usecase::redeem_passkey(&world.ports, &*to_give, &who_gives, &given));
        }),
    ]
}
