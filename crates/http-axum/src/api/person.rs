use axum::Json;
use axum::extract::State;
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use practice_domain::access::{UserManager, WhyNot};
use practice_domain::invitation::{Correction, Invitation};
use practice_domain::person;
use practice_domain::usecase::{
    CorrectInvitation, CorrectInvitationError, Reinvite, WithdrawInvitation, WithdrawInvitationError,
    correct_invitation, reinvite, resemblance, unlock_account, withdraw_invitation,
};
use practice_domain::value::{InvitationId, MemberId, PersonId, Phone, PracticeId, Version};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::body::{Sent, Wrong, given, sure};
use crate::api::shape::Person;
use crate::door::{ApiManager, Id};
use crate::refusal::Face;
use crate::site::Portal;

/// What to change; what is not there stays. An empty text or `null` takes a number or name away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64)]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64)]
    last_name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    cell: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    phone: Option<String>,
    /// Whether a new address is right although it looks like another one.
    #[serde(default)]
    confirm: bool,
}

/// What came of an unlocking.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Unlocked {
    #[schema(format = Uuid)]
    id: String,
    /// Whether there was nothing to do.
    already: bool,
}

/// One person. Of an unregistered one the answer carries an `ETag`, to be sent back as `If-Match`.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/people/{id}",
    tag = "People",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The person.")),
    responses((status = 200, description = "The person.", body = Person, headers(("ETag" = String)))),
    security(("session" = [])),
)]
pub(crate) async fn show(
    State(portal): State<Portal>,
    ApiManager(who): ApiManager,
    Id(id): Id,
) -> Result<Response, Face> {
    answer(&portal, &who, id).await
}

