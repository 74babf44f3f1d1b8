//! What comes from npm.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::PathBuf;

use super::Spot;
use crate::{Outcome, place, shell};

/// Installs what `tests/browser/bun.lock` pins.
pub(super) fn install_playwright() -> Outcome<bool> {
    install("browser")
}

/// Installs what `tests/peers/bun.lock` pins.
pub(super) fn install_peers() -> Outcome<bool> {
    install("peers")
}

/// Installs what is pinned in a folder of the tests, into the place of the same name.
fn install(name: &'static str) -> Outcome<bool> {
    for program in ["node", "npm"] {
        if place::on_path(program).is_none() {
            return Err(format!("there is no {program} here; install Node.js 20.10 or newer"));
        }
    }
    let pins = place::root().join("tests").join(name);
    let read = |name: &str| {
        let file = pins.join(name);
        fs::read_to_string(&file).map_err(|why| format!("cannot read {}: {why}", file.display()))
    };
    let package = read("package.json")?;
    let lock = read("bun.lock")?;
    let spot = Spot::new(name, format!("bun {BUN_VERSION}\n{package}{lock}"));
    let log = spot.log();
    spot.fill(|dir| {
        for (name, text) in [("package.json", &package), ("bun.lock", &lock)] {
            fs::write(dir.join(name), text).map_err(|why| format!("cannot write {name}: {why}"))?;
        }
        let mut command = shell::program(bun()?);
        command.current_dir(dir).args(["install", "--frozen-lockfile", "--ignore-scripts", "--no-summary"]);
        shell::quietly(command, &log)
    })
}

/// The installer: far quicker than npm, and the package itself holds the binary.
fn bun() -> Outcome<PathBuf> {
    let package = match (OS, ARCH) {
        ("linux", "x86_64") => "@oven/bun-linux-x64-baseline",
        ("linux", "aarch64") => "@oven/bun-linux-aarch64",
        ("macos", "x86_64") => "@oven/bun-darwin-x64-baseline",
        ("macos", "aarch64") => "@oven/bun-darwin-aarch64",
        _ => return Err(format!("no installer is known for {OS} on {ARCH}")),
    };
    let spot = Spot::new("bun", format!("{package}@{BUN_VERSION}"));
    let log = spot.log();
    spot.fill(|dir| {
        let mut command = shell::program("npm");
        command.args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--prefix"]);
        command.arg(dir).arg(format!("{package}@{BUN_VERSION}"));
        shell::quietly(command, &log)
    })?;
    Ok(spot.dir.join("node_modules").join(package).join("bin/bun"))
}

const BUN_VERSION: &str = "1.4.5";
