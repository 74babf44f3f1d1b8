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

/// `GET /readyz`: the store answers, too.
pub(crate) async fn ready(State(portal): State<Portal>) -> Result<&'static str, Face> {
    portal.ports.store.holder(&Name::FirstUserManager(PracticeId(Uuid::nil()))).await?;
    Ok("ready")
}
