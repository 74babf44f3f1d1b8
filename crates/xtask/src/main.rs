//! Every check of the project as one command.
//!
//! ```text
//! cargo xtask ci                                     everything, from the formatting to the browser
//! cargo xtask test [--only unit|browser|peers|api]   every test, or one kind of them
//! cargo xtask tools                                  only install what the tests need
//! cargo xtask rules                                  rule by rule: the code and the tests that name it
//! cargo xtask bench [NAME]                           one benchmark; without a name, which there are
//! cargo xtask fuzz [MINUTES [PARSER]]                each parser for so many minutes (10), or one of them
//! ```
//!
//! # What the tests need
//!
//! A Rust toolchain, Python 3.10 or newer with pip, Node.js 20.10 or newer with npm. The rest is installed at
//! pinned versions from PyPI, npm and Debian into `target/tools`, once: a stamp tells the next run that a tool is
//! there. Only Chromium (with two font families) and PostgreSQL are installed into the system, and only on Debian or
//! Ubuntu as root; elsewhere install them yourself. `CHROMIUM` names the browser to use instead, `POSTGRES_BIN` the
//! folder with PostgreSQL's programs.
//!
//! | in `target/tools` | holds |
//! |---|---|
//! | `browser/node_modules` | playwright-core and axe, from `tests/browser/bun.lock` |
//! | `python/bin/python` | aiosmtpd, mail-devel, schemathesis, localstripe and the libraries of Twilio, Stripe and Standard Webhooks, from `tests/peers/requirements.txt` |
//! | `peers/node_modules` | stripe-stateful-mock, Stripe's library and Prism, from `tests/peers/bun.lock` |
//! | `python/bin/schemathesis`, `python/bin/mail_devel` | their commands |
//! | `exim/exim4` | a real mail server from Debian, unpacked and not installed; to be named as its own `exim_path` |
//! | `deny/bin/cargo-deny` | the judge of `deny.toml` |
//! | `bun`, `uv` | the installers of the above |
//! | `stamps`, `log` | what each tool was installed from, and what its installer said |
//!
//! # What the tests are told
//!
//! | variable | meaning |
//! |---|---|
//! | `PORTAL_TOOLS` | the absolute path of `target/tools` |
//! | `PORTAL_SPECS` | not set by us: a folder with `twilio_api_v2010.json`, as Twilio publishes it (peer tests; without it they say so) |
//! | `PORTAL_BIN` | the absolute path of the `practice-portal` binary (browser tests) |
//! | `PORTAL_CLUSTER` | the absolute path of the program that runs a PostgreSQL cluster (browser tests on PostgreSQL) |
//! | `CHROMIUM` | the browser (browser tests) |
//! | `POSTGRES_BIN` | the folder with PostgreSQL's programs, where they lie elsewhere than usual |
//! | `PORTAL_SAID`, `PORTAL_DATA`, `PORTAL_CALLER` | what the demo said, its folder, and who calls (API tests) |
//!
//! A test that needs a peer out of `target/tools` lives in an integration test whose name begins with `peers`, such
//! as `crates/email-smtp/tests/peers_smtp.rs`: `--only peers` runs exactly those, `--only unit` all others.

mod api;
mod bench;
mod bench_rules;
mod ci;
mod demo;
mod fuzz;
mod ledger;
mod place;
mod rules;
mod shell;
mod suites;
mod tools;

use std::process::ExitCode;

/// How every command here ends: with a sentence when it went wrong.
type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["ci"] => ci::run(),
        ["test"] => suites::run(suites::EVERY),
        ["test", "--only", kind] => suites::named(kind).and_then(|suite| suites::run(&[suite])),
        ["tools"] => tools::provision(tools::EVERY).map(|_| ()),
        ["rules"] => rules::run(),
        ["bench"] => {
            bench::list();
            Ok(())
        }
        ["bench", name] => bench::run(name),
        ["fuzz"] => fuzz::run("10", None),
        ["fuzz", minutes] => fuzz::run(minutes, None),
        ["fuzz", minutes, parser] => fuzz::run(minutes, Some(parser)),
        _ => Err(format!("{USAGE}\n")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

const USAGE: &str = "which of these?
  cargo xtask ci
  cargo xtask test [--only unit|browser|peers|api]
  cargo xtask tools
  cargo xtask rules
  cargo xtask bench [NAME]
  cargo xtask fuzz [MINUTES [PARSER]]";
