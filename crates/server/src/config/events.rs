//! Who hears of events (section 13).

use std::path::PathBuf;

use practice_domain::channel::Product;
use practice_domain::fact::product_code;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::file::read_secret;
use super::{ConfigError, wrong};

/// Where a product hears of events; the adapter checks its parts.
#[derive(Debug)]
pub(crate) struct Listener {
    /// Whose endpoint; [`Product::Operator`] is the vendor's own.
    pub(crate) to: Product,
    pub(crate) url: String,
    /// What requests are signed with, and while it is being changed the one before.
    pub(crate) secrets: Vec<SecretString>,
}

/// The group of settings, as it is written.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawEvents {
    endpoint: Vec<RawEndpoint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEndpoint {
    product: Option<String>,
    url: String,
    secret_file: Option<PathBuf>,
}

impl RawEvents {
    pub(super) fn check(self, env: &impl Fn(&str) -> Option<String>) -> Result<Vec<Listener>, ConfigError> {
        self.endpoint.into_iter().map(|one| one.check(env)).collect()
    }
}

impl RawEndpoint {
    fn check(self, env: &impl Fn(&str) -> Option<String>) -> Result<Listener, ConfigError> {
        let to = match self.product.as_deref() {
            None => Product::Operator,
            Some(code) => product(code).ok_or_else(|| {
                wrong("events.endpoint.product", "must be securemail, truform or collaborator, or not be set")
            })?,
        };
        let variable = match to {
            Product::Operator => "PORTAL_EVENTS_SECRET".to_owned(),
            product => format!("PORTAL_EVENTS_SECRET_{}", product_code(product).to_uppercase()),
        };
        let secrets = match (env(&variable), self.secret_file) {
            (Some(secrets), _) => SecretString::from(secrets),
            (None, Some(path)) => read_secret("events.endpoint.secret_file", &path)?,
            (None, None) => return Err(wrong("events.endpoint.secret_file", format!("must be set, or {variable}"))),
        };
        let secrets = secrets.expose_secret().split_whitespace().map(SecretString::from).collect();
        Ok(Listener { to, url: self.url, secrets })
    }
}

fn product(code: &str) -> Option<Product> {
    [Product::SecureMail, Product::TruForm, Product::Collaborator].into_iter().find(|one| product_code(*one) == code)
}
