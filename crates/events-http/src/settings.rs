use std::net::IpAddr;

use practice_domain::channel::Product;
use reqwest::Url;
use secrecy::SecretString;

use crate::secret::Secret;

/// Where one product hears of events. `Debug` hides the secrets.
#[derive(Debug, Clone)]
pub struct EndpointSettings {
    /// Whose endpoint; [`Product::Operator`] is the vendor's own, which hears of every practice.
    pub to: Product,
    /// Where: `https`, unless it is on this machine.
    pub url: String,
    /// What its requests are signed with, like `whsec_` and 24 to 64 bytes in base64: one, or two while it is being changed.
    pub secrets: Vec<SecretString>,
}

/// Settings that cannot work, or must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EventsError {
    /// Requests would lead nowhere, or cross a network in clear.
    #[error("an address is like https://product.example.com/hooks; plain http is for this machine")]
    Url,
    /// Whoever guesses a secret could send events in our name.
    #[error("a secret is written like whsec_ and 24 to 64 bytes in base64; there must be one or two")]
    Secret,
    /// Which of two endpoints is meant could not be told.
    #[error("there is one endpoint for each product, and one without")]
    Twice,
    /// No request could ever succeed, or one could outlast the half minute that is promised.
    #[error("requests need a patience of 1 to 25 seconds")]
    Patience,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}

impl EndpointSettings {
    pub(crate) fn check(&self) -> Result<(Url, Vec<Secret>), EventsError> {
        let url = address(&self.url).ok_or(EventsError::Url)?;
        let secrets: Option<Vec<Secret>> = self.secrets.iter().map(Secret::parse).collect();
        let secrets = secrets.filter(|secrets| (1..=2).contains(&secrets.len())).ok_or(EventsError::Secret)?;
        Ok((url, secrets))
    }
}

/// An address with no password in it; plain http only where nobody can listen in.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?.trim_matches(['[', ']']);
    let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let safe = url.scheme() == "https" || (url.scheme() == "http" && local);
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (safe && bare).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn check(url: &str, secrets: &[&str]) -> Option<EventsError> {
        let secrets = secrets.iter().copied().map(SecretString::from).collect();
        EndpointSettings { to: Product::Operator, url: url.to_owned(), secrets }.check().err()
    }

    #[test]
    fn an_endpoint_is_reached_over_tls_or_on_this_machine() {
        for url in ["https://a.example/hooks?x=1", "http://127.0.0.1:9/hooks", "http://localhost", "http://[::1]:9/"] {
            assert_eq!(check(url, &[SECRET]), None, "{url}");
        }
        for url in ["", "a.example", "http://a.example/", "ftp://a.example", "https://a:b@a.example/", "https://a/#x"] {
            assert_eq!(check(url, &[SECRET]), Some(EventsError::Url), "{url}");
        }
    }

    /// Section 13
    #[test]
    fn an_endpoint_has_one_secret_or_two() {
        assert_eq!(check("https://a.example", &[SECRET, SECRET]), None);
        for secrets in [&[][..], &[SECRET, SECRET, SECRET], &[SECRET, "whsec_"], &[""]] {
            assert_eq!(check("https://a.example", secrets), Some(EventsError::Secret), "{secrets:?}");
        }
    }

    /// PV-01
    #[test]
    fn debug_hides_the_secret() {
        let settings = EndpointSettings {
            to: Product::Operator,
            url: "https://a.example".to_owned(),
            secrets: vec![SECRET.into()],
        };
        assert!(!format!("{settings:?}").contains("MfKQ9r8GKYqr"));
    }
}
