//! The real server, started for one check and stopped after it.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
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
    said: Vec<String>,
}

/// A User Manager who has signed in to the API.
pub(crate) struct Session {
    /// The name of the cookie, which depends on whether the server speaks HTTPS.
    pub(crate) cookie: String,
    /// Its value.
    pub(crate) value: String,
    /// What every request that changes something must carry.
    pub(crate) csrf_token: String,
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

    /// The key with which SecureMail invites people.
    pub(crate) fn api_key(&self) -> &str {
        self.told(API_KEY)
    }

    /// The practice of the key and of the User Manager.
    pub(crate) fn practice(&self) -> &str {
        self.told(PRACTICE)
    }

    /// Signs the User Manager in.
    pub(crate) fn sign_in(&self) -> Outcome<Session> {
        let (email, password) = self.told(MANAGER).split_once(PASSWORD).unwrap_or_default();
        let body = format!(r#"{{"email":"{}","password":"{}"}}"#, email.trim(), password.trim());
        let answer = self.ask("POST", "/api/v1/session", "Content-Type: application/json\r\n", &body)?;
        let cookies = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
        let session = pairs.find(|(name, _)| name.ends_with("session")).zip(after(&answer, r#""csrf_token":""#));
        let Some(((cookie, value), csrf_token)) = session else {
            return Err(format!("the User Manager could not sign in:\n{answer}"));
        };
        Ok(Session { cookie: cookie.to_owned(), value: value.to_owned(), csrf_token: csrf_token.to_owned() })
    }

    /// The id of somebody who has not registered.
    pub(crate) fn somebody(&self, session: &Session) -> Outcome<String> {
        let path = format!("/api/v1/practices/{}/people?status=not-registered", self.practice());
        let answer = self.ask("GET", &path, &format!("Cookie: {}={}\r\n", session.cookie, session.value), "")?;
        after(&answer, r#""id":""#).map(str::to_owned).ok_or_else(|| format!("the API listed nobody:\n{answer}"))
    }

    /// The API's description, with the session's cookie under the name that it has here.
    pub(crate) fn description(&self, session: &Session) -> Outcome<String> {
        let answer = self.ask("GET", "/api/openapi.json", "", "")?;
        let (_, document) = answer.split_once("\r\n\r\n").unwrap_or_default();
        Ok(document.replace("__Host-session", &session.cookie))
    }

    /// Sends a request and returns the whole answer.
    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Outcome<String> {
        let host = self.address().trim_start_matches("http://");
        let length = body.len();
        let request =
            format!("{method} {path} HTTP/1.0\r\nHost: {host}\r\n{headers}Content-Length: {length}\r\n\r\n{body}");
        let mut answer = String::new();
        TcpStream::connect(host)
            .and_then(|mut stream| {
                stream.write_all(request.as_bytes())?;
                stream.read_to_string(&mut answer)
            })
            .map_err(|why| format!("{method} {path} got no answer: {why}"))?;
        Ok(answer)
    }

    /// What follows a label in what the server said.
    fn told(&self, label: &str) -> &str {
        self.said.iter().find_map(|line| line.strip_prefix(label)).unwrap_or_default().trim()
    }

    fn has_said_all(&self) -> bool {
        [ADDRESS, MANAGER, PRACTICE, API_KEY].iter().all(|label| !self.told(label).is_empty())
    }
}

/// What stands between a text and the next quotation mark.
fn after<'a>(answer: &'a str, text: &str) -> Option<&'a str> {
    answer.split_once(text)?.1.split('"').next()
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.data);
    }
}

const ADDRESS: &str = "Open ";
const MANAGER: &str = "User Manager: ";
const PASSWORD: &str = "password:";
const PRACTICE: &str = "Practice id: ";
const API_KEY: &str = "API key (SecureMail): ";
const PATIENCE: Duration = Duration::from_secs(120);
