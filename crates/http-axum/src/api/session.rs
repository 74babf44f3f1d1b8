use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use practice_domain::access::{Affair, SignedIn, WhyNot, gate, may_at_all};
use practice_domain::port;
use practice_domain::usecase::{Entrance, HalfWelcome, SignIn, authenticate, end_session, sign_out};
use practice_domain::value::{Password, SessionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::{Sent, Wrong, sure};
use crate::api::challenge;
use crate::api::shape::Kind;
use crate::cookie::Cookie;
use crate::door::{ApiAsker, Call, Id};
use crate::gates::{limit_password, pass_request, sign_in_units};
use crate::portal::{check_password, check_sign_in, farewell, welcomed};
use crate::present::rfc3339;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// A username and its password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Credentials {
    #[schema(max_length = 254)]
    email: String,
    #[schema(format = Password, min_length = 1, max_length = 4096)]
    password: String,
}

/// The password, once more.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordAgain {
    #[schema(format = Password, min_length = 1, max_length = 4096)]
    password: String,
}

/// Who is signed in, and what they may.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Session {
    /// Names the session; it opens nothing.
    #[schema(format = Uuid)]
    id: String,
    first_name: String,
    last_name: String,
    /// The username.
    email: String,
    /// The practice that the person works in now.
    practice: Option<Place>,
    /// To be sent as `X-CSRF-Token` with every request that changes something.
    csrf_token: String,
    /// Whether the password was given a moment ago.
    fresh: bool,
    /// `manage-people`, `change-two-step`; and of Settings: `manage-user-accounts`, `edit-roles`, `use-code-word`, `change-policy`,
    /// `read-audit`. Some of them need a fresh sign-in as well.
    capabilities: Vec<String>,
}

/// A person's place in a practice.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Place {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    kind: Kind,
    user_manager: bool,
}

/// Sessions, newest first.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Sessions {
    sessions: Vec<SessionFace>,
}

/// One session.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct SessionFace {
    #[schema(format = Uuid)]
    id: String,
    /// The browser's own words.
    agent: String,
    /// RFC 3339.
    started_at: String,
    /// RFC 3339.
    seen_at: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// The password was right, and a second step is asked for (`SESS-3`).
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct HalfSession {
    /// What comes next.
    second_step: SecondStep,
    /// To be sent as `X-CSRF-Token` with the second step.
    csrf_token: String,
}

/// What comes next: `code` is `POST /api/v1/session/second-factor`; `set-up` begins with
/// `POST /api/v1/session/second-factor/setup`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SecondStep {
    Code,
    SetUp,
}

