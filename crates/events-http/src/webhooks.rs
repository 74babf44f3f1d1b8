use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::channel::Product;
use practice_domain::event::Announcement;
use practice_domain::port::{Announcer, SendError};
use practice_domain::value::Time;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use rustls::{ClientConfig, RootCertStore};

use crate::body::body;
use crate::secret::Secret;
use crate::settings::{EndpointSettings, EventsError};

/// Tells endpoints of events, one signed request for each; see the crate.
#[derive(Debug)]
pub struct Webhooks {
    endpoints: Vec<Endpoint>,
    client: Client,
}

#[derive(Debug)]
struct Endpoint {
    to: Product,
    url: Url,
    secrets: Vec<Secret>,
}

impl Webhooks {
    /// Tells these endpoints. A try takes at most `patience`, connecting included: 1 to 25 seconds.
    ///
    /// # Errors
    ///
    /// [`EventsError`] when the settings cannot work or must not.
    pub fn new(endpoints: &[EndpointSettings], patience: Duration) -> Result<Self, EventsError> {
        if !(Duration::from_secs(1)..=Duration::from_secs(25)).contains(&patience) {
            return Err(EventsError::Patience);
        }
        let mut known: Vec<Endpoint> = Vec::new();
        for endpoint in endpoints {
            let (url, secrets) = endpoint.check()?;
            if known.iter().any(|other| other.to == endpoint.to) {
                return Err(EventsError::Twice);
            }
            known.push(Endpoint { to: endpoint.to, url, secrets });
        }
        Ok(Self { endpoints: known, client: client(patience)? })
    }

    /// Whose endpoints there are.
    #[must_use]
    pub fn listeners(&self) -> Vec<Product> {
        self.endpoints.iter().map(|endpoint| endpoint.to).collect()
    }

    fn endpoint(&self, to: Product) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.to == to)
    }
}

#[async_trait]
impl Announcer for Webhooks {
    fn listens(&self, to: Product) -> bool {
        self.endpoint(to).is_some()
    }

    async fn announce(&self, to: Product, event: &Announcement, now: Time) -> Result<(), SendError> {
        let Some(Endpoint { url, secrets, .. }) = self.endpoint(to) else {
            return Err(SendError::Permanent { reply: "there is no such endpoint".to_owned() });
        };
        let (id, seconds, body) = (event.id.to_string(), now.micros().div_euclid(1_000_000), body(event));
        let signatures: Vec<String> = secrets.iter().map(|secret| secret.sign(&id, seconds, &body)).collect();
        let request = self
            .client
            .post(url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, "practice-portal")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signatures.join(" "))
            .body(body);
        match request.send().await {
            Ok(response) => judge(&response),
            Err(error) if error.is_connect() => Err(SendError::Transient { reply: "no connection".to_owned() }),
            Err(_) => Err(SendError::Ambiguous { reply: "no answer".to_owned() }),
        }
    }
}

/// What an answer means; its body is not read.
fn judge(response: &Response) -> Result<(), SendError> {
    let status = response.status();
    let reply = status.as_u16().to_string();
    match status {
        _ if status.is_success() => Ok(()),
        StatusCode::GONE => Err(SendError::Permanent { reply }),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            Err(match asked.map(Duration::from_secs) {
                Some(after) => SendError::Later { reply, after: after.min(LONGEST_WISH) },
                None => SendError::Transient { reply },
            })
        }
        _ => Err(SendError::Transient { reply }),
    }
}

/// A client that trusts the public authorities, follows nobody elsewhere, and takes no way round (`TL-02`).
fn client(patience: Duration) -> Result<Client, EventsError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| EventsError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .connect_timeout(patience / 2)
        .timeout(patience)
        .build()
        .map_err(|_| EventsError::Tls)
}

/// How long an endpoint may want to be left alone.
const LONGEST_WISH: Duration = Duration::from_secs(60 * 60);
