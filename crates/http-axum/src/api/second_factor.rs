//! The second factor: as a step of signing in, and as a part of one's own account (`SESS-3`).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use practice_domain::fact::Origin;
use practice_domain::second_factor::FactorState;
use practice_domain::usecase::{
    Enroller, Welcome, authenticate, begin_second_factor, confirm_second_factor, redeem_second_factor,
    remove_second_factor,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::Sent;
use crate::api::session::{Session, view};
use crate::door::{ApiAsker, ApiHalf, Call};
use crate::gates::limit_second_factor;
use crate::portal::welcomed;
use crate::refusal::Face;
use crate::site::Portal;

/// A code of the app, or a recovery code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    code: String,
}

/// What an authenticator app must be shown, once.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct AppKey {
    /// The key as people type it: base32.
    secret: String,
    /// The address that apps read from a picture.
    uri: String,
}

/// The recovery codes, shown once.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct RecoveryCodes {
    recovery_codes: Vec<String>,
}

/// Signed in, with the recovery codes of the app that was set up on the way.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct EnrolledSession {
    recovery_codes: Vec<String>,
    session: Session,
}

/// Whether a second factor is asked for at sign-in.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct SecondFactor {
    on: bool,
    recovery_codes_left: usize,
}

/// Takes the second step of signing in. The answer sets the cookie of the whole session.
#[utoipa::path(
    post,
    path = "/api/v1/session/second-factor",
    tag = "Session",
    request_body = Code,
    responses(
        (status = 201, description = "Signed in.", body = Session),
        (status = 429, description = "Too many codes were tried.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn redeem(
    State(portal): State<Portal>,
    call: Call,
    ApiHalf(who): ApiHalf,
    Sent(sent): Sent<Code>,
) -> Result<Response, Face> {
    limit_second_factor(&portal, &call).await?;
    let welcome = redeem_second_factor(&portal.ports, &who, &sent.code).await?;
    let session = whole(&portal, &welcome, call.origin).await?;
    let mut response = (StatusCode::CREATED, Json(session)).into_response();
    welcomed(&portal, response.headers_mut(), &welcome);
    Ok(response)
}

/// Begins to set up an app on the way in.
#[utoipa::path(
    post,
    path = "/api/v1/session/second-factor/setup",
    tag = "Session",
    responses(
        (status = 200, description = "What the app must be shown.", body = AppKey),
        (status = 409, description = "There is one already.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn set_up(State(portal): State<Portal>, ApiHalf(who): ApiHalf) -> Result<Json<AppKey>, Face> {
    let begun = begin_second_factor(&portal.ports, Enroller::HalfWay(&who)).await?;
    Ok(Json(AppKey { secret: begun.secret, uri: begun.uri }))
}

/// The app proves itself on the way in. The answer sets the cookie of the whole session.
#[utoipa::path(
    post,
    path = "/api/v1/session/second-factor/confirm",
    tag = "Session",
    request_body = Code,
    responses(
        (status = 201, description = "Signed in.", body = EnrolledSession),
        (status = 409, description = "Nobody began to set one up, or too long ago.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many codes were tried.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn confirm_half_way(
    State(portal): State<Portal>,
    call: Call,
    ApiHalf(who): ApiHalf,
    Sent(sent): Sent<Code>,
) -> Result<Response, Face> {
    limit_second_factor(&portal, &call).await?;
    let enrolled = confirm_second_factor(&portal.ports, Enroller::HalfWay(&who), &sent.code).await?;
    let welcome = enrolled.welcome.ok_or_else(Face::internal)?;
    let session = whole(&portal, &welcome, call.origin).await?;
    let answer = EnrolledSession { recovery_codes: enrolled.recovery.to_vec(), session };
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    welcomed(&portal, response.headers_mut(), &welcome);
    Ok(response)
}

/// Whether one's own sign-in asks for an app.
#[utoipa::path(
    get,
    path = "/api/v1/profile/second-factor",
    tag = "Profile",
    responses((status = 200, description = "The second factor.", body = SecondFactor)),
    security(("session" = [])),
)]
pub(crate) async fn show(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<Json<SecondFactor>, Face> {
    let factor = portal.ports.store.second_factor(who.account()).await?;
    let left = match factor.map(|factor| factor.state) {
        Some(FactorState::On { recovery, .. }) => Some(recovery.len()),
        Some(FactorState::Off | FactorState::Pending { .. }) | None => None,
    };
    Ok(Json(SecondFactor { on: left.is_some(), recovery_codes_left: left.unwrap_or_default() }))
}

/// Begins to set up an app. Needs a fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    post,
    path = "/api/v1/profile/second-factor/setup",
    tag = "Profile",
    responses(
        (status = 200, description = "What the app must be shown.", body = AppKey),
        (status = 409, description = "There is one already, or the practice does not use them.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn begin(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<Json<AppKey>, Face> {
    let begun = begin_second_factor(&portal.ports, Enroller::SignedIn(&who.fresh()?)).await?;
    Ok(Json(AppKey { secret: begun.secret, uri: begun.uri }))
}

/// The app proves itself, and is asked for from now on. Needs a fresh sign-in.
#[utoipa::path(
    post,
    path = "/api/v1/profile/second-factor/confirm",
    tag = "Profile",
    request_body = Code,
    responses(
        (status = 200, description = "It is on.", body = RecoveryCodes),
        (status = 409, description = "Nobody began to set one up, or too long ago.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn confirm(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Sent(sent): Sent<Code>,
) -> Result<Json<RecoveryCodes>, Face> {
    let enrolled = confirm_second_factor(&portal.ports, Enroller::SignedIn(&who.fresh()?), &sent.code).await?;
    Ok(Json(RecoveryCodes { recovery_codes: enrolled.recovery.to_vec() }))
}

/// Removes one's own app. Needs a fresh sign-in.
#[utoipa::path(
    delete,
    path = "/api/v1/profile/second-factor",
    tag = "Profile",
    responses(
        (status = 204, description = "There is none any more."),
        (status = 409, description = "The practice asks for one.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn remove(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<StatusCode, Face> {
    remove_second_factor(&portal.ports, &who.fresh()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn whole(portal: &Portal, welcome: &Welcome, origin: Origin) -> Result<Session, Face> {
    let who = authenticate(&portal.ports, &welcome.cookie, origin).await??;
    Ok(view(portal, &who))
}
