//! The benchmarks by name.

use crate::{Outcome, shell};

/// Runs one benchmark; what follows the name goes to it.
pub(crate) fn run(name: &str, rest: &[&str]) -> Outcome {
    let Some((_, _, words)) = BENCHES.iter().find(|(known, ..)| *known == name) else {
        list();
        return Err(format!("there is no benchmark `{name}`"));
    };
    let after = if rest.is_empty() { &[][..] } else { &["--"][..] };
    let command = shell::cargo(words.iter().chain(after).chain(rest).copied());
    shell::run(command, |_| false).map(|_| ()).map_err(|(why, _)| why)
}

/// Says which benchmarks there are.
pub(crate) fn list() {
    for (name, about, _) in BENCHES {
        println!("cargo xtask bench {name:<10}{about}");
    }
}

/// Name, what it measures, and the cargo command.
const BENCHES: &[(&str, &str, &[&str])] = &[
    ("list", "Manage Account with very many people", &["bench", "--package", "acceptance", "--bench", "list"]),
    ("sign-in", "a storm of people signing in", &["bench", "--package", "acceptance", "--bench", "sign-in"]),
];