/// Changes what is known of an unregistered person, and sends the invitation again (`INV-7`).
#[utoipa::path(
    patch,
    path = "/api/v1/practices/{practice}/people/{id}",
    tag = "People",
    params(
        ("practice" = Uuid, Path, description = "The caller's practice."),
        ("id" = Uuid, Path, description = "The person."),
        ("If-Match" = String, Header, description = "The `ETag` of what was read, or `*`.",
            pattern = r##"^(\*|(W/)?"[!#-+.-~-]*"( *, *(W/)?"[!#-+.-~-]*")*)$"##),
    ),
    request_body = Change,
    responses(
        (status = 200, description = "The person as changed.", body = Person, headers(("ETag" = String))),
        (status = 409, description = "The person has registered, the address is taken, or it looks like another one.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 412, description = "Somebody else changed the person since.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 428, description = "There is no `If-Match`.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many invitations today.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn change(
    State(portal): State<Portal>,
    ApiManager(who): ApiManager,
    Id(id): Id,
    headers: HeaderMap,
    Sent(change): Sent<Change>,
) -> Result<Response, Face> {
    let person = person(&portal, who.practice().id, id).await?;
    if !headers.contains_key(IF_MATCH) {
        let sentence = "Send the ETag of what you read as If-Match.";
        return Err(Face::new(StatusCode::PRECONDITION_REQUIRED, "if-match-required", sentence));
    }
    if person.is_registered() {
        let immutable = "A registered person's address cannot be changed here.";
        let face = || Face::new(StatusCode::CONFLICT, "email-immutable", immutable);
        return Err(if change.email.is_some() { face() } else { WhyNot::Registered.into() });
    }
    let invitation = invitation(&portal, &who, id).await?;
    let seen = matched(&headers, invitation.version)?;
    let to = merge(&invitation, &change)?;
    let Some(Some(seen)) = seen else { return Err(CorrectInvitationError::Changed.into()) };
    if !change.confirm
        && to.email != invitation.email
        && let Some(like) = resemblance(&portal.ports, who.practice().id, &to.email).await?
    {
        return Err(Face::look_alike(&like, true));
    }
    let cmd = CorrectInvitation { invitation: invitation.id, seen: Some(seen), to };
    correct_invitation(&portal.ports, &who, cmd).await?;
    answer(&portal, &who, id).await
}

/// Takes an invitation back (`INV-9`).
#[utoipa::path(
    delete,
    path = "/api/v1/practices/{practice}/people/{id}",
    tag = "People",
    params(
        ("practice" = Uuid, Path, description = "The caller's practice."),
        ("id" = Uuid, Path, description = "The person."),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of what was read, or `*`.",
            pattern = r##"^(\*|(W/)?"[!#-+.-~-]*"( *, *(W/)?"[!#-+.-~-]*")*)$"##),
    ),
    responses(
        (status = 204, description = "The invitation is closed."),
        (status = 409, description = "The person has registered, or the invitation is closed.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 412, description = "Somebody else changed the person since.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn withdraw(
    State(portal): State<Portal>,
    ApiManager(who): ApiManager,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<StatusCode, Face> {
    if person(&portal, who.practice().id, id).await?.is_registered() {
        return Err(WhyNot::Registered.into());
    }
    let invitation = invitation(&portal, &who, id).await?;
    let seen = match matched(&headers, invitation.version)? {
        Some(None) => return Err(WithdrawInvitationError::Changed.into()),
        Some(seen) => seen,
        None => None,
    };
    withdraw_invitation(&portal.ports, &who, WithdrawInvitation { invitation: invitation.id, seen }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends an invitation again (`INV-6`).
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/people/{id}/reinvite",
    tag = "People",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The person.")),
    responses(
        (status = 200, description = "The person; the invitation is on its way.", body = Person, headers(("ETag" = String))),
        (status = 409, description = "The person has registered, or the invitation is closed.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many invitations today.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn send_again(
    State(portal): State<Portal>,
    ApiManager(who): ApiManager,
    Id(id): Id,
) -> Result<Response, Face> {
    if person(&portal, who.practice().id, id).await?.is_registered() {
        return Err(WhyNot::Registered.into());
    }
    reinvite(&portal.ports, &who, Reinvite { invitation: InvitationId(id) }).await?;
    answer(&portal, &who, id).await
}

/// Opens a member's lock (`LOCK-2`).
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/people/{id}/unlock",
    tag = "People",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The person.")),
    responses(
        (status = 200, description = "Nothing is locked any more.", body = Unlocked),
        (status = 409, description = "The person has not registered.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn unlock(
    State(portal): State<Portal>,
    ApiManager(who): ApiManager,
    Id(id): Id,
) -> Result<Json<Unlocked>, Face> {
    if !person(&portal, who.practice().id, id).await?.is_registered() {
        return Err(WhyNot::NotRegistered.into());
    }
    let unlocked = unlock_account(&portal.ports, &who, MemberId(id)).await?;
    Ok(Json(Unlocked { id: id.to_string(), already: unlocked.already }))
}

pub(super) async fn person(portal: &Portal, practice: PracticeId, id: Uuid) -> Result<person::Person, Face> {
    portal.ports.reader.person(practice, PersonId(id)).await?.ok_or_else(Face::not_found)
}

async fn invitation(portal: &Portal, who: &UserManager, id: Uuid) -> Result<Invitation, Face> {
    let found = portal.ports.store.invitation(InvitationId(id)).await?;
    found.filter(|invitation| invitation.practice == who.practice().id).ok_or_else(Face::not_found)
}

async fn answer(portal: &Portal, who: &UserManager, id: Uuid) -> Result<Response, Face> {
    let person = person(portal, who.practice().id, id).await?;
    if person.is_registered() {
        return Ok(Json(Person::row(who, &person)).into_response());
    }
    let invitation = invitation(portal, who, id).await?;
    let tag = format!("\"{}\"", invitation.version.0);
    Ok(([(ETAG, tag)], Json(Person::invitee(who, &person, &invitation))).into_response())
}

/// What `If-Match` says: nothing; that this version will do; or that it will not. `*` stands for whatever there is.
pub(super) fn matched(headers: &HeaderMap, version: Version) -> Result<Option<Option<Version>>, Face> {
    let Some(header) = headers.get(IF_MATCH) else { return Ok(None) };
    let text = header.to_str().unwrap_or_default().trim();
    let mut tags = text.split(',').map(str::trim);
    if text != "*" && !tags.clone().all(is_tag) {
        let sentence = "If-Match is * or quoted tags with commas between them.";
        return Err(Face::new(StatusCode::BAD_REQUEST, "if-match-malformed", sentence));
    }
    let tag = format!("\"{}\"", version.0);
    let fits = text == "*" || tags.any(|known| known == tag);
    Ok(Some(fits.then_some(version)))
}

/// What an `If-Match` says that must be there: this version, or none when it names another one.
pub(super) fn version_required(headers: &HeaderMap, version: Version) -> Result<Option<Version>, Face> {
    let sentence = "Send the ETag of what you read as If-Match.";
    let missing = || Face::new(StatusCode::PRECONDITION_REQUIRED, "if-match-required", sentence);
    matched(headers, version)?.ok_or_else(missing)
}

/// Whether this is an entity tag (RFC 9110), weak or not. Commas within are taken for the end: no tag of ours has any.
fn is_tag(text: &str) -> bool {
    let quoted = text.strip_prefix("W/").unwrap_or(text);
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.is_some_and(|inner| inner.chars().all(|c| c.is_ascii_graphic() && c != '"'))
}

fn merge(now: &Invitation, change: &Change) -> Result<Correction, Face> {
    let or = |given: &Option<String>, now: &str| given.clone().unwrap_or_else(|| now.to_owned());
    let number = |phone: &Option<Phone>| phone.as_ref().map_or("", Phone::e164).to_owned();
    let mut wrong = Wrong::default();
    let email = wrong.email("email", &or(&change.email, now.email.as_typed()));
    let name = wrong.name(&or(&change.first_name, now.name.first()), &or(&change.last_name, now.name.last()));
    let (cell, phone) = (number(&now.phones.cell), number(&now.phones.landline));
    let phones = wrong.phones(&or(&change.cell, &cell), &or(&change.phone, &phone));
    wrong.done()?;
    Ok(Correction { email: sure(email)?, name, phones })
}
