use practice_domain::member::Tier;
use practice_domain::person::{Column, Person};
use practice_domain::port::{Filter, PeopleQuery, Sort};
use practice_domain::value::fold;

use crate::contract::Harness;
use crate::contract::agree::everybody;
use crate::contract::lists::{assert_pages, crowd, list};
use crate::contract::samples::{id, person};

/// `LIST-3`: every part of a first name, a last name or an address finds its row, whatever its case and accents and however long it
/// is, in small practices and large ones; and nothing else is found.
pub async fn searches_find_every_part_of_names_and_addresses(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let mut few = crowd(1, 40);
    let odd = [
        ("100%", "a_b", "x_y@example.com"),
        ("\"x\" OR y", "AND", "quote'quote@example.com"),
        ("Renée", "NEAR(a b)", "r*@example.com"),
        ("ﬁne", "Straße", "o.o@bücher.example"),
        ("-a", "a:b ^c", "q+tag@example.com"),
    ];
    for (n, (first, last, address)) in (200_000..).zip(odd) {
        few.push(person(n, id(1), first, last, address));
    }
    let many = crowd(2, 2_300);
    list(&stores, few.iter().chain(&many)).await;
    for people in [few, many] {
        let practice = people[0].practice;
        for term in TERMS {
            let query = PeopleQuery { search: term.to_owned(), size: 200, ..everybody(practice) };
            assert_pages(&stores, &query, &found(&people, term)).await;
        }
        let sort = Sort { by: Column::FirstName, descending: true };
        let filter = Filter { tier: Some(Tier::PaidWithPlugin), locked: Some(false), ..Filter::default() };
        let wanted: Vec<Person> = found(&people, "smi")
            .into_iter()
            .filter(|person| person.tier == Tier::PaidWithPlugin && !person.locked)
            .collect();
        let query = PeopleQuery { search: "SMI".to_owned(), filter, sort, size: 20, ..everybody(practice) };
        assert_pages(&stores, &query, &wanted).await;
    }
}

fn found(people: &[Person], term: &str) -> Vec<Person> {
    let term = fold(term.trim());
    let holds = |person: &&Person| {
        [person.name.first(), person.name.last(), person.email.normal()].iter().any(|text| fold(text).contains(&term))
    };
    people.iter().filter(holds).cloned().collect()
}

const TERMS: [&str; 45] = [
    "",
    " ",
    "a",
    "A",
    "z",
    "ö",
    "中",
    "%",
    "_",
    "\"",
    "'",
    "*",
    "ß",
    "an",
    "AN",
    "á",
    "ng",
    "o'",
    "O’",
    "zq",
    "%%",
    "\"x",
    "smi",
    "SMITH",
    "šmí",
    "smithx",
    "ann",
    "nna",
    "løk",
    "van der",
    " der ",
    "example.com",
    "@example",
    "e.c",
    "x_y",
    "100%",
    "\"x\" or",
    "and",
    "or y",
    "near(",
    "a:b ^c",
    "q+tag",
    "xn--bcher",
    "ann\nsmith",
    "straße\0",
];
