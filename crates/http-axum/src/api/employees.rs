use axum::Json;
use axum::extract::{Query, State};
use axum::http::header::ETAG;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use practice_domain::access::permit;
use practice_domain::employee;
use practice_domain::port::{EmployeeQuery, EmployeeRow, UserAccount};
use practice_domain::usecase::{
    AddEmployee, AddEmployeeError, ChangeEmployee, NoWordByText, WordAfter, add_employee, change_employee,
    deactivate_employee, export_employees, no_word_by_text, reactivate_employee,
};
use practice_domain::value::{EmployeeId, PracticeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::body::{Sent, Wrong};
use crate::api::person::version_required;
use crate::cursor;
use crate::door::{ApiAdmin, ApiHeld, Id};
use crate::download;
use crate::page::AccountState;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// Which employees.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it only describes the parameters; they are read one by one")]
pub(crate) struct EmployeesParams {
    /// Only those in use, or only others.
    active: Option<bool>,
    /// Where to go on, from `next`; what is none begins at the start.
    cursor: Option<String>,
}

/// How somebody works for a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Employment {
    Employed,
    /// A consultant, an accountant, somebody remote.
    Other,
}

/// Somebody in the staff list, or what is to stand there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEmployee {
    #[serde(default)]
    #[schema(max_length = 64)]
    first_name: String,
    #[serde(default)]
    #[schema(max_length = 64)]
    last_name: String,
    employment: Employment,
    /// The last day of the user account of somebody who is not employed: `2026-06-30`.
    #[serde(default)]
    ends_on: Option<String>,
}

/// How a user account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AccountStatus {
    None,
    /// The setup link was sent.
    Pending,
    /// The setup link works no more.
    Expired,
    Active,
    Locked,
    /// An administrator took it away.
    Inactive,
    /// Its end date is past.
    Ended,
}

/// An employee, with their user account.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Employee {
    #[schema(format = Uuid)]
    id: String,
    first_name: String,
    last_name: String,
    employment: Employment,
    ends_on: Option<String>,
    active: bool,
    account: AccountStatus,
    email: Option<String>,
    /// The code of a predefined role, or the id of a copy.
    role: Option<String>,
    /// The person's id among the people of the practice, once they have set the account up.
    member: Option<String>,
    /// Why the code word does not reach them by text, where something is known: then say it in person or by phone. Not in lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    no_text: Option<NoText>,
}

/// Why the code word does not reach somebody by text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NoText {
    /// Somebody answered STOP from this number.
    Stopped,
    /// It is no number that we text.
    OutOfReach,
    /// The newest text did not arrive.
    Failed,
}

/// A page of employees.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Employees {
    employees: Vec<Employee>,
    /// The address of the next page, where there is one.
    next: Option<String>,
}

/// What becomes of the code word when somebody leaves who knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CodeWordAfter {
    Stays,
    RotationProposed,
    Rotated,
}

/// Somebody cannot work in the practice any more.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct Left {
    code_word: CodeWordAfter,
}

/// The employees of the practice, by name (`EMP-1`).
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/employees",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice."), EmployeesParams),
    responses((status = 200, description = "A page of employees.", body = Employees)),
    security(("session" = [])),
)]
pub(crate) async fn list(
    State(portal): State<Portal>,
    ApiHeld(who): ApiHeld<permit::ViewUserAccounts>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<Employees>, Face> {
    let text = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let mut wrong = Wrong::default();
    let active = match text("active") {
        None => None,
        Some("true") => Some(true),
        Some("false") => Some(false),
        Some(_) => {
            wrong.note("invalid-query", "active", "One of: true, false.");
            None
        }
    };
    wrong.done()?;
    let practice = who.practice().id;
    let after = text("cursor").and_then(cursor::read_employee);
    let found = portal.ports.reader.employees(&EmployeeQuery { practice, active, after, size: 50 }).await?;
    let kept = text("active").map(|active| format!("active={active}&")).unwrap_or_default();
    let link = |mark| format!("/api/v1/practices/{practice}/employees?{kept}cursor={}", cursor::write_employee(mark));
    Ok(Json(Employees {
        employees: found.rows.iter().map(|row| shape(&portal, row)).collect(),
        next: found.after.as_ref().map(link),
    }))
}

/// Every employee, active or not, as a CSV document that can be imported again. Needs a fresh sign-in: `POST /api/v1/session/confirm`.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/employees/export",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice.")),
    responses((status = 200, description = "The list.", body = String, content_type = "text/csv")),
    security(("session" = [])),
)]
pub(crate) async fn export(
    State(portal): State<Portal>,
    ApiHeld(who): ApiHeld<permit::ExportPeople>,
) -> Result<Response, Face> {
    let export = export_employees(&portal.ports, &who.fresh()?).await?;
    Ok(download::csv(&portal, export, download::EMPLOYEES))
}

