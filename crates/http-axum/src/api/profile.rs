//! One's own account (section 11), and where one works (`PRA-5`).

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use practice_domain::access::SignedIn;
use practice_domain::account::Account;
use practice_domain::usecase::{
    ChangePassword, ChangeProfile, Confirmed, ask_email_change, authenticate, change_profile, choose_practice,
    confirm_email_change, practices_to_choose,
};
use practice_domain::value::{Phone, PracticeId, TimeZone};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::body::{Sent, Wrong, given, sure};
use crate::api::session::{Session, password, view};
use crate::api::shape::Kind;
use crate::cookie::Cookie;
use crate::door::{ApiAsker, Call};
use crate::gates::limit_password;
use crate::portal::{account, change_password, texts_stopped};
use crate::present::{self, rfc3339};
use crate::refusal::Face;
use crate::site::Portal;

/// What people say of themselves.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Profile {
    /// The username.
    email: String,
    first_name: String,
    last_name: String,
    /// E.164.
    cell: Option<String>,
    /// Whether the cell phone gets no texts any more, because somebody answered STOP to one.
    texts_stopped: bool,
    /// E.164.
    phone: Option<String>,
    /// A name of the IANA database; none is the portal's own.
    time_zone: Option<String>,
}

/// What to change; what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProfileChange {
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64)]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 64)]
    last_name: Option<String>,
    /// Empty takes it away. Numbers need a fresh sign-in.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    cell: Option<String>,
    /// Empty takes it away. Numbers need a fresh sign-in.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    phone: Option<String>,
    /// Empty is the portal's own.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    time_zone: Option<String>,
}

/// A new password, and the present one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    #[schema(format = Password, min_length = 1, max_length = 4096)]
    current_password: String,
    #[schema(format = Password, min_length = 1, max_length = 4096)]
    new_password: String,
}

/// Another address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEmail {
    #[schema(max_length = 254)]
    email: String,
}

/// A link is on its way, unless somebody else has that address.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct EmailAsked {
    email: String,
    /// RFC 3339: from then on the link is dead.
    expires_at: String,
}

/// The token of the link that was mailed to the new address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EmailLink {
    token: String,
}

/// The new username.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct EmailChanged {
    email: String,
}

/// Where one may work.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Practices {
    practices: Vec<PracticePlace>,
}

/// A practice that one may work in.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct PracticePlace {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    kind: Kind,
    user_manager: bool,
    /// Whether the session works there now.
    current: bool,
}

/// The practice to work in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    #[schema(format = Uuid)]
    practice: String,
}

