//! No parser panics, whatever it is given, and each keeps its promises about what it takes.
//!
//! The quick form runs with the other tests, with as many cases as `PROPTEST_CASES` says. `cargo xtask fuzz` runs each parser for
//! minutes, with inputs made of `tests/corpus` by chance. An input that breaks a promise belongs into the corpus: one a line, with
//! `\n \r \t \0 \\ \u{..}` for what cannot be seen.

mod corpus;
mod mutate;
mod soak;
mod targets;

use proptest::prelude::*;
use proptest::test_runner::Config;

use mutate::Chance;
use targets::TARGETS;

/// IN-01, IN-02, IN-03, IN-05, PWD-1
#[test]
fn every_input_of_the_corpus_is_taken_or_refused_as_promised() {
    for target in TARGETS {
        let inputs = corpus::of(target.name);
        assert!(!inputs.is_empty(), "{} has no corpus", target.name);
        for input in inputs {
            (target.run)(&input);
        }
    }
}

/// IN-01, IN-02
#[test]
fn the_corpus_reaches_every_answer() {
    for (name, answers) in [
        ("email", &["taken", "empty", "too long", "malformed", "not ascii"][..]),
        ("phone", &["taken", "invalid"]),
        ("person-name", &["taken", "too long", "control", "url"]),
        ("csv", &["verdicts", "no header", "twice"]),
    ] {
        let target = TARGETS.iter().find(|target| target.name == name).expect("a target");
        let inputs = corpus::of(name).into_iter().chain([String::new(), "x".repeat(300)]);
        let reached: Vec<_> = inputs.map(|input| (target.run)(&input)).collect();
        for answer in answers {
            assert!(reached.contains(answer), "no input of {name} is answered with `{answer}`");
        }
    }
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    /// IN-01, IN-02, IN-03, IN-05, PWD-1
    #[test]
    fn any_text_is_taken_or_refused_as_promised(text in ".{0,40}", wild in any::<String>()) {
        for target in TARGETS {
            (target.run)(&text);
            (target.run)(&wild);
        }
    }

    /// IN-01, IN-02, IN-03, IN-05, PWD-1
    #[test]
    fn any_change_of_a_known_input_is_taken_or_refused_as_promised(seed in any::<u64>()) {
        let mut chance = Chance::new(seed);
        for target in TARGETS {
            (target.run)(&mutate::change(&corpus::of(target.name), &mut chance));
        }
    }
}
