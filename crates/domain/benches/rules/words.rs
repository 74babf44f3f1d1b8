//! Code words and the links to new passwords: whole use cases over a store that forgets.

use std::hint::black_box;
use std::rc::Rc;

use practice_domain::code_word::Told;
use practice_domain::member::Role;
use practice_domain::usecase;

use crate::world::interleave::run;
use crate::world::{World, email, origin};
use crate::{Case, done};

const OWNER: &str = "owner@x.example";
const DESK: &str = "desk@x.example";

/// A practice with somebody at the front desk who has opened a link to a new password; from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    let office = world.office(OWNER);
    let employee = world.hire(&office, DESK, Role::FrontDesk);
    let admin = Rc::new(world.admin(OWNER));
    let keeper = world.word_keeper(OWNER);
    world.ask_for_reset(DESK);
    let link = Rc::new(world.password_link(world.reset_link(DESK)));
    let cookie = world.open(&link);
    let rows = world.employees(office.practice);
    let row = rows.into_iter().find(|row| row.employee.id == employee).expect("listed");
    let (practice, who) = (office.practice, email(DESK));
    world.store.forget();

    let (to_begin, to_see, to_tell) = (Rc::clone(&link), Rc::clone(&link), Rc::clone(&admin));
    vec![
        Case::decide(&world, "show_code_word", "decide/show word", move |world| {
            done(usecase::show_code_word(&world.ports, &keeper));
        }),
        Case::decide(&world, "record_code_word_told", "decide/word told", move |world| {
            done(usecase::record_code_word_told(&world.ports, &to_tell, employee, Told::InPerson));
        }),
        Case::look(&world, "no_word_by_text", "decide/no word by text", move |world| {
            let found = run(usecase::no_word_by_text(&world.ports, practice, &row)).expect("asked");
            assert!(black_box(found).is_none(), "nothing keeps it from them");
        }),
        Case::look(&world, "open_password_link", "decide/open link", move |world| {
            done(usecase::open_password_link(&world.ports, &link));
        }),
        Case::decide(&world, "begin_password_run", "decide/begin password", move |world| {
            done(usecase::begin_password_run(&world.ports, &to_begin, &origin()));
        }),
        Case::look(&world, "sender_of_link", "decide/sender of link", move |world| {
            let found = run(usecase::sender_of_link(&world.ports, &to_see)).expect("asked");
            drop(black_box(found.expect("somebody sent it")));
        }),
        Case::look(&world, "password_in_progress", "decide/password run", move |world| {
            done(usecase::password_in_progress(&world.ports, &cookie));
        }),
        Case::decide(&world, "refuse_reset", "decide/refuse reset", move |world| {
            done(usecase::refuse_reset(&world.ports, &who, &origin()));
        }),
        Case::decide(&world, "reset_password_of", "decide/reset theirs", move |world| {
            done(usecase::reset_password_of(&world.ports, &admin, employee));
        }),
    ]
}
