//! The long form: each parser for as many seconds as `FUZZ_SECONDS` says, only those that `FUZZ_ONLY` names, from `FUZZ_SEED`.

use std::collections::BTreeMap;
use std::env;
use std::panic::catch_unwind;
use std::time::{Duration, Instant};

use crate::mutate::{Chance, change};
use crate::targets::{TARGETS, Target};
use crate::{corpus, targets};

#[test]
#[ignore = "runs for minutes: cargo xtask fuzz"]
fn every_parser_stands_the_time_it_is_given() {
    let asked = |name: &str, otherwise: u64| match env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|why| panic!("{name}: {why}")),
        Err(_) => otherwise,
    };
    let (seconds, seed) = (asked("FUZZ_SECONDS", 1), asked("FUZZ_SEED", 1));
    let only = env::var("FUZZ_ONLY").unwrap_or_default();
    let wanted = |target: &&Target| only.is_empty() || only.split(',').any(|name| name == target.name);
    for target in TARGETS.iter().filter(wanted) {
        soak(target, Duration::from_secs(seconds), seed);
    }
}

/// Feeds one parser. An input that gets a new answer, or is of a new length for its answer, is changed further.
fn soak(target: &Target, span: Duration, seed: u64) {
    let mut pool = corpus::of(target.name);
    let mut chance = Chance::new(seed);
    let mut answers: BTreeMap<targets::Answer, u64> = BTreeMap::new();
    let mut met = BTreeMap::new();
    let (began, mut tried) = (Instant::now(), 0_u64);
    while began.elapsed() < span {
        for _ in 0..64 {
            let input = change(&pool, &mut chance);
            let Ok(answer) = catch_unwind(|| (target.run)(&input)) else {
                panic!("fuzz {}: a promise is broken by this input:\n{}", target.name, corpus::escape(&input));
            };
            tried += 1;
            *answers.entry(answer).or_default() += 1;
            let kind = (answer, (input.len() + 1).ilog2(), input.is_ascii());
            if met.insert(kind, ()).is_none() {
                pool.push(input);
            }
        }
    }
    println!("fuzz {}: {tried} inputs in {} s, {answers:?}", target.name, began.elapsed().as_secs());
}
