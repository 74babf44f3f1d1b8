//! HTTP on one port: hears, does or fails to do, and answers. What is answered under a key is answered again.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use super::books::Books;
use super::routes::{Reply, refused};

/// What goes wrong with one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// It does not arrive.
    LosesRequest,
    /// It is done, and the answer is lost.
    LosesAnswer,
    /// It is done, and the connection ends in the middle of the answer.
    HalvesAnswer,
    /// It is done, and nothing is ever said.
    FallsSilent,
    /// It is done, and what is said is no JSON.
    Babbles,
    /// It is not done, and that it failed is kept under the key.
    FailsBefore,
    /// It is done, and that it failed is kept under the key.
    FailsAfter,
    /// It is not done, and nothing is kept.
    Says(u16),
    /// Somebody else is named.
    Redirects(String),
}

/// A request, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
    /// The fields of the query and of the form.
    pub(crate) fields: Vec<(String, String)>,
}

impl Request {
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value)
    }
}

/// What goes wrong, and with which requests.
struct Plan {
    method: &'static str,
    /// How their path ends.
    ends: &'static str,
    mishap: Mishap,
}

/// What a key was used for, and what was answered.
type Kept = BTreeMap<String, (Vec<(String, String)>, Reply)>;

/// Everything behind the port.
#[derive(Default)]
struct Desk {
    books: Books,
    heard: Vec<Request>,
    kept: Kept,
    plans: VecDeque<Plan>,
}

pub(crate) struct Server {
    at: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = listener.local_addr().expect("an address");
        let desk = Arc::<Mutex<Desk>>::default();
        let shared = desk.clone();
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let desk = shared.clone();
                connections.spawn(async move { serve(BufReader::new(stream), &desk).await });
            }
        });
        Self { at, desk, task }
    }

    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.at)
    }

    /// This goes wrong with the next request of this kind.
    pub(crate) fn plan(&self, method: &'static str, ends: &'static str, mishap: Mishap) {
        self.desk().plans.push_back(Plan { method, ends, mishap });
    }

    /// From now on nothing goes wrong.
    pub(crate) fn calm(&self) {
        self.desk().plans.clear();
    }

    pub(crate) fn heard(&self) -> Vec<Request> {
        self.desk().heard.clone()
    }

    /// Looks into the books, or changes them as nobody does from outside.
    pub(crate) fn books<T>(&self, act: impl FnOnce(&mut Books) -> T) -> T {
        act(&mut self.desk().books)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().expect("nobody panics with it")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Desk {
    /// Does what is asked, and says what comes of it on the wire; none is silence, and an empty answer a hang-up.
    fn hear(&mut self, request: Request) -> Option<Vec<u8>> {
        let planned =
            self.plans.iter().position(|plan| plan.method == request.method && request.path.ends_with(plan.ends));
        let mishap = planned.and_then(|at| self.plans.remove(at)).map(|plan| plan.mishap);
        self.heard.push(request.clone());
        match mishap {
            Some(Mishap::LosesRequest) => return Some(Vec::new()),
            Some(Mishap::Says(status)) => return Some(wire(&refused(status, "rate_limit_error", "", ""), false)),
            Some(Mishap::Redirects(to)) => {
                let head = format!("HTTP/1.1 307 So\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
                return Some(head.into_bytes());
            }
            _ => {}
        }
        let (reply, replayed) = self.under_key(&request, mishap.as_ref());
        let said = wire(&reply, replayed);
        match mishap {
            Some(Mishap::FallsSilent) => None,
            Some(Mishap::LosesAnswer) => Some(Vec::new()),
            Some(Mishap::HalvesAnswer) => Some(said[..said.len() - reply.body.to_string().len() / 2].to_vec()),
            Some(Mishap::Babbles) => Some(b"HTTP/1.1 200 So\r\ncontent-length: 6\r\n\r\n<html>".to_vec()),
            _ => Some(said),
        }
    }

    fn under_key(&mut self, request: &Request, mishap: Option<&Mishap>) -> (Reply, bool) {
        let key = request.header("idempotency-key").to_owned();
        if let Some((fields, reply)) = self.kept.get(&key) {
            let same = *fields == request.fields;
            let other = || refused(400, "idempotency_error", "", "");
            return (if same { reply.clone() } else { other() }, same);
        }
        let failed = || refused(500, "api_error", "", "");
        let reply = match mishap {
            Some(Mishap::FailsBefore) => failed(),
            Some(Mishap::FailsAfter) => {
                self.books.answer(request);
                failed()
            }
            _ => self.books.answer(request),
        };
        if !key.is_empty() {
            self.kept.insert(key, (request.fields.clone(), reply.clone()));
        }
        (reply, false)
    }
}

fn wire(reply: &Reply, replayed: bool) -> Vec<u8> {
    let body = reply.body.to_string();
    let replayed = if replayed { "idempotent-replayed: true\r\n" } else { "" };
    let head = format!("HTTP/1.1 {} So\r\ncontent-type: application/json\r\n{replayed}", reply.status);
    format!("{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

async fn serve(mut stream: BufReader<TcpStream>, desk: &Mutex<Desk>) -> Option<()> {
    loop {
        let request = hear(&mut stream).await?;
        let said = desk.lock().expect("nobody panics with it").hear(request);
        let Some(said) = said else { std::future::pending().await };
        let whole = !said.is_empty() && is_whole(&said);
        stream.write_all(&said).await.ok()?;
        if !whole {
            stream.shutdown().await.ok()?;
            return None;
        }
    }
}

/// Whether an answer is as long as it says.
fn is_whole(said: &[u8]) -> bool {
    let text = String::from_utf8_lossy(said);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    length.and_then(|length| length.parse::<usize>().ok()) == Some(body.len())
}

async fn hear(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let line = heard_line(stream).await?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        let header = heard_line(stream).await?;
        let Some((name, value)) = header.split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    let url = reqwest::Url::parse("http://x").ok()?.join(&target).ok()?;
    let form = reqwest::Url::parse(&format!("http://x/?{}", String::from_utf8(body).ok()?)).ok()?;
    let fields =
        url.query_pairs().chain(form.query_pairs()).map(|(name, value)| (name.into_owned(), value.into_owned()));
    Some(Request { method, path: url.path().to_owned(), headers, fields: fields.collect() })
}

async fn heard_line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}

/// A list, as Stripe gives one.
pub(crate) fn list(all: &[Value], request: &Request) -> Value {
    let limit = request.field("limit").and_then(|limit| limit.parse().ok()).unwrap_or(10);
    let place = |name: &str| request.field(name).map(|id| all.iter().position(|one| one["id"] == id));
    let from = place("starting_after").map_or(0, |at| at.map_or(all.len(), |at| at + 1));
    let until = place("ending_before").map_or(all.len(), |at| at.unwrap_or(0));
    let from = if request.field("ending_before").is_some() { until.saturating_sub(limit) } else { from };
    let page: Vec<&Value> = all[from..until].iter().take(limit).collect();
    let more = if request.field("ending_before").is_some() { from > 0 } else { until > from + page.len() };
    json!({"object": "list", "has_more": more, "data": page, "url": request.path})
}
