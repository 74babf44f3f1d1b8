use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use practice_domain::access::ProductCaller;
use practice_domain::usecase::{Idempotency, InvitePerson, invite_person, resemblance};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::{Sent, Wrong, sure};
use crate::api::shape::{Kind, Placement};
use crate::door::Product;
use crate::refusal::Face;
use crate::site::Portal;

/// Whom to ask to register, and for whom.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewInvitation {
    /// The email address of the member who invites.
    #[schema(max_length = 254)]
    inviter: String,
    /// The email address to ask.
    #[schema(max_length = 254)]
    email: String,
    kind: Kind,
    placement: Placement,
    #[serde(default)]
    #[schema(max_length = 64)]
    first_name: Option<String>,
    #[serde(default)]
    #[schema(max_length = 64)]
    last_name: Option<String>,
    /// Can receive texts.
    #[serde(default)]
    cell: Option<String>,
    /// Can only be called.
    #[serde(default)]
    phone: Option<String>,
    /// Whether the address is right although it looks like another one.
    #[serde(default)]
    confirm: bool,
}

/// The invitation is on its way.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Invitation {
    /// Names what was asked.
    #[schema(format = Uuid)]
    id: String,
    /// Always `delivered`, whether or not the address has an account.
    status: String,
}

/// Asks somebody to register (`INV-2`).
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/invitations",
    tag = "Products",
    params(
        ("practice" = Uuid, Path, description = "The practice that the key belongs to."),
        ("Idempotency-Key" = Option<String>, Header, description = "A quoted string that names this request, so that a \
            repetition creates nothing more.", pattern = r#"^"[ !#-\[\]-~]{1,255}"$"#),
    ),
    request_body = NewInvitation,
    responses(
        (status = 201, description = "The invitation is on its way. A repetition carries `Idempotent-Replayed: true`.",
            body = Invitation),
        (status = 409, description = "The inviter has no paid plan, the address has an open invitation, or it looks like another one.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many invitations today.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("key" = [])),
)]
pub(crate) async fn create(
    State(portal): State<Portal>,
    Product(who): Product,
    headers: HeaderMap,
    Sent(asked): Sent<NewInvitation>,
) -> Result<Response, Face> {
    let idempotency = idempotency(&portal, &who, &headers, &asked)?;
    let mut wrong = Wrong::default();
    let (inviter, email) = (wrong.email("inviter", &asked.inviter), wrong.email("email", &asked.email));
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let name = wrong.name(&text(&asked.first_name), &text(&asked.last_name));
    let phones = wrong.phones(&text(&asked.cell), &text(&asked.phone));
    wrong.done()?;
    let email = sure(email)?;
    if !asked.confirm
        && let Some(like) = resemblance(&portal.ports, who.practice(), &email).await?
    {
        return Err(Face::look_alike(&like, false));
    }
    let cmd = InvitePerson {
        inviter: sure(inviter)?,
        email,
        kind: asked.kind.into(),
        placement: asked.placement.into(),
        name,
        phones,
        idempotency,
    };
    let invited = invite_person(&portal.ports, &who, cmd).await?;
    let body = Invitation { id: invited.id.to_string(), status: "delivered".to_owned() };
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    if invited.replayed {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// `HT-06`: a key counts for one caller and one route.
fn idempotency(
    portal: &Portal,
    who: &ProductCaller,
    headers: &HeaderMap,
    asked: &NewInvitation,
) -> Result<Option<Idempotency>, Face> {
    let Some(key) = idempotency_key(headers)? else { return Ok(None) };
    let request = serde_json::to_vec(asked).map_err(|_| Face::internal())?;
    let scope = [who.key().id.0.as_bytes().as_slice(), b"POST invitations", key.as_bytes()].concat();
    let digest = |bytes: &[u8]| portal.ports.keys.digest(bytes);
    Ok(Some(Idempotency { key: digest(&scope), request: digest(&request) }))
}

/// The key by which a program names its request, if it does.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Face> {
    let Some(header) = headers.get("idempotency-key") else { return Ok(None) };
    let key = header.to_str().ok().and_then(quoted).ok_or_else(|| {
        let sentence = "An Idempotency-Key is a quoted string of 1 to 255 characters.";
        Face::new(StatusCode::BAD_REQUEST, "idempotency-key-malformed", sentence)
    })?;
    Ok(Some(key))
}

fn quoted(text: &str) -> Option<&str> {
    let key = text.trim().strip_prefix('"')?.strip_suffix('"')?;
    let plain = |c: char| (' '..='~').contains(&c) && c != '"' && c != '\\';
    ((1..=255).contains(&key.len()) && key.chars().all(plain)).then_some(key)
}

const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
