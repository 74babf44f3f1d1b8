//! Puts the products' endpoints behind the port.

use std::time::Duration;

use practice_events_http::{EndpointSettings, EventsError, Webhooks};

use crate::config::Config;
use crate::wire::WireError;

/// What tells products.
pub(crate) fn webhooks(config: &Config) -> Result<Webhooks, WireError> {
    let endpoints: Vec<EndpointSettings> = (config.events.iter())
        .map(|one| EndpointSettings { to: one.to, url: one.url.clone(), secrets: one.secrets.clone() })
        .collect();
    Webhooks::new(&endpoints, PATIENCE).map_err(|source| WireError::Events { key: named(source), source })
}

/// The setting that this is about.
fn named(error: EventsError) -> &'static str {
    match error {
        EventsError::Url => "events.endpoint.url",
        EventsError::Secret => "events.endpoint.secret_file",
        EventsError::Twice => "events.endpoint.product",
        EventsError::Patience | EventsError::Tls => "events",
    }
}

/// How long an endpoint may take.
const PATIENCE: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use super::*;
    use practice_domain::channel::Product;

    /// Section 13: a server does not start with a secret that anybody could guess, or an endpoint that others can listen to.
    #[test]
    fn what_cannot_be_is_refused_by_its_name() {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        for (url, secrets, key) in [
            ("https://a.example", "", "events.endpoint.secret_file"),
            ("https://a.example", "whsec_", "events.endpoint.secret_file"),
            ("https://a.example", "guess", "events.endpoint.secret_file"),
            ("http://a.example", secret, "events.endpoint.url"),
            ("a.example", secret, "events.endpoint.url"),
        ] {
            let secrets = secrets.split_whitespace().map(Into::into).collect();
            let endpoint = EndpointSettings { to: Product::Operator, url: url.to_owned(), secrets };
            let error = Webhooks::new(&[endpoint], PATIENCE).expect_err("refused");
            assert_eq!(named(error), key, "{url}");
        }
    }
}
