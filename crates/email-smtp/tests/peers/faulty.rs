//! Against aiosmtpd, which fails on purpose (`tests/peers/smtp_fault.py`).

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use practice_domain::port::{Mailer, SendError};
use practice_email_smtp::{Login, Smtp, SmtpSettings, Tls};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{Process, get, python};
use crate::{FROM, LINK, letter};

#[tokio::test]
async fn a_letter_arrives_over_starttls_from_one_who_signed_in() {
    let Some(server) = Server::start(&[]) else { return };
    let mailer = server.mailer();
    for number in 1..=3 {
        mailer.send(&letter(number, "Ann@example.org")).await.expect("sent");
    }
    let messages = server.messages();
    assert_eq!(messages.len(), 3);
    let first = &messages[0];
    assert_eq!((&first["tls"], &first["user"]), (&Value::from(true), &Value::from("app")));
    assert_eq!((&first["from"], &first["to"][0]), (&"no-reply@portal.example.com".into(), &"Ann@example.org".into()));
    let data = first["data"].as_str().expect("text");
    assert!(data.contains("Message-ID: <00000000-0000-0000-0000-000000000001@portal.example.com>"), "{data}");
    assert!(data.contains("Auto-Submitted: auto-generated"));
    let soft_breaks_gone = data.replace("=\r\n", "");
    assert!(soft_breaks_gone.contains(LINK), "{data}");
}

/// TL-02
#[tokio::test]
async fn a_wrong_password_is_our_trouble_and_not_the_letters() {
    let Some(server) = Server::start(&["--password", "another"]) else { return };
    assert!(matches!(server.mailer().send(&letter(1, "ann@example.org")).await, Err(SendError::Transient { .. })));
    assert!(server.attempts().is_empty());
}

/// TL-02
#[tokio::test]
async fn a_server_without_starttls_gets_nothing() {
    let Some(server) = Server::start(&["--plain"]) else { return };
    assert!(matches!(server.mailer().send(&letter(1, "ann@example.org")).await, Err(SendError::Transient { .. })));
    assert!(server.attempts().is_empty());
}

/// TL-02
#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused() {
    let Some(server) = Server::start(&[]) else { return };
    let settings = SmtpSettings { extra_root: None, ..server.settings() };
    let sent = Smtp::new(settings).expect("fine").send(&letter(1, "ann@example.org")).await;
    assert!(matches!(sent, Err(SendError::Transient { .. })));
    assert!(server.attempts().is_empty());
}

/// TL-02
#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let Some(server) = Server::start(&["--host-name", "another.example"]) else { return };
    assert!(matches!(server.mailer().send(&letter(1, "ann@example.org")).await, Err(SendError::Transient { .. })));
    assert!(server.attempts().is_empty());
}

/// F-15
#[tokio::test]
async fn a_greylisted_letter_arrives_at_the_second_attempt() {
    let Some(server) = Server::start(&[]) else { return };
    let mailer = server.mailer();
    let letter = letter(5, "grey@example.org");
    assert!(matches!(mailer.send(&letter).await, Err(SendError::Transient { .. })));
    mailer.send(&letter).await.expect("sent");
    assert_eq!(server.messages().len(), 1);
}

/// F-15, F-16
#[tokio::test]
async fn a_refusal_is_transient_or_permanent_as_its_code_says_and_never_repeats_the_address() {
    let Some(server) = Server::start(&[]) else { return };
    let mailer = server.mailer();
    for (fault, permanent) in [("full", false), ("unknown", true), ("tempdata", false), ("reject", true)] {
        let sent = mailer.send(&letter(1, &format!("{fault}-canary@example.org"))).await;
        match &sent {
            Err(SendError::Permanent { reply }) if permanent => assert!(!reply.contains("canary"), "{reply}"),
            Err(SendError::Transient { reply }) if !permanent => assert!(!reply.contains("canary"), "{reply}"),
            other => panic!("{fault}: {other:?}"),
        }
    }
    mailer.send(&letter(2, "ann@example.org")).await.expect("the next letter goes on as if nothing was");
    assert_eq!(server.messages().len(), 1);
}

/// F-17
#[tokio::test]
async fn a_connection_lost_with_the_letter_is_ambiguous() {
    let Some(server) = Server::start(&[]) else { return };
    let mailer = server.mailer();
    let sent = mailer.send(&letter(1, "dropdata@example.org")).await;
    assert!(matches!(sent, Err(SendError::Ambiguous { .. })), "{sent:?}");
    assert!(server.messages().is_empty());
    mailer.send(&letter(2, "ann@example.org")).await.expect("the next letter goes on a new connection");
}

/// F-17
#[tokio::test]
async fn a_letter_whose_reply_was_lost_comes_again_under_the_same_name() {
    let Some(server) = Server::start(&[]) else { return };
    let mailer = server.mailer();
    for _ in 0..2 {
        let sent = mailer.send(&letter(9, "dropok@example.org")).await;
        assert!(matches!(sent, Err(SendError::Ambiguous { .. })), "{sent:?}");
    }
    let names: Vec<_> = server.messages().iter().map(message_id).collect();
    assert_eq!(names, ["<00000000-0000-0000-0000-000000000009@portal.example.com>"; 2]);
}

/// F-18
#[tokio::test]
async fn a_letter_that_hangs_ends_in_time_and_holds_up_no_other() {
    let Some(server) = Server::start(&[]) else { return };
    let mailer = Smtp::new(SmtpSettings { patience: Duration::from_secs(4), ..server.settings() }).expect("fine");
    let start = Instant::now();
    let (hung, hang) = (letter(1, "hang@example.org"), letter(2, "ann@example.org"));
    let (hung, (sent, after)) = tokio::join!(mailer.send(&hung), async { (mailer.send(&hang).await, start.elapsed()) });
    assert!(matches!(hung, Err(SendError::Transient { .. })), "{hung:?}");
    assert!(start.elapsed() < Duration::from_secs(5));
    sent.expect("sent");
    assert!(after < Duration::from_secs(3), "{after:?}");
}

struct Server {
    _process: Process,
    smtp: u16,
    http: u16,
    ca: Vec<u8>,
    _dir: TempDir,
}

impl Server {
    fn start(words: &[&str]) -> Option<Self> {
        let python = python()?.join("python");
        let dir = tempfile::tempdir().expect("a folder");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers/smtp_fault.py");
        let mut process = Process::start(Command::new(python).arg(script).arg("--dir").arg(dir.path()).args(words));
        let ports = process.first_line();
        let port = |name: &str| ports[name].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a port");
        let ca = std::fs::read(ports["ca"].as_str().expect("a path")).expect("the authority");
        Some(Self { _process: process, smtp: port("smtp"), http: port("http"), ca, _dir: dir })
    }

    fn settings(&self) -> SmtpSettings {
        SmtpSettings {
            login: Some(Login { user: "app".to_owned(), password: "apppw".into() }),
            extra_root: Some(self.ca.clone()),
            ..SmtpSettings::new("localhost", self.smtp, Tls::Required, FROM)
        }
    }

    fn mailer(&self) -> Smtp {
        Smtp::new(self.settings()).expect("fine")
    }

    fn messages(&self) -> Vec<Value> {
        get(self.http, "/messages").as_array().expect("a list").clone()
    }

    fn attempts(&self) -> Vec<Value> {
        get(self.http, "/attempts").as_array().expect("a list").clone()
    }
}

fn message_id(message: &Value) -> String {
    let lines = message["data"].as_str().expect("text").lines();
    lines.filter_map(|line| line.strip_prefix("Message-ID: ")).collect()
}
