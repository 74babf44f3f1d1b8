//! What people change about their own accounts: whole use cases over a store that forgets.

use std::rc::Rc;

use practice_domain::usecase::{self, ChangePassword, ChangeProfile};
use practice_testkit::scene::operator;

use crate::world::interleave::run;
use crate::world::staff::BETTER;
use crate::world::{GOOD, World, both_phones, email, name, origin, password};
use crate::{Case, done};

const ANN: &str = "ann@x.example";
const BO: &str = "bo@x.example";

/// A practice with two colleagues, one of whom has asked for another address; from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    let office = world.office("boss@x.example");
    world.colleague(&office, ANN);
    let account = world.colleague(&office, BO);
    run(usecase::ask_email_change(&world.ports, &world.fresh_person(BO), email("bo@new.example"))).expect("asked");
    let link = world.ports.keys.email_change_link(account, 1).0;
    let (ann, fresh) = (Rc::new(world.signed_in(ANN)), world.fresh_person(ANN));
    let (to, support, distrusted) = (email("ann@new.example"), operator(), email(BO));
    let next = ChangePassword { current: password(GOOD), new: password(BETTER), again: password(BETTER) };
    let profile = ChangeProfile { name: name("Ann", "Miller"), phones: both_phones(), time_zone: None };
    let present = password(GOOD);
    world.store.forget();

    let (to_confirm, to_list, to_change) = (link.clone(), Rc::clone(&ann), Rc::clone(&ann));
    let to_prove = Rc::clone(&ann);
    vec![
        Case::decide(&world, "ask_email_change", "decide/ask for address", move |world| {
            done(usecase::ask_email_change(&world.ports, &fresh, to.clone()));
        }),
        Case::look(&world, "open_email_change", "decide/open address", move |world| {
            done(usecase::open_email_change(&world.ports, &link));
        }),
        Case::decide(&world, "confirm_email_change", "decide/confirm address", move |world| {
            done(usecase::confirm_email_change(&world.ports, &to_confirm, &origin()));
        }),
        Case::look(&world, "password_rules", "decide/password rules", move |world| {
            done(usecase::password_rules(&world.ports, &to_list));
        }),
        Case::decide(&world, "change_password", "decide/change password", move |world| {
            done(usecase::change_password(&world.ports, &to_change, next.clone()));
        }),
        Case::decide(&world, "confirm_password", "decide/confirm password", move |world| {
            done(usecase::confirm_password(&world.ports, &to_prove, &present));
        }),
        Case::decide(&world, "change_profile", "decide/change profile", move |world| {
            assert!(
                run(usecase::change_profile(&world.ports, &ann, profile.clone())).expect("decided"),
                "another name"
            );
        }),
        Case::decide(&world, "distrust_password", "decide/distrust", move |world| {
            let decided = run(usecase::distrust_password(&world.ports, &support, &distrusted));
            assert!(decided.expect("decided"), "it was trusted");
        }),
    ]
}
