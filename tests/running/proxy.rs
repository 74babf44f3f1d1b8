//! A proxy between a server and PostgreSQL that fails on purpose (H5): it passes, delays, swallows without a word, refuses, cuts, loses a
//! chosen question, and loses the answer to a chosen COMMIT that PostgreSQL has kept (F-03). It reads the frames of the protocol and
//! changes none.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use practice_testkit::cluster::Cluster;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, copy, sink};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

/// What happens to whatever comes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It goes on.
    Pass,
    /// Every answer ends so much later.
    Delay(Duration),
    /// It is gone, and nobody is told. A connection that lost something never speaks again.
    Swallow,
    /// Connections are closed, and new ones, too.
    Refuse,
}

/// A running proxy. It ends when it is dropped.
pub(crate) struct Proxy {
    port: u16,
    rules: Arc<Rules>,
    running: AbortHandle,
}

struct Rules {
    manner: watch::Sender<Manner>,
    cut: Mutex<Option<Cut>>,
    /// A statement that does not arrive.
    unheard: Mutex<Option<String>>,
    /// How often all connections were forgotten.
    age: AtomicU32,
    kept: AtomicU32,
    undone: AtomicU32,
}

/// The n-th COMMIT from now on whose transaction said this.
struct Cut {
    left: u32,
    said: &'static str,
    ending: Ending,
}

/// What becomes of the link at a chosen COMMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The answer is lost, and the link is closed.
    Closed,
    /// The answer is lost, and from then on everything is swallowed.
    Silent,
    /// The answer is lost, and so is whatever comes later on this connection alone.
    Alone,
    /// It does not arrive, nor does anything else on this connection alone.
    Unheard,
}

impl Proxy {
    /// Listens on a free port of this machine, and talks to this cluster.
    pub(crate) async fn before(cluster: &Cluster) -> Self {
        let url = cluster.url("postgres");
        let folder = url.split("?host=").nth(1).unwrap_or_else(|| panic!("no folder in {url}"));
        let socket = PathBuf::from(folder).join(".s.PGSQL.5432");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let rules = Arc::new(Rules {
            manner: watch::Sender::new(Manner::Pass),
            cut: Mutex::new(None),
            unheard: Mutex::new(None),
            age: AtomicU32::new(0),
            kept: AtomicU32::new(0),
            undone: AtomicU32::new(0),
        });
        let running = tokio::spawn(accept(listener, socket, rules.clone())).abort_handle();
        Self { port, rules, running }
    }

    /// Where a database is, by way of the proxy.
    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://portal@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// From now on.
    pub(crate) fn set(&self, manner: Manner) {
        self.rules.manner.send_replace(manner);
    }

    /// Swallows whatever comes on the connections that there are; new ones pass.
    pub(crate) fn forget(&self) {
        self.rules.age.fetch_add(1, Ordering::SeqCst);
    }

    /// Lets the `n`-th COMMIT from now on (from 1) of a transaction in which somebody said `said` through, and loses the answer.
    pub(crate) fn lose_commit(&self, n: u32, said: &'static str) {
        self.end_at_commit(n, said, Ending::Closed);
    }

    /// Ends the link like this at the `n`-th COMMIT from now on (from 1) of a transaction in which somebody said `said`.
    pub(crate) fn end_at_commit(&self, n: u32, said: &'static str, ending: Ending) {
        *self.rules.cut.lock().expect("no panic") = Some(Cut { left: n, said, ending });
    }

    /// Loses the next statement that says `said`, and whatever comes later on its connection alone.
    pub(crate) fn lose_question(&self, said: &str) {
        *self.rules.unheard.lock().expect("no panic") = Some(said.to_owned());
    }

    /// Whether the question was lost since [`Proxy::lose_question`].
    pub(crate) fn lost_question(&self) -> bool {
        self.rules.unheard.lock().expect("no panic").is_none()
    }

    /// Loses no answer any more. True when one was lost since [`Proxy::lose_commit`].
    pub(crate) fn lost_one(&self) -> bool {
        self.rules.cut.lock().expect("no panic").take().is_none()
    }

