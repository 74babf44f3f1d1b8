use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, Url, redirect};
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;

use crate::form::Form;
use crate::read::List;
use crate::settings::{StripeSettings, StripeSettingsError};
use crate::trouble::Trouble;

/// Asks Stripe, one request at a time, and never the same one twice: whoever asked decides about that.
pub(crate) struct Api {
    client: Client,
    origin: Url,
    key: SecretString,
}

/// What was answered, and whether Stripe had answered so before.
pub(crate) struct Said<T> {
    pub(crate) said: Result<T, Trouble>,
    pub(crate) replayed: bool,
}

impl Api {
    pub(crate) fn new(settings: &StripeSettings) -> Result<Self, StripeSettingsError> {
        let origin = settings.check()?;
        Ok(Self { client: client(settings.patience)?, origin, key: settings.key.clone() })
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &[&str], query: Form) -> Result<T, Trouble> {
        let mut url = self.url(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query.pairs());
        }
        self.send(self.request(Method::GET, url)).await.said
    }

    /// Asks for something that comes to the same however often it is asked.
    pub(crate) async fn post<T: DeserializeOwned>(&self, path: &[&str], form: Form) -> Result<T, Trouble> {
        self.send(self.request(Method::POST, self.url(path)).form(form.pairs())).await.said
    }

    /// Asks for something that must not be done twice: under the same key Stripe does it once, and answers alike.
    pub(crate) async fn post_once<T: DeserializeOwned>(&self, path: &[&str], form: Form, key: &str) -> Said<T> {
        let request = self.request(Method::POST, self.url(path)).header("idempotency-key", key);
        self.send(request.form(form.pairs())).await
    }

    pub(crate) async fn delete<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Trouble> {
        self.send(self.request(Method::DELETE, self.url(path))).await.said
    }

    /// Every page of a list, the newest first, until `enough` says so of what there is.
    pub(crate) async fn list<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: Form,
        name: impl Fn(&T) -> &str,
        enough: impl Fn(&[T]) -> bool,
    ) -> Result<Vec<T>, Trouble> {
        let mut all: Vec<T> = Vec::new();
        loop {
            let after = all.last().map(|last| name(last).to_owned());
            let page = query.clone().with("limit", PAGE).with_some("starting_after", after);
            let List { data, has_more } = self.get::<List<T>>(path, page).await?;
            let last = data.is_empty() || !has_more;
            all.extend(data);
            if last || enough(&all) {
                return Ok(all);
            }
        }
    }

    /// An address below `/v1`. A name in it stays one part of the path, whatever is in the name.
    fn url(&self, path: &[&str]) -> Url {
        let mut url = self.origin.clone();
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().push("v1").extend(path);
        }
        url
    }

    fn request(&self, method: Method, url: Url) -> RequestBuilder {
        let request = self.client.request(method, url).bearer_auth(self.key.expose_secret());
        request.header("stripe-version", API_VERSION)
    }

    async fn send<T: DeserializeOwned>(&self, request: RequestBuilder) -> Said<T> {
        let Ok(response) = request.send().await else { return Said { said: Err(Trouble::NoAnswer), replayed: false } };
        let (status, replayed) = (response.status(), response.headers().contains_key("idempotent-replayed"));
        let said = match body(response).await {
            Some(body) if status.is_success() => {
                serde_json::from_slice(&body).map_err(|_| Trouble::Unreadable("other fields than described"))
            }
            // Half of a success tells nothing, nor does a refusal without its reason.
            None if status.is_success() => Err(Trouble::NoAnswer),
            body => Err(Trouble::of(status.as_u16(), &body.unwrap_or_default())),
        };
        Said { said, replayed }
    }
}

/// The whole of a body; none when it broke off or does not end.
async fn body(mut response: Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST {
            return None;
        }
    }
    Some(body)
}

/// A client that trusts the public authorities, follows nobody elsewhere, and takes no way round (`TL-02`).
fn client(patience: Duration) -> Result<Client, StripeSettingsError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| StripeSettingsError::Tls)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .connect_timeout((patience / 2).min(MOST_TO_CONNECT))
        .timeout(patience)
        .build()
        .map_err(|_| StripeSettingsError::Tls)
}

/// The version of Stripe's API that every request asks for. The webhook endpoint at Stripe must be made with the same.
pub const API_VERSION: &str = "2026-10-28.endive";

const MOST_TO_CONNECT: Duration = Duration::from_secs(10);
const PAGE: &str = "100";
/// A page of subscriptions is a few hundred kilobytes.
const LONGEST: usize = 8 * 1024 * 1024;
