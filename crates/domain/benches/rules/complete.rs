//! Nobody adds a use case and forgets to measure it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::Case;

/// Use cases that decide nothing by themselves, and why nothing measures them.
const NOT_MEASURED: [(&str, &str); 8] = [
    ("authenticate_watching", "is authenticate, but for what it notes"),
    ("catch_up", "decides each event of a list by apply_payment_event"),
    (
        "reconcile_payments",
        "decides each of what is due by settle_purchase, follow_subscription and announce_expiring_card",
    ),
    ("walk_subscriptions", "decides each of a list by follow_subscription"),
    ("moved_store", "records that a store was filled from another one"),
    ("restored_store", "records that a store was filled from a copy"),
    ("forget_events", "only asks the store to forget"),
    ("texts_stopped", "only asks the store"),
];

/// Fails with the names of use cases that no case measures, of those that are measured or left out and are none, and of cases whose
/// names are too long or are given twice.
pub(crate) fn check(cases: &[Case]) {
    let found = use_cases(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/usecase"));
    assert!(found.len() > 90, "the use cases were not found: {found:?}");
    let measured: BTreeSet<&str> = cases.iter().filter_map(|case| case.of).collect();
    let left_out: BTreeMap<&str, &str> = NOT_MEASURED.into_iter().collect();
    let mut wrong = Vec::new();
    for name in &found {
        match (measured.contains(name.as_str()), left_out.get(name.as_str())) {
            (false, None) => wrong.push(format!("{name}: no case measures it")),
            (true, Some(why)) => wrong.push(format!("{name}: it is measured, and left out because it {why}")),
            _ => {}
        }
    }
    let known = measured.iter().chain(left_out.keys());
    wrong.extend(known.filter(|name| !found.contains(**name)).map(|name| format!("{name}: no such use case")));
    let mut names = BTreeSet::new();
    for Case { name, .. } in cases {
        if name.chars().count() > LONGEST || !names.insert(*name) {
            wrong.push(format!("{name}: too long a name, or given twice"));
        }
    }
    assert!(wrong.is_empty(), "the benchmark is not complete:\n{}", wrong.join("\n"));
}

/// The public functions of the files below a folder that ask the world: those that are asynchronous, and no methods.
fn use_cases(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(use_cases(&path));
            continue;
        }
        let source = fs::read_to_string(&path).expect("readable");
        let begun = source.lines().filter_map(|line| line.strip_prefix("pub async fn "));
        found.extend(
            begun.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()),
        );
    }
    found
}

/// Letters, so that Criterion writes name and time on one line.
const LONGEST: usize = 23;