    /// How many commits were kept whose answers were lost; and how many PostgreSQL undid.
    pub(crate) fn lost(&self) -> (u32, u32) {
        (self.rules.kept.load(Ordering::SeqCst), self.rules.undone.load(Ordering::SeqCst))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}

async fn accept(listener: TcpListener, socket: PathBuf, rules: Arc<Rules>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        let (socket, rules) = (socket.clone(), rules.clone());
        connections.spawn(async move {
            let mut manner = rules.manner.subscribe();
            tokio::select! {
                _ = carry(client, socket, &rules) => {}
                _ = manner.wait_for(|manner| *manner == Manner::Refuse) => {}
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

/// Carries one connection, until either side closes it or an answer is lost.
async fn carry(mut client: TcpStream, socket: PathBuf, rules: &Rules) -> Option<()> {
    client.set_nodelay(true).ok()?;
    let age = rules.age.load(Ordering::SeqCst);
    unless_swallowed(&mut client, rules, age).await?;
    let mut first = frame(&mut client, false).await?;
    if first[4..8] == SSL {
        client.write_all(b"N").await.ok()?;
        first = frame(&mut client, false).await?;
    }
    let mut server = UnixStream::connect(socket).await.ok()?;
    server.write_all(&first).await.ok()?;
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let losing = OnceLock::new();
    let asking = async {
        let mut said = Said::default();
        loop {
            let frame = frame(&mut from_client, true).await?;
            unless_swallowed(&mut from_client, rules, age).await?;
            let ending = if said.hear(&frame) { rules.chosen(&said) } else { rules.unheard(&said, frame[0]) };
            if let Some(ending) = ending {
                let _ = losing.set(ending);
            }
            if ending == Some(Ending::Unheard) {
                return std::future::pending().await;
            }
            to_server.write_all(&frame).await.ok()?;
        }
    };
    let answering = async {
        let mut kept = false;
        loop {
            let frame = frame(&mut from_server, true).await?;
            unless_swallowed(&mut from_server, rules, age).await?;
            let manner = *rules.manner.borrow();
            match manner {
                Manner::Delay(pause) if frame[0] == b'Z' => tokio::time::sleep(pause).await,
                _ => {}
            }
            let Some(ending) = losing.get() else {
                to_client.write_all(&frame).await.ok()?;
                continue;
            };
            if *ending == Ending::Unheard {
                return std::future::pending().await;
            }
            kept |= frame[0] == b'C' && frame[5..].starts_with(b"COMMIT\0");
            if frame[0] == b'Z' {
                if kept { &rules.kept } else { &rules.undone }.fetch_add(1, Ordering::SeqCst);
                match ending {
                    Ending::Closed => return None,
                    Ending::Silent => _ = rules.manner.send_replace(Manner::Swallow),
                    Ending::Alone | Ending::Unheard => {}
                }
                // Until whoever waits for the answer gives up.
                return std::future::pending().await;
            }
        }
    };
    tokio::select! {
        ended = asking => ended,
        ended = answering => ended,
    }
}

/// Where everything is swallowed, so is all that comes from this peer until it gives up; nothing then.
async fn unless_swallowed(from: &mut (impl AsyncRead + Unpin), rules: &Rules, age: u32) -> Option<()> {
    let manner = *rules.manner.borrow();
    if manner == Manner::Swallow || rules.age.load(Ordering::SeqCst) != age {
        let _ = copy(from, &mut sink()).await;
        return None;
    }
    Some(())
}

/// One whole message: a letter for what it is (but for the first one), its length, its content.
async fn frame(from: &mut (impl AsyncRead + Unpin), lettered: bool) -> Option<Vec<u8>> {
    let head = if lettered { 5 } else { 4 };
    let mut frame = vec![0; head];
    from.read_exact(&mut frame).await.ok()?;
    let length = u32::from_be_bytes(frame[head - 4..].try_into().ok()?) as usize;
    frame.resize(head - 4 + length, 0);
    from.read_exact(&mut frame[head..]).await.ok()?;
    Some(frame)
}

impl Rules {
    /// What becomes of the link, if this COMMIT is the one.
    fn chosen(&self, said: &Said) -> Option<Ending> {
        let mut cut = self.cut.lock().expect("no panic");
        let one = cut.as_mut().filter(|cut| said.now.iter().any(|sql| sql.contains(cut.said)))?;
        one.left -= 1;
        if one.left > 0 {
            return None;
        }
        cut.take().map(|one| one.ending)
    }

    /// What becomes of the link, if what was said last is not to arrive.
    fn unheard(&self, said: &Said, kind: u8) -> Option<Ending> {
        let asked = said.now.last().filter(|_| matches!(kind, b'Q' | b'B'))?;
        let mut unheard = self.unheard.lock().expect("no panic");
        unheard.take_if(|said| asked.contains(said.as_str())).map(|_| Ending::Unheard)
    }
}

/// What a client says on one connection.
#[derive(Default)]
struct Said {
    /// Statements by the name under which they were prepared.
    prepared: HashMap<Vec<u8>, String>,
    /// The statements of this transaction.
    now: Vec<String>,
}

impl Said {
    /// Notes what a message says; true for a COMMIT.
    fn hear(&mut self, frame: &[u8]) -> bool {
        let mut texts = frame[5..].split(|byte| *byte == 0);
        let mut next = || texts.next().unwrap_or_default();
        match frame[0] {
            b'Q' => {
                let sql = String::from_utf8_lossy(next()).into_owned();
                if sql.starts_with("BEGIN") {
                    self.now.clear();
                }
                let ends = sql.trim_end_matches(';').ends_with("COMMIT");
                self.now.push(sql);
                return ends;
            }
            b'P' => {
                let (name, sql) = (next().to_vec(), next());
                self.prepared.insert(name, String::from_utf8_lossy(sql).into_owned());
            }
            b'B' => {
                let (_portal, name) = (next(), next());
                self.now.extend(self.prepared.get(name).cloned());
            }
            _ => {}
        }
        false
    }
}

/// What a client that would like TLS asks first.
const SSL: [u8; 4] = 80_877_103_u32.to_be_bytes();
