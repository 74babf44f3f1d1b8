//! Rule by rule: where the domain names it, and which tests do.

mod catalogue;
mod scan;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Outcome, place};
use scan::Source;

/// Prints the table, and fails if a rule has no code or no test that names it.
pub(crate) fn run() -> Outcome {
    let root = place::root();
    let mut sources = Vec::new();
    for part in ["crates", "tests"] {
        read_into(&root, &root.join(part), &mut sources)?;
    }
    let mut holes = Vec::new();
    for rule in catalogue::rules() {
        let (code, tests) = found(&rule, &sources);
        println!("{rule:<8}code   {}", shown(&code, "nowhere in crates/domain/src"));
        println!("{:<8}tests  {}", "", shown(&tests, "none"));
        if code.is_empty() {
            holes.push(format!("{rule} is named by no file of crates/domain/src"));
        }
        if tests.is_empty() {
            holes.push(format!("{rule} is named by no test"));
        }
    }
    if holes.is_empty() { Ok(()) } else { Err(format!("rules with a hole:\n  {}", holes.join("\n  "))) }
}

/// The files of the domain and the tests that name a rule.
fn found(rule: &str, sources: &[Source]) -> (BTreeSet<String>, BTreeSet<String>) {
    let is_code = |path: &str| path.starts_with("crates/domain/src/") && !path.contains("/tests");
    let domain = sources.iter().filter(|source| is_code(&source.path));
    let code = domain.filter(|source| scan::names(source.code(), rule)).map(|source| short(&source.path)).collect();
    let tests = sources.iter().flat_map(|source| {
        source.tests_naming(rule).into_iter().map(|test| format!("{}::{test}", short(&source.path)))
    });
    (code, tests.collect())
}

fn shown(names: &BTreeSet<String>, otherwise: &str) -> String {
    if names.is_empty() {
        return otherwise.to_owned();
    }
    names.iter().map(String::as_str).collect::<Vec<_>>().join(&format!("\n{:15}", ""))
}

fn short(path: &str) -> String {
    path.trim_start_matches("crates/").trim_end_matches(".rs").to_owned()
}

/// Reads every Rust file and every browser journey below a folder; xtask itself is no evidence.
fn read_into(root: &Path, dir: &Path, sources: &mut Vec<Source>) -> Outcome {
    let trouble = |why| format!("cannot read {}: {why}", dir.display());
    let mut entries: Vec<PathBuf> =
        fs::read_dir(dir).map_err(trouble)?.filter_map(Result::ok).map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        if path.is_dir() {
            if relative != "crates/xtask" && !relative.ends_with("node_modules") {
                read_into(root, &path, sources)?;
            }
        } else if relative.ends_with(".rs") || relative.ends_with(".test.mjs") {
            let text = fs::read_to_string(&path).map_err(|why| format!("cannot read {relative}: {why}"))?;
            sources.push(Source { path: relative, text });
        }
    }
    Ok(())
}
