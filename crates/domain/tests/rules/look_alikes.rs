//! Addresses that look like others (IN-01): a warning, never a refusal.

use practice_domain::channel::Placement;
use practice_domain::member::{Kind, Role};
use practice_domain::usecase::{Resemblance, resemblance, resemblance_of_login};
use practice_domain::value::PasswordLinkId;

use crate::world::interleave::run;
use crate::world::{GOOD, World, email};

/// IN-01: an address of the practice, forged by a letter; not the address itself, and not another practice's.
#[test]
fn an_address_is_compared_with_those_of_the_practice() {
    let world = World::new();
    let office = world.office("boss@brightsmile.example");
    let other = world.office("other@elsewhere.example");
    world.invite(&office, "ann.miller@y.example", Kind::Staff, Placement::Outside).expect("invited");
    let like = |practice, who: &str| run(resemblance(&world.ports, practice, &email(who))).expect("memory");
    for forged in [
        "ann.rniller@y.example",
        "ann.mi11er@y.example",
        "b0ss@brightsmile.example",
        "boss@brightsmi1e.example",
        "b0ss@brightsmi1e.example",
    ] {
        assert!(matches!(like(office.practice, forged), Some(Resemblance::Person(_))), "{forged}");
        assert_eq!(like(other.practice, forged), None, "{forged}");
    }
    for fine in ["ann.miller@y.example", "BOSS@BrightSmile.example", "ann.meller@y.example"] {
        assert_eq!(like(office.practice, fine), None, "{fine}");
    }
}

/// IN-01
#[test]
fn a_domain_is_compared_with_those_that_everybody_knows() {
    let known = |who: &str| email(who).resembles_a_known_domain();
    assert_eq!(known("ann@gmaiI.com"), Some("gmail.com"), "with a capital i");
    assert_eq!(known("ann@gmai1.com"), Some("gmail.com"));
    assert_eq!(known("ann@grnail.com"), Some("gmail.com"));
    assert_eq!(known("ann@hotrnail.com"), Some("hotmail.com"));
    assert_eq!(known("ann@уahoo.com"), Some("yahoo.com"));
    assert_eq!(known("ann@gmail.com"), None);
    assert_eq!(known("ann@mail.example"), None);
    let world = World::new();
    let office = world.office("boss@x.example");
    let like = run(resemblance(&world.ports, office.practice, &email("new@out1ook.com"))).expect("memory");
    assert_eq!(like, Some(Resemblance::Domain("outlook.com")));
}

/// IN-01, EMP-2: the address of a login is compared until somebody was asked with it, and never once it is theirs.
#[test]
fn the_address_of_a_login_is_warned_of_once() {
    let world = World::new();
    let office = world.office("boss@brightsmile.example");
    let id = world.add_employee(&office);
    let forged = "b0ss@brightsmile.example";
    let warned = |who: &str| {
        let row = world.employees(office.practice).into_iter().find(|row| row.employee.id == id).expect("listed");
        let who = email(who);
        run(resemblance_of_login(&world.ports, office.practice, &row.user, &who)).expect("memory").is_some()
    };
    assert!(warned(forged), "there is no login yet");
    world.activate(&office, id, forged, Role::FrontDesk).expect("activated");
    assert!(!warned(forged) && warned("boss@brightsmi1e.example"), "this address was asked, the other was not");
    let cookie = world.open(&world.password_link(PasswordLinkId(id.0)));
    world.give(&cookie, &world.word(office.practice)).expect("looked at");
    world.set(&cookie, GOOD).expect("set");
    assert!(!warned("boss@brightsmi1e.example"), "the login is theirs");
}
