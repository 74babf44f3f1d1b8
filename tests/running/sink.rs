//! A mail server that takes everything, and hesitates when it is told to: then it says nothing more to a recipient until it may.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// A running mail server. It ends when it is dropped.
pub(crate) struct Sink {
    port: u16,
    desk: Arc<Desk>,
    running: AbortHandle,
}

struct Desk {
    open: watch::Sender<bool>,
    begun: AtomicUsize,
    taken: Mutex<Vec<Taken>>,
}

/// A mail that was taken.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) to: String,
    pub(crate) message_id: String,
}

impl Sink {
    /// Listens on a free port; one that is not open hesitates.
    pub(crate) async fn start(open: bool) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let desk =
            Arc::new(Desk { open: watch::Sender::new(open), begun: AtomicUsize::new(0), taken: Mutex::default() });
        let running = tokio::spawn(accept(listener, desk.clone())).abort_handle();
        Self { port, desk, running }
    }

    /// What a server is told that mails here, two mails at a time.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("PORTAL_MAIL_TRANSPORT", "smtp"),
            ("PORTAL_MAIL_HOST", "127.0.0.1"),
            ("PORTAL_MAIL_TLS", "none"),
            ("PORTAL_MAIL_FROM", "Practice Portal <notify@mail.example>"),
            ("PORTAL_MAIL_WORKERS", "2"),
        ];
        let port = ("PORTAL_MAIL_PORT", self.port.to_string());
        all.into_iter().map(|(name, value)| (name, value.to_owned())).chain([port]).collect()
    }

    /// Hesitates no more.
    pub(crate) fn open(&self) {
        self.desk.open.send_replace(true);
    }

    /// Waits until so many mails were begun.
    pub(crate) async fn has_begun(&self, many: usize) {
        wait("a mail was begun", || self.desk.begun.load(Ordering::SeqCst) >= many).await;
    }

    /// Waits until so many mails to addresses like this were taken, and returns them.
    pub(crate) async fn has_taken(&self, many: usize, to: &str) -> Vec<Taken> {
        wait("a mail was taken", || self.taken(to).len() >= many).await;
        self.taken(to)
    }

    /// The mails to addresses like this that were taken so far.
    pub(crate) fn taken(&self, to: &str) -> Vec<Taken> {
        let taken = self.desk.taken.lock().expect("no panic");
        taken.iter().filter(|mail| mail.to.contains(to)).cloned().collect()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn wait(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..1_200 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("waited in vain until {what}");
}

async fn accept(listener: TcpListener, desk: Arc<Desk>) {
    loop {
        if let Ok((client, _)) = listener.accept().await {
            tokio::spawn(talk(client, desk.clone()));
        }
    }
}

/// One conversation, until the client has gone.
async fn talk(client: TcpStream, desk: Arc<Desk>) -> Option<()> {
    let (from, mut to) = client.into_split();
    let mut lines = BufReader::new(from).lines();
    to.write_all(b"220 sink\r\n").await.ok()?;
    let mut recipient = String::new();
    while let Some(line) = lines.next_line().await.ok()? {
        let reply = match line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase().as_str() {
            "EHLO" => "250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "RCPT" => {
                recipient = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                desk.begun.fetch_add(1, Ordering::SeqCst);
                desk.open.subscribe().wait_for(|open| *open).await.ok()?;
                "250 OK\r\n"
            }
            "DATA" => {
                to.write_all(b"354 go on\r\n").await.ok()?;
                let mut message_id = String::new();
                loop {
                    let line = lines.next_line().await.ok()??;
                    if line == "." {
                        break;
                    }
                    if let Some(id) = line.strip_prefix("Message-ID:") {
                        id.trim().clone_into(&mut message_id);
                    }
                }
                desk.taken.lock().expect("no panic").push(Taken { to: recipient.clone(), message_id });
                "250 OK\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 OK\r\n",
        };
        to.write_all(reply.as_bytes()).await.ok()?;
    }
    Some(())
}
