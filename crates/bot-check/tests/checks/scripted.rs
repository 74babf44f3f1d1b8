use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use practice_bot_check::{Turnstile, TurnstileSettings};
use practice_domain::access::Gate;
use practice_domain::port::BotCheck;
use practice_testkit::contract::BotCheckHarness;
use practice_testkit::fakes::SeededEntropy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const HOST: &str = "portal.example";

/// What the server does with a call.
#[derive(Clone)]
pub(crate) enum Act {
    /// Answers with this status and body.
    Say(u16, String),
    /// Reads the call, and hangs up.
    Lose,
    /// Reads the call, and says nothing.
    Stall,
    /// Answers as Cloudflare would: `good for <gate> ..` is a good answer.
    Honest,
}

pub(crate) type Form = BTreeMap<String, String>;

pub(crate) struct Peer {
    pub(crate) base: String,
    pub(crate) calls: Arc<Mutex<Vec<Form>>>,
}

impl Peer {
    /// Plays these, one for each call; the last for all that follow.
    pub(crate) async fn playing(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let calls: Arc<Mutex<Vec<Form>>> = Arc::default();
        let seen = calls.clone();
        tokio::spawn(async move {
            for number in 0.. {
                let Ok((stream, _)) = listener.accept().await else { return };
                let act = acts[number.min(acts.len() - 1)].clone();
                tokio::spawn(serve(stream, act, seen.clone()));
            }
        });
        Self { base, calls }
    }

    pub(crate) fn turnstile(&self) -> Turnstile {
        let settings = TurnstileSettings {
            base: self.base.clone(),
            site_key: "0x4AAA".to_owned(),
            secret: "a secret".to_owned().into(),
            hostname: HOST.to_owned(),
        };
        Turnstile::new(settings, Arc::new(SeededEntropy::new(5))).expect("a client")
    }
}

/// The check before an honest server.
pub(crate) struct Honest(Turnstile, AtomicU32);

impl Honest {
    pub(crate) async fn start() -> Self {
        Self(Peer::playing(vec![Act::Honest]).await.turnstile(), AtomicU32::new(0))
    }
}

#[async_trait]
impl BotCheckHarness for Honest {
    fn check(&self) -> &dyn BotCheck {
        &self.0
    }

    async fn answer(&self, gate: Gate) -> String {
        format!("good.{}.{:04}", gate.code(), self.1.fetch_add(1, Ordering::Relaxed))
    }
}

pub(crate) fn success(host: &str, action: &str) -> Act {
    Act::Say(200, format!(r#"{{"success":true,"hostname":"{host}","action":"{action}","error-codes":[]}}"#))
}

pub(crate) fn refusal(code: &str) -> Act {
    Act::Say(200, format!(r#"{{"success":false,"error-codes":["{code}"]}}"#))
}

async fn serve(mut stream: TcpStream, act: Act, seen: Arc<Mutex<Vec<Form>>>) {
    let Some(form) = read(&mut stream).await else { return };
    seen.lock().expect("nobody panics").push(form.clone());
    let (status, body) = match act {
        Act::Say(status, body) => (status, body),
        Act::Lose => return,
        Act::Stall => return tokio::time::sleep(std::time::Duration::from_secs(60)).await,
        Act::Honest => (200, honest(&form)),
    };
    let head = format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let _ = stream.write_all((head + &body).as_bytes()).await;
}

fn honest(form: &Form) -> String {
    let parts: Vec<&str> = form["response"].split('.').collect();
    match parts.as_slice() {
        ["good", action, number] if number.len() == 4 => {
            format!(r#"{{"success":true,"hostname":"{HOST}","action":"{action}"}}"#)
        }
        [""] => r#"{"success":false,"error-codes":["missing-input-response"]}"#.to_owned(),
        _ => r#"{"success":false,"error-codes":["invalid-input-response"]}"#.to_owned(),
    }
}

/// The form of a call.
async fn read(stream: &mut TcpStream) -> Option<Form> {
    let mut text = Vec::new();
    loop {
        let mut part = [0; 4096];
        let many = stream.read(&mut part).await.ok().filter(|many| *many > 0)?;
        text.extend_from_slice(&part[..many]);
        let all = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = all.split_once("\r\n\r\n") else { continue };
        assert!(head.starts_with("POST /turnstile/v0/siteverify HTTP/1.1"), "{head}");
        let length = head.to_lowercase().split("content-length: ").nth(1)?.split_whitespace().next()?.parse().ok()?;
        if body.len() >= length {
            let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
            return Some(pairs.map(|(name, value)| (name.to_owned(), value.replace('+', " "))).collect());
        }
    }
}
