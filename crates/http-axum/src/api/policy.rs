//! The practice's security policy (`PRA-6`).

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};
use practice_domain::access::permit;
use practice_domain::policy::{Bounds, Document, KEYS, Policy, Preset};
use practice_domain::practice::Practice;
use practice_domain::usecase::{SetPolicy, SetPolicyError, set_policy};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::Sent;
use crate::api::person::version_required;
use crate::door::ApiHeld;
use crate::refusal::Face;
use crate::site::Portal;

/// A preset, and sections of values: `{"preset": "office", "session": {"idle_minutes": 20}}`. What is not named is what the preset
/// says; without a preset, what `standard` says.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = Object)]
pub(crate) struct PolicyDocument(Policy);

/// What every value of a policy may be.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct PolicyKeys {
    keys: Vec<PolicyKey>,
}

/// What a value of a policy may be.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct PolicyKey {
    /// Section and key: `session.idle_minutes`.
    name: String,
    label: String,
    /// Of a number: of what.
    unit: Option<String>,
    /// Of a number: the least.
    least: Option<u32>,
    /// Of a number: the most.
    most: Option<u32>,
    /// Of a number that may be 0 below the least: what that means.
    zero: Option<String>,
    /// The words that it may be, where it is none of numbers.
    one_of: Vec<String>,
    standard: String,
    portal: String,
    office: String,
    strict: String,
    /// Why these bounds, and whose.
    why: String,
}

/// The practice's policy, every value of it. The answer carries an `ETag`, to be sent back as `If-Match`.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/policy",
    tag = "Policy",
    params(("practice" = Uuid, Path, description = "The caller's practice.")),
    responses((status = 200, description = "The policy.", body = PolicyDocument, headers(("ETag" = String)))),
    security(("session" = [])),
)]
pub(crate) async fn show(ApiHeld(who): ApiHeld<permit::ChangePolicy>) -> Response {
    answer(who.practice())
}

/// What every value may be, in each preset, and why.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/policy/keys",
    tag = "Policy",
    params(("practice" = Uuid, Path, description = "The caller's practice.")),
    responses((status = 200, description = "Every key.", body = PolicyKeys)),
    security(("session" = [])),
)]
pub(crate) async fn keys(ApiHeld(_): ApiHeld<permit::ChangePolicy>) -> Json<PolicyKeys> {
    let keys = KEYS.iter().map(|key| {
        let preset = |preset| key.preset(preset).to_string();
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let (unit, least, most, zero, one_of) = match key.bounds {
            Bounds::Number { unit, least, most, zero } => (Some(unit), Some(least), Some(most), zero, Vec::new()),
            Bounds::Switch => (None, None, None, None, owned(&["true", "false"])),
            Bounds::Choice(words) => (None, None, None, None, owned(words)),
        };
        PolicyKey {
            name: key.name.to_owned(),
            label: key.label.to_owned(),
            unit: unit.map(str::to_owned),
            least,
            most,
            zero: zero.map(str::to_owned),
            one_of,
            standard: preset(Preset::Standard),
            portal: preset(Preset::Portal),
            office: preset(Preset::Office),
            strict: preset(Preset::Strict),
            why: key.why.to_owned(),
        }
    });
    Json(PolicyKeys { keys: keys.collect() })
}

/// Gives the practice this policy, at once (`PRA-6`). Needs a fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    put,
    path = "/api/v1/practices/{practice}/policy",
    tag = "Policy",
    params(
        ("practice" = Uuid, Path, description = "The caller's practice."),
        ("If-Match" = String, Header, description = "The `ETag` of what was read, or `*`.",
            pattern = r##"^(\*|(W/)?"[!#-+.-~-]*"( *, *(W/)?"[!#-+.-~-]*")*)$"##),
    ),
    request_body = PolicyDocument,
    responses(
        (status = 200, description = "The policy as it is now.", body = PolicyDocument, headers(("ETag" = String))),
        (status = 412, description = "Somebody else changed the practice since.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 428, description = "There is no `If-Match`.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn change(
    State(portal): State<Portal>,
    ApiHeld(who): ApiHeld<permit::ChangePolicy>,
    headers: HeaderMap,
    Sent(wanted): Sent<Document>,
) -> Result<Response, Face> {
    let fresh = who.fresh()?;
    let policy = Policy::try_from(wanted)?;
    let practice = fresh.who().practice();
    let seen = version_required(&headers, practice.version)?.ok_or(SetPolicyError::Changed)?;
    set_policy(&portal.ports, &fresh, SetPolicy { seen: Some(seen), policy }).await?;
    let now = portal.ports.store.practice(practice.id).await?.ok_or_else(Face::not_found)?;
    Ok(answer(&now))
}

fn answer(practice: &Practice) -> Response {
    let tag = format!("\"{}\"", practice.version.0);
    ([(ETAG, tag)], Json(PolicyDocument(practice.policy()))).into_response()
}
