//! Against mail-devel, which keeps what it takes in mailboxes.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use practice_domain::port::{Mailer, SendError};
use practice_email_smtp::{Login, Smtp, SmtpSettings, Tls};
use tempfile::TempDir;

use crate::process::{Process, free_port, python, reach};
use crate::{FROM, LINK, letter};

#[tokio::test]
async fn a_letter_can_be_read_in_the_mailbox_of_its_recipient() {
    let Some(server) = Server::start(&["--auth-required", "--auth-require-tls", "--starttls-required"]) else { return };
    let login = Login { user: "app@practice.test".to_owned(), password: "apppw".into() };
    let settings = SmtpSettings { login: Some(login), ..server.settings(server.smtp, Tls::Required) };
    let mailer = Smtp::new(settings.clone()).expect("fine");
    mailer.send(&letter(3, "Ann@example.org")).await.expect("sent");

    let mail = server.read("Ann@example.org");
    assert!(mail.contains("Message-ID: <00000000-0000-0000-0000-000000000003@portal.example.com>"), "{mail}");
    assert!(mail.replace('\r', "").replace("=\n", "").contains(LINK), "{mail}");

    let wrong = Login { user: "app@practice.test".to_owned(), password: "another".into() };
    let mailer = Smtp::new(SmtpSettings { login: Some(wrong), ..settings }).expect("fine");
    let sent = mailer.send(&letter(4, "ann@example.org")).await;
    assert!(matches!(&sent, Err(SendError::Transient { reply }) if reply.contains("535")), "{sent:?}");
}

#[tokio::test]
async fn a_letter_arrives_over_tls_from_the_first_byte_on() {
    let Some(server) = Server::start(&[]) else { return };
    let mailer = Smtp::new(server.settings(server.smtps, Tls::Implicit)).expect("fine");
    mailer.send(&letter(6, "bob@example.org")).await.expect("sent");
    assert!(server.read("bob@example.org").contains("000000000006@portal.example.com>"));
}

struct Server {
    _process: Process,
    smtp: u16,
    smtps: u16,
    imap: u16,
    ca: Vec<u8>,
    _dir: TempDir,
}

impl Server {
    fn start(words: &[&str]) -> Option<Self> {
        let bin = python()?;
        let dir = tempfile::tempdir().expect("a folder");
        let path = |name: &str| dir.path().join(name);
        // Any server of ours that makes a certificate will do.
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/peers/smtp_fault.py");
        let mut maker = Process::start(Command::new(bin.join("python")).arg(script).arg("--dir").arg(dir.path()));
        maker.first_line();
        let [smtp, smtps, imap, http] = std::array::from_fn(|_| free_port());
        let ports = [("--smtp-port", smtp), ("--smtps-port", smtps), ("--imap-port", imap), ("--http-port", http)];
        let mut command = Command::new(bin.join("mail_devel"));
        command
            .args(["--host", "127.0.0.1", "--user", "app@practice.test", "--password", "apppw", "--multi-user"])
            .args(ports.iter().flat_map(|(name, port)| [(*name).to_owned(), port.to_string()]))
            .arg("--cert")
            .arg(path("server.pem"))
            .arg("--key")
            .arg(path("server.key"))
            .args(words)
            .stderr(Stdio::null());
        let process = Process::start(&mut command);
        for port in [smtp, smtps, imap] {
            reach(port);
        }
        let ca = std::fs::read(path("ca.pem")).expect("the authority");
        Some(Self { _process: process, smtp, smtps, imap, ca, _dir: dir })
    }

    fn settings(&self, port: u16, tls: Tls) -> SmtpSettings {
        SmtpSettings { extra_root: Some(self.ca.clone()), ..SmtpSettings::new("localhost", port, tls, FROM) }
    }

    /// The first mail of somebody's mailbox, as IMAP gives it.
    fn read(&self, user: &str) -> String {
        let mut imap = BufReader::new(reach(self.imap));
        let mut said = String::new();
        let commands = [format!("a login {user} apppw"), "b select INBOX".to_owned(), "c fetch 1 body[]".to_owned()];
        for (command, tag) in commands.iter().zip(["a ", "b ", "c "]) {
            imap.get_mut().write_all(format!("{command}\r\n").as_bytes()).expect("somebody listens");
            loop {
                let mut line = String::new();
                assert!(imap.read_line(&mut line).expect("an answer") > 0, "hung up: {said}");
                said.push_str(&line);
                if line.starts_with(tag) {
                    assert!(line.contains(" OK"), "{said}");
                    break;
                }
            }
        }
        said
    }
}
