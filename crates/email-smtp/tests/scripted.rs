//! How `Smtp` bears servers that fall silent or hang up, each played by a script.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use practice_domain::port::{Letter, Mailer, SendError};
use practice_domain::value::{Email, NoticeId};
use practice_email_smtp::{Smtp, SmtpSettings, Tls};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

/// F-18
#[tokio::test]
async fn a_server_that_never_greets_costs_no_more_than_our_patience() {
    let server = Server::start(vec![vec![Line::Hang]]).await;
    let start = Instant::now();
    assert!(matches!(server.mailer().send(&letter()).await, Err(SendError::Transient { .. })));
    assert!(start.elapsed() < Duration::from_secs(3));
}

/// F-18
#[tokio::test]
async fn a_server_that_falls_silent_costs_no_more_than_our_patience() {
    let replies = [Line::Say("220 hi"), Line::Say("250 hi"), Line::Say("250 ok"), Line::Say("250 ok")];
    for silent_at in 1..4 {
        let mut script = replies[..silent_at].to_vec();
        script.push(Line::Hang);
        let server = Server::start(vec![script]).await;
        let start = Instant::now();
        assert!(matches!(server.mailer().send(&letter()).await, Err(SendError::Transient { .. })), "{silent_at}");
        assert!(start.elapsed() < Duration::from_secs(3));
    }
}

/// F-17
#[tokio::test]
async fn silence_or_a_hang_up_after_the_text_is_ambiguous() {
    for end in [Line::Hang, Line::HangUp] {
        let server = Server::start(vec![[accepting(), vec![Line::Say("354 go on"), end]].concat()]).await;
        let start = Instant::now();
        assert!(matches!(server.mailer().send(&letter()).await, Err(SendError::Ambiguous { .. })));
        assert!(start.elapsed() < Duration::from_secs(3));
    }
}

#[tokio::test]
async fn a_hang_up_before_the_text_is_transient() {
    let server = Server::start(vec![[accepting(), vec![Line::HangUp]].concat()]).await;
    assert!(matches!(server.mailer().send(&letter()).await, Err(SendError::Transient { .. })));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_connection_is_used_for_the_next_letter() {
    let two = [accepting(), vec![Line::Say("354 go on"), Line::Say("250 kept")]].concat();
    let server = Server::start(vec![[two.clone(), two[2..].to_vec()].concat()]).await;
    let mailer = server.mailer();
    mailer.send(&letter()).await.expect("sent");
    mailer.send(&letter()).await.expect("sent");
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_kept_connection_that_the_server_gave_up_is_replaced_once() {
    let sent = [accepting(), vec![Line::Say("354 go on"), Line::Say("250 kept")]].concat();
    for goodbye in [Line::HangUp, Line::Say("421 idle for too long")] {
        let server = Server::start(vec![[sent.clone(), vec![goodbye]].concat(), sent.clone()]).await;
        let mailer = server.mailer();
        mailer.send(&letter()).await.expect("sent");
        mailer.send(&letter()).await.expect("sent on a new connection");
        assert_eq!(server.connections(), 2);
    }
}

#[tokio::test]
async fn a_new_connection_that_fails_is_not_tried_again_at_once() {
    let server = Server::start(vec![vec![Line::HangUp], accepting()]).await;
    assert!(matches!(server.mailer().send(&letter()).await, Err(SendError::Transient { .. })));
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_refusal_of_our_own_address_says_nothing_about_the_recipient() {
    let script = vec![Line::Say("220 hi"), Line::Say("250 hi"), Line::Say("530 5.7.0 who are you")];
    let server = Server::start(vec![script]).await;
    assert!(matches!(server.mailer().send(&letter()).await, Err(SendError::Transient { .. })));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_transient() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let at = listener.local_addr().expect("an address");
    drop(listener);
    assert!(matches!(mailer(at).send(&letter()).await, Err(SendError::Transient { .. })));
}

/// A server that says its lines, one for each line or text that it hears.
struct Server {
    at: SocketAddr,
    connections: Arc<AtomicUsize>,
}

#[derive(Clone, Copy)]
enum Line {
    Say(&'static str),
    Hang,
    HangUp,
}

impl Server {
    /// One script for each connection; the first line is the greeting.
    async fn start(scripts: Vec<Vec<Line>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            for script in scripts {
                let (stream, _) = listener.accept().await.expect("a connection");
                count.fetch_add(1, Ordering::SeqCst);
                play(stream, script).await;
            }
        });
        Self { at, connections }
    }

    fn mailer(&self) -> Smtp {
        mailer(self.at)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn play(stream: TcpStream, script: Vec<Line>) {
    let mut stream = BufReader::new(stream);
    let mut in_text = false;
    for (number, line) in script.into_iter().enumerate() {
        if number > 0 {
            hear(&mut stream, in_text).await;
        }
        match line {
            Line::Say(words) => {
                in_text = words.starts_with("354");
                stream.write_all(format!("{words}\r\n").as_bytes()).await.expect("somebody listens");
            }
            Line::Hang => std::future::pending().await,
            Line::HangUp => return,
        }
    }
    // Whoever is still there may say QUIT or RSET.
    let mut rest = String::new();
    while stream.read_line(&mut rest).await.is_ok_and(|read| read > 0) {}
}

async fn hear(stream: &mut BufReader<TcpStream>, in_text: bool) {
    loop {
        let mut line = String::new();
        let read = stream.read_line(&mut line).await.unwrap_or_default();
        if read == 0 || !in_text || line == ".\r\n" {
            return;
        }
    }
}

/// Everything up to the recipient is fine.
fn accepting() -> Vec<Line> {
    ["220 hi", "250 hi", "250 ok", "250 ok"].map(Line::Say).to_vec()
}

fn mailer(at: SocketAddr) -> Smtp {
    let patience = Duration::from_secs(1);
    let settings = SmtpSettings::new(at.ip().to_string(), at.port(), Tls::None, "no-reply@portal.example.com");
    Smtp::new(SmtpSettings { patience, ..settings }).expect("fine")
}

fn letter() -> Letter {
    Letter {
        notice: NoticeId(Uuid::from_u128(7)),
        to: Email::parse("ann@example.org").expect("an address"),
        subject: "Hello".to_owned(),
        text: "Hello\n.\nhello\n".to_owned(),
        html: "<p>Hello</p>".to_owned(),
    }
}
