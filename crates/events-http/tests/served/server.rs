//! A server of our own that stands where a product does: it keeps what it hears and gives scripted answers.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use practice_domain::channel::Product;
use practice_domain::event::{Announcement, Event};
use practice_domain::value::Time;
use practice_events_http::{EndpointSettings, Webhooks};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

pub(crate) struct Server {
    pub(crate) at: SocketAddr,
    pub(crate) heard: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

/// What the server does after it has heard a request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// It answers with this status and these headers.
    Say(u16, &'static str),
    /// It answers with 200 and a body that never ends.
    Ramble,
    /// It closes the connection without a word.
    HangUp,
    /// It says nothing, ever.
    Silence,
}

/// A request, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }
}

impl Server {
    /// One answer for each request, over as many connections as it takes.
    pub(crate) async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let heard = Arc::<Mutex<Vec<Request>>>::default();
        let kept = Arc::clone(&heard);
        let task = tokio::spawn(async move {
            let answers = Arc::new(Mutex::new(answers.into_iter()));
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                connections.spawn(connection(BufReader::new(stream), answers.clone(), kept.clone()));
            }
        });
        Self { at, heard, task }
    }

    pub(crate) fn heard(&self) -> Vec<Request> {
        self.heard.lock().expect("nobody panics with it").clone()
    }

    /// The vendor's own endpoint, with these secrets and little patience.
    pub(crate) fn webhooks(&self, secrets: &[&str]) -> Webhooks {
        let url = format!("http://{}/hooks?from=portal", self.at);
        let secrets = secrets.iter().map(|secret| (*secret).into()).collect();
        let endpoint = EndpointSettings { to: Product::Operator, url, secrets };
        Webhooks::new(&[endpoint], Duration::from_secs(1)).expect("fine")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn connection(
    mut stream: BufReader<TcpStream>,
    answers: Arc<Mutex<std::vec::IntoIter<Answer>>>,
    heard: Arc<Mutex<Vec<Request>>>,
) -> Option<()> {
    loop {
        let request = hear(&mut stream).await?;
        let answer = answers.lock().expect("nobody panics with it").next()?;
        heard.lock().expect("nobody panics with it").push(request);
        match answer {
            Answer::Say(status, headers) => {
                let body = if status == 204 { "content-length: 0" } else { "content-length: 2" };
                let said = if status == 204 { "" } else { "no" };
                let head = format!("HTTP/1.1 {status} So\r\n{body}\r\n{headers}\r\n{said}");
                stream.write_all(head.as_bytes()).await.ok()?;
            }
            Answer::Ramble => {
                stream.write_all(b"HTTP/1.1 200 So\r\ncontent-length: 99999999999\r\n\r\n").await.ok()?;
                while stream.write_all(&[b'a'; 1_024]).await.is_ok() {}
                return None;
            }
            Answer::HangUp => return None,
            Answer::Silence => std::future::pending().await,
        }
    }
}

async fn hear(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let line = heard_line(stream).await?;
    let mut headers = Vec::new();
    loop {
        let header = heard_line(stream).await?;
        let Some((name, value)) = header.split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Request { line, headers, body: String::from_utf8(body).ok()? })
}

async fn heard_line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}

/// Somebody registered.
pub(crate) fn told(number: u128) -> Announcement {
    Announcement {
        id: Uuid::from_u128(number).into(),
        at: NOW,
        practice: Uuid::from_u128(7).into(),
        account: Uuid::from_u128(8).into(),
        event: Event::MemberRegistered(Uuid::from_u128(9).into()),
    }
}

pub(crate) const NOW: Time = Time::from_micros(1_780_000_000_999_999);
pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const BEFORE: &str = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
