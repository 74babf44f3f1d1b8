use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Administrator, permit};
use practice_domain::port::EmployeeQuery;
use practice_domain::usecase::{AddEmployee, add_employee, export_employees};

use crate::cursor;
use crate::door::{Admin, AdminForm, Held};
use crate::download;
use crate::flash::{Deed, Flash, Flashed, and_say};
use crate::page::{EmployeeFilter, EmployeePage, EmployeesPage, Nav};
use crate::portal::page;
use crate::portal::settings::code_word::first_confirm;
use crate::portal::settings::employee::{keep, problem, read};
use crate::portal::settings::{frame, next, roles_of};
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /settings/employees` (`EMP-1`), also for those who may only look.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Held(who): Held<permit::ViewUserAccounts>,
    Query(query): Query<Vec<(String, String)>>,
    flashed: Flashed,
) -> Result<Response, Face> {
    let text = |name: &str| query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let show = EmployeeFilter::parse(text("show"));
    let active = match show {
        EmployeeFilter::Active => Some(true),
        EmployeeFilter::Inactive => Some(false),
        EmployeeFilter::All => None,
    };
    let after = cursor::read_employee(text("page"));
    let wanted = EmployeeQuery { practice: who.practice().id, active, after, size: PAGE };
    let found = portal.ports.reader.employees(&wanted).await?;
    let (roles, now) = (roles_of(&portal, &who).await?, portal.ports.clock.now());
    let (chrome, proposes_rotation) = frame(&portal, &who, &flashed).await?;
    let line = |row| present::employee_line(&portal.calendar, &roles, row, now);
    let employees = EmployeesPage {
        chrome,
        show,
        employees: found.rows.iter().map(line).collect(),
        next: next(&format!("/settings/employees?show={}", show.code()), found.after.as_ref()),
        proposes_rotation,
    };
    let mut response = page(StatusCode::OK, &employees)?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `GET /settings/employees/export`: the list as a file, after the password (SE-08).
pub(crate) async fn export(
    State(portal): State<Portal>,
    Held(who): Held<permit::ExportPeople>,
) -> Result<Response, Face> {
    let Ok(fresh) = who.fresh() else { return Ok(first_confirm("/settings/employees/export")) };
    let export = export_employees(&portal.ports, &fresh).await?;
    Ok(download::csv(&portal, export, download::EMPLOYEES))
}

/// `GET /settings/employees/add`.
pub(crate) async fn blank(State(portal): State<Portal>, Admin(who): Admin) -> Result<Response, Face> {
    page(StatusCode::OK, &empty(&portal, &who))
}

/// `POST /settings/employees`: somebody who is not on the payroll; those who are come with their accounts (`EMP-1`).
pub(crate) async fn add(State(portal): State<Portal>, form: AdminForm) -> Result<Response, Face> {
    let AdminForm { who, fields } = form;
    let (status, problems) = match read(&portal, &fields) {
        Err(problems) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        Ok((name, employment)) => {
            let cmd = AddEmployee { name, employment, active: fields.ticked("active") };
            match add_employee(&portal.ports, &who, cmd).await {
                Ok(id) => {
                    let flash = Flash::Staff(Deed::Added, id.0);
                    return Ok(and_say(&portal, &format!("/settings/employees/{id}"), flash));
                }
                Err(error) => problem(error)?,
            }
        }
    };
    let mut blank = keep(empty(&portal, &who), &fields);
    blank.active = fields.ticked("active");
    blank.chrome.problems = problems;
    page(status, &blank)
}

fn empty(portal: &Portal, who: &Administrator) -> EmployeePage {
    EmployeePage {
        chrome: present::chrome(portal, who.person(), Nav::Settings),
        known: None,
        first: String::new(),
        last: String::new(),
        employed: false,
        ends_on: String::new(),
        active: true,
        asks_deactivate: false,
    }
}

/// Rows on a page.
pub(super) const PAGE: u16 = 50;
