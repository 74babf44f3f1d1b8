use std::net::IpAddr;
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use crate::words::LONGEST_HOST;

/// Which account at Twilio texts and calls, and how. `Debug` hides the secrets.
#[derive(Debug, Clone)]
pub struct TwilioSettings {
    /// The account: `AC` and 32 hexadecimal digits.
    pub account_sid: String,
    /// What proves that we may use it.
    pub auth: Auth,
    /// The number, in E.164 form, that calls and texts come from.
    pub from: String,
    /// The messaging service that texts come from instead: `MG` and 32 hexadecimal digits. Calls know no such thing.
    pub messaging_service_sid: Option<String>,
    /// The portal's host, which the text of a code is bound to (`OT-07`): at most 91 characters.
    pub host: String,
    /// Where Twilio is: an origin, `https` unless it is on this machine.
    pub base_url: String,
    /// How long one attempt may take in all, connecting included: 1 to 55 seconds.
    pub patience: Duration,
    /// Where Twilio tells what became of a text or call; nowhere when there is none.
    pub status_callback: Option<String>,
}

/// What proves that we may use an account. `Debug` hides the secret.
#[derive(Debug, Clone)]
pub enum Auth {
    /// The account's own token.
    Token(SecretString),
    /// A key that can be taken back by itself.
    ApiKey {
        /// The key's name: `SK` and 32 hexadecimal digits.
        sid: String,
        /// Its secret.
        secret: SecretString,
    },
}

/// Settings that cannot work, or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TwilioSettingsError {
    /// The account is not one.
    #[error("the account is written as AC and 32 hexadecimal digits")]
    AccountSid,
    /// The key is not one.
    #[error("the API key is written as SK and 32 hexadecimal digits")]
    ApiKey,
    /// The number is not one.
    #[error("the number to text and call from is written like +14155552671")]
    From,
    /// The messaging service is not one.
    #[error("the messaging service is written as MG and 32 hexadecimal digits")]
    MessagingService,
    /// The text of a code would say nothing, or would not fit into one text.
    #[error("codes are bound to a host of 1 to 91 letters, digits, dots and hyphens")]
    Host,
    /// Requests would lead nowhere, or cross a network in clear.
    #[error("the address of Twilio is an origin like https://api.twilio.com; plain http is for this machine")]
    BaseUrl,
    /// Receipts would lead nowhere.
    #[error("the address for receipts starts with https://, or with http:// on this machine")]
    StatusCallback,
    /// No attempt could ever succeed, or end within the minute that is promised.
    #[error("texts and calls need a patience of 1 to 55 seconds")]
    Patience,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}

impl TwilioSettings {
    /// The usual settings for an account: Twilio itself, twenty seconds, no receipts.
    #[must_use]
    pub fn new(account_sid: impl Into<String>, auth: Auth, from: impl Into<String>, host: impl Into<String>) -> Self {
        Self {
            account_sid: account_sid.into(),
            auth,
            from: from.into(),
            messaging_service_sid: None,
            host: host.into(),
            base_url: TWILIO.to_owned(),
            patience: Duration::from_secs(20),
            status_callback: None,
        }
    }

    /// The origin, once everything is as it must be.
    pub(crate) fn check(&self) -> Result<Url, TwilioSettingsError> {
        let span = Duration::from_secs(1)..=Duration::from_secs(55);
        let key = match &self.auth {
            Auth::Token(_) => true,
            Auth::ApiKey { sid, .. } => is_sid("SK", sid),
        };
        let service = self.messaging_service_sid.as_deref().is_none_or(|sid| is_sid("MG", sid));
        let callback = self.status_callback.as_deref().is_none_or(|url| safe_url(url).is_some());
        for (fine, error) in [
            (is_sid("AC", &self.account_sid), TwilioSettingsError::AccountSid),
            (key, TwilioSettingsError::ApiKey),
            (is_e164(&self.from), TwilioSettingsError::From),
            (service, TwilioSettingsError::MessagingService),
            (is_host(&self.host), TwilioSettingsError::Host),
            (callback, TwilioSettingsError::StatusCallback),
            (span.contains(&self.patience), TwilioSettingsError::Patience),
        ] {
            if !fine {
                return Err(error);
            }
        }
        let origin = |url: &Url| url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        safe_url(&self.base_url).filter(origin).ok_or(TwilioSettingsError::BaseUrl)
    }
}

fn is_sid(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_host(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    (1..=LONGEST_HOST).contains(&text.len()) && text.bytes().all(plain)
}

/// An address without a password in it; plain http only where nobody can listen in.
fn safe_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']);
    let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let fits = url.scheme() == "https" || (url.scheme() == "http" && local);
    (fits && url.username().is_empty() && url.password().is_none()).then_some(url)
}

const TWILIO: &str = "https://api.twilio.com";

#[cfg(test)]
mod tests {
    use super::*;

    type Change = fn(&mut TwilioSettings);

    fn settings() -> TwilioSettings {
        let account = "AC0123456789abcdef0123456789abcdef";
        TwilioSettings::new(account, Auth::Token(SecretString::from("token")), "+15005550006", "portal.example.com")
    }

    #[test]
    fn what_cannot_work_is_named() {
        use TwilioSettingsError as E;
        let cases: &[(Change, E)] = &[
            (|s| s.account_sid = "AC123".to_owned(), E::AccountSid),
            (|s| s.account_sid = "ACx123456789abcdef0123456789abcdef".to_owned(), E::AccountSid),
            (|s| s.auth = Auth::ApiKey { sid: "key".to_owned(), secret: SecretString::from("s") }, E::ApiKey),
            (|s| s.from = "5005550006".to_owned(), E::From),
            (|s| s.from = "+1500555000x".to_owned(), E::From),
            (|s| s.messaging_service_sid = Some("AC0123456789abcdef0123456789abcdef".to_owned()), E::MessagingService),
            (|s| s.host = String::new(), E::Host),
            (|s| s.host = "portal.example.com:8080".to_owned(), E::Host),
            (|s| s.host = "h".repeat(92), E::Host),
            (|s| s.base_url = "http://api.twilio.com".to_owned(), E::BaseUrl),
            (|s| s.base_url = "https://api.twilio.com/2010".to_owned(), E::BaseUrl),
            (|s| s.base_url = "https://user:word@api.twilio.com".to_owned(), E::BaseUrl),
            (|s| s.base_url = "twilio".to_owned(), E::BaseUrl),
            (|s| s.status_callback = Some("http://portal.example.com/texts".to_owned()), E::StatusCallback),
            (|s| s.patience = Duration::ZERO, E::Patience),
            (|s| s.patience = Duration::from_secs(56), E::Patience),
        ];
        assert!(settings().check().is_ok());
        for (change, error) in cases {
            let mut changed = settings();
            change(&mut changed);
            assert_eq!(changed.check().expect_err("it cannot work"), *error);
        }
    }

    /// TL-02
    #[test]
    fn plain_http_is_for_this_machine() {
        for base_url in ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9", "https://twilio.example/"] {
            let settings = TwilioSettings { base_url: base_url.to_owned(), ..settings() };
            assert!(settings.check().is_ok(), "{base_url}");
        }
    }

    /// PV-01
    #[test]
    fn debug_hides_the_secret() {
        assert!(!format!("{:?}", settings()).contains("token\""));
    }
}
