//! Installs what the tests need, once.

mod debian;
mod javascript;
mod python;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::{Outcome, place};

/// Something that tests need and a fresh machine lacks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The browser.
    Chromium,
    /// What drives the browser, and what judges the accessibility of its pages.
    Playwright,
    /// Mail servers, the API fuzzer, a stand-in for Stripe, and the libraries of Twilio, Stripe and Standard Webhooks.
    Python,
    /// Another stand-in for Stripe, its library for Node.js, and Prism, which serves Twilio's description.
    Node,
    /// A mail server of the kind that runs in the world.
    Exim,
    /// The database that several servers share.
    Postgres,
    /// The judge of our dependencies.
    CargoDeny,
}

/// All of them, the slowest first.
pub(crate) const EVERY: &[Tool] =
    &[Tool::Chromium, Tool::Playwright, Tool::Postgres, Tool::Python, Tool::Node, Tool::Exim, Tool::CargoDeny];

/// Installs those of `wanted` that are missing, and says what each took.
///
/// # Errors
///
/// What could not be installed and why. Everything else is installed nevertheless.
pub(crate) fn provision(wanted: &[Tool]) -> Outcome<Vec<String>> {
    let dir = place::tools();
    for dir in [dir.join("stamps"), dir.join("log")] {
        fs::create_dir_all(&dir).map_err(|why| format!("cannot create {}: {why}", dir.display()))?;
    }
    let lock = File::create(dir.join(".lock")).and_then(|file| file.lock().map(|()| file));
    let _lock = lock.map_err(|why| format!("cannot lock {}: {why}", dir.display()))?;

    let mut done = Vec::new();
    let mut trouble = Vec::new();
    for tool in wanted {
        let start = Instant::now();
        match tool.install() {
            Ok(true) => done.push(format!("installed {} in {:.1} s", tool.name(), start.elapsed().as_secs_f64())),
            Ok(false) => {}
            Err(why) => trouble.push(format!("{} could not be installed: {why}", tool.name())),
        }
    }
    if trouble.is_empty() { Ok(done) } else { Err(trouble.join("\n")) }
}

/// The browser: the one that `CHROMIUM` names, or one on the search path.
pub(crate) fn chromium() -> Outcome<PathBuf> {
    debian::chromium()
}

/// The API fuzzer's command.
pub(crate) fn schemathesis() -> PathBuf {
    place::tools().join("python/bin/schemathesis")
}

/// The command that judges dependencies.
pub(crate) fn cargo_deny() -> PathBuf {
    place::tools().join("deny/bin/cargo-deny")
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Playwright => "playwright",
            Self::Python => "python",
            Self::Node => "peers",
            Self::Exim => "exim",
            Self::Postgres => "postgresql",
            Self::CargoDeny => "cargo-deny",
        }
    }

    /// Whether anything had to be done.
    fn install(self) -> Outcome<bool> {
        match self {
            Self::Chromium => debian::install_chromium(),
            Self::Playwright => javascript::install_playwright(),
            Self::Python => python::install_peers(),
            Self::Node => javascript::install_peers(),
            Self::Exim => debian::unpack_exim(),
            Self::Postgres => debian::install_postgres(),
            Self::CargoDeny => python::install_cargo_deny(),
        }
    }
}

/// The place of one tool, which a stamp marks as complete.
struct Spot {
    name: &'static str,
    /// What it is installed from: other contents, other tool.
    from: String,
    dir: PathBuf,
}

impl Spot {
    fn new(name: &'static str, from: impl Into<String>) -> Self {
        Self { name, from: from.into(), dir: place::tools().join(name) }
    }

    /// Where its installers write what they say.
    fn log(&self) -> PathBuf {
        place::tools().join("log").join(format!("{}.txt", self.name))
    }

    /// Empties the place and lets `work` fill it, unless it is complete already. True if it was not.
    fn fill(&self, work: impl FnOnce(&Path) -> Outcome) -> Outcome<bool> {
        let stamp = place::tools().join("stamps").join(self.name);
        if self.dir.is_dir() && fs::read_to_string(&stamp).is_ok_and(|from| from == self.from) {
            return Ok(false);
        }
        println!("installing {}; its installer writes to {}", self.name, self.log().display());
        let _ = fs::remove_file(&stamp);
        let _ = fs::remove_file(self.log());
        let _ = fs::remove_dir_all(&self.dir);
        fs::create_dir_all(&self.dir).map_err(|why| format!("cannot create {}: {why}", self.dir.display()))?;
        work(&self.dir)?;
        fs::write(&stamp, &self.from).map_err(|why| format!("cannot write {}: {why}", stamp.display()))?;
        Ok(true)
    }
}
