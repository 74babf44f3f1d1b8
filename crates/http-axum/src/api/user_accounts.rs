use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use practice_domain::access::permit;
use practice_domain::code_word;
use practice_domain::member::Role;
use practice_domain::port::UserAccount;
use practice_domain::usecase::{
    ActivateEmployee, Activated, AssignRole, CannotGrant, ResetPasswordOfError, activate_employee, assign_role,
    deactivate_user_account, record_code_word_told, resemblance_of_login, reset_password_of, reset_second_factor,
    rotate_code_word,
};
use practice_domain::value::EmployeeId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::{Sent, Wrong, sure};
use crate::api::employees::{Left, row};
use crate::door::{ApiAdmin, ApiHeld, Id};
use crate::refusal::Face;
use crate::site::Portal;

/// What a user account begins with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUserAccount {
    #[schema(max_length = 254)]
    email: String,
    /// Where the code word goes.
    cell: String,
    /// The code of a predefined role, or the id of a copy.
    role: String,
    /// Whether the address is right although it looks like another one.
    #[serde(default)]
    confirm: bool,
}

/// What was sent, if anything was. The code word is never among it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct LinkOnItsWay {
    outcome: LinkOutcome,
    /// Whether a text with the code word is on its way; otherwise somebody must say it in person or by phone.
    texted: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LinkOutcome {
    Sent,
    /// They had an account here before, and may work again with the password that they have.
    Restored,
    /// There was nothing to do.
    Already,
}

/// A member's role.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleGiven {
    /// The code of a predefined role, or the id of a copy.
    role: String,
}

/// How somebody was told the code word.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeWordTold {
    how: ToldHow,
}

/// In person or by phone; in writing is not a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ToldHow {
    InPerson,
    ByPhone,
}

/// The practice has another code word, which no answer holds.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct CodeWordRotated {
    /// Counts the words.
    serial: u32,
}

/// Gives an active employee a user account, or gives one back that was taken away (`EMP-2`).
#[utoipa::path(
    put,
    path = "/api/v1/practices/{practice}/employees/{id}/user-account",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The employee.")),
    request_body = NewUserAccount,
    responses(
        (status = 200, description = "What came of it.", body = LinkOnItsWay),
        (status = 409, description = "The employee is not active or has ended, or the address is another member's or looks like another one.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many links of late.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn activate(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
    Sent(sent): Sent<NewUserAccount>,
) -> Result<Json<LinkOnItsWay>, Face> {
    let row = row(&portal, who.practice().id, id).await?;
    let mut wrong = Wrong::default();
    let email = wrong.email("email", &sent.email);
    let cell = wrong.phones(&sent.cell, "").cell;
    if cell.is_none() && sent.cell.trim().is_empty() {
        wrong.note("phone-invalid", "cell", "A cell phone number is needed: the code word goes there.");
    }
    wrong.done()?;
    let role = role(&sent.role)?;
    let email = sure(email)?;
    if !sent.confirm
        && let Some(like) = resemblance_of_login(&portal.ports, who.practice().id, &row.user, &email).await?
    {
        return Err(Face::look_alike(&like, who.person().is_user_manager()));
    }
    let cmd = ActivateEmployee { employee: EmployeeId(id), email, cell: sure(cell)?, role };
    let (outcome, texted) = match activate_employee(&portal.ports, &who, cmd).await? {
        Activated::Sent { texted } => (LinkOutcome::Sent, texted),
        Activated::Restored => (LinkOutcome::Restored, false),
        Activated::Already => (LinkOutcome::Already, false),
    };
    Ok(Json(LinkOnItsWay { outcome, texted }))
}

/// Takes a user account away; the employee stays in use (`EMP-3`).
#[utoipa::path(
    delete,
    path = "/api/v1/practices/{practice}/employees/{id}/user-account",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The employee.")),
    responses(
        (status = 200, description = "They cannot work in the practice any more.", body = Left),
        (status = 409, description = "The practice needs an Owner and a User Manager.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn deactivate(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
) -> Result<Json<Left>, Face> {
    let gone = deactivate_user_account(&portal.ports, &who, EmployeeId(id)).await?;
    portal.release(&who, gone.seat).await;
    Ok(Json(gone.word.into()))
}

/// Sends a reset link, or the setup link again, by email, and the code word by text (`EMP-4`).
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/employees/{id}/user-account/reset",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The employee.")),
    responses(
        (status = 200, description = "A link is on its way.", body = LinkOnItsWay),
        (status = 409, description = "There is no account, or it is not active.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many links of late.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn reset(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
) -> Result<Json<LinkOnItsWay>, Face> {
    let sent = reset_password_of(&portal.ports, &who, EmployeeId(id)).await?;
    Ok(Json(LinkOnItsWay { outcome: LinkOutcome::Sent, texted: sent.texted }))
}

/// Resets the authenticator app of somebody who has lost it (`SESS-3`); they are told by mail. What the policy asks for stays. Needs a
/// fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    delete,
    path = "/api/v1/practices/{practice}/employees/{id}/user-account/second-factor",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The employee.")),
    responses(
        (status = 204, description = "There is none any more."),
        (status = 409, description = "There is no account.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn reset_factor(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
) -> Result<StatusCode, Face> {
    let row = row(&portal, who.practice().id, id).await?;
    let fresh = who.fresh()?;
    let UserAccount::Member { member, .. } = row.user else { return Err(ResetPasswordOfError::NoAccount.into()) };
    reset_second_factor(&portal.ports, &fresh, member).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a member another role (`ROLE-2`). Owners are made and unmade with a fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    put,
    path = "/api/v1/practices/{practice}/employees/{id}/user-account/role",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The employee.")),
    request_body = RoleGiven,
    responses(
        (status = 200, description = "The role that the member has now.", body = RoleGiven),
        (status = 409, description = "There is no account, or the practice needs an Owner.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn give_role(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
    Sent(sent): Sent<RoleGiven>,
) -> Result<Json<RoleGiven>, Face> {
    let UserAccount::Member { member, .. } = row(&portal, who.practice().id, id).await?.user else {
        return Err(ResetPasswordOfError::NoAccount.into());
    };
    let given = assign_role(&portal.ports, &who, AssignRole { member, role: role(&sent.role)? }).await?;
    Ok(Json(RoleGiven { role: given.role.to_string() }))
}

/// Records that an employee was told the code word (`CODE-2`).
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/employees/{id}/code-word-told",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The employee.")),
    request_body = CodeWordTold,
    responses((status = 204, description = "It is recorded.")),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn told(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
    Sent(sent): Sent<CodeWordTold>,
) -> Result<StatusCode, Face> {
    let how = match sent.how {
        ToldHow::InPerson => code_word::Told::InPerson,
        ToldHow::ByPhone => code_word::Told::ByPhone,
    };
    record_code_word_told(&portal.ports, &who, EmployeeId(id), how).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives the practice another code word (`CODE-1`, `CODE-3`). Needs a fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/code-word/rotate",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice.")),
    responses((status = 200, description = "The old word is dead.", body = CodeWordRotated)),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn rotate(
    State(portal): State<Portal>,
    ApiHeld(who): ApiHeld<permit::UseCodeWord>,
) -> Result<Json<CodeWordRotated>, Face> {
    let rotated = rotate_code_word(&portal.ports, &who.fresh()?).await?;
    Ok(Json(CodeWordRotated { serial: rotated.serial }))
}

fn role(code: &str) -> Result<Role, Face> {
    Role::with_code(code).ok_or_else(|| CannotGrant::NoSuchRole.into())
}
