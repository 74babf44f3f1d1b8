//! The real server, started for one check and stopped after it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Outcome, place, shell};

/// A running demo with a folder of its own. Dropping it ends the process and removes the folder.
pub(crate) struct Demo {
    child: Child,
    data: PathBuf,
    said: Vec<String>,
}

impl Demo {
    /// Starts `practice-portal demo` on a free port and waits until it has said how to reach it; one by each name.
    pub(crate) fn start(name: &str) -> Outcome<Self> {
        let data = place::target().join(format!("demo-{}-{name}", std::process::id()));
        fs::create_dir_all(&data).map_err(|why| format!("cannot create {}: {why}", data.display()))?;
        let log = place::target().join(format!("demo-{name}.log"));
        let errors = File::create(&log).map_err(|why| format!("cannot write {}: {why}", log.display()))?;
        let mut child = shell::program(place::portal())
            .args(["demo", "--bot-check", "off", "--limits", "off", "--listen", "127.0.0.1:0", "--data"])
            .arg(&data)
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .map_err(|why| format!("cannot start {}: {why}", place::portal().display()))?;
        let said = child.stdout.take();
        let mut demo = Self { child, data, said: Vec::new() };

        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            // Reads to the end, so that the server never blocks on a full pipe.
            for line in said.into_iter().flat_map(|out| BufReader::new(out).lines()).map_while(Result::ok) {
                let _ = send.send(line);
            }
        });
        let deadline = Instant::now() + PATIENCE;
        while !demo.has_said_all() {
            match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => demo.said.push(line),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(format!("the demo did not say how to reach it within {PATIENCE:?}"));
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let errors = fs::read_to_string(&log).unwrap_or_default();
                    return Err(format!("the demo ended before it said how to reach it\n{errors}"));
                }
            }
        }
        Ok(demo)
    }

    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub(crate) fn address(&self) -> &str {
        self.told(ADDRESS).trim_end_matches('/')
    }

    /// Everything that it said: who can sign in, and with which keys.
    pub(crate) fn said(&self) -> String {
        self.said.join("\n")
    }

    /// Its folder.
    pub(crate) fn data(&self) -> &Path {
        &self.data
    }

    /// What follows a label in what the server said.
    fn told(&self, label: &str) -> &str {
        self.said.iter().find_map(|line| line.strip_prefix(label)).unwrap_or_default().trim()
    }

    fn has_said_all(&self) -> bool {
        !self.told(ADDRESS).is_empty() && !self.told(LAST).is_empty()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.data);
    }
}

const ADDRESS: &str = "Open ";
const LAST: &str = "Kept in ";
const PATIENCE: Duration = Duration::from_secs(120);
