//! The mail server that fails on purpose does fail, in exactly the ways that the tests of mail rely on.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

#[test]
fn the_address_chooses_the_reply() {
    let server = Server::start(&["--plain"]);
    for (to, after_rcpt) in [("unknown", "550"), ("full", "452"), ("grey", "451"), ("grey", "250"), ("anybody", "250")]
    {
        assert_eq!(server.talk().envelope(to), after_rcpt, "{to} after RCPT");
    }
    for (to, after_data) in [("tempdata", Some("451")), ("reject", Some("554")), ("anybody", Some("250"))] {
        assert_eq!(server.talk().send(to).as_deref(), after_data, "{to} after the message");
    }
    assert_eq!(server.kept_for("anybody"), 1);
    assert_eq!(server.kept_for("tempdata") + server.kept_for("reject"), 0);
}

#[test]
fn a_lost_reply_leaves_the_message_and_a_lost_message_leaves_nothing() {
    let server = Server::start(&["--plain"]);
    assert_eq!(server.talk().send("dropok"), None);
    assert_eq!(server.talk().send("dropdata"), None);
    assert_eq!(server.kept_for("dropok"), 1);
    assert_eq!(server.kept_for("dropdata"), 0);
}

#[test]
fn who_hangs_is_seen_to_have_tried() {
    let server = Server::start(&["--plain"]);
    let mut talk = server.talk();
    talk.say("MAIL FROM:<app@practice.test>");
    assert_eq!(talk.hear().as_deref(), Some("250"));
    talk.say("RCPT TO:<hang@x.test>");
    talk.patience(Duration::from_secs(2));
    assert_eq!(talk.hear(), None, "RCPT is never answered");
    let attempts = server.ask("GET /attempts");
    assert_eq!(attempts[0]["rcpt"], "hang@x.test");
    assert_eq!(attempts[0]["reply"], Value::Null);
}

#[test]
fn nobody_is_heard_before_tls() {
    let server = Server::start(&[]);
    let mut talk = server.talk();
    talk.say("MAIL FROM:<app@practice.test>");
    assert_eq!(talk.hear().as_deref(), Some("530"));
}

/// The server, until the test ends.
struct Server {
    child: Child,
    smtp: u16,
    http: u16,
    _dir: tempfile::TempDir,
}

impl Server {
    fn start(words: &[&str]) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let tools = std::env::var_os("PORTAL_TOOLS").map_or_else(|| here.join("../target/tools"), PathBuf::from);
        let python = tools.join("python/bin/python");
        assert!(python.exists(), "{} is missing: run `cargo xtask tools`", python.display());
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut child = Command::new(python)
            .arg(here.join("peers/smtp_fault.py"))
            .arg("--dir")
            .arg(dir.path())
            .args(words)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let said = child.stdout.take().expect("its output is piped");
        BufReader::new(said).read_line(&mut line).expect("it says its ports");
        let ports: Value = serde_json::from_str(&line).expect("its ports are JSON");
        let port = |name: &str| ports[name].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a port");
        Self { smtp: port("smtp"), http: port("http"), child, _dir: dir }
    }

    fn talk(&self) -> Talk {
        let stream = TcpStream::connect(("127.0.0.1", self.smtp)).expect("it listens");
        let mut talk = Talk(BufReader::new(stream));
        talk.patience(Duration::from_secs(60));
        assert_eq!(talk.hear().as_deref(), Some("220"));
        talk.say("EHLO practice.test");
        assert_eq!(talk.hear().as_deref(), Some("250"));
        talk
    }

    /// How many messages to this local part were kept.
    fn kept_for(&self, to: &str) -> usize {
        let messages = self.ask("GET /messages");
        let messages = messages.as_array().expect("a list").iter();
        messages.filter(|message| message["to"][0] == format!("{to}@x.test")).count()
    }

    fn ask(&self, what: &str) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.http)).expect("it listens");
        write!(stream, "{what} HTTP/1.0\r\n\r\n").expect("it listens");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (_, body) = answer.split_once("\r\n\r\n").expect("an answer has a body");
        serde_json::from_str(body).expect("the body is JSON")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One conversation.
struct Talk(BufReader<TcpStream>);

impl Talk {
    fn patience(&mut self, longest: Duration) {
        self.0.get_ref().set_read_timeout(Some(longest)).expect("a timeout can be set");
    }

    fn say(&mut self, line: &str) {
        write!(self.0.get_mut(), "{line}\r\n").expect("the server reads");
    }

    /// The code of the next reply; none if the connection ends or nothing comes.
    fn hear(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line.as_bytes().get(3) != Some(&b'-') {
                return line.get(..3).map(str::to_owned);
            }
        }
    }

    /// The reply to RCPT.
    fn envelope(&mut self, to: &str) -> String {
        self.say("MAIL FROM:<app@practice.test>");
        assert_eq!(self.hear().as_deref(), Some("250"));
        self.say(&format!("RCPT TO:<{to}@x.test>"));
        self.hear().expect("RCPT is answered")
    }

    /// The reply to the message, if there is one.
    fn send(&mut self, to: &str) -> Option<String> {
        assert_eq!(self.envelope(to), "250");
        self.say("DATA");
        assert_eq!(self.hear().as_deref(), Some("354"));
        self.say("Subject: hello\r\n\r\nhello\r\n.");
        self.hear()
    }
}
