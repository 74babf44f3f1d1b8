//! Other people's programs.

use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use practice_payments_stripe::{Stripe, StripeSettings};
use reqwest::Client;
use serde_json::Value;
use tempfile::TempDir;

/// Where they are installed.
pub(crate) fn tools() -> Option<PathBuf> {
    let tools = std::env::var_os("PORTAL_TOOLS").map(PathBuf::from);
    if tools.is_none() {
        println!("skipped: PORTAL_TOOLS does not say where Stripe's libraries and stand-ins are");
    }
    tools
}

/// A script beside the other peers'.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/peers").join(name)
}

/// Tells a program an object a line, and hears a line for each.
pub(crate) fn ask(command: &mut Command, questions: &[Value]) -> Vec<String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
    let lines: String = questions.iter().map(|question| format!("{question}\n")).collect();
    let mut stdin = child.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it listens");
    assert!(output.status.success(), "{command:?} failed");
    let answers: Vec<String> = String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), questions.len(), "{command:?}");
    answers
}

/// A server of somebody else's, until the test ends.
pub(crate) struct Peer {
    child: Child,
    pub(crate) origin: String,
    pub(crate) client: Client,
    _folder: TempDir,
}

impl Peer {
    /// Starts it on a free port, which `command` is told, in a folder of its own.
    pub(crate) async fn start(command: impl Fn(u16) -> Command) -> Self {
        // Nobody can keep a port for somebody else, so another one is tried when it was taken meanwhile.
        for _ in 0..3 {
            let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
            let folder = tempfile::tempdir().expect("a folder");
            let mut command = command(port);
            command.current_dir(folder.path()).env("TMPDIR", folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
            let child = command.spawn().expect("it starts");
            let _ = rustls::crypto::ring::default_provider().install_default();
            let client = Client::builder().no_proxy().build().expect("a client");
            let mut peer = Self { child, origin: format!("http://localhost:{port}"), client, _folder: folder };
            if peer.is_up().await {
                return peer;
            }
        }
        panic!("it never answers");
    }

    async fn is_up(&mut self) -> bool {
        for _ in 0..600 {
            if self.client.get(&self.origin).send().await.is_ok() {
                return true;
            }
            if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        false
    }

    pub(crate) fn stripe(&self) -> Stripe {
        let settings = StripeSettings { patience: Duration::from_secs(20), ..crate::world::settings(&self.origin) };
        Stripe::new(settings).expect("fine")
    }

    /// Asks it for something that we have no words for.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let request = self.client.post(format!("{}{path}", self.origin)).bearer_auth("sk_test_0123456789");
        let answer = request.form(fields).send().await.expect("it answers");
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.expect("a body")).unwrap_or_default())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