/// Adds somebody to the staff list; they are in use from the start (`EMP-1`).
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/employees",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice.")),
    request_body = NewEmployee,
    responses((status = 201, description = "The employee.", body = Employee, headers(("ETag" = String)))),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn add(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Sent(sent): Sent<NewEmployee>,
) -> Result<Response, Face> {
    let (name, employment) = read(&portal, &sent)?;
    let id = add_employee(&portal.ports, &who, AddEmployee { name, employment, active: true }).await?;
    Ok((StatusCode::CREATED, answer(&portal, who.practice().id, id.0).await?).into_response())
}

/// One employee. The answer carries an `ETag`, to be sent back as `If-Match`.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/employees/{id}",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The employee.")),
    responses((status = 200, description = "The employee.", body = Employee, headers(("ETag" = String)))),
    security(("session" = [])),
)]
pub(crate) async fn show(
    State(portal): State<Portal>,
    ApiHeld(who): ApiHeld<permit::ViewUserAccounts>,
    Id(id): Id,
) -> Result<Response, Face> {
    answer(&portal, who.practice().id, id).await
}

/// Gives an employee this name and employment (`EMP-1`, `EMP-2`).
#[utoipa::path(
    put,
    path = "/api/v1/practices/{practice}/employees/{id}",
    tag = "Employees",
    params(
        ("practice" = Uuid, Path, description = "The caller's practice."),
        ("id" = Uuid, Path, description = "The employee."),
        ("If-Match" = String, Header, description = "The `ETag` of what was read, or `*`.",
            pattern = r##"^(\*|(W/)?"[!#-+.-~-]*"( *, *(W/)?"[!#-+.-~-]*")*)$"##),
    ),
    request_body = NewEmployee,
    responses(
        (status = 200, description = "The employee as changed.", body = Employee, headers(("ETag" = String))),
        (status = 409, description = "An Owner or User Manager has no end date.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 412, description = "Somebody else changed the employee since.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 428, description = "There is no `If-Match`.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn change(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
    headers: HeaderMap,
    Sent(sent): Sent<NewEmployee>,
) -> Result<Response, Face> {
    let row = row(&portal, who.practice().id, id).await?;
    let seen = version_required(&headers, row.employee.version)?.ok_or(AddEmployeeError::Changed)?;
    let (name, employment) = read(&portal, &sent)?;
    let cmd = ChangeEmployee { employee: row.employee.id, seen: Some(seen), name, employment };
    change_employee(&portal.ports, &who, cmd).await?;
    answer(&portal, who.practice().id, id).await
}

/// Takes an employee out of use, and their user account with them (`EMP-3`).
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/employees/{id}/deactivate",
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
    let gone = deactivate_employee(&portal.ports, &who, EmployeeId(id)).await?;
    portal.release(&who, gone.seat).await;
    Ok(Json(gone.word.into()))
}

/// Puts an employee back to use; their user account stays off (`EMP-1`).
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/employees/{id}/reactivate",
    tag = "Employees",
    params(("practice" = Uuid, Path, description = "The caller's practice."), ("id" = Uuid, Path, description = "The employee.")),
    responses((status = 200, description = "The employee.", body = Employee, headers(("ETag" = String)))),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn reactivate(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Id(id): Id,
) -> Result<Response, Face> {
    reactivate_employee(&portal.ports, &who, EmployeeId(id)).await?;
    answer(&portal, who.practice().id, id).await
}

pub(super) async fn row(portal: &Portal, practice: PracticeId, id: Uuid) -> Result<EmployeeRow, Face> {
    let found = portal.ports.reader.employee_row(practice, EmployeeId(id)).await?;
    found.ok_or_else(Face::not_found)
}

async fn answer(portal: &Portal, practice: PracticeId, id: Uuid) -> Result<Response, Face> {
    let row = row(portal, practice, id).await?;
    let tag = format!("\"{}\"", row.employee.version.0);
    let no_text = no_word_by_text(&portal.ports, practice, &row).await?.map(|why| match why {
        NoWordByText::Stopped => NoText::Stopped,
        NoWordByText::OutOfReach => NoText::OutOfReach,
        NoWordByText::Failed => NoText::Failed,
    });
    Ok(([(ETAG, tag)], Json(Employee { no_text, ..shape(portal, &row) })).into_response())
}

fn shape(portal: &Portal, row: &EmployeeRow) -> Employee {
    let employee = &row.employee;
    let (email, role, member) = match &row.user {
        UserAccount::None => (None, None, None),
        UserAccount::Pending { pending, .. } => (Some(&pending.email), Some(pending.role), None),
        UserAccount::Member { email, role, member, .. } => (Some(email), Some(*role), Some(member)),
    };
    Employee {
        id: employee.id.to_string(),
        first_name: employee.name.first().to_owned(),
        last_name: employee.name.last().to_owned(),
        employment: match employee.employment {
            employee::Employment::Employed => Employment::Employed,
            employee::Employment::Consultant { .. } => Employment::Other,
        },
        ends_on: employee.employment.until().map(|until| portal.calendar.last_day(until)),
        active: employee.active,
        account: match present::account_state(&portal.calendar, row, portal.ports.clock.now()) {
            AccountState::None | AccountState::Impossible => AccountStatus::None,
            AccountState::Pending(_) => AccountStatus::Pending,
            AccountState::Expired => AccountStatus::Expired,
            AccountState::Active => AccountStatus::Active,
            AccountState::Locked => AccountStatus::Locked,
            AccountState::Inactive => AccountStatus::Inactive,
            AccountState::Ended => AccountStatus::Ended,
        },
        email: email.map(|email| email.as_typed().to_owned()),
        role: role.map(|role| role.to_string()),
        member: member.map(ToString::to_string),
        no_text: None,
    }
}

fn read(
    portal: &Portal,
    sent: &NewEmployee,
) -> Result<(practice_domain::value::PersonName, employee::Employment), Face> {
    let mut wrong = Wrong::default();
    let name = wrong.name(&sent.first_name, &sent.last_name);
    let until = sent.ends_on.as_deref().map(|day| portal.calendar.end_of_day(day));
    if until == Some(None) {
        wrong.note("invalid-day", "ends_on", "A day like 2026-06-30.");
    }
    if until.is_some() && sent.employment == Employment::Employed {
        wrong.note("invalid-day", "ends_on", "Only somebody who is not employed has an end date.");
    }
    wrong.done()?;
    let employment = match sent.employment {
        Employment::Employed => employee::Employment::Employed,
        Employment::Other => employee::Employment::Consultant { until: until.flatten() },
    };
    Ok((name, employment))
}

impl From<WordAfter> for Left {
    fn from(word: WordAfter) -> Self {
        let code_word = match word {
            WordAfter::Stays => CodeWordAfter::Stays,
            WordAfter::RotationProposed => CodeWordAfter::RotationProposed,
            WordAfter::Rotated => CodeWordAfter::Rotated,
        };
        Self { code_word }
    }
}
