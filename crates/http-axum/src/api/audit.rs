//! The practice's audit log (section 13, `AU-05`).

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use axum::response::Response;
use practice_domain::access::permit;
use practice_domain::fact::{Actor, Topic, product_code};
use practice_domain::port::{ActorKind, HistoryFilter, LogLine};
use practice_domain::role::Roles;
use practice_domain::usecase::{ReadAudit, export_audit, read_audit};
use practice_domain::value::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::body::Wrong;
use crate::cursor;
use crate::door::ApiHeld;
use crate::download;
use crate::next::encode;
use crate::present::{moment, rfc3339};
use crate::refusal::Face;
use crate::site::Portal;

/// Which entries.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes the parameters; they are read one by one")]
pub(crate) struct AuditParams {
    /// Only what happened at this moment or later (RFC 3339).
    from: Option<String>,
    /// Only what happened before this moment (RFC 3339).
    until: Option<String>,
    /// Only what such an actor did: `account`, `visitor`, `product`, `operator` or `payments`.
    actor: Option<String>,
    /// Only what this one did, or what names it: the id of an account, a member, an employee, an invitation.
    about: Option<String>,
    /// Only this topic: `sign-in`, `invitations`, `people`, `code-word`, `settings` or `plans`.
    topic: Option<String>,
    /// Where to go on, from `next`; what is none begins at the newest entry.
    cursor: Option<String>,
}

/// Which entries a file holds.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes the parameters; they are read one by one")]
pub(crate) struct AuditExportParams {
    /// Only what happened at this moment or later (RFC 3339).
    from: Option<String>,
    /// Only what happened before this moment (RFC 3339).
    until: Option<String>,
    /// Only what such an actor did: `account`, `visitor`, `product`, `operator` or `payments`.
    actor: Option<String>,
    /// Only what this one did, or what names it: the id of an account, a member, an employee, an invitation.
    about: Option<String>,
    /// Only this topic: `sign-in`, `invitations`, `people`, `code-word`, `settings` or `plans`.
    topic: Option<String>,
}

/// A page of the log, newest first.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Audit {
    entries: Vec<AuditEntry>,
    /// The address of older entries, where there are any; they may be none that are wanted.
    next: Option<String>,
}

/// An entry.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// Its place in the log.
    number: u64,
    /// RFC 3339.
    at: String,
    /// What kind of thing happened: stable.
    code: String,
    topic: String,
    /// What happened, in plain words.
    sentence: String,
    /// `account`, `visitor`, `product`, `operator` or `payments`.
    actor: String,
    /// The account's id, the product, or the operator's name.
    actor_is: Option<String>,
    /// The network address.
    address: Option<String>,
    /// Ids and numbers; never an address, a name or a secret.
    details: BTreeMap<String, String>,
}

/// The practice's audit log. Each reading is recorded.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/audit",
    tag = "Audit",
    params(("practice" = Uuid, Path, description = "The caller's practice."), AuditParams),
    responses((status = 200, description = "A page of entries.", body = Audit)),
    security(("session" = [])),
)]
pub(crate) async fn list(
    State(portal): State<Portal>,
    ApiHeld(who): ApiHeld<permit::ReadAudit>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<Audit>, Face> {
    let practice = who.practice().id;
    let cmd = ReadAudit { filter: filter(&query)?, before: cursor(&query), size: PAGE };
    let found = read_audit(&portal.ports, &who, cmd).await?;
    let roles = Roles::of(portal.ports.store.roles(practice).await?);
    let kept: Vec<String> = query
        .iter()
        .filter(|(name, _)| CHOICES.contains(&name.as_str()))
        .map(|(name, value)| format!("{name}={}&", encode(value)))
        .collect();
    let next = found.older.map(|mark| {
        let cursor = cursor::write_history(mark);
        format!("/api/v1/practices/{practice}/audit?{}cursor={cursor}", kept.concat())
    });
    Ok(Json(Audit { entries: found.lines.into_iter().map(|line| entry(line, &roles)).collect(), next }))
}

/// The practice's audit log as a CSV document, newest first, narrowed like the page. The export is recorded. Needs a fresh sign-in:
/// `POST /api/v1/session/confirm`.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/audit/export",
    tag = "Audit",
    params(("practice" = Uuid, Path, description = "The caller's practice."), AuditExportParams),
    responses((status = 200, description = "The log.", body = String, content_type = "text/csv")),
    security(("session" = [])),
)]
pub(crate) async fn export(
    State(portal): State<Portal>,
    ApiHeld(who): ApiHeld<permit::ReadAudit>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Face> {
    let (fresh, filter) = (who.fresh()?, filter(&query)?);
    let export = export_audit(&portal.ports, &fresh, filter, rfc3339).await?;
    Ok(download::csv(&portal, export, download::AUDIT))
}

fn filter(query: &[(String, String)]) -> Result<HistoryFilter, Face> {
    let text = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let mut wrong = Wrong::default();
    let mut time = |name: &'static str| -> Option<Time> {
        let read = text(name).map(moment)?;
        if read.is_none() {
            wrong.note("invalid-query", name, "A moment like 2026-06-09T08:00:00Z.");
        }
        read
    };
    let (from, until) = (time("from"), time("until"));
    let actor = text("actor").map(ActorKind::with_code);
    if actor == Some(None) {
        wrong.note("invalid-query", "actor", "One of: account, visitor, product, operator, payments.");
    }
    let topic = text("topic").map(Topic::with_code);
    if topic == Some(None) {
        let words = "One of: sign-in, invitations, people, code-word, settings, plans.";
        wrong.note("invalid-query", "topic", words);
    }
    let about = text("about").map(|id| Uuid::try_parse(id).ok());
    if about == Some(None) {
        wrong.note("invalid-query", "about", "The id of an account, a member, an employee or an invitation.");
    }
    wrong.done()?;
    let about = about.flatten().map(|id| vec![id]);
    Ok(HistoryFilter { from, until, actor: actor.flatten(), about, topic: topic.flatten() })
}

fn cursor(query: &[(String, String)]) -> Option<practice_domain::port::HistoryMark> {
    query.iter().find(|(name, _)| name == "cursor").and_then(|(_, text)| cursor::read_history(text))
}

fn entry(line: LogLine, roles: &Roles) -> AuditEntry {
    AuditEntry {
        number: line.number,
        at: rfc3339(line.at),
        code: line.kind.code().to_owned(),
        topic: line.kind.topic().code().to_owned(),
        sentence: line.sentence(roles),
        actor: ActorKind::of(&line.actor).code().to_owned(),
        actor_is: match &line.actor {
            Actor::Account(id) => Some(id.to_string()),
            Actor::Product(product) => Some(product_code(*product).to_owned()),
            Actor::Operator(name) => Some(name.clone()),
            Actor::Visitor | Actor::Payments => None,
        },
        address: line.address.map(|address| address.to_string()),
        details: line.details.into_iter().collect(),
    }
}

const CHOICES: [&str; 5] = ["from", "until", "actor", "about", "topic"];

/// Entries on a page.
const PAGE: u16 = 100;
