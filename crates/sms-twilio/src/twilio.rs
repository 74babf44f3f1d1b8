use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::challenge::Delivery;
use practice_domain::port::{SendError, Texter};
use practice_domain::value::{NoticeId, Phone, PracticeName, Word};
use reqwest::{Client, Url, redirect};
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};

use crate::outcome::{failure, meaning};
use crate::reports::named;
use crate::settings::{Auth, TwilioSettings, TwilioSettingsError};
use crate::words::{code_call, code_text, word_text};

/// Texts and calls through an account at Twilio. `Debug` shows the account and nothing secret.
pub struct Twilio {
    client: Client,
    messages: Url,
    calls: Url,
    user: String,
    secret: SecretString,
    settings: TwilioSettings,
}

/// The fields of a request.
type Form<'a> = Vec<(&'static str, &'a str)>;

impl Twilio {
    /// Checks the settings; connects to nobody yet.
    ///
    /// # Errors
    ///
    /// [`TwilioSettingsError`] says which setting cannot be used.
    pub fn new(settings: TwilioSettings) -> Result<Self, TwilioSettingsError> {
        let origin = settings.check()?;
        let account = &settings.account_sid;
        let place = |name: &str| {
            let path = format!("/2010-04-01/Accounts/{account}/{name}.json");
            origin.join(&path).map_err(|_| TwilioSettingsError::BaseUrl)
        };
        let (user, secret) = match &settings.auth {
            Auth::Token(token) => (account.clone(), token.clone()),
            Auth::ApiKey { sid, secret } => (sid.clone(), secret.clone()),
        };
        Ok(Self {
            client: client(settings.patience)?,
            messages: place("Messages")?,
            calls: place("Calls")?,
            user,
            secret,
            settings,
        })
    }

    async fn text(
        &self,
        notice: NoticeId,
        to: &Phone,
        body: &str,
        good_for: Option<Duration>,
    ) -> Result<(), SendError> {
        let seconds = good_for.map(|span| span.as_secs().clamp(1, LONGEST_QUEUE).to_string());
        let mut form: Form<'_> = vec![("To", to.e164()), ("Body", body)];
        form.push(match &self.settings.messaging_service_sid {
            Some(service) => ("MessagingServiceSid", service),
            None => ("From", &self.settings.from),
        });
        form.extend(seconds.as_deref().map(|seconds| ("ValidityPeriod", seconds)));
        self.post(&self.messages, notice, form).await
    }

    async fn call(&self, notice: NoticeId, to: &Phone, twiml: &str) -> Result<(), SendError> {
        let form = vec![("To", to.e164()), ("From", self.settings.from.as_str()), ("Twiml", twiml)];
        self.post(&self.calls, notice, form).await
    }

    /// One request, one answer: Twilio knows no key by which it would recognise a second one. Receipts come back to an address that
    /// names the notice.
    async fn post(&self, place: &Url, notice: NoticeId, mut form: Form<'_>) -> Result<(), SendError> {
        let receipts = self.settings.status_callback.as_deref().map(|url| named(url, notice));
        form.extend(receipts.as_deref().map(|url| ("StatusCallback", url)));
        let request = self.client.post(place.clone()).basic_auth(&self.user, Some(self.secret.expose_secret()));
        match request.form(&form).send().await {
            Ok(response) => meaning(response).await,
            Err(error) => Err(failure(&error)),
        }
    }
}

#[async_trait]
impl Texter for Twilio {
    async fn deliver_code(
        &self,
        notice: NoticeId,
        to: &Phone,
        by: Delivery,
        code: &str,
        good_for: Duration,
    ) -> Result<(), SendError> {
        match by {
            Delivery::Text => self.text(notice, to, &code_text(code, &self.settings.host), Some(good_for)).await,
            Delivery::Call => self.call(notice, to, &code_call(code)).await,
        }
    }

    async fn deliver_code_word(
        &self,
        notice: NoticeId,
        to: &Phone,
        practice: &PracticeName,
        word: &Word,
    ) -> Result<(), SendError> {
        self.text(notice, to, &word_text(practice, word), None).await
    }
}

impl fmt::Debug for Twilio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Twilio").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// A client that trusts the public authorities, follows nobody elsewhere, and takes no way round (`TL-02`).
fn client(patience: Duration) -> Result<Client, TwilioSettingsError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| TwilioSettingsError::Tls)?
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
        .map_err(|_| TwilioSettingsError::Tls)
}

/// The longest that Twilio can be told to keep a text waiting before it drops it, in seconds (`F-19`).
const LONGEST_QUEUE: u64 = 36_000;
const MOST_TO_CONNECT: Duration = Duration::from_secs(10);
