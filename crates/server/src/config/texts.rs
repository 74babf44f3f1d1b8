//! How texts and calls leave.

use std::path::PathBuf;

use practice_domain::value::Regions;
use secrecy::SecretString;
use serde::Deserialize;

use super::file::read_secret;
use super::{ConfigError, wrong};

/// How texts and calls leave.
#[derive(Debug)]
pub(crate) enum Texts {
    /// They do not: they are kept, and where mail is kept too, they can be read in the browser, under `/sandbox/phone`.
    Sandbox,
    /// Through Twilio.
    Twilio(TwilioAccount),
}

/// An account at Twilio; the adapter checks its parts.
#[derive(Debug)]
pub(crate) struct TwilioAccount {
    pub(crate) account_sid: String,
    pub(crate) api_key_sid: Option<String>,
    pub(crate) auth: SecretString,
    /// What Twilio signs its own calls with: the account's token; none where only a key is known.
    pub(crate) token: Option<SecretString>,
    pub(crate) from: String,
    pub(crate) messaging_service_sid: Option<String>,
    pub(crate) base_url: Option<String>,
}

/// The group of settings, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTexts {
    transport: String,
    account_sid: Option<String>,
    api_key_sid: Option<String>,
    auth_file: Option<PathBuf>,
    token_file: Option<PathBuf>,
    from: Option<String>,
    messaging_service_sid: Option<String>,
    base_url: Option<String>,
    countries: Vec<String>,
}

impl Default for RawTexts {
    fn default() -> Self {
        Self {
            transport: "sandbox".to_owned(),
            account_sid: None,
            api_key_sid: None,
            auth_file: None,
            token_file: None,
            from: None,
            messaging_service_sid: None,
            base_url: None,
            countries: ["US", "CA"].map(str::to_owned).to_vec(),
        }
    }
}

impl RawTexts {
    pub(super) fn regions(&self) -> Result<Regions, ConfigError> {
        let codes = self.countries.iter().map(String::as_str);
        Regions::parse(codes).map_err(|why| wrong("texts.countries", why.to_string()))
    }

    pub(super) fn check(self, env: &impl Fn(&str) -> Option<String>) -> Result<Texts, ConfigError> {
        match self.transport.as_str() {
            "sandbox" => return Ok(Texts::Sandbox),
            "twilio" => {}
            _ => return Err(wrong("texts.transport", "must be twilio or sandbox")),
        }
        let account_sid = self.account_sid.ok_or_else(|| wrong("texts.account_sid", "must be set, like AC..."))?;
        let from = self.from.ok_or_else(|| wrong("texts.from", "must be set, like +14155552671"))?;
        let auth = match (env("PORTAL_TEXTS_AUTH"), self.auth_file) {
            (Some(auth), _) => SecretString::from(auth),
            (None, Some(path)) => read_secret("texts.auth_file", &path)?,
            (None, None) => return Err(wrong("texts.auth_file", "must be set, or PORTAL_TEXTS_AUTH")),
        };
        let token = match (env("PORTAL_TEXTS_TOKEN"), self.token_file) {
            (Some(token), _) => Some(SecretString::from(token)),
            (None, Some(path)) => Some(read_secret("texts.token_file", &path)?),
            (None, None) if self.api_key_sid.is_none() => Some(auth.clone()),
            (None, None) => None,
        };
        Ok(Texts::Twilio(TwilioAccount {
            token,
            account_sid,
            api_key_sid: self.api_key_sid,
            auth,
            from,
            messaging_service_sid: self.messaging_service_sid,
            base_url: self.base_url,
        }))
    }
}
