use std::time::Duration;

use practice_domain::channel::Placement;
use practice_domain::commit::{Commit, Write};
use practice_domain::member::{Kind, Tier};
use practice_domain::person::{Column, Enrolment, Person};
use practice_domain::port::{Cell, Cursor, Filter, Mark, PeoplePage, PeopleQuery, Side, Sort};
use practice_domain::value::{AccountId, PersonId, PracticeId};

use crate::contract::agree::everybody;
use crate::contract::samples::{NOON, commit, id, person};
use crate::contract::{Harness, Stores};

/// In every column and both directions, pages forward and backward show each row once, in the order of the domain, and say rightly
/// whether there is more.
pub async fn lists_agree_with_the_order_of_the_domain(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let people = crowd(1, 45);
    list(&stores, people.iter().chain(&crowd(2, 9))).await;
    for by in Column::ALL {
        for descending in [false, true] {
            let sort = Sort { by, descending };
            let query = PeopleQuery { sort, size: 7, ..everybody(id(1)) };
            assert_pages(&stores, &query, &people).await;
        }
    }
    let (mut middle, sort) = (people.clone(), Sort { by: Column::Created, descending: true });
    middle.sort_by_key(|person| mark(person, sort.by));
    let gone = middle.remove(20);
    stores.accept(commit().write(Write::Unlist(gone.practice, gone.id))).await;
    for side in [Side::After, Side::Before] {
        let from = Some(Cursor { side, mark: mark(&gone, sort.by) });
        let page = page(&stores, &PeopleQuery { sort, from, size: 200, ..everybody(id(1)) }).await;
        let rest = if side == Side::After { &middle[..20] } else { &middle[20..] };
        assert_eq!(ids(page.people.iter()), ids(rest.iter().rev()), "{side:?} a row that is gone");
        assert_eq!((page.before.is_some(), page.after.is_some()), (side == Side::After, side == Side::Before));
    }
}

/// Every filter, alone and with others, leaves out what it should; on lists where what is left is rare and where it is common.
pub async fn filters_agree(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let few = crowd(1, 60);
    let many = crowd(2, 2_300);
    list(&stores, few.iter().chain(&many)).await;
    for people in [few, many] {
        let practice = people[0].practice;
        for filter in filters() {
            let wanted: Vec<Person> = people.iter().filter(|person| passes(person, &filter)).cloned().collect();
            for (by, descending) in [(Column::LastName, false), (Column::LastActivity, true)] {
                let sort = Sort { by, descending };
                let query = PeopleQuery { filter: filter.clone(), sort, size: 200, ..everybody(practice) };
                assert_pages(&stores, &query, &wanted).await;
            }
        }
    }
}

/// The counts are right after every kind of change.
pub async fn tallies_follow_every_commit(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let mut people = crowd(1, 40);
    list(&stores, &people).await;
    list(&stores, &crowd(2, 3)).await;
    assert_tally(&stores, &people).await;
    for (change, person) in people.iter_mut().enumerate().take(24) {
        match change % 3 {
            0 => person.standing = Enrolment::Proven,
            1 => person.kind = if person.kind == Kind::Patient { Kind::Staff } else { Kind::Patient },
            _ => person.tier = Tier::PaidWithPlugin,
        }
        stores.accept(commit().write(Write::List(person.clone()))).await;
    }
    assert_tally(&stores, &people).await;
    for locked in [true, false] {
        stores.accept(commit().write(Write::ListLocked(id::<AccountId>(2), locked))).await;
        people.iter_mut().filter(|person| person.account == Some(id(2))).for_each(|person| person.locked = locked);
        assert_tally(&stores, &people).await;
    }
    for person in people.split_off(10) {
        stores.accept(commit().write(Write::Unlist(person.practice, person.id))).await;
    }
    assert_tally(&stores, &people).await;
}

/// `LIST-1`: who leaves the list leaves search and counts in the same moment, and can come back.
pub async fn an_unlisted_person_is_gone_from_list_search_and_tally(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let gone = person(1, id(1), "Zoë", "Quartz", "zoe@example.com");
    let stays = person(2, id(1), "Ann", "Lee", "ann@example.com");
    let elsewhere = Person { practice: id(2), ..gone.clone() };
    let all = [gone.clone(), stays.clone(), elsewhere];
    list(&stores, &all).await;
    let search = PeopleQuery { search: "quart".to_owned(), ..everybody(id(1)) };
    assert_eq!(page(&stores, &search).await.people, std::slice::from_ref(&gone));
    stores.accept(commit().write(Write::Unlist(gone.practice, gone.id))).await;
    assert_eq!(page(&stores, &everybody(id(1))).await.people, [stays]);
    assert_eq!(page(&stores, &search).await.people, []);
    assert_eq!(page(&stores, &PeopleQuery { practice: id(2), ..search.clone() }).await.people.len(), 1);
    assert_tally(&stores, &all[1..2]).await;
    stores.accept(commit().write(Write::Unlist(gone.practice, gone.id))).await;
    let back = person(1, id(1), "Zoë", "Marble", "zoe@example.com");
    stores.accept(commit().write(Write::List(back.clone()))).await;
    assert_eq!(page(&stores, &search).await.people, [], "the name was another one then");
    assert_eq!(page(&stores, &PeopleQuery { search: "marb".to_owned(), ..search }).await.people, [back]);
}

