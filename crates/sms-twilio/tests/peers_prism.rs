//! `Twilio` against Prism, which serves what Twilio publishes of its API, behind a recorder. `cargo xtask test` installs Prism and says
//! where it is; `PORTAL_SPECS` names the folder with `twilio_api_v2010.json`. Without either the test says so and passes.

use std::net::TcpListener as Port;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use practice_domain::challenge::Delivery;
use practice_domain::port::{SendError, Texter};
use practice_domain::value::{NoticeId, Phone, PracticeName, Word};
use practice_sms_twilio::{Auth, Twilio, TwilioSettings};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

/// F-19, F-27, WH-06, OT-07: Prism takes every kind of request that we make, and we understand what Twilio answers.
#[tokio::test]
async fn what_twilio_publishes_takes_our_requests_and_we_its_answers() {
    let (Some(tools), Some(specs)) = (std::env::var_os("PORTAL_TOOLS"), std::env::var_os("PORTAL_SPECS")) else {
        println!("skipped: PORTAL_TOOLS and PORTAL_SPECS do not say where Prism and Twilio's description are");
        return;
    };
    let prism = Prism::start(Path::new(&tools), Path::new(&specs)).await;
    let recorder = Recorder::start(prism.port).await;
    let twilio = Twilio::new(recorder.settings()).expect("fine");
    let to = Phone::parse("+14155552671").expect("a number");
    let notice = NoticeId(Uuid::from_u128(7));
    let (practice, word) = (PracticeName::parse("Bright Smile").expect("a name"), Word::parse("velvet-otter-lamp"));
    let code = async |by| twilio.deliver_code(notice, &to, by, "012345", Duration::from_secs(300)).await;

    code(Delivery::Text).await.expect("taken");
    code(Delivery::Call).await.expect("taken");
    twilio.deliver_code_word(notice, &to, &practice, &word.expect("a word")).await.expect("taken");
    let heard = recorder.heard();
    let places: Vec<&str> = heard.iter().map(|one| one.line.split('/').next_back().expect("a path")).collect();
    assert_eq!(places.len(), 3);
    assert!(heard.iter().all(|one| one.body.contains("To=%2B14155552671") && one.status == 201), "{heard:?}");
    assert!(heard[0].body.contains("ValidityPeriod=300") && heard[1].body.contains("Twiml=%3CResponse%3E"));

    for (wanted, fits) in [
        ("code=429", is_later as fn(&SendError) -> bool),
        ("code=400, example=e21211", is_permanent),
        ("code=400, example=e21614", is_permanent),
        ("code=400, example=e30007", is_permanent),
        ("code=400, example=e21610", is_stopped),
        ("code=400, example=e20429", is_transient),
        ("code=500", is_transient),
    ] {
        recorder.prefer(wanted);
        let error = code(Delivery::Text).await.expect_err(wanted);
        assert!(fits(&error), "{wanted}: {error}");
    }
    recorder.prefer("");
    code(Delivery::Text).await.expect("taken again");
}

fn is_later(error: &SendError) -> bool {
    matches!(error, SendError::Later { after, .. } if after.as_secs() == 7)
}

fn is_permanent(error: &SendError) -> bool {
    matches!(error, SendError::Permanent { .. })
}

fn is_stopped(error: &SendError) -> bool {
    matches!(error, SendError::Stopped { .. })
}

fn is_transient(error: &SendError) -> bool {
    matches!(error, SendError::Transient { .. })
}

/// Prism, until the test ends.
struct Prism {
    child: Child,
    port: u16,
    _dir: tempfile::TempDir,
}

