use std::net::IpAddr;
use std::time::Duration;

use practice_domain::value::Currency;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

/// Which account at Stripe charges, and how. `Debug` hides the key.
#[derive(Debug, Clone)]
pub struct StripeSettings {
    /// A secret key, `sk_live_…` or `sk_test_…`, or a restricted one, `rk_live_…` or `rk_test_…`.
    pub key: SecretString,
    /// The currency that prices are in.
    pub currency: Currency,
    /// Where Stripe is: an origin, `https` unless it is on this machine.
    pub base_url: String,
    /// How long one request may take, connecting included: 1 to 25 seconds.
    pub patience: Duration,
}

/// Settings that cannot work, or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StripeSettingsError {
    /// The key is not one.
    #[error("the key is written like sk_live_..., sk_test_..., rk_live_... or rk_test_...")]
    Key,
    /// Requests would lead nowhere, or cross a network in clear.
    #[error("the address of Stripe is an origin like https://api.stripe.com; plain http is for this machine")]
    BaseUrl,
    /// Stripe counts this currency in other units than everybody else.
    #[error("Stripe does not count this currency in the units that prices are written in")]
    Currency,
    /// No request could ever succeed, or three of them end within the minute that is promised.
    #[error("requests need a patience of 1 to 25 seconds")]
    Patience,
    /// Whoever knows an empty secret, or guesses one, could send events.
    #[error("every webhook secret is written like whsec_...; there must be one or two")]
    WebhookSecret,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}

impl StripeSettings {
    /// The usual settings: Stripe itself, fifteen seconds.
    #[must_use]
    pub fn new(key: SecretString, currency: Currency) -> Self {
        Self { key, currency, base_url: STRIPE.to_owned(), patience: Duration::from_secs(15) }
    }

    /// Whether the key moves real money; events must then be about real money, too.
    #[must_use]
    pub fn is_live(&self) -> bool {
        LIVE.iter().any(|prefix| self.key.expose_secret().starts_with(prefix))
    }

    /// The origin, once everything is as it must be.
    pub(crate) fn check(&self) -> Result<Url, StripeSettingsError> {
        if !is_token(self.key.expose_secret(), &[LIVE, TEST].concat()) {
            return Err(StripeSettingsError::Key);
        }
        if OTHER_UNITS.split(' ').any(|code| code == self.currency.code()) {
            return Err(StripeSettingsError::Currency);
        }
        if !(Duration::from_secs(1)..=Duration::from_secs(25)).contains(&self.patience) {
            return Err(StripeSettingsError::Patience);
        }
        origin(&self.base_url).ok_or(StripeSettingsError::BaseUrl)
    }
}

/// Whether text is one of these prefixes and some letters, digits and underscores.
pub(crate) fn is_token(text: &str, prefixes: &[&str]) -> bool {
    let rest = prefixes.iter().find_map(|prefix| text.strip_prefix(prefix));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    rest.is_some_and(|rest| (8..=250).contains(&rest.len()) && rest.bytes().all(plain))
}

/// An address with no path and no password in it; plain http only where nobody can listen in.
fn origin(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']);
    let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let safe = url.scheme() == "https" || (url.scheme() == "http" && local);
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    (safe && bare && url.username().is_empty() && url.password().is_none()).then_some(url)
}

const STRIPE: &str = "https://api.stripe.com";
const LIVE: &[&str] = &["sk_live_", "rk_live_"];
const TEST: &[&str] = &["sk_test_", "rk_test_"];

/// Currencies whose amounts Stripe counts with another number of decimals than ISO 4217, or takes only in steps of ten.
const OTHER_UNITS: &str = "BHD IQD ISK JOD KWD LYD MGA OMR TND UGX UYI";

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> StripeSettings {
        StripeSettings::new(SecretString::from("sk_test_0123456789"), Currency::USD)
    }

    fn key(key: &str) -> StripeSettings {
        StripeSettings { key: SecretString::from(key), ..settings() }
    }

    #[test]
    fn the_usual_settings_are_fine() {
        assert_eq!(settings().check().expect("fine").as_str(), "https://api.stripe.com/");
        assert!(!settings().is_live() && !key("rk_test_0123456789").is_live());
        assert!(key("sk_live_0123456789").is_live() && key("rk_live_0123456789").is_live());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in
            ["", "sk_test_", "pk_live_0123456789", "sk_test_01234 6789", "whsec_0123456789", " sk_test_0123456789"]
        {
            assert_eq!(key(text).check(), Err(StripeSettingsError::Key), "{text}");
        }
    }

    #[test]
    fn stripe_is_reached_over_tls_or_on_this_machine() {
        for base_url in
            ["http://stripe.example", "ftp://127.0.0.1", "https://a:b@stripe.example", "https://x.example/v1", "x"]
        {
            let settings = StripeSettings { base_url: base_url.to_owned(), ..settings() };
            assert_eq!(settings.check(), Err(StripeSettingsError::BaseUrl), "{base_url}");
        }
        for base_url in ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9", "https://stripe.example/"] {
            let settings = StripeSettings { base_url: base_url.to_owned(), ..settings() };
            assert!(settings.check().is_ok(), "{base_url}");
        }
    }

    #[test]
    fn nobody_waits_longer_than_a_minute_for_three_requests() {
        for seconds in [0, 26] {
            let settings = StripeSettings { patience: Duration::from_secs(seconds), ..settings() };
            assert_eq!(settings.check(), Err(StripeSettingsError::Patience));
        }
    }

    /// BILL-1: a thousand of the smallest units must be the same at Stripe.
    #[test]
    fn a_currency_that_stripe_counts_otherwise_is_refused() {
        for (code, fits) in
            [("USD", true), ("JPY", true), ("EUR", true), ("ISK", false), ("KWD", false), ("MGA", false)]
        {
            let currency = Currency::parse(code).expect("listed");
            assert_eq!(StripeSettings { currency, ..settings() }.check().is_ok(), fits, "{code}");
        }
    }

    /// PV-01
    #[test]
    fn debug_hides_the_key() {
        assert!(!format!("{:?}", settings()).contains("0123456789"));
    }
}
