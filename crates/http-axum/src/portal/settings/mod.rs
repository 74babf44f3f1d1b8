//! Settings: employees, user accounts, roles and the code word.

pub(super) mod audit;
pub(super) mod code_word;
pub(super) mod employee;
pub(super) mod employees;
pub(super) mod import;
mod naming;
pub(super) mod role;
pub(super) mod roles;
mod said;
pub(super) mod second_factor;
pub(super) mod security;
pub(super) mod sessions;
pub(super) mod user_account;
pub(super) mod user_accounts;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::{Administrator, Holder, Permit, SignedIn, permit};
use practice_domain::port::{EmployeeMark, EmployeeRow, Fault};
use practice_domain::practice::Practice;
use practice_domain::role::Roles;
use practice_domain::value::EmployeeId;
use uuid::Uuid;

use crate::door::Held;
use crate::flash::{Flash, Flashed};
use crate::page::{Chrome, Nav, SettingsPage};
use crate::portal::page;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// Somebody whose role opens a part of Settings, whatever else it lets them do there.
trait AtWork: Sync {
    fn person(&self) -> &SignedIn;
    fn practice(&self) -> &Practice;
}

impl AtWork for Administrator {
    fn person(&self) -> &SignedIn {
        self.person()
    }

    fn practice(&self) -> &Practice {
        self.practice()
    }
}

impl<P: Permit> AtWork for Holder<P> {
    fn person(&self) -> &SignedIn {
        self.person()
    }

    fn practice(&self) -> &Practice {
        self.practice()
    }
}

/// `GET /settings`.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Held(who): Held<permit::ChangeSettings>,
) -> Result<Response, Face> {
    page(StatusCode::OK, &SettingsPage { chrome: present::chrome(&portal, who.person(), Nav::Settings) })
}

/// The frame, with what is to be said once, and whether a rotation of the code word is proposed (`EMP-3`).
async fn frame(portal: &Portal, who: &impl AtWork, flashed: &Flashed) -> Result<(Chrome, bool), Fault> {
    let mut chrome = present::chrome(portal, who.person(), Nav::Settings);
    let Some(Flash::Staff(deed, id)) = flashed.0 else { return Ok((chrome, false)) };
    let row = portal.ports.reader.employee_row(who.practice().id, EmployeeId(id)).await?;
    let name = row.as_ref().map_or_else(|| "That person".to_owned(), present::called);
    chrome.toast = Some(said::words(deed, &name));
    Ok((chrome, said::proposes_rotation(deed)))
}

/// An employee of this practice, with their user account.
async fn row(portal: &Portal, who: &impl AtWork, id: Uuid) -> Result<EmployeeRow, Face> {
    let found = portal.ports.reader.employee_row(who.practice().id, EmployeeId(id)).await?;
    found.ok_or_else(Face::not_found)
}

/// The roles of the practice.
async fn roles_of(portal: &Portal, who: &impl AtWork) -> Result<Roles, Fault> {
    Ok(Roles::of(portal.ports.store.roles(who.practice().id).await?))
}

/// The address of the next page of a list.
fn next(path: &str, after: Option<&EmployeeMark>) -> Option<String> {
    let mark = crate::cursor::write_employee(after?);
    let joint = if path.contains('?') { '&' } else { '?' };
    Some(format!("{path}{joint}page={mark}"))
}
