use std::fmt;
use std::sync::Arc;

use axum::http::StatusCode;
use practice_domain::port::Authenticators;

use crate::refusal::Face;
use crate::site::Portal;

/// What a portal that takes passkeys needs besides its ports (`SESS-3`). Without it none are offered, and those that people have wait.
#[derive(Clone)]
pub struct Passkeys(pub Arc<dyn Authenticators>);

impl fmt::Debug for Passkeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passkeys(…)")
    }
}

impl Portal {
    /// Who asks authenticators, where passkeys are taken.
    pub(crate) fn authenticators(&self) -> Result<&dyn Authenticators, Face> {
        let face = || Face::new(StatusCode::CONFLICT, "passkeys-not-offered", "Passkeys are not used here.");
        self.settings.passkeys.as_ref().map(|passkeys| &*passkeys.0).ok_or_else(face)
    }
}
