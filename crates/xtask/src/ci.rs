//! Everything that must hold before a change is taken, in the order in which it fails fastest.

use std::thread;
use std::time::Instant;

use crate::ledger::Ledger;
use crate::tools;
use crate::{Outcome, rules, shell, suites};

/// Runs all checks, also after one of them failed, and reports.
pub(crate) fn run() -> Outcome {
    let mut ledger = Ledger::default();
    let start = Instant::now();
    ledger.step("fetch", || shell::run(shell::cargo(["fetch", "--locked"]), |_| false));

    // The tools come over the network and from other people's installers; meanwhile there is enough to compile.
    let provisioning = thread::spawn(|| tools::provision(tools::EVERY));

    ledger.step("format", || shell::run(shell::cargo(["fmt", "--all", "--check"]), |_| false));
    ledger.step("rules", || rules::run().map(|()| Vec::new()).map_err(|why| (why, Vec::new())));
    let lints = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    ledger.step("clippy", || shell::run(shell::cargo(lints), |_| false));
    ledger.step("docs", || {
        let mut command = shell::cargo(["doc", "--workspace", "--no-deps"]);
        command.env("RUSTDOCFLAGS", "-D warnings");
        shell::run(command, |_| false)
    });
    ledger.step("tools (the rest of it)", || match provisioning.join() {
        Ok(done) => done.map_err(|why| (why, Vec::new())),
        Err(_) => Err(("installing the tools panicked".to_owned(), Vec::new())),
    });
    ledger.step("dependencies", || {
        let mut command = shell::program(tools::cargo_deny());
        command.args(["--offline", "check", "bans", "licenses", "sources"]);
        shell::run(command, |line| line.contains(" ok") || line.contains("FAILED"))
    });
    suites::run_into(&mut ledger, suites::EVERY);

    let ended = ledger.close();
    println!("{:>8.1} min from start to end", start.elapsed().as_secs_f64() / 60.0);
    ended
}
