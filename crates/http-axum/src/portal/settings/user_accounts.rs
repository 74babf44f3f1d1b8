use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::permit;
use practice_domain::port::{EmployeeMark, EmployeeQuery};
use practice_domain::value::Word;

use crate::cursor;
use crate::door::Held;
use crate::flash::Flashed;
use crate::page::UserAccountsPage;
use crate::portal::page;
use crate::portal::settings::employees::PAGE;
use crate::portal::settings::{AtWork, frame, next, roles_of};
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /settings/user-accounts` (`EMP-2`), also for those who may only look.
pub(crate) async fn show(
    State(portal): State<Portal>,
    Held(who): Held<permit::ViewUserAccounts>,
    Query(query): Query<Vec<(String, String)>>,
    flashed: Flashed,
) -> Result<Response, Face> {
    let after = query.iter().find(|(name, _)| name == "page").and_then(|(_, mark)| cursor::read_employee(mark));
    list(&portal, &who, after, &flashed, None).await
}

/// The list; with the code word above it, where it was asked for.
pub(super) async fn list(
    portal: &Portal,
    who: &impl AtWork,
    after: Option<EmployeeMark>,
    flashed: &Flashed,
    word: Option<Word>,
) -> Result<Response, Face> {
    let wanted = EmployeeQuery { practice: who.practice().id, active: Some(true), after, size: PAGE };
    let found = portal.ports.reader.employees(&wanted).await?;
    let (roles, now) = (roles_of(portal, who).await?, portal.ports.clock.now());
    let (chrome, proposes_rotation) = frame(portal, who, flashed).await?;
    let accounts = UserAccountsPage {
        chrome,
        texts_word: who.practice().policy().code_word.by_text,
        code_word: word.map(|word| word.expose().to_owned()),
        users: found.rows.iter().map(|row| present::user_line(&portal.calendar, &roles, row, now)).collect(),
        next: next("/settings/user-accounts", found.after.as_ref()),
        proposes_rotation,
    };
    let mut response = page(StatusCode::OK, &accounts)?;
    flashed.told(portal, response.headers_mut());
    Ok(response)
}
