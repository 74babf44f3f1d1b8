//! Employees, passwords, roles and money: whole use cases over a store that forgets.

use std::rc::Rc;
use std::time::Duration;

use practice_domain::billing::plan::PlanOption;
use practice_domain::employee::Employment;
use practice_domain::member::Role;
use practice_domain::usecase::billing::{QuotePurchase, prove_payer, quote_purchase};
use practice_domain::usecase::{self, ActivateEmployee, AddEmployee, SignInError};

use crate::world::interleave::run;
use crate::world::people::sign_in;
use crate::world::staff::{BETTER, cell, set};
use crate::world::{GOOD, WRONG, World, email, name, origin};
use crate::{Case, done};

const OWNER: &str = "owner@x.example";
const DESK: &str = "desk@x.example";
const MINUTE: Duration = Duration::from_secs(60);

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
    let asked = world.account(DESK).expect("an account").id;
    world.store.forget();

    let to_activate = Rc::clone(&admin);
    let (right, wrong) = (sign_in(DESK, GOOD, None), sign_in(DESK, WRONG, None));
    let (who, next) = (email(DESK), set(BETTER));
    let add = AddEmployee { name: name("Petra", "Novak"), employment: Employment::Employed, active: true };
    let activate = ActivateEmployee { employee, email: email("petra@x.example"), cell: cell(), role: Role::FrontDesk };
    vec![
        Case::decide(&world, "sign_in", "decide/sign in", move |world| {
            done(usecase::sign_in(&world.ports, right.clone()));
        }),
        Case::decide(&world, "sign_in", "decide/refuse sign-in", move |world| {
            let refused = run(usecase::sign_in(&world.ports, wrong.clone()));
            assert!(matches!(refused, Err(SignInError::Refused)), "it is the wrong password");
        }),
        Case::decide(&world, "request_reset", "decide/request reset", move |world| {
            done(usecase::request_reset(&world.ports, &who, &origin()));
        }),
        Case::decide(&world, "send_asked_reset", "decide/send reset", move |world| {
            done(usecase::send_asked_reset(&world.ports, asked, world.ports.clock.now().plus(MINUTE)));
        }),
        Case::decide(&world, "give_code_word", "decide/code word", move |world| {
            done(usecase::give_code_word(&world.ports, &opened, &word, &origin()));
        }),
        Case::decide(&world, "set_password", "decide/set password", move |world| {
            done(usecase::set_password(&world.ports, &cookie, next.clone(), &origin()));
        }),
        Case::decide(&world, "add_employee", "decide/add employee", move |world| {
            done(usecase::add_employee(&world.ports, &admin, add.clone()));
        }),
        Case::decide(&world, "activate_employee", "decide/activate", move |world| {
            done(usecase::activate_employee(&world.ports, &to_activate, activate.clone()));
        }),
        Case::decide(&world, "rotate_code_word", "decide/rotate word", move |world| {
            done(usecase::rotate_code_word(&world.ports, &fresh));
        }),
        Case::decide(&world, "quote_purchase", "decide/quote", move |world| {
            let cmd = QuotePurchase { person: desk.into(), options: vec![PlanOption::ALL[0]] };
            done(quote_purchase(&world.till, &payer, cmd));
        }),
    ]
}
