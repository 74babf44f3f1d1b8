//! Starting and talking to servers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// Where the servers are installed; none, and a word about it, when they are not.
pub(crate) fn python() -> Option<PathBuf> {
    let python = std::env::var_os("PORTAL_TOOLS").map(|tools| Path::new(&tools).join("python/bin"));
    if python.is_none() {
        println!("skipped: PORTAL_TOOLS does not say where the mail servers are");
    }
    python
}

/// A server that ends with the test.
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        Self(command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the server starts"))
    }

    /// The first line that it prints.
    pub(crate) fn first_line(&mut self) -> Value {
        let mut line = String::new();
        let out = self.0.stdout.take().expect("piped");
        BufReader::new(out).read_line(&mut line).expect("a line");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port()
}

/// Connects as soon as somebody listens.
pub(crate) fn reach(port: u16) -> TcpStream {
    for _ in 0..600 {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
            return stream;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("nobody listens on port {port}");
}

/// What a server answers to `GET`, as JSON.
pub(crate) fn get(port: u16, path: &str) -> Value {
    let mut stream = reach(port);
    stream.write_all(format!("GET {path} HTTP/1.0\r\n\r\n").as_bytes()).expect("somebody listens");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
    serde_json::from_str(body).expect("JSON")
}
