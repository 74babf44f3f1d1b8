//! Made-up requests against the described API, once for each kind of caller.

use crate::demo::Demo;
use crate::{place, shell, tools};

/// Runs schemathesis as every kind of caller against one running demo; `tests/peers/callers.py` signs in.
pub(crate) fn run() -> Result<Vec<String>, (String, Vec<String>)> {
    let demo = Demo::start().map_err(|why| (why, Vec::new()))?;
    let (mut closing, mut trouble) = (Vec::new(), Vec::new());
    for caller in CALLERS {
        let (lines, why) = match shell::run(as_caller(&demo, caller), is_closing) {
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
        .current_dir(place::target()); // where it leaves what it remembers
    command
}

fn is_closing(line: &str) -> bool {
    line.contains(" generated, ") || (line.starts_with("====") && line.contains(" in "))
}

/// Whom `tests/peers/callers.py` can sign in.
const CALLERS: [&str; 5] = ["nobody", "product", "staff", "manager", "fresh-manager"];

/// The most made-up requests for each operation: all callers together take two to four minutes.
const EXAMPLES: &str = "100";
