use std::net::IpAddr;

use crate::billing::Billing;
use crate::gates::Gates;
use crate::passkeys::Passkeys;
use crate::webhooks::Webhooks;

/// What the pages and the API must know besides the ports.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The service's name, as people know it.
    pub brand: String,
    /// The origin that people type, like `https://portal.example.com`. Cookies are `Secure` exactly when it is `https`.
    pub base_url: String,
    /// The number of vendor support, printed in the foot of every page.
    pub support_phone: Option<String>,
    /// The vendor's products: tiles of the dashboard.
    pub products: Vec<ProductTile>,
    /// The time zone that times are shown in, like `America/New_York`; `UTC` where the name is not known.
    pub time_zone: String,
    /// The terms of use. Their version must be the one of [`Platform::terms`](practice_domain::usecase::Platform::terms).
    pub terms: Terms,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// What stands before forms that anybody may send.
    pub gates: Gates,
    /// Who reads what services tell us by calling us.
    pub webhooks: Webhooks,
    /// Who asks for passkeys, where they are taken (`SESS-3`).
    pub passkeys: Option<Passkeys>,
    /// Where plans are sold, if they are (`BILL-1`).
    pub billing: Option<Billing>,
}

/// A tile that leads to a product.
#[derive(Debug, Clone)]
pub struct ProductTile {
    /// `SecureMail`.
    pub name: String,
    /// `Messages and replies`.
    pub hint: String,
    /// The name of a sign in the icon file.
    pub icon: String,
    /// Where it leads.
    pub href: String,
}

/// The terms of use: a version, and numbered sections of a heading and paragraphs.
#[derive(Debug, Clone)]
pub struct Terms {
    /// What names the version: a date, like `2026-05-04`.
    pub version: String,
    /// Headings, each with its paragraphs.
    pub sections: Vec<(String, Vec<String>)>,
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// Not `http://` or `https://`, a host, and perhaps a port.
    #[error("base_url must be an origin like https://portal.example.com, not {0:?}")]
    BaseUrl(String),
    /// Not in the time zone database.
    #[error("there is no time zone {0:?}")]
    TimeZone(String),
}

impl Settings {
    /// Checks what the compiler cannot; to be called once, before serving.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] names the setting that cannot be used.
    pub fn check(&self) -> Result<(), SettingsError> {
        let rest = self.base_url.strip_prefix("https://").or_else(|| self.base_url.strip_prefix("http://"));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.:[]".contains(c);
        if !rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain)) {
            return Err(SettingsError::BaseUrl(self.base_url.clone()));
        }
        match jiff::tz::TimeZone::get(&self.time_zone) {
            Ok(_) => Ok(()),
            Err(_) => Err(SettingsError::TimeZone(self.time_zone.clone())),
        }
    }
}

impl Default for Settings {
    /// For a machine on one's desk: plain HTTP on the loopback address.
    fn default() -> Self {
        Self {
            brand: "Practice Portal".to_owned(),
            base_url: "http://127.0.0.1:8080".to_owned(),
            support_phone: None,
            products: Vec::new(),
            time_zone: "UTC".to_owned(),
            terms: Terms::default(),
            trusted_proxies: Vec::new(),
            gates: Gates::default(),
            webhooks: Webhooks::default(),
            passkeys: None,
            billing: None,
        }
    }
}

impl Default for Terms {
    /// A short text to begin with; a vendor brings their own.
    fn default() -> Self {
        let section = |(heading, text): (&str, &str)| (heading.to_owned(), vec![text.to_owned()]);
        Self { version: "2026-05-04".to_owned(), sections: SECTIONS.map(section).to_vec() }
    }
}

const SECTIONS: [(&str, &str); 6] = [
    (
        "Your account",
        "The account is yours alone. Keep your password to yourself, and do not let anybody else sign in with it. Tell your \
         practice at once when you think that somebody knows it.",
    ),
    (
        "What you may do here",
        "Use the service to work with the practice that invited you, and only with records that you are meant to see. Do not \
         try to get around its locks and limits.",
    ),
    (
        "Health information",
        "What you read here may be about somebody's health. Keep it confidential, as the law and your practice ask you to.",
    ),
    (
        "What we record",
        "We record who signed in, when and from where, and who changed an account. Practices need these records, and so do we, \
         to find misuse.",
    ),
    (
        "When access ends",
        "Your practice may end your access at any time, and so may we when these terms are broken. You may stop using the \
         service whenever you like.",
    ),
    (
        "Changes",
        "When these terms change, we show you the new text before you go on. What you accepted, and when, stays on record.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_origin_and_a_known_zone_pass() {
        assert_eq!(Settings::default().check(), Ok(()));
        for bad in ["portal.example.com", "https://", "https://a/b", "ftp://a", "https://A.example"] {
            let settings = Settings { base_url: bad.to_owned(), ..Settings::default() };
            assert_eq!(settings.check(), Err(SettingsError::BaseUrl(bad.to_owned())));
        }
        let settings = Settings { time_zone: "Mars/Olympus".to_owned(), ..Settings::default() };
        assert!(settings.check().is_err());
    }
}
