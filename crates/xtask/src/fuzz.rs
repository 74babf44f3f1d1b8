//! Parsers under inputs that chance makes of the corpus.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::{Outcome, shell};

/// Runs each parser, or one, for so many minutes, in one thread, and reports how many inputs it stood. The seed is new every time, and
/// printed; `FUZZ_SEED` repeats one.
pub(crate) fn run(minutes: &str, parser: Option<&str>) -> Outcome {
    let minutes: u64 = minutes.parse().map_err(|why| format!("`{minutes}` is no number of minutes: {why}"))?;
    let seed = std::env::var("FUZZ_SEED").unwrap_or_else(|_| new_seed());
    println!("{minutes} minutes for each parser, FUZZ_SEED={seed}");
    let words = ["test", "--package", "practice-domain", "--test", "parsers", "--", "--ignored", "--nocapture"];
    let mut command = shell::cargo(words);
    command.env("FUZZ_SECONDS", (minutes * 60).to_string()).env("FUZZ_SEED", seed);
    command.env("FUZZ_ONLY", parser.unwrap_or_default());
    let (numbers, outcome) = match shell::run(command, |line| line.starts_with("fuzz ")) {
        Ok(numbers) => (numbers, Ok(())),
        Err((why, numbers)) => (numbers, Err(why)),
    };
    println!("\n{}", numbers.join("\n"));
    match (outcome, numbers.is_empty()) {
        (Ok(()), true) => Err(format!("there is no parser `{}`", parser.unwrap_or_default())),
        (outcome, _) => outcome,
    }
}

#[expect(clippy::disallowed_methods, reason = "no rule depends on it: a run is to differ from the one before")]
fn new_seed() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis().to_string()
}
