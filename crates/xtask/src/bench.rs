//! The benchmarks by name.

use crate::{Outcome, shell};

/// Runs one benchmark; what follows the name goes to it.
pub(crate) fn run(name: &str, rest: &[&str]) -> Outcome {
    let Some(bench) = BENCHES.iter().find(|bench| bench.name == name) else {
        list();
        return Err(format!("there is no benchmark `{name}`"));
    };
    for words in bench.before {
        cargo(words)?;
    }
    let after = if rest.is_empty() { &[][..] } else { &["--"][..] };
    cargo(&[&["bench", "--package", "acceptance", "--bench", bench.name], after, rest].concat())
}

/// Says which benchmarks there are.
pub(crate) fn list() {
    for bench in BENCHES {
        println!("cargo xtask bench {:<10}{}", bench.name, bench.about);
    }
}

fn cargo(words: &[&str]) -> Outcome {
    let command = shell::cargo(words.iter().copied());
    shell::run(command, |_| false).map(|_| ()).map_err(|(why, _)| why)
}

struct Bench {
    name: &'static str,
    about: &'static str,
    /// The cargo commands that must come first.
    before: &'static [&'static [&'static str]],
}

const BENCHES: &[Bench] = &[
    Bench { name: "list", about: "Manage Account with very many people", before: &[] },
    Bench { name: "sign-in", about: "people signing in as fast as they can", before: &[] },
    Bench { name: "start", about: "a start on an existing database", before: &[BUILD_SERVER] },
];

const BUILD_SERVER: &[&str] = &["build", "--release", "--package", "practice-portal"];
