//! Puts Twilio behind the ports: texts and calls out, receipts and answers in.

use std::sync::Arc;

use practice_http_axum::Webhooks;
use practice_sms_twilio::{Auth, Twilio, TwilioSettings, TwilioSettingsError, Webhook};

use crate::config::{Config, Texts, TwilioAccount, host, is_here};
use crate::wire::WireError;

/// What texts and calls leave through.
pub(crate) fn twilio(account: &TwilioAccount, portal: &str) -> Result<Twilio, WireError> {
    let auth = match &account.api_key_sid {
        Some(sid) => Auth::ApiKey { sid: sid.clone(), secret: account.auth.clone() },
        None => Auth::Token(account.auth.clone()),
    };
    let mut settings = TwilioSettings::new(&account.account_sid, auth, &account.from, host(portal));
    settings.messaging_service_sid.clone_from(&account.messaging_service_sid);
    settings.status_callback = receipts(account, portal);
    if let Some(base_url) = &account.base_url {
        settings.base_url.clone_from(base_url);
    }
    Twilio::new(settings).map_err(|source| WireError::Texts { key: named(source), source })
}

/// Who reads what Twilio tells us. Nobody can, where the account's token is not known.
pub(crate) fn webhooks(config: &Config) -> Webhooks {
    let token = match &config.texts {
        Texts::Twilio(account) => account.token.clone(),
        Texts::Sandbox => None,
    };
    Webhooks { texts: token.map(|token| Arc::new(Webhook::new(token, &config.base_url)) as _) }
}

/// Where Twilio tells what became of a text or call: only where it can reach us, and we can tell that it is Twilio.
fn receipts(account: &TwilioAccount, portal: &str) -> Option<String> {
    let reachable = portal.starts_with("https://") && !is_here(portal);
    (reachable && account.token.is_some()).then(|| format!("{portal}/webhooks/twilio"))
}

/// The setting that this is about.
fn named(error: TwilioSettingsError) -> &'static str {
    match error {
        TwilioSettingsError::AccountSid => "texts.account_sid",
        TwilioSettingsError::ApiKey => "texts.api_key_sid",
        TwilioSettingsError::From => "texts.from",
        TwilioSettingsError::MessagingService => "texts.messaging_service_sid",
        TwilioSettingsError::Host => "base_url",
        TwilioSettingsError::BaseUrl => "texts.base_url",
        TwilioSettingsError::StatusCallback | TwilioSettingsError::Patience | TwilioSettingsError::Tls => "texts",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::SecretString;

    fn account(token: Option<&str>) -> TwilioAccount {
        TwilioAccount {
            account_sid: "AC0123456789abcdef0123456789abcdef".to_owned(),
            api_key_sid: None,
            auth: SecretString::from("secret"),
            token: token.map(SecretString::from),
            from: "+15005550006".to_owned(),
            messaging_service_sid: None,
            base_url: None,
        }
    }

    /// WH-05: nobody is told an address that they cannot reach, or whose calls we could not believe.
    #[test]
    fn receipts_come_to_a_public_portal_that_knows_the_token() {
        let to = |token, portal| receipts(&account(token), portal);
        let expected = Some("https://portal.example.com/webhooks/twilio".to_owned());
        assert_eq!(to(Some("token"), "https://portal.example.com"), expected);
        assert_eq!(to(None, "https://portal.example.com"), None);
        assert_eq!(to(Some("token"), "http://127.0.0.1:8080"), None);
        assert_eq!(to(Some("token"), "https://localhost"), None);
        assert!(twilio(&account(Some("token")), "https://portal.example.com").is_ok());
    }
}
