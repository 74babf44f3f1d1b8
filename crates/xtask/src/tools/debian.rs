//! What comes from Debian's packages.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::Spot;
use crate::{Outcome, place, shell};

/// The browser: the one that `CHROMIUM` names, or one on the search path.
pub(super) fn chromium() -> Outcome<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        let file = PathBuf::from(named);
        return if file.is_file() {
            Ok(file)
        } else {
            Err(format!("CHROMIUM names {}, which is not there", file.display()))
        };
    }
    BROWSERS.iter().find_map(|name| place::on_path(name)).ok_or_else(|| MISSING_BROWSER.to_owned())
}

/// Installs the browser into the system. True if it was missing.
pub(super) fn install_chromium() -> Outcome<bool> {
    if std::env::var_os("CHROMIUM").is_some() || chromium().is_ok() {
        return chromium().map(|_| false);
    }
    if place::on_path("apt-get").is_none() || !is_root() {
        return Err(MISSING_BROWSER.to_owned());
    }
    let log = place::tools().join("log/chromium.txt");
    println!("installing chromium; its installer writes to {}", log.display());
    apt(&log, &["update", "-qq"])?;
    let packages = [&["install", "--yes", "-qq", "--no-install-recommends"][..], PACKAGES].concat();
    apt(&log, &packages)?;
    chromium().map(|_| true)
}

/// Installs the database into the system, without a cluster of its own: tests start theirs. True if it was missing.
pub(super) fn install_postgres() -> Outcome<bool> {
    if has_postgres() {
        return Ok(false);
    }
    if place::on_path("apt-get").is_none() || !is_root() {
        return Err(MISSING_POSTGRES.to_owned());
    }
    let log = place::tools().join("log/postgresql.txt");
    println!("installing postgresql; its installer writes to {}", log.display());
    let settings = Path::new("/etc/postgresql-common/createcluster.d");
    let none = settings.join("practice-portal.conf");
    fs::create_dir_all(settings)
        .and_then(|()| fs::write(&none, "create_main_cluster = false\n"))
        .map_err(|why| format!("cannot write {}: {why}", none.display()))?;
    apt(&log, &["update", "-qq"])?;
    let installed = apt(&log, &["install", "--yes", "-qq", "--no-install-recommends", "postgresql"]);
    let _ = fs::remove_file(&none);
    installed?;
    if has_postgres() { Ok(true) } else { Err(MISSING_POSTGRES.to_owned()) }
}

/// Whether the tests will find the programs: where `POSTGRES_BIN` says, where Debian has them, or on the search path.
fn has_postgres() -> bool {
    let named = std::env::var_os("POSTGRES_BIN").map(PathBuf::from);
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    let folders = versions.map(|version| version.path().join("bin"));
    named.into_iter().chain(folders).any(|folder| folder.join("initdb").is_file()) || place::on_path("initdb").is_some()
}

/// Unpacks the mail server without installing it, which would replace the mail server of the machine.
pub(super) fn unpack_exim() -> Outcome<bool> {
    let spot = Spot::new("exim", EXIM.join(" "));
    let log = spot.log();
    spot.fill(|dir| {
        if place::on_path("apt-get").is_none() {
            return Err("it comes from Debian's packages, and there is no apt-get here".to_owned());
        }
        let mut download = shell::program("apt-get");
        download.current_dir(dir).arg("download").args(EXIM);
        if shell::quietly(download, &log).is_err() {
            // Most likely the machine has no package lists yet.
            apt(&log, &["update", "-qq"])?;
            let mut again = shell::program("apt-get");
            again.current_dir(dir).arg("download").args(EXIM);
            shell::quietly(again, &log)?;
        }
        for file in files_with_suffix(dir, ".deb")? {
            let mut unpack = shell::program("dpkg");
            unpack.arg("-x").arg(&file).arg(dir);
            shell::quietly(unpack, &log)?;
        }
        add_user(&log)?;
        write_wrapper(dir)
    })
}

/// Exim looks its user up by name at every start, and does not start without.
fn add_user(log: &Path) -> Outcome {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    if users.lines().any(|line| line.starts_with("Debian-exim:")) {
        return Ok(());
    }
    if !is_root() {
        return Err("it needs a user: useradd --system --user-group --no-create-home Debian-exim".to_owned());
    }
    let mut command = shell::program("useradd");
    command.args(["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "Debian-exim"]);
    shell::quietly(command, log)
}

/// The command that finds the libraries unpacked beside it, also when exim starts itself again. It finds them only
/// without the set-user-ID bit, which has no business below `target` anyway.
fn write_wrapper(dir: &Path) -> Outcome {
    let binary = dir.join("usr/sbin/exim4");
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755))
        .map_err(|why| format!("cannot change {}: {why}", binary.display()))?;
    let file = dir.join("exim4");
    let script = "#!/bin/sh\n\
        here=$(cd \"$(dirname \"$0\")\" && pwd)\n\
        LD_LIBRARY_PATH=$(echo \"$here\"/usr/lib/*-linux-gnu*)\n\
        export LD_LIBRARY_PATH\n\
        exec \"$here/usr/sbin/exim4\" \"$@\"\n";
    fs::write(&file, script)
        .and_then(|()| fs::set_permissions(&file, fs::Permissions::from_mode(0o755)))
        .map_err(|why| format!("cannot write {}: {why}", file.display()))
}

fn apt(log: &Path, words: &[&str]) -> Outcome {
    let mut command = shell::program("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(["-o", "DPkg::Lock::Timeout=900"]).args(words);
    shell::quietly(command, log)
}

fn files_with_suffix(dir: &Path, suffix: &str) -> Outcome<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).map_err(|why| format!("cannot read {}: {why}", dir.display()))?;
    let files = entries.filter_map(Result::ok).map(|entry| entry.path());
    Ok(files.filter(|file| file.to_string_lossy().ends_with(suffix)).collect())
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const PACKAGES: &[&str] = &["chromium", "fonts-dejavu-core", "fonts-liberation"];
const EXIM: &[&str] = &["exim4-daemon-light", "exim4-base", "libidn12"];
const MISSING_POSTGRES: &str = "install PostgreSQL 15 or later, or name the folder of its programs in POSTGRES_BIN \
    (on Debian: apt-get install --no-install-recommends postgresql)";
const MISSING_BROWSER: &str = "install Chromium and the DejaVu and Liberation fonts, or name a browser in CHROMIUM \
    (on Debian: apt-get install --no-install-recommends chromium fonts-dejavu-core fonts-liberation)";
