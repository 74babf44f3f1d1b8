//! The real server, started for one check and stopped after it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Outcome, place, shell};

/// A running demo with a folder of its own. Dropping it ends the process and removes the folder.
pub(crate) struct Demo {
    child: Child,
    data: PathBuf,
    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub(crate) address: String,
    /// The key that a product invites people with.
    pub(crate) api_key: String,
}

impl Demo {
    /// Starts `practice-portal demo` on a free port and waits until it has said how to reach it.
    pub(crate) fn start() -> Outcome<Self> {
        let data = place::target().join(format!("demo-{}", std::process::id()));
        fs::create_dir_all(&data).map_err(|why| format!("cannot create {}: {why}", data.display()))?;
        let log = place::target().join("demo.log");
        let errors = File::create(&log).map_err(|why| format!("cannot write {}: {why}", log.display()))?;
        let mut child = shell::program(place::portal())
            .args(["demo", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(|why| format!("cannot start {}: {why}", place::portal().display()))?;
        let said = child.stdout.take();
        let mut demo = Self { child, data, address: String::new(), api_key: String::new() };

        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            // Reads to the end, so that the server never blocks on a full pipe.
            for line in said.into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        let deadline = Instant::now() + PATIENCE;
        while demo.address.is_empty() || demo.api_key.is_empty() {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => demo.hear(&line),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("the demo did not say its address and API key within {PATIENCE:?}"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let errors = fs::read_to_string(&log).unwrap_or_default();
                    return Err(format!("the demo ended before it said its address and API key\n{errors}"));
                }
            }
        }
        Ok(demo)
    }

    fn hear(&mut self, line: &str) {
        println!("demo: {line}");
        if let Some(address) = line.strip_prefix("Open ") {
            self.address = address.trim().trim_end_matches('/').to_owned();
        }
        if let Some(key) = line.strip_prefix("API key (SecureMail): ") {
            self.api_key = key.trim().to_owned();
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.data);
    }
}

const PATIENCE: Duration = Duration::from_secs(120);
