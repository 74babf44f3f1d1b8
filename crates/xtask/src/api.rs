//! Made-up requests against the described API, once for each kind of caller.

use std::thread;

use crate::demo::Demo;
use crate::shell::Closing;
use crate::{place, shell, tools};

/// Runs schemathesis as every kind of caller, those of one row after the other against one running demo and the rows beside each other;
/// `tests/peers/callers.py` signs in.
pub(crate) fn run() -> Closing {
    let rows = thread::scope(|scope| {
        let running = CALLERS.map(|callers| scope.spawn(move || one_row(callers)));
        running.map(|row| row.join().unwrap_or_else(|_| Err(("a row of callers panicked".to_owned(), Vec::new()))))
    });
    let (mut closing, mut trouble) = (Vec::new(), Vec::new());
    for row in rows {
        let (lines, why) = row.map_or_else(|(why, lines)| (lines, Some(why)), |lines| (lines, None));
        closing.extend(lines);
        trouble.extend(why);
    }
    if trouble.is_empty() { Ok(closing) } else { Err((trouble.join("\n"), closing)) }
}

fn one_row(callers: &[&str]) -> Closing {
    let demo = Demo::start(callers[0]).map_err(|why| (why, Vec::new()))?;
    let (mut closing, mut trouble) = (Vec::new(), Vec::new());
    for caller in callers {
        let (lines, why) = match shell::run_beside(&format!("{caller}: "), as_caller(&demo, caller), is_closing) {
            Ok(lines) => (lines, None),
            Err((why, lines)) => (lines, Some(why)),
        };
        closing.extend(lines.iter().map(|line| format!("{caller}: {}", line.trim_matches(['=', ' ']))));
        trouble.extend(why.map(|why| format!("as {caller}: {why}")));
    }
    if trouble.is_empty() { Ok(closing) } else { Err((trouble.join("\n"), closing)) }
}

fn as_caller(demo: &Demo, caller: &str) -> std::process::Command {
    let peers = place::root().join("tests/peers");
    let mut command = shell::program(tools::schemathesis());
    command
        .arg("--config-file")
        .arg(peers.join("schemathesis.toml"))
        .args(["run", &format!("{}/api/openapi.json", demo.address())])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES, "--seed", "1", "--no-color"])
        .args(["--continue-on-failure", "--generation-database", "none"])
        .env("SCHEMATHESIS_HOOKS", "callers")
        .env("PYTHONPATH", peers)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PORTAL_CALLER", caller)
        .env("PORTAL_SAID", demo.said())
        .env("PORTAL_DATA", demo.data())
        .current_dir(demo.data()); // where it leaves what it remembers
    command
}

fn is_closing(line: &str) -> bool {
    line.contains(" generated, ") || (line.starts_with("====") && line.contains(" in "))
}

/// Whom `tests/peers/callers.py` can sign in, in rows that take equally long: each keeps some more than half a core busy.
const CALLERS: [&[&str]; 2] = [&["nobody", "product", "staff"], &["manager", "fresh-manager"]];

/// The most made-up requests for each operation.
const EXAMPLES: &str = "100";
