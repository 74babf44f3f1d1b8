//! Verdicts against a model that compares every row with everybody, and plans that are empty the second time.

use std::collections::BTreeSet;

use practice_domain::intake::{Column, Conflict, DryRun, Entry, Known, Like, Presence, Verdict, Wanted, read, write};
use practice_domain::value::Phones;
use proptest::prelude::*;

use super::{employee, known};
use crate::world::{both_phones, cases, cell_phone};

/// Few names, addresses and numbers, so that they meet: spellings of one, look-alikes, and none.
fn entries(most: usize) -> impl Strategy<Value = Vec<Entry>> {
    let addresses =
        vec![None, Some("ann@x.com"), Some("ANN@x.com"), Some("amy@x.com"), Some("arny@x.com"), Some("ann@х.com")];
    let names = vec![("Ann", "Lee"), ("ANN", "LEE"), ("Amy", "Ray"), ("Аmy", "Ray"), ("Amy", "")];
    let phones = vec![Phones::default(), Phones::default(), cell_phone(), both_phones()];
    let one = (proptest::sample::select(addresses), proptest::sample::select(names), proptest::sample::select(phones));
    let entry = one.prop_map(|(who, (first, last), phones)| Entry { phones, ..employee(who, first, last) });
    proptest::collection::vec(entry, 0..most)
}

/// The verdict's name, and the line that it points at.
fn told(verdict: &Verdict) -> (&'static str, Option<u64>) {
    match verdict {
        Verdict::New(_) => ("new", None),
        Verdict::AlreadyThere(_) => ("already there", None),
        Verdict::Conflict(Conflict::Known { .. }) => ("conflict", None),
        Verdict::Conflict(Conflict::Row { line }) => ("two rows", Some(*line)),
        Verdict::LookAlike(_, Like::Known(_)) => ("look-alike", None),
        Verdict::LookAlike(_, Like::Row { line }) => ("look-alike row", Some(*line)),
        Verdict::Bad(_) => ("bad", None),
    }
}

/// The same, said as plainly as possible.
fn model(at: usize, rows: &[Entry], there: &[Known]) -> (&'static str, Option<u64>) {
    let row = &rows[at];
    let is_same = |other: &Entry| match (&row.email, &other.email) {
        (Some(a), Some(b)) => a == b,
        _ => row.name.key() == other.name.key(),
    };
    let is_alike = |other: &Entry| match (&row.email, &other.email) {
        (Some(a), Some(b)) => a.is_look_alike(b),
        (None, None) => row.name.is_look_alike(&other.name),
        _ => false,
    };
    let silent_or_equal = |said: bool, equal: bool| !said || equal;
    let says_nothing_new = |known: &Entry| {
        let (mine, theirs) = (&row.phones, &known.phones);
        silent_or_equal(!row.name.first().is_empty(), row.name.first() == known.name.first())
            && silent_or_equal(!row.name.last().is_empty(), row.name.last() == known.name.last())
            && silent_or_equal(row.email.is_some(), row.email == known.email)
            && silent_or_equal(mine.cell.is_some(), mine.cell == theirs.cell)
            && silent_or_equal(mine.landline.is_some(), mine.landline == theirs.landline)
    };
    let line_of = |other: usize| Some(u64::try_from(other).expect("few rows") + 2);
    let others = || rows.iter().enumerate().filter(|(other, _)| *other != at);
    if there.iter().any(|known| is_same(&known.entry) && says_nothing_new(&known.entry)) {
        ("already there", None)
    } else if there.iter().any(|known| is_same(&known.entry)) {
        ("conflict", None)
    } else if let Some((other, _)) = others().filter(|(_, other)| is_same(other)).min_by_key(|(_, other)| {
        // Of several rows, one with the same address is named first.
        row.email.is_some() && other.email.is_none()
    }) {
        ("two rows", line_of(other))
    } else if there.iter().any(|known| is_alike(&known.entry)) {
        ("look-alike", None)
    } else if let Some((other, _)) = others().find(|(_, other)| is_alike(other)) {
        ("look-alike row", line_of(other))
    } else {
        ("new", None)
    }
}

fn dry_run(rows: &[Entry], there: &[Known]) -> DryRun {
    let text = write(&Column::ALL, rows);
    DryRun::of(read(text.as_bytes()).expect("our own file"), Wanted::Employees, there).expect("all columns")
}

proptest! {
    #![proptest_config(cases(300))]

    /// EMP-1
    #[test]
    fn verdicts_agree_with_comparing_everybody_with_everybody(rows in entries(7), there in entries(4)) {
        let there: Vec<Known> = there.into_iter().map(|entry| known(entry, Presence::Employee)).collect();
        for (at, judged) in dry_run(&rows, &there).rows().iter().enumerate() {
            prop_assert_eq!(told(&judged.verdict), model(at, &rows, &there), "row {} of {:?}", at, rows);
        }
    }

    /// EMP-1
    #[test]
    fn a_plan_that_was_carried_out_is_empty_the_second_time(
        rows in entries(7),
        there in entries(4),
        looked_at in proptest::collection::btree_set(2_u64..9, 0..7),
    ) {
        let mut there: Vec<Known> = there.into_iter().map(|entry| known(entry, Presence::Employee)).collect();
        let plan = dry_run(&rows, &there).go(&looked_at);
        for entry in plan.entries() {
            let is_there = there.iter().any(|known| known.entry.email.is_some() && known.entry.email == entry.email);
            prop_assert!(!is_there, "the plan names somebody who is there");
            there.push(known(entry.clone(), Presence::Employee));
        }
        let again = dry_run(&rows, &there);
        prop_assert!(again.go(&looked_at).is_empty());
    }

    /// EMP-1
    #[test]
    fn without_looking_no_look_alike_and_no_conflict_is_created(rows in entries(7), there in entries(4)) {
        let there: Vec<Known> = there.into_iter().map(|entry| known(entry, Presence::Employee)).collect();
        let run = dry_run(&rows, &there);
        let new = run.rows().iter().filter(|judged| matches!(judged.verdict, Verdict::New(_))).count();
        prop_assert_eq!(run.go(&BTreeSet::new()).entries().len(), new);
    }
}
