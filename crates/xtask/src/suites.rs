//! The tests, by kind.

use crate::ledger::Ledger;
use crate::shell::Closing;
use crate::tools::{self, Tool};
use crate::{Outcome, api, place, shell};

/// One kind of tests.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Suite {
    /// Everything in Rust that needs nothing else, and the examples in the docs.
    Unit,
    /// Journeys in a real browser against the real server, on each store.
    Browser,
    /// Against servers that none of us wrote.
    Peers,
    /// Random requests against the described API.
    Api,
}

/// All of them.
pub(crate) const EVERY: &[Suite] = &[Suite::Unit, Suite::Peers, Suite::Browser, Suite::Api];

/// The kind that goes by this name.
pub(crate) fn named(name: &str) -> Outcome<Suite> {
    match name {
        "unit" => Ok(Suite::Unit),
        "browser" => Ok(Suite::Browser),
        "peers" => Ok(Suite::Peers),
        "api" => Ok(Suite::Api),
        other => Err(format!("there are no `{other}` tests; unit, browser, peers and api there are")),
    }
}

/// Installs what these tests need, runs them and reports.
pub(crate) fn run(suites: &[Suite]) -> Outcome {
    let mut ledger = Ledger::default();
    ledger.step("tools", || tools::provision(&needs(suites)).map_err(|why| (why, Vec::new())));
    run_into(&mut ledger, suites);
    ledger.close()
}

/// Runs these tests as steps of a longer run.
pub(crate) fn run_into(ledger: &mut Ledger, suites: &[Suite]) {
    let has = |suite| suites.contains(&suite);
    // First, because tests start the server too. Examples are built along only because they make cargo choose the same
    // features as for the tests, which saves building the dependencies a second time.
    let words = ["build", "--workspace", "--bins", "--examples"];
    ledger.step("build", || shell::run(shell::cargo(words), |_| false));
    if has(Suite::Unit) || has(Suite::Peers) {
        let name = if has(Suite::Unit) { "tests" } else { "peers" };
        ledger.step(name, || rust_tests(has(Suite::Unit), has(Suite::Peers)));
    }
    if has(Suite::Unit) {
        let mut words = vec!["test", "--package", "practice-domain", "--features", "serde,mocks"];
        words.extend(["--test", "rules", "--test", "mocks", "--", "policy_documents", "a_link_of_nothing"]);
        ledger.step("features", || shell::run(shell::cargo(words), is_cargo_closing));
        ledger.step("doc tests", || shell::run(shell::cargo(["test", "--doc", "--workspace"]), is_cargo_closing));
    }
    if has(Suite::Browser) {
        ledger.step("browser, on SQLite", || browser(false));
        ledger.step("browser, on PostgreSQL", || browser(true));
    }
    if has(Suite::Api) {
        ledger.step("api", api::run);
    }
}

/// What these tests need.
fn needs(suites: &[Suite]) -> Vec<Tool> {
    let mut tools = Vec::new();
    for suite in suites {
        tools.extend(match suite {
            Suite::Unit if has_nextest() => &[Tool::Postgres][..],
            Suite::Unit => &[Tool::Python, Tool::Postgres][..],
            Suite::Api => &[Tool::Python][..],
            Suite::Peers => &[Tool::Python, Tool::Node, Tool::Exim][..],
            Suite::Browser => &[Tool::Chromium, Tool::Playwright, Tool::Postgres][..],
        });
    }
    tools
}

fn has_nextest() -> bool {
    place::on_path("cargo-nextest").is_some()
}

/// Benches are left out: a bench with a `main` of its own would be run, not tested. Clippy compiles them.
fn rust_tests(unit: bool, peers: bool) -> Closing {
    if !has_nextest() {
        println!("cargo-nextest is not installed, so `cargo test` runs, and the peers with it.");
        let words = ["test", "--workspace", "--tests", "--no-fail-fast"];
        return shell::run(shell::cargo(words), is_cargo_closing);
    }
    let mut command = shell::cargo(["nextest", "run", "--workspace"]);
    match (unit, peers) {
        (true, true) => {}
        (true, false) => drop(command.args(["--filterset", "not binary(/^peers/)"])),
        (false, _) => drop(command.args(["--filterset", "binary(/^peers/)"])),
    }
    shell::run(command, is_nextest_closing)
}

/// Every journey, with servers on one of the stores.
fn browser(on_postgres: bool) -> Closing {
    let chromium = tools::chromium().map_err(|why| (why, Vec::new()))?;
    let mut command = shell::program("node");
    command.arg("tests/browser/run.mjs").env("PORTAL_BIN", place::portal()).env("CHROMIUM", chromium);
    if on_postgres {
        command.env("PORTAL_CLUSTER", place::cluster());
    }
    shell::run(command, |line| line.starts_with('ℹ') || (line.starts_with('✖') && line.ends_with("ms)")))
}

fn is_nextest_closing(line: &str) -> bool {
    ["Summary [", "FAIL [", "TIMEOUT [", "SIGABRT [", "SIGSEGV ["].iter().any(|start| line.starts_with(start))
}

fn is_cargo_closing(line: &str) -> bool {
    line.starts_with("test result:") && !line.contains(" 0 passed; 0 failed; 0 ignored")
}
