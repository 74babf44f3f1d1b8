use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use practice_domain::access::gate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::api::body::{Sent, Wrong, sure};
use crate::api::challenge;
use crate::door::Call;
use crate::gates::pass_request;
use crate::portal::ask_for_reset;
use crate::refusal::Face;
use crate::site::Portal;

/// Whose password was forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Forgotten {
    /// The username.
    #[schema(max_length = 254)]
    email: String,
}

/// Asks for a link to a new password (`EMP-4`). The answer is the same whether or not the address has an account (`EN-03`). The link
/// opens in a browser; doctors and staff need their practice's code word there.
#[utoipa::path(
    post,
    path = "/api/v1/password-resets",
    tag = "Session",
    request_body = Forgotten,
    responses(
        (status = 403, description = "`bot-check-failed`: no good answer to the security check, and nothing else was looked at.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 202, description = "If the address has an account, a link is on its way."),
    ),
)]
pub(crate) async fn create(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    Sent(sent): Sent<Forgotten>,
) -> Result<StatusCode, Face> {
    let (answer, fallback) = challenge::answers(&headers);
    pass_request::<gate::Reset>(&portal, &call, answer, fallback).await?;
    let mut wrong = Wrong::default();
    let email = wrong.email("email", &sent.email);
    wrong.done()?;
    ask_for_reset(&portal, &call, &sure(email)?).await?;
    Ok(StatusCode::ACCEPTED)
}
