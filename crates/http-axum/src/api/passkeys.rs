//! Passkeys: one's own, and as the second step of signing in (`SESS-3`). What a browser is asked and what it answers are the JSON of
//! WebAuthn, with bytes as base64url.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use practice_domain::passkey::Passkey;
use practice_domain::usecase::{
    OwnPasskeys, add_passkey, ask_for_passkey, begin_passkey, own_passkeys, redeem_passkey, remove_passkey,
};
use practice_domain::value::{PasskeyId, PasskeyName};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::body::Sent;
use crate::api::second_factor::whole;
use crate::api::session::Session;
use crate::door::{ApiAsker, ApiHalf, Call, Id};
use crate::gates::limit_second_factor;
use crate::portal::welcomed;
use crate::present::rfc3339;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// One's own passkeys.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct PasskeyList {
    /// Whether they may be used at sign-in, and added.
    allowed: bool,
    /// The oldest first; at most 10.
    passkeys: Vec<PasskeyView>,
}

/// A passkey.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct PasskeyView {
    id: String,
    name: String,
    added_at: String,
    /// When it last signed its person in.
    used_at: Option<String>,
}

/// What a new passkey is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPasskey {
    /// 1 to 60 characters.
    name: String,
}

/// What a browser asks an authenticator.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Question {
    /// For `navigator.credentials.create` or `get`, with bytes as base64url.
    #[schema(value_type = Object)]
    options: Value,
}

/// What an authenticator answered.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// The credential, as its `toJSON` gives it.
    #[schema(value_type = Object)]
    answer: Value,
}

/// A passkey was added.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Added {
    id: String,
}

/// One's own passkeys.
#[utoipa::path(
    get,
    path = "/api/v1/profile/passkeys",
    tag = "Profile",
    responses((status = 200, description = "The passkeys.", body = PasskeyList)),
    security(("session" = [])),
)]
pub(crate) async fn list(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<Json<PasskeyList>, Face> {
    let OwnPasskeys { allowed, kept, .. } = own_passkeys(&portal.ports, &who).await?;
    let view = |key: Passkey| PasskeyView {
        id: key.id.to_string(),
        name: key.name.as_str().to_owned(),
        added_at: rfc3339(key.added_at),
        used_at: key.used_at.map(rfc3339),
    };
    let allowed = allowed && portal.settings.passkeys.is_some();
    Ok(Json(PasskeyList { allowed, passkeys: kept.into_iter().map(view).collect() }))
}

/// Begins to add a passkey; the answer is good once, for five minutes, in this session. Needs a fresh sign-in.
#[utoipa::path(
    post,
    path = "/api/v1/profile/passkeys/question",
    tag = "Profile",
    request_body = NewPasskey,
    responses(
        (status = 200, description = "What the browser asks.", body = Question),
        (status = 409, description = "There is no authenticator app, there are 10 passkeys, or the practice does not use them.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 422, description = "The name cannot be taken.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn begin(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Sent(sent): Sent<NewPasskey>,
) -> Result<Json<Question>, Face> {
    let who = who.fresh()?;
    let invalid = |why| Face::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-name", sentence(&why));
    let name = PasskeyName::parse(&sent.name).map_err(invalid)?;
    question(&begin_passkey(&portal.ports, portal.authenticators()?, &who, name).await?)
}

/// Adds the passkey that the authenticator made. Needs a fresh sign-in. The person is told by mail.
#[utoipa::path(
    post,
    path = "/api/v1/profile/passkeys",
    tag = "Profile",
    request_body = Answer,
    responses(
        (status = 201, description = "It is added.", body = Added),
        (status = 409, description = "Nobody asked, too long ago, or it is added already.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 422, description = "The answer is not right.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn add(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Sent(sent): Sent<Answer>,
) -> Result<(StatusCode, Json<Added>), Face> {
    let who = who.fresh()?;
    let PasskeyId(id) = add_passkey(&portal.ports, portal.authenticators()?, &who, &sent.answer.to_string()).await?;
    Ok((StatusCode::CREATED, Json(Added { id: id.to_string() })))
}

/// Removes one of one's own passkeys. Needs a fresh sign-in. The person is told by mail.
#[utoipa::path(
    delete,
    path = "/api/v1/profile/passkeys/{id}",
    tag = "Profile",
    params(("id" = Uuid, Path, description = "The passkey.")),
    responses(
        (status = 204, description = "It is removed."),
        (status = 404, description = "There is no such passkey.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn remove(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Id(id): Id,
) -> Result<StatusCode, Face> {
    remove_passkey(&portal.ports, &who.fresh()?, PasskeyId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for a passkey in the second step of signing in; the answer is good once, for five minutes, in this sign-in.
#[utoipa::path(
    post,
    path = "/api/v1/session/second-factor/passkey/question",
    tag = "Session",
    responses(
        (status = 200, description = "What the browser asks.", body = Question),
        (status = 409, description = "There is none to use.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too much was tried.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn ask(
    State(portal): State<Portal>,
    call: Call,
    ApiHalf(who): ApiHalf,
) -> Result<Json<Question>, Face> {
    limit_second_factor(&portal, &call).await?;
    question(&ask_for_passkey(&portal.ports, portal.authenticators()?, &who).await?)
}

/// Takes the second step of signing in with a passkey. The answer sets the cookie of the whole session.
#[utoipa::path(
    post,
    path = "/api/v1/session/second-factor/passkey",
    tag = "Session",
    request_body = Answer,
    responses(
        (status = 201, description = "Signed in.", body = Session),
        (status = 409, description = "Nobody asked, or too long ago.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 422, description = "The passkey did not work.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too much was tried.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn redeem(
    State(portal): State<Portal>,
    call: Call,
    ApiHalf(who): ApiHalf,
    Sent(sent): Sent<Answer>,
) -> Result<Response, Face> {
    limit_second_factor(&portal, &call).await?;
    let welcome = redeem_passkey(&portal.ports, portal.authenticators()?, &who, &sent.answer.to_string()).await?;
    let session = whole(&portal, &welcome, call.origin).await?;
    let mut response = (StatusCode::CREATED, Json(session)).into_response();
    welcomed(&portal, response.headers_mut(), &welcome);
    Ok(response)
}

fn question(options: &str) -> Result<Json<Question>, Face> {
    let options = serde_json::from_str(options).map_err(|_| Face::internal())?;
    Ok(Json(Question { options }))
}