/// Signs in. The answer sets the session's cookie. Where a second step is asked for, that cookie opens nothing else.
#[utoipa::path(
    post,
    path = "/api/v1/session",
    tag = "Session",
    request_body = Credentials,
    params(
        ("X-Security-Check" = Option<String>, Header, description = "The answer to the security check: see `/api/v1/challenge`."),
        ("X-Security-Check-Fallback" = Option<String>, Header, description = "The answer to our own task, where a third party is asked first."),
    ),
    responses(
        (status = 403, description = "`bot-check-failed`: no good answer to the security check, and nothing else was looked at. \
            `password-update-required`: the password was right, and must be renewed; the link for that is on its way.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too often. `Retry-After` says when to try again.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 201, description = "Signed in.", body = Session),
        (status = 202, description = "The second step comes next.", body = HalfSession),
        (status = 401, description = "Unknown, wrong, locked or not registered: one answer for all.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn create(
    State(portal): State<Portal>,
    call: Call,
    headers: HeaderMap,
    Sent(sent): Sent<Credentials>,
) -> Result<Response, Face> {
    let (answer, fallback) = challenge::answers(&headers);
    let strictness = pass_request::<gate::SignIn>(&portal, &call, answer, fallback).await?;
    let mut wrong = Wrong::default();
    let email = wrong.email("email", &sent.email);
    let password = password(&mut wrong, "password", &sent.password);
    wrong.done()?;
    let email = sure(email)?;
    let units = sign_in_units(&portal, &call, email.normal(), strictness);
    let device = portal.shown(&headers, Cookie::Device).map(str::to_owned);
    let cmd = SignIn { email, password: sure(password)?, device, origin: call.origin.clone(), units };
    let welcome = match check_sign_in(&portal, cmd).await? {
        Entrance::Whole(welcome) => welcome,
        Entrance::Half(half) => return Ok(half_way(&portal, &half)),
    };
    let who = authenticate(&portal.ports, &welcome.cookie, call.origin).await??;
    let mut response = (StatusCode::CREATED, Json(view(&portal, &who))).into_response();
    welcomed(&portal, response.headers_mut(), &welcome);
    Ok(response)
}

fn half_way(portal: &Portal, half: &HalfWelcome) -> Response {
    let second_step = if half.enrols { SecondStep::SetUp } else { SecondStep::Code };
    let csrf_token = portal.ports.keys.form_token(&half.session.cookie);
    let mut response = (StatusCode::ACCEPTED, Json(HalfSession { second_step, csrf_token })).into_response();
    portal.set_secret(response.headers_mut(), Cookie::Session, &half.cookie);
    response
}

/// Who is signed in.
#[utoipa::path(
    get,
    path = "/api/v1/session",
    tag = "Session",
    responses((status = 200, description = "The session.", body = Session)),
    security(("session" = [])),
)]
pub(crate) async fn show(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Json<Session> {
    Json(view(&portal, &who))
}

/// Signs out.
#[utoipa::path(
    delete,
    path = "/api/v1/session",
    tag = "Session",
    responses((status = 204, description = "Signed out.")),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn leave(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<Response, Face> {
    sign_out(&portal.ports, &who).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    farewell(&portal, response.headers_mut());
    Ok(response)
}

/// Gives the password again, for what needs a fresh sign-in. The answer sets a new session's cookie; the old one is over.
#[utoipa::path(
    post,
    path = "/api/v1/session/confirm",
    tag = "Session",
    request_body = PasswordAgain,
    responses((status = 200, description = "The new session.", body = Session)),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn confirm(
    State(portal): State<Portal>,
    call: Call,
    ApiAsker(who): ApiAsker,
    Sent(sent): Sent<PasswordAgain>,
) -> Result<Response, Face> {
    let mut wrong = Wrong::default();
    let password = password(&mut wrong, "password", &sent.password);
    wrong.done()?;
    limit_password(&portal, &call, &who).await?;
    let confirmed = check_password(&portal, &who, sure(password)?).await?;
    let who = authenticate(&portal.ports, &confirmed.cookie, call.origin).await??;
    let mut response = Json(view(&portal, &who)).into_response();
    portal.set_secret(response.headers_mut(), Cookie::Session, &confirmed.cookie);
    Ok(response)
}

/// One's own sessions.
#[utoipa::path(
    get,
    path = "/api/v1/sessions",
    tag = "Session",
    responses((status = 200, description = "The sessions.", body = Sessions)),
    security(("session" = [])),
)]
pub(crate) async fn list(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<Json<Sessions>, Face> {
    Ok(Json(Sessions::of(portal.ports.reader.sessions(who.account()).await?, &who)))
}

/// Ends one of one's own sessions.
#[utoipa::path(
    delete,
    path = "/api/v1/sessions/{id}",
    tag = "Session",
    params(("id" = Uuid, Path, description = "The session.")),
    responses((status = 204, description = "It is over.")),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn end(State(portal): State<Portal>, ApiAsker(who): ApiAsker, Id(id): Id) -> Result<StatusCode, Face> {
    end_session(&portal.ports, &who, SessionId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What somebody may do that concerns no single person, by the rules; whether they gave their password a moment ago is another question.
fn capabilities(who: &SignedIn) -> Vec<String> {
    let asker = who.asking(false);
    let may = |affair| matches!(may_at_all(&asker, affair), Ok(()) | Err(WhyNot::NotFresh));
    let named = CAPABILITIES.iter().filter(|(_, affair)| may(*affair));
    named.map(|(name, _)| (*name).to_owned()).collect()
}

const CAPABILITIES: [(&str, Affair); 7] = [
    ("manage-people", Affair::OpenManageAccount),
    ("change-two-step", Affair::SetTwoStep),
    ("manage-user-accounts", Affair::AddEmployee),
    ("edit-roles", Affair::EditRoles),
    ("use-code-word", Affair::ShowCodeWord),
    ("change-policy", Affair::ChangePolicy),
    ("read-audit", Affair::ReadAudit),
];

impl Sessions {
    /// These, as they look to whoever asks.
    pub(crate) fn of(sessions: Vec<port::SessionFace>, who: &SignedIn) -> Self {
        let face = |session: port::SessionFace| SessionFace {
            id: session.id.to_string(),
            agent: session.agent,
            started_at: rfc3339(session.started_at),
            seen_at: rfc3339(session.seen_at),
            current: session.id == who.session().id,
        };
        Self { sessions: sessions.into_iter().map(face).collect() }
    }
}

pub(super) fn password(wrong: &mut Wrong, name: &'static str, text: &str) -> Option<Password> {
    if text.is_empty() {
        wrong.note("password-empty", name, "Enter your password.");
    }
    Password::parse(text).map_err(|why| wrong.note("password-too-long", name, sentence(&why))).ok()
}

pub(super) fn view(portal: &Portal, who: &SignedIn) -> Session {
    Session {
        id: who.session().id.to_string(),
        first_name: who.name().first().to_owned(),
        last_name: who.name().last().to_owned(),
        email: who.email().as_typed().to_owned(),
        practice: who.place().map(|(practice, member)| Place {
            id: practice.id.to_string(),
            name: practice.name.to_string(),
            kind: member.kind.into(),
            user_manager: member.user_manager,
        }),
        csrf_token: portal.ports.keys.form_token(&who.session().cookie),
        fresh: who.is_fresh(),
        capabilities: capabilities(who),
    }
}
