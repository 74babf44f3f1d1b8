//! A server of our own that stands where Twilio does: it keeps what it hears and gives scripted answers.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use practice_sms_twilio::{Auth, Twilio, TwilioSettings};
use secrecy::SecretString;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub(crate) struct Server {
    at: SocketAddr,
    pub(crate) heard: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

/// What the server does after it has heard a request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// It answers with this head and body.
    Say { head: String, body: String },
    /// It closes the connection without a word.
    HangUp,
    /// It says nothing, ever.
    Silence,
}

/// A request, as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) fields: Vec<(String, String)>,
}

impl Answer {
    pub(crate) fn new(status: u16, body: &str) -> Self {
        Self::with(status, "", body)
    }

    pub(crate) fn with(status: u16, headers: &str, body: &str) -> Self {
        let head = format!("HTTP/1.1 {status} So\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
        Self::Say { head, body: body.to_owned() }
    }
}

impl Request {
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    /// What it would bring to somebody's ear or eye, without the commas between the digits.
    pub(crate) fn words(&self) -> String {
        format!("{}{}", self.field("Body"), self.field("Twiml").replace(", ", ""))
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
            let mut answers = answers.into_iter();
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let _ = connection(BufReader::new(stream), &mut answers, &kept).await;
            }
        });
        Self { at, heard, task }
    }

    pub(crate) fn heard(&self) -> Vec<Request> {
        self.heard.lock().expect("nobody panics with it").clone()
    }

    pub(crate) fn settings(&self) -> TwilioSettings {
        settings(&format!("http://{}", self.at))
    }

    pub(crate) fn twilio(&self) -> Twilio {
        Twilio::new(self.settings()).expect("fine")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(crate) fn settings(base_url: &str) -> TwilioSettings {
    let auth = Auth::Token(SecretString::from("the-token"));
    let settings = TwilioSettings::new(ACCOUNT, auth, "+15005550006", "app.example");
    TwilioSettings { base_url: base_url.to_owned(), patience: Duration::from_secs(1), ..settings }
}

async fn connection(
    mut stream: BufReader<TcpStream>,
    answers: &mut impl Iterator<Item = Answer>,
    heard: &Mutex<Vec<Request>>,
) -> Option<()> {
    loop {
        let request = hear(&mut stream).await?;
        let answer = answers.next()?;
        heard.lock().expect("nobody panics with it").push(request);
        match answer {
            Answer::Say { head, body } => stream.write_all(format!("{head}{body}").as_bytes()).await.ok()?,
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
    let query = String::from_utf8(body).ok()?;
    let url = reqwest::Url::parse(&format!("http://x/?{query}")).ok()?;
    Some(Request { line, headers, fields: url.query_pairs().into_owned().collect() })
}

async fn heard_line(stream: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}

pub(crate) const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
