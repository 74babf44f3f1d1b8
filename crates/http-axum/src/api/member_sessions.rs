//! Where the people of a practice are signed in (`SESS-1`). All of it needs the permission (`ROLE-1`) and a fresh
//! sign-in (`SESS-2`).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use practice_domain::access::{Fresh, Holder, WhyNot, permit};
use practice_domain::usecase::{end_member_session, end_member_sessions, member_sessions};
use practice_domain::value::MemberId;
use uuid::Uuid;

use crate::api::person::person;
use crate::api::session::Sessions;
use crate::door::{ApiHeld, Id, Named};
use crate::refusal::Face;
use crate::site::Portal;

/// The live sessions in which a member works for the caller's practice. Needs a fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/people/{id}/sessions",
    tag = "People",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The person.")),
    responses(
        (status = 200, description = "The sessions.", body = Sessions),
        (status = 409, description = "The person has not registered.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [])),
)]
pub(crate) async fn list(
    State(portal): State<Portal>,
    ApiHeld(who): ApiHeld<permit::EndSessions>,
    Id(id): Id,
) -> Result<Json<Sessions>, Face> {
    let (who, member) = may(&portal, who, id).await?;
    let sessions = member_sessions(&portal.ports, &who, member).await?;
    Ok(Json(Sessions::of(sessions, who.who().person())))
}

/// Ends them all, but for the one that asks; the member is told by mail. Needs a fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    delete,
    path = "/api/v1/practices/{practice}/people/{id}/sessions",
    tag = "People",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The person.")),
    responses(
        (status = 204, description = "They are over."),
        (status = 409, description = "The person has not registered.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn end_all(
    State(portal): State<Portal>,
    ApiHeld(who): ApiHeld<permit::EndSessions>,
    Id(id): Id,
) -> Result<StatusCode, Face> {
    let (who, member) = may(&portal, who, id).await?;
    end_member_sessions(&portal.ports, &who, member).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of them; the member is told by mail. Needs a fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    delete,
    path = "/api/v1/practices/{practice}/people/{id}/sessions/{session}",
    tag = "People",
    params(
        ("practice" = Uuid, Path, description = "The caller's practice."),
        ("id" = Uuid, Path, description = "The person."),
        ("session" = Uuid, Path, description = "The session."),
    ),
    responses(
        (status = 204, description = "It is over."),
        (status = 409, description = "The person has not registered.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn end(
    State(portal): State<Portal>,
    ApiHeld(who): ApiHeld<permit::EndSessions>,
    Id(id): Id,
    Named(session): Named,
) -> Result<StatusCode, Face> {
    let (who, member) = may(&portal, who, id).await?;
    end_member_session(&portal.ports, &who, member, session).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who asks and about whom. A person who has not registered has no sessions.
async fn may(
    portal: &Portal,
    who: Holder<permit::EndSessions>,
    id: Uuid,
) -> Result<(Fresh<Holder<permit::EndSessions>>, MemberId), Face> {
    let fresh = who.fresh()?;
    if person(portal, fresh.who().practice().id, id).await?.is_registered() {
        Ok((fresh, MemberId(id)))
    } else {
        Err(WhyNot::NotRegistered.into())
    }
}
