//! What was done, how long it took and how it ended.

use std::time::{Duration, Instant};

use crate::Outcome;
use crate::shell::Closing;

/// The steps of one run, in order.
#[derive(Default)]
pub(crate) struct Ledger {
    steps: Vec<Step>,
}

struct Step {
    name: String,
    took: Duration,
    closing: Vec<String>,
    trouble: Option<String>,
}

impl Ledger {
    /// Does one step. A failure is remembered, and the next steps still run.
    pub(crate) fn step(&mut self, name: &str, work: impl FnOnce() -> Closing) {
        println!("\n=== {name}");
        let start = Instant::now();
        let (closing, trouble) = match work() {
            Ok(closing) => (closing, None),
            Err((why, closing)) => {
                eprintln!("{why}");
                (closing, Some(why))
            }
        };
        self.steps.push(Step { name: name.to_owned(), took: start.elapsed(), closing, trouble });
    }

    /// Prints every step with its time and its own closing lines, and fails if one of them failed.
    pub(crate) fn close(self) -> Outcome {
        println!("\n=== summary");
        for step in &self.steps {
            let mark = if step.trouble.is_some() { "FAILED" } else { "ok" };
            println!("{:>8.1} s  {mark:<6}  {}", step.took.as_secs_f64(), step.name);
            for line in &step.closing {
                println!("{:20}{line}", "");
            }
        }
        let whole: Duration = self.steps.iter().map(|step| step.took).sum();
        println!("{:>8.1} s  in all", whole.as_secs_f64());

        let failed: Vec<&str> =
            self.steps.iter().filter(|step| step.trouble.is_some()).map(|step| step.name.as_str()).collect();
        if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
    }
}