/// One's own account.
#[utoipa::path(
    get,
    path = "/api/v1/profile",
    tag = "Profile",
    responses((status = 200, description = "The account.", body = Profile)),
    security(("session" = [])),
)]
pub(crate) async fn show(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<Json<Profile>, Face> {
    shown(&portal, &who).await
}

/// Changes names, numbers or time zone.
#[utoipa::path(
    patch,
    path = "/api/v1/profile",
    tag = "Profile",
    request_body = ProfileChange,
    responses((status = 200, description = "The account as it is now.", body = Profile)),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn change(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Sent(sent): Sent<ProfileChange>,
) -> Result<Json<Profile>, Face> {
    let cmd = merge(&account(&portal, &who).await?, &sent)?;
    change_profile(&portal.ports, &who, cmd).await?;
    shown(&portal, &who).await
}

/// Changes the password (`PW-07`). The other sessions end; the answer sets a new session's cookie.
#[utoipa::path(
    put,
    path = "/api/v1/profile/password",
    tag = "Profile",
    request_body = PasswordChange,
    responses((status = 200, description = "The new session.", body = Session)),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn set_password(
    State(portal): State<Portal>,
    call: Call,
    ApiAsker(who): ApiAsker,
    Sent(sent): Sent<PasswordChange>,
) -> Result<Response, Face> {
    let mut wrong = Wrong::default();
    let current = password(&mut wrong, "current_password", &sent.current_password);
    let new = password(&mut wrong, "new_password", &sent.new_password);
    wrong.done()?;
    let new = sure(new)?;
    let cmd = ChangePassword { current: sure(current)?, again: new.clone(), new };
    limit_password(&portal, &call, &who).await?;
    let confirmed = change_password(&portal, &who, cmd).await?;
    succeeded(&portal, &confirmed, call).await
}

/// Asks for another address: a link goes there. Needs a fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    post,
    path = "/api/v1/profile/email",
    tag = "Profile",
    request_body = NewEmail,
    responses(
        (status = 202, description = "A link is on its way, unless somebody else has that address.", body = EmailAsked),
        (status = 429, description = "Too many letters went there.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn ask_email(
    State(portal): State<Portal>,
    ApiAsker(who): ApiAsker,
    Sent(sent): Sent<NewEmail>,
) -> Result<(StatusCode, Json<EmailAsked>), Face> {
    let fresh = who.fresh()?;
    let mut wrong = Wrong::default();
    let to = wrong.email("email", &sent.email);
    wrong.done()?;
    let asked = ask_email_change(&portal.ports, &fresh, sure(to)?).await?;
    let answer = EmailAsked { email: asked.to.as_typed().to_owned(), expires_at: rfc3339(asked.expires_at) };
    Ok((StatusCode::ACCEPTED, Json(answer)))
}

/// Confirms another address with the token of the link that went there.
#[utoipa::path(
    post,
    path = "/api/v1/email-changes",
    tag = "Profile",
    request_body = EmailLink,
    responses(
        (status = 200, description = "It is the username now.", body = EmailChanged),
        (status = 409, description = "The address belongs to another account by now.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 410, description = "The link is dead.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many dead links came from this network.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn confirm_email(
    State(portal): State<Portal>,
    call: Call,
    Sent(sent): Sent<EmailLink>,
) -> Result<Json<EmailChanged>, Face> {
    let email = confirm_email_change(&portal.ports, &sent.token, &call.origin).await?;
    Ok(Json(EmailChanged { email: email.as_typed().to_owned() }))
}

/// The practices that one may work in; those joined first come first.
#[utoipa::path(
    get,
    path = "/api/v1/practices",
    tag = "Profile",
    responses((status = 200, description = "The practices.", body = Practices)),
    security(("session" = [])),
)]
pub(crate) async fn practices(State(portal): State<Portal>, ApiAsker(who): ApiAsker) -> Result<Json<Practices>, Face> {
    let places = practices_to_choose(&portal.ports, &who).await?;
    let place =
        |(practice, member): (practice_domain::practice::Practice, practice_domain::member::Member)| PracticePlace {
            id: practice.id.to_string(),
            name: practice.name.to_string(),
            kind: member.kind.into(),
            user_manager: member.user_manager,
            current: who.session().practice == Some(practice.id),
        };
    Ok(Json(Practices { practices: places.into_iter().map(place).collect() }))
}

/// Works in another practice from now on. The answer sets a new session's cookie.
#[utoipa::path(
    post,
    path = "/api/v1/practices/choose",
    tag = "Profile",
    request_body = Choice,
    responses(
        (status = 200, description = "The new session.", body = Session),
        (status = 404, description = "There is no such practice, or none that one may work in.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn choose(
    State(portal): State<Portal>,
    call: Call,
    ApiAsker(who): ApiAsker,
    Sent(sent): Sent<Choice>,
) -> Result<Response, Face> {
    let mut wrong = Wrong::default();
    let practice = Uuid::try_parse(&sent.practice).map_err(|_| wrong.note("wrong-value", "practice", "That is no id."));
    wrong.done()?;
    let practice = PracticeId(sure(practice.ok())?);
    let confirmed = choose_practice(&portal.ports, &who, practice).await?;
    succeeded(&portal, &confirmed, call).await
}

/// The session that takes the place of the one before.
async fn succeeded(portal: &Portal, confirmed: &Confirmed, call: Call) -> Result<Response, Face> {
    let who = authenticate(&portal.ports, &confirmed.cookie, call.origin).await??;
    let mut response = Json(view(portal, &who)).into_response();
    portal.set_secret(response.headers_mut(), Cookie::Session, &confirmed.cookie);
    Ok(response)
}

fn merge(account: &Account, sent: &ProfileChange) -> Result<ChangeProfile, Face> {
    let mut wrong = Wrong::default();
    let kept = |sent: &Option<String>, now: &str| sent.clone().unwrap_or_else(|| now.to_owned());
    let number = |phone: &Option<Phone>| phone.as_ref().map(|phone| phone.e164().to_owned()).unwrap_or_default();
    let name = wrong.name(&kept(&sent.first_name, account.name.first()), &kept(&sent.last_name, account.name.last()));
    let phones = wrong.phones(
        &kept(&sent.cell, &number(&account.phones.cell)),
        &kept(&sent.phone, &number(&account.phones.landline)),
    );
    let time_zone = match &sent.time_zone {
        None => account.time_zone.clone(),
        Some(text) => present::time_zone(text).unwrap_or_else(|words| {
            wrong.note("time-zone-unknown", "time_zone", words);
            None
        }),
    };
    wrong.done()?;
    Ok(ChangeProfile { name, phones, time_zone })
}

async fn shown(portal: &Portal, who: &SignedIn) -> Result<Json<Profile>, Face> {
    let account = account(portal, who).await?;
    let texts_stopped = texts_stopped(portal, &account).await?;
    let number = |phone: Option<Phone>| phone.map(|phone| phone.e164().to_owned());
    Ok(Json(Profile {
        email: account.email.as_typed().to_owned(),
        first_name: account.name.first().to_owned(),
        last_name: account.name.last().to_owned(),
        cell: number(account.phones.cell),
        texts_stopped,
        phone: number(account.phones.landline),
        time_zone: account.time_zone.as_ref().map(TimeZone::to_string),
    }))
}
