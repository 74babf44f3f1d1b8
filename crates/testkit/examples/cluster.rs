//! A PostgreSQL cluster for tests that are not written in Rust: for each line of input it makes a database and says where it is. It ends
//! with its input, and leaves nothing. Its one argument is the folder in which its first contents are kept for the next time.

use std::process::ExitCode;

#[cfg(unix)]
fn main() -> ExitCode {
    use std::io::{Write as _, stdin, stdout};
    use std::path::Path;

    let Some(cache) = std::env::args().nth(1) else {
        eprintln!("name a folder that exists");
        return ExitCode::FAILURE;
    };
    let cluster = practice_testkit::cluster::Cluster::start(Path::new(&cache));
    for line in stdin().lines() {
        let told = line.and_then(|_| writeln!(stdout(), "{}", cluster.url(&cluster.database(None))));
        if told.is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    eprintln!("there are no sockets in folders here");
    ExitCode::FAILURE
}
