//! Where things lie.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    manifest.ancestors().nth(2).map_or(manifest.clone(), Path::to_path_buf)
}

/// Where cargo builds, which git ignores.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// Where the tools of the tests are installed.
pub(crate) fn tools() -> PathBuf {
    target().join("tools")
}

/// The server that the browser and the API tests start.
pub(crate) fn portal() -> PathBuf {
    target().join("debug").join(format!("practice-portal{}", env::consts::EXE_SUFFIX))
}

/// The program that runs a PostgreSQL cluster for the browser tests.
pub(crate) fn cluster() -> PathBuf {
    target().join("debug/examples").join(format!("cluster{}", env::consts::EXE_SUFFIX))
}

/// Where `program` is found on the search path, if it is.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|dir| dir.join(program)).find(|file| file.is_file())
}