impl Prism {
    async fn start(tools: &Path, specs: &Path) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let spec = dir.path().join("twilio.json");
        std::fs::write(&spec, trimmed(specs).to_string()).expect("it can be written");
        let port = Port::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let program = tools.join("peers/node_modules/@stoplight/prism-cli/dist/index.js");
        assert!(program.exists(), "{} is missing: run `cargo xtask tools`", program.display());
        let mut command = Command::new("node");
        command.arg(program);
        command.args(["mock", "-h", "127.0.0.1", "-p", &port.to_string()]).arg(spec);
        let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("there is a node");
        let deadline = Instant::now() + Duration::from_secs(120);
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            assert!(Instant::now() < deadline, "Prism does not answer");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Self { child, port, _dir: dir }
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What we use of the description, and with refusals: Twilio describes only what goes well.
fn trimmed(specs: &Path) -> Value {
    let text = std::fs::read(specs.join("twilio_api_v2010.json")).expect("the description is there");
    let mut description: Value = serde_json::from_slice(&text).expect("JSON");
    let all = description["paths"].take();
    let mut kept = json!({});
    for path in ["Messages", "Calls"].map(|name| format!("/2010-04-01/Accounts/{{AccountSid}}/{name}.json")) {
        let mut item = all[&path].clone();
        let answers = &mut item["post"]["responses"];
        answers["400"] = refusals(400, &[21211, 21614, 30007, 21610, 20429]);
        answers["429"] = refusals(429, &[20429]);
        answers["429"]["headers"] = json!({"Retry-After": {"schema": {"type": "integer"}, "example": 7}});
        answers["500"] = refusals(500, &[20500]);
        kept[path] = item;
    }
    description["paths"] = kept;
    description
}

fn refusals(status: u16, codes: &[u32]) -> Value {
    let example = |code: &u32| {
        let value = json!({"code": code, "message": "+14155552671", "more_info": "x", "status": status});
        (format!("e{code}"), json!({"value": value}))
    };
    let examples: serde_json::Map<String, Value> = codes.iter().map(example).collect();
    json!({"description": "refused", "content": {"application/json": {"examples": examples}}})
}

/// A proxy that remembers what went through it, and asks Prism for the answer that a test wants.
struct Recorder {
    port: u16,
    heard: Arc<Mutex<Vec<Heard>>>,
    wanted: Arc<Mutex<String>>,
}

#[derive(Clone, Debug)]
struct Heard {
    line: String,
    body: String,
    status: u16,
}

impl Recorder {
    async fn start(prism: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (heard, wanted) = (Arc::<Mutex<Vec<Heard>>>::default(), Arc::<Mutex<String>>::default());
        let (kept, prefer) = (heard.clone(), wanted.clone());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let preference = prefer.lock().expect("nobody panics").clone();
                if let Some(one) = pass_on(stream, prism, &preference).await {
                    kept.lock().expect("nobody panics").push(one);
                }
            }
        });
        Self { port, heard, wanted }
    }

    fn settings(&self) -> TwilioSettings {
        let auth = Auth::Token(SecretString::from("tok"));
        let settings = TwilioSettings::new(ACCOUNT, auth, "+15005550006", "app.example");
        let receipts = Some("https://portal.example.com/webhooks/twilio".to_owned());
        TwilioSettings {
            base_url: format!("http://127.0.0.1:{}", self.port),
            status_callback: receipts,
            patience: Duration::from_secs(50),
            ..settings
        }
    }

    fn prefer(&self, wanted: &str) {
        wanted.clone_into(&mut self.wanted.lock().expect("nobody panics"));
    }

    fn heard(&self) -> Vec<Heard> {
        self.heard.lock().expect("nobody panics").clone()
    }
}

/// One request on one connection: the answer closes it.
async fn pass_on(stream: TcpStream, prism: u16, wanted: &str) -> Option<Heard> {
    let mut client = BufReader::new(stream);
    let (mut head, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        client.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        head.push(line);
    }
    let mut body = vec![0; length];
    client.read_exact(&mut body).await.ok()?;
    let prefer = if wanted.is_empty() { String::new() } else { format!("Prefer: {wanted}\r\n") };
    let mut server = TcpStream::connect(("127.0.0.1", prism)).await.ok()?;
    server.write_all(format!("{}{prefer}Connection: close\r\n\r\n", head.concat()).as_bytes()).await.ok()?;
    server.write_all(&body).await.ok()?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer).await.ok()?;
    client.get_mut().write_all(&answer).await.ok()?;
    client.get_mut().shutdown().await.ok()?;
    let status = String::from_utf8_lossy(&answer).split(' ').nth(1)?.parse().ok()?;
    let line = head.first()?.split(' ').nth(1)?.to_owned();
    Some(Heard { line, body: String::from_utf8(body).ok()?, status })
}

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
