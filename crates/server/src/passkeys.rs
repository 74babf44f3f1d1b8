//! Puts passkeys behind their port, where they are built in and the portal's address can have them.

use practice_http_axum::Passkeys;

use crate::config::Config;

/// Who asks for passkeys: for the host of `base_url`, from that origin only.
#[cfg(feature = "passkeys")]
pub(crate) fn passkeys(config: &Config) -> Option<Passkeys> {
    match practice_passkeys_webauthn::WebAuthn::new(&config.base_url, &config.brand) {
        Ok(webauthn) => Some(Passkeys(std::sync::Arc::new(webauthn))),
        Err(error) => {
            tracing::warn!(%error, "passkeys are not offered; base_url names no host");
            None
        }
    }
}

/// None: this server was built without them.
#[cfg(not(feature = "passkeys"))]
pub(crate) fn passkeys(_config: &Config) -> Option<Passkeys> {
    None
}