/// Walks through all pages, forward and then backward, and compares with the rows in the order of the domain.
pub(super) async fn assert_pages(stores: &Stores, query: &PeopleQuery, rows: &[Person]) {
    let mut expected: Vec<&Person> = rows.iter().collect();
    expected.sort_by_cached_key(|person| mark(person, query.sort.by));
    if query.sort.descending {
        expected.reverse();
    }
    let size = usize::from(query.size);
    let mut forward = page(stores, query).await;
    assert_eq!(forward.before, None, "nothing comes before the first page");
    let mut seen = 0;
    loop {
        let end = expected.len().min(seen + size);
        let want = &expected[seen..end];
        assert_eq!(forward.people.iter().collect::<Vec<_>>(), want, "rows from {seen} on of {query:?}");
        assert_eq!(forward.before.is_some(), seen > 0 && !want.is_empty(), "before row {seen}");
        seen = end;
        let Some(after) = forward.after.clone() else { break };
        forward = page(stores, &PeopleQuery { from: Some(after), ..query.clone() }).await;
    }
    assert_eq!(seen, expected.len());
    let mut first = seen - forward.people.len();
    while let Some(before) = forward.before.clone() {
        forward = page(stores, &PeopleQuery { from: Some(before), ..query.clone() }).await;
        let start = first.saturating_sub(size);
        assert_eq!(forward.people.iter().collect::<Vec<_>>(), &expected[start..first], "back from {first}");
        assert!(forward.after.is_some(), "the page that it came from");
        first = start;
    }
    assert_eq!(first, 0);
}

pub(super) async fn page(stores: &Stores, query: &PeopleQuery) -> PeoplePage {
    stores.reader.people(query).await.unwrap_or_else(|fault| panic!("{fault:?}: {query:?}"))
}

pub(super) async fn list(stores: &Stores, people: impl IntoIterator<Item = &Person>) {
    let write = |commit: Commit, person: &Person| commit.write(Write::List(person.clone()));
    stores.accept(people.into_iter().fold(commit(), write)).await;
}

/// People with many ties: the same names, days and kinds, also spelt with accents and in capitals.
pub(super) fn crowd(practice: u128, number: u128) -> Vec<Person> {
    let pick = |from: &[&'static str], n: u128| from[usize::try_from(n % from.len() as u128).unwrap_or(0)];
    let one = |n: u128| {
        let (first, last) = (pick(&FIRST, n * 7 / 3), pick(&LAST, n * 5 / 2));
        let address = format!("{}{}@Example.com", pick(&["a", "B", "o'hara", "x_"], n), n / 2);
        let registered = !n.is_multiple_of(3);
        Person {
            account: registered.then(|| id::<AccountId>(1 + n % 3)),
            kind: [Kind::Doctor, Kind::Patient, Kind::Staff, Kind::Patient][usize::try_from(n % 4).unwrap_or(0)],
            placement: if registered { Placement::InPractice } else { Placement::Outside },
            invited_at: NOON.plus(Duration::from_secs(60) * u32::try_from(n % 11).unwrap_or(0)),
            active_at: registered.then(|| NOON.plus(Duration::from_secs(1) * u32::try_from(n % 13).unwrap_or(0))),
            standing: match n % 9 {
                1 => Enrolment::Unproven,
                _ if registered => Enrolment::Proven,
                _ => Enrolment::NotRegistered,
            },
            tier: [Tier::Free, Tier::Paid, Tier::Free, Tier::Free, Tier::PaidWithPlugin]
                [usize::try_from(n % 5).unwrap_or(0)],
            locked: n % 50 == 1,
            user_manager: n == 1,
            ..person(1_000 + (n * 7_919) % 100_003, id::<PracticeId>(practice), first, last, &address)
        }
    };
    (0..number).map(one).collect()
}

async fn assert_tally(stores: &Stores, people: &[Person]) {
    let tally = stores.reader.tally(people[0].practice).await.unwrap_or_else(|fault| panic!("{fault:?}"));
    for cell in Cell::ALL {
        for locked in [false, true] {
            let expected = people.iter().filter(|p| p.cell() == cell && p.locked == locked).count();
            let found: u64 = tally.groups.iter().filter(|g| g.0 == cell && g.1 == locked).map(|g| g.2).sum();
            assert_eq!(found, expected as u64, "{cell:?}, locked: {locked}");
        }
    }
}

fn filters() -> Vec<Filter> {
    let mut filters: Vec<Filter> =
        Cell::ALL.into_iter().map(|cell| Filter { cells: Some(vec![cell]), ..Filter::default() }).collect();
    filters.push(Filter { cells: Some(Cell::ALL[1..4].to_vec()), tier: Some(Tier::Free), locked: Some(false) });
    for tier in [Tier::Free, Tier::Paid, Tier::PaidWithPlugin] {
        filters.push(Filter { tier: Some(tier), ..Filter::default() });
    }
    for locked in [true, false] {
        filters.push(Filter { locked: Some(locked), ..Filter::default() });
    }
    filters.push(Filter { cells: Some(vec![Cell::ALL[0]]), tier: Some(Tier::PaidWithPlugin), locked: Some(true) });
    filters.push(Filter { cells: Some(Vec::new()), ..Filter::default() });
    filters
}

fn passes(person: &Person, filter: &Filter) -> bool {
    filter.keeps(person.cell())
        && filter.tier.is_none_or(|tier| person.tier == tier)
        && filter.locked.is_none_or(|locked| person.locked == locked)
}

fn mark(person: &Person, column: Column) -> Mark {
    Mark { key: person.sort_key(column), name: person.name_key(), id: person.id }
}

fn ids<'a>(people: impl Iterator<Item = &'a Person>) -> Vec<PersonId> {
    people.map(|person| person.id).collect()
}

const FIRST: [&str; 9] = ["Ann", "ann", "Ánn", "", "Zoë", "Bo", "O’Hara", "Łukasz", "中"];

const LAST: [&str; 8] = ["Smith", "smith", "Šmith", "", "Smi", "van der Berg", "Ng", "Ångström-Løkke"];
