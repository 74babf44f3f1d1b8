//! Running other programs.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::{Outcome, place};

/// The lines that say how something ended; where it failed, after why.
pub(crate) type Closing = Result<Vec<String>, (String, Vec<String>)>;

/// A cargo command in the root of the workspace.
pub(crate) fn cargo<'a>(words: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = program(std::env::var("CARGO").as_deref().unwrap_or("cargo"));
    command.args(words);
    command
}

/// A command in the root of the workspace that knows where the tools are.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(place::root()).env("PORTAL_TOOLS", place::tools()).stdin(Stdio::null());
    // What `cargo run` told us about ourselves is not about what we run, and some build scripts would run again for it.
    let about_us = std::env::vars_os()
        .map(|(name, _)| name)
        .filter(|name| ABOUT_US.iter().any(|prefix| name.as_encoded_bytes().starts_with(prefix.as_bytes())));
    for name in about_us {
        command.env_remove(name);
    }
    command
}

/// Runs a command, passes on all that it prints, and returns the lines that `keep` picks, each once.
///
/// # Errors
///
/// The lines kept come with the error too: they say what failed.
pub(crate) fn run(command: Command, keep: fn(&str) -> bool) -> Closing {
    run_beside("", command, keep)
}

/// The same beside others: each line begins with this.
///
/// # Errors
///
/// As [`run`].
pub(crate) fn run_beside(who: &str, mut command: Command, keep: fn(&str) -> bool) -> Closing {
    let name = shown(&command);
    let mut kept = Vec::new();
    let ended = (|| {
        let (reader, writer) = io::pipe()?;
        command.stdout(writer.try_clone()?).stderr(writer);
        println!("\n{who}$ {name}");
        let mut child = command.spawn()?;
        drop(command); // holds the writing ends, without which the reading ends
        let mut lines = BufReader::new(reader);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            io::stdout().write_all(&[who.as_bytes(), &line].concat())?;
            let text = String::from_utf8_lossy(&line).trim().to_owned();
            if keep(&text) && !kept.contains(&text) {
                kept.push(text);
            }
            line.clear();
        }
        child.wait()
    })();
    match ended {
        Ok(status) if status.success() => Ok(kept),
        Ok(status) => Err((format!("`{name}` failed: {status}"), kept)),
        Err(why) => Err((format!("`{name}` did not run: {why}"), kept)),
    }
}

/// Runs a command silently; what it prints goes to the end of `log`, and its last lines into the error.
pub(crate) fn quietly(mut command: Command, log: &Path) -> Outcome {
    let name = shown(&command);
    let ended = (|| {
        let file = File::options().create(true).append(true).open(log)?;
        writeln!(&file, "$ {name}")?;
        command.stdout(file.try_clone()?).stderr(file).status()
    })();
    match ended {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            let said = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
            let lines: Vec<&str> = said.lines().collect();
            let last = lines[lines.len().saturating_sub(LAST_LINES)..].join("\n  ");
            Err(format!("`{name}` failed: {status}\n  {last}"))
        }
        Err(why) => Err(format!("`{name}` did not run: {why}")),
    }
}

/// A command as one would type it in the root of the workspace, without the environment.
fn shown(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let root = format!("{}/", place::root().display());
    let words = command.get_args().map(|word| word.to_string_lossy().replace(&root, ""));
    std::iter::once(name.to_string_lossy().into_owned()).chain(words).collect::<Vec<_>>().join(" ")
}

const LAST_LINES: usize = 25;
const ABOUT_US: &[&str] = &["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_NAME", "CARGO_CRATE_NAME", "CARGO_PRIMARY_"];
