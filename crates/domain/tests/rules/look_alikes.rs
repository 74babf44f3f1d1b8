//! Addresses that look like others (IN-01): a warning, never a refusal.

use practice_domain::channel::Placement;
use practice_domain::member::Kind;
use practice_domain::usecase::{Resemblance, resemblance};

use crate::world::interleave::run;
use crate::world::{World, email};

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
