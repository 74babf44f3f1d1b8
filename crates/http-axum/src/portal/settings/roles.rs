use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::Administrator;
use practice_domain::member::Role;
use practice_domain::port::Fault;
use practice_domain::role::Roles;

use crate::door::Admin;
use crate::flash::{Flash, Flashed, RoleDeed};
use crate::page::{Chrome, Nav, RoleLine, RolesPage};
use crate::portal::page;
use crate::portal::settings::roles_of;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// `GET /settings/roles` (`ROLE-1`).
pub(crate) async fn show(State(portal): State<Portal>, Admin(who): Admin, flashed: Flashed) -> Result<Response, Face> {
    let roles = roles_of(&portal, &who).await?;
    let chrome = frame(&portal, &who, &roles, &flashed);
    let mut lines = Vec::new();
    for role in roles.all() {
        lines.push(line(&portal, &who, &roles, role).await?);
    }
    let mut response = page(StatusCode::OK, &RolesPage { chrome, roles: lines })?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// A role, with how many have it.
pub(super) async fn line(portal: &Portal, who: &Administrator, roles: &Roles, role: Role) -> Result<RoleLine, Fault> {
    let people = portal.ports.store.in_role(who.practice().id, role).await?;
    Ok(present::role_line(roles, role, people))
}

/// The frame, with what is to be said once.
pub(super) fn frame(portal: &Portal, who: &Administrator, roles: &Roles, flashed: &Flashed) -> Chrome {
    let toast = match flashed.0 {
        Some(Flash::Role(deed, role)) => Some(said(deed, &present::role_name(roles, role))),
        _ => None,
    };
    Chrome { toast, ..present::chrome(portal, who.person(), Nav::Settings) }
}

/// What was done, in words.
fn said(deed: RoleDeed, name: &str) -> String {
    match deed {
        RoleDeed::Added(permission) => format!("{} added to {name}.", permission.name()),
        RoleDeed::Removed(permission) => format!("{} removed from {name}.", permission.name()),
        RoleDeed::Copied => format!("{name} is there now. Choose what it includes, and give it to people."),
        RoleDeed::Renamed => format!("The role is called {name} now."),
        RoleDeed::Unchanged => "Nothing was changed.".to_owned(),
        RoleDeed::Gone => "The role is removed.".to_owned(),
    }
}
