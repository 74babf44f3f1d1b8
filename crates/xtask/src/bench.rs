//! The benchmarks by name.

use crate::{Outcome, shell};

/// Runs one benchmark, and first builds the server that one of them starts.
pub(crate) fn run(name: &str) -> Outcome {
    if !BENCHES.iter().any(|(known, _)| *known == name) {
        list();
        return Err(format!("there is no benchmark `{name}`"));
    }
    if name == "rules" {
        return crate::bench_rules::run();
    }
    cargo(&["build", "--release", "--package", "practice-portal"])?;
    cargo(&["bench", "--package", "acceptance", "--bench", "bench", "--", name])
}

/// Says which benchmarks there are.
pub(crate) fn list() {
    for (name, about) in BENCHES {
        println!("cargo xtask bench {name:<10}{about}");
    }
}

fn cargo(words: &[&str]) -> Outcome {
    let command = shell::cargo(words.iter().copied());
    shell::run(command, |_| false).map(|_| ()).map_err(|(why, _)| why)
}

/// Name, and what it measures.
const BENCHES: &[(&str, &str)] = &[
    ("rules", "deciding, parsing and pure rules: time and allocations"),
    ("list", "Manage Account with very many people, beside the query by hand"),
    ("scale", "a million people and 100,000 practices on PostgreSQL, beside the query by hand (some 15 minutes)"),
    ("sign-in", "people signing in as fast as they can, beside the bare password hash"),
    ("start", "time to the first answer, and idle memory"),
];
