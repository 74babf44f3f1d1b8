//! Employees, passwords, roles and money: whole use cases over a store that forgets.

use std::hint::black_box;
use std::rc::Rc;

use practice_domain::billing::plan::PlanOption;
use practice_domain::employee::Employment;
use practice_domain::member::Role;
use practice_domain::usecase::billing::{QuotePurchase, prove_payer, quote_purchase};
use practice_domain::usecase::{self, ActivateEmployee, AddEmployee};

use crate::Case;
use crate::world::interleave::run;
use crate::world::people::sign_in;
use crate::world::staff::{cell, set};
use crate::world::{GOOD, WRONG, World, email, name, origin};

const OWNER: &str = "owner@x.example";
const DESK: &str = "desk@x.example";

/// A practice with an Owner who has a card, somebody at the front desk with a link to a new password, and an employee without an
/// account; from then on nothing changes.
pub(crate) fn all() -> Vec<Case> {
    let world = Rc::new(World::new());
    let office = world.office(OWNER);
    world.hire(&office, DESK, Role::FrontDesk);
    let employee = world.add_employee(&office);
    let admin = Rc::new(world.admin(OWNER));
    let fresh = world.word_keeper(OWNER);
    world.ask_for_reset(DESK);
    let cookie = world.open(&world.password_link(world.reset_link(DESK)));
    let word = world.word(office.practice);
    world.give(&cookie, &word).expect("looked at");
    let opened = world.open(&world.password_link(world.reset_link(DESK)));
    world.enter_card(OWNER, 2030);
    let payer = run(prove_payer(&world.till, world.signed_in(OWNER))).expect("asked").expect("a payer");
    let desk = world.member(office.practice, DESK).expect("a member").id;
    world.store.forget();

    let case = |name, decide: Box<dyn Fn(&World)>| {
        let world = Rc::clone(&world);
        Case::new(name, move || decide(&world))
    };
    let to_activate = Rc::clone(&admin);
    vec![
        case(
            "decide/sign in",
            Box::new(|world| {
                black_box(run(usecase::sign_in(&world.ports, sign_in(DESK, GOOD, None))).is_ok());
            }),
        ),
        case(
            "decide/refuse sign-in",
            Box::new(|world| {
                black_box(run(usecase::sign_in(&world.ports, sign_in(DESK, WRONG, None))).is_err());
            }),
        ),
        case(
            "decide/request reset",
            Box::new(|world| {
                run(usecase::request_reset(&world.ports, &email(DESK), &origin())).expect("answered");
            }),
        ),
        case(
            "decide/code word",
            Box::new(move |world| {
                black_box(run(usecase::give_code_word(&world.ports, &opened, &word, &origin())).expect("looked at"));
            }),
        ),
        case(
            "decide/set password",
            Box::new(move |world| {
                let given = set(crate::world::staff::BETTER);
                let _ = black_box(run(usecase::set_password(&world.ports, &cookie, given, &origin())).is_ok());
            }),
        ),
        case(
            "decide/add employee",
            Box::new(move |world| {
                let cmd = AddEmployee { name: name("Petra", "Novak"), employment: Employment::Employed, active: true };
                black_box(run(usecase::add_employee(&world.ports, &admin, cmd)).expect("added"));
            }),
        ),
        case(
            "decide/activate",
            Box::new(move |world| {
                let to = email("petra@x.example");
                let cmd = ActivateEmployee { employee, email: to, cell: cell(), role: Role::FrontDesk };
                black_box(run(usecase::activate_employee(&world.ports, &to_activate, cmd)).expect("activated"));
            }),
        ),
        case(
            "decide/rotate word",
            Box::new(move |world| {
                black_box(run(usecase::rotate_code_word(&world.ports, &fresh)).expect("rotated"));
            }),
        ),
        case(
            "decide/quote",
            Box::new(move |world| {
                let cmd = QuotePurchase { person: desk.into(), options: vec![PlanOption::ALL[0]] };
                black_box(run(quote_purchase(&world.till, &payer, cmd)).expect("a price"));
            }),
        ),
    ]
}
