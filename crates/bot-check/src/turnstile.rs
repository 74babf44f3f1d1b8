use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::access::Gate;
use practice_domain::port::{BotCheck, BotVerdict, Entropy};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::named;

/// What Cloudflare's check needs.
#[derive(Debug, Clone)]
pub struct TurnstileSettings {
    /// Where answers are checked: `https://challenges.cloudflare.com`, or a stand-in.
    pub base: String,
    /// The public key of the site.
    pub site_key: String,
    /// The secret that belongs to it.
    pub secret: SecretString,
    /// The host that pages are on: an answer from another is not taken.
    pub hostname: String,
}

/// A check that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum TurnstileError {
    /// Not an address.
    #[error("bot_check.turnstile_base is not an address")]
    Base,
    /// No client for it.
    #[error("no client for the security check")]
    Client(#[from] reqwest::Error),
}

/// Cloudflare Turnstile.
pub struct Turnstile {
    settings: TurnstileSettings,
    address: Url,
    client: Client,
    entropy: Arc<dyn Entropy>,
}

impl Turnstile {
    /// Needs a default provider of TLS in this process; installs `ring` where there is none.
    ///
    /// # Errors
    ///
    /// [`TurnstileError`].
    pub fn new(settings: TurnstileSettings, entropy: Arc<dyn Entropy>) -> Result<Self, TurnstileError> {
        let address = Url::parse(&settings.base).and_then(|base| base.join("/turnstile/v0/siteverify"));
        let address = address.map_err(|_| TurnstileError::Base)?;
        // Somebody else may have installed one first, and then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE).build()?;
        Ok(Self { settings, address, client, entropy })
    }

    /// One call: what it came to, or nothing when nobody gave an answer that can be used.
    async fn ask(&self, form: &[(&str, &str)], gate: Gate, answer: &str) -> Option<BotVerdict> {
        let reply = self.client.post(self.address.clone()).form(form).send().await.ok()?;
        let reply = reply.bytes().await.ok().filter(|body| body.len() <= LONGEST_REPLY)?;
        let reply: Reply = serde_json::from_slice(&reply).ok()?;
        if reply.success {
            let ours = reply.hostname.as_deref() == Some(&*self.settings.hostname);
            let here = reply.action.as_deref() == Some(gate.code());
            let task = named(&["turnstile", answer]);
            return Some(if ours && here { BotVerdict::Passed { task } } else { BotVerdict::Failed });
        }
        if reply.codes.iter().any(|code| code.ends_with("-input-secret")) {
            tracing::error!("the security check does not know our secret: bot_check.secret_file");
            return None;
        }
        reply.codes.iter().any(|code| THEIRS.contains(&code.as_str())).then_some(BotVerdict::Failed)
    }
}

#[async_trait]
impl BotCheck for Turnstile {
    async fn verify(&self, answer: &str, gate: Gate, client: Option<IpAddr>) -> BotVerdict {
        if answer.len() > LONGEST_ANSWER {
            return BotVerdict::Failed;
        }
        let (key, client) = (self.entropy.id().to_string(), client.map(|address| address.to_string()));
        let secret = self.settings.secret.expose_secret();
        let mut form = vec![("secret", secret), ("response", answer), ("idempotency_key", key.as_str())];
        form.extend(client.as_deref().map(|address| ("remoteip", address)));
        for _ in 0..TRIES {
            if let Some(verdict) = self.ask(&form, gate, answer).await {
                return verdict;
            }
        }
        tracing::warn!("nobody checks answers: the security check is degraded");
        BotVerdict::Unavailable
    }

    fn task(&self, _gate: Gate) -> String {
        self.settings.site_key.clone()
    }
}

/// What comes back.
#[derive(Deserialize)]
struct Reply {
    success: bool,
    hostname: Option<String>,
    action: Option<String>,
    #[serde(default, rename = "error-codes")]
    codes: Vec<String>,
}

/// The codes for what the visitor sent. Whatever else goes wrong is not theirs to answer for.
const THEIRS: [&str; 3] = ["timeout-or-duplicate", "invalid-input-response", "missing-input-response"];
/// How long one call may take (`BC-03`).
const PATIENCE: Duration = Duration::from_secs(3);
const TRIES: usize = 2;
const LONGEST_ANSWER: usize = 2_048;
const LONGEST_REPLY: usize = 16 * 1_024;
