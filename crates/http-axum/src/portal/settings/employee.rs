use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::permit;
use practice_domain::employee::Employment;
use practice_domain::port::EmployeeRow;
use practice_domain::usecase::{
    AddEmployeeError, ChangeEmployee, DeactivateEmployeeError, change_employee, deactivate_employee,
    reactivate_employee,
};
use practice_domain::value::{EmployeeId, PersonName, Version};

use crate::door::{Admin, AdminForm, Fields, Held, Id};
use crate::flash::{Deed, Flash, Flashed, and_say};
use crate::page::{EmployeePage, KnownEmployee, Problems};
use crate::portal::page;
use crate::portal::settings::{AtWork, frame, row};
use crate::present;
use crate::refusal::{Face, sentence};
use crate::site::Portal;

/// `GET /settings/employees/{id}`, also for those who may only look.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Held(who): Held<permit::ViewUserAccounts>,
    Id(id): Id,
    flashed: Flashed,
) -> Result<Response, Face> {
    let row = row(&portal, &who, id).await?;
    let mut response = page(StatusCode::OK, &known(&portal, &who, &row, &flashed).await?)?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `POST /settings/employees/{id}`.
pub(crate) async fn change(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    let AdminForm { who, fields } = form;
    let row = row(&portal, &who, id).await?;
    let (status, problems) = match read(&portal, &fields) {
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        Ok((name, employment)) => {
            let seen = Some(Version(fields.text("version").parse().unwrap_or(u32::MAX)));
            let cmd = ChangeEmployee { employee: row.employee.id, seen, name, employment };
            match change_employee(&portal.ports, &who, cmd).await {
                Ok(()) => return Ok(and_say(&portal, "/settings/employees", Flash::Staff(Deed::Changed, id))),
                Err(error) => problem(error)?,
            }
        }
    };
    let mut again = known(&portal, &who, &row, &Flashed(None)).await?;
    if status != StatusCode::PRECONDITION_FAILED {
        again = keep(again, &fields);
    }
    again.chrome.problems = problems;
    page(status, &again)
}

/// `GET /settings/employees/{id}/deactivate`: the question.
pub(crate) async fn ask(State(portal): State<Portal>, Admin(who): Admin, Id(id): Id) -> Result<Response, Face> {
    let row = row(&portal, &who, id).await?;
    let edit = known(&portal, &who, &row, &Flashed(None)).await?;
    page(StatusCode::OK, &EmployeePage { asks_deactivate: row.employee.active, ..edit })
}

/// `POST /settings/employees/{id}/deactivate` (`EMP-3`).
pub(crate) async fn deactivate(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    match deactivate_employee(&portal.ports, &form.who, EmployeeId(id)).await {
        Ok(done) => {
            portal.release(&form.who, done.seat).await;
            Ok(and_say(&portal, "/settings/employees", Flash::Staff(Deed::Left(done.word), id)))
        }
        Err(
            error @ (DeactivateEmployeeError::AboveYourself
            | DeactivateEmployeeError::LastOwner
            | DeactivateEmployeeError::LastUserManager(_)),
        ) => {
            let row = row(&portal, &form.who, id).await?;
            let mut edit = known(&portal, &form.who, &row, &Flashed(None)).await?;
            let face = Face::from(error);
            edit.chrome.problems = Problems::one("main", &face.sentence);
            page(face.status, &edit)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /settings/employees/{id}/reactivate`.
pub(crate) async fn reactivate(State(portal): State<Portal>, Id(id): Id, form: AdminForm) -> Result<Response, Face> {
    reactivate_employee(&portal.ports, &form.who, EmployeeId(id)).await?;
    Ok(and_say(&portal, &format!("/settings/employees/{id}"), Flash::Staff(Deed::Back, id)))
}

/// The page of an employee, as stored.
async fn known(portal: &Portal, who: &impl AtWork, row: &EmployeeRow, flashed: &Flashed) -> Result<EmployeePage, Face> {
    let employee = &row.employee;
    let (chrome, _) = frame(portal, who, flashed).await?;
    Ok(EmployeePage {
        chrome,
        known: Some(KnownEmployee {
            id: employee.id.to_string(),
            name: present::called(row),
            version: employee.version.0.to_string(),
            active: employee.active,
            account: present::account_state(&portal.calendar, row, portal.ports.clock.now()),
        }),
        first: employee.name.first().to_owned(),
        last: employee.name.last().to_owned(),
        employed: employee.employment == Employment::Employed,
        ends_on: employee.employment.until().map(|until| portal.calendar.last_day(until)).unwrap_or_default(),
        active: employee.active,
        asks_deactivate: false,
    })
}

/// What the form of an employee says.
pub(super) fn read(portal: &Portal, fields: &Fields) -> Result<(PersonName, Employment), Problems> {
    let mut problems = Problems::default();
    for (field, first, last) in [("first", fields.text("first"), ""), ("last", "", fields.text("last"))] {
        if let Err(why) = PersonName::parse(first, last) {
            problems.add(field, &sentence(&why));
        }
    }
    let name = PersonName::parse(fields.text("first"), fields.text("last")).unwrap_or_default();
    let day = fields.text("ends").trim();
    let until = (!day.is_empty()).then(|| portal.calendar.end_of_day(day));
    if until == Some(None) {
        problems.add("ends", "Enter a day like 2026-06-30.");
    }
    let employment = match fields.ticked("employed") {
        true => Employment::Employed,
        false => Employment::Consultant { until: until.flatten() },
    };
    if problems.is_empty() { Ok((name, employment)) } else { Err(problems) }
}

/// A refusal that the form can show.
pub(super) fn problem(error: AddEmployeeError) -> Result<(StatusCode, Problems), Face> {
    let field = match error {
        AddEmployeeError::NoSuchEmployee | AddEmployeeError::Fault(_) => return Err(error.into()),
        AddEmployeeError::NoName(_) | AddEmployeeError::Changed => "first",
        AddEmployeeError::Manages => "ends",
    };
    let face = Face::from(error);
    Ok((face.status, Problems::one(field, &face.sentence)))
}

/// What was typed stays in the fields.
pub(super) fn keep(page: EmployeePage, fields: &Fields) -> EmployeePage {
    let typed = |name| fields.again(name);
    EmployeePage { first: typed("first"), last: typed("last"), ends_on: typed("ends"), ..page }
}
