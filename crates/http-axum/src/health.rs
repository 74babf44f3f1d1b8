//! For whatever watches the process.

use axum::extract::State;
use practice_domain::commit::Name;
use practice_domain::value::PracticeId;
use uuid::Uuid;

use crate::refusal::Face;
use crate::site::Portal;

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> &'static str {
    "ok"
}

/// `GET /readyz`: the store answers, too. Whoever else does not is named: we get by without them (`BC-03`).
pub(crate) async fn ready(State(portal): State<Portal>) -> Result<&'static str, Face> {
    portal.ports.store.holder(&Name::FirstUserManager(PracticeId(Uuid::nil()))).await?;
    Ok(if portal.settings.gates.are_degraded() { "ready\nbot-check: degraded" } else { "ready" })
}
