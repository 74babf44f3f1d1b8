//! Roles: what they list, and who has what (`ROLE-1`, `ROLE-2`).

use axum::Json;
use axum::extract::State;
use axum::http::header::ETAG;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use practice_domain::access::Administrator;
use practice_domain::member::Role;
use practice_domain::port::Fault;
use practice_domain::role::{self, Permissions, Roles};
use practice_domain::usecase::{
    CannotGrant, CopyRole, EditRole, RenameRole, RenameRoleError, copy_role, edit_role, remove_role, rename_role,
};
use practice_domain::value::RoleName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::body::{Sent, Wrong, sure};
use crate::api::person::version_required;
use crate::door::{ApiAdmin, RoleNamed};
use crate::page::RoleOrigin;
use crate::present;
use crate::refusal::Face;
use crate::site::Portal;

/// The roles of a practice, and all that a role may list.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct RoleList {
    roles: Vec<RoleShape>,
    permissions: Vec<PermissionShape>,
}

/// A role.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct RoleShape {
    /// The code of a predefined role, or the id of a copy.
    role: String,
    name: String,
    origin: Origin,
    /// The codes of what it lists.
    permissions: Vec<String>,
    /// Those of them that have an effect: nothing that they need is missing.
    effective: Vec<String>,
    /// How many people of the practice have it.
    people: usize,
}

/// Where a role comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Origin {
    Predefined,
    /// Predefined, and edited by the practice.
    Edited,
    Copied,
}

/// Something that a role may list.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct PermissionShape {
    code: String,
    name: String,
    /// `general`, `communication`, `appointment`, `analytics`, `payments` or `forms`.
    group: String,
    /// The permission without which it has no effect.
    blocked_by: Option<String>,
}

/// A new role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRole {
    /// The role that it begins as: the code of a predefined role, or the id of a copy.
    of: String,
    #[schema(max_length = 60)]
    name: String,
}

/// What a role is to list besides, and what no more; two who edit one role at once undo nothing of each other's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleEdit {
    /// Codes of permissions. What is in both lists is added.
    #[serde(default)]
    add: Vec<String>,
    /// Codes of permissions.
    #[serde(default)]
    remove: Vec<String>,
}

/// What a copy is called.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleCalled {
    #[schema(max_length = 60)]
    name: String,
}

/// The roles of the practice: the predefined ones, then its copies by name (`ROLE-1`).
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/roles",
    tag = "Roles",
    params(("practice" = Uuid, Path, description = "The caller's practice.")),
    responses((status = 200, description = "The roles, and every permission.", body = RoleList)),
    security(("session" = [])),
)]
pub(crate) async fn list(State(portal): State<Portal>, ApiAdmin(who): ApiAdmin) -> Result<Json<RoleList>, Face> {
    let stored = stored(&portal, &who).await?;
    let mut roles = Vec::new();
    for role in stored.all() {
        roles.push(shape(&portal, &who, &stored, role).await?);
    }
    let permissions = role::Permission::ALL.iter().map(|one| PermissionShape {
        code: one.code().to_owned(),
        name: one.name().to_owned(),
        group: one.group().code().to_owned(),
        blocked_by: one.blocked_by().map(|parent| parent.code().to_owned()),
    });
    Ok(Json(RoleList { roles, permissions: permissions.collect() }))
}

/// Copies a role under a new name (`ROLE-1`). Nobody copies what they have not (`ROLE-2`).
#[utoipa::path(
    post,
    path = "/api/v1/practices/{practice}/roles",
    tag = "Roles",
    params(("practice" = Uuid, Path, description = "The caller's practice.")),
    request_body = NewRole,
    responses(
        (status = 201, description = "The copy.", body = RoleShape, headers(("ETag" = String))),
        (status = 409, description = "A role has this name, or there are too many.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn copy(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    Sent(sent): Sent<NewRole>,
) -> Result<Response, Face> {
    let mut wrong = Wrong::default();
    let name = called(&mut wrong, &sent.name);
    wrong.done()?;
    let of = Role::with_code(&sent.of).ok_or(CannotGrant::NoSuchRole)?;
    let id = copy_role(&portal.ports, &who, CopyRole { of, name: sure(name)? }).await?;
    Ok((StatusCode::CREATED, answer(&portal, &who, Role::Copied(id)).await?).into_response())
}

/// One role. The answer of one that the practice has edited or copied carries an `ETag`.
#[utoipa::path(
    get,
    path = "/api/v1/practices/{practice}/roles/{role}",
    tag = "Roles",
    params(
        ("practice" = Uuid, Path, description = "The caller's practice."),
        ("role" = String, Path, description = "The code of a predefined role, or the id of a copy."),
    ),
    responses((status = 200, description = "The role.", body = RoleShape, headers(("ETag" = String)))),
    security(("session" = [])),
)]
pub(crate) async fn show(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    RoleNamed(role): RoleNamed,
) -> Result<Response, Face> {
    answer(&portal, &who, role).await
}

/// Lets a role list something else, from the next request on of whoever has it (`ROLE-1`). Nobody gives what they have not, or changes
/// a role that may do more than they (`ROLE-2`).
#[utoipa::path(
    patch,
    path = "/api/v1/practices/{practice}/roles/{role}",
    tag = "Roles",
    params(
        ("practice" = Uuid, Path, description = "The caller's practice."),
        ("role" = String, Path, description = "The code of a predefined role, or the id of a copy."),
    ),
    request_body = RoleEdit,
    responses(
        (status = 200, description = "The role as it is now.", body = RoleShape, headers(("ETag" = String))),
        (status = 409, description = "The Owner role always has every permission.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn edit(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    RoleNamed(role): RoleNamed,
    Sent(sent): Sent<RoleEdit>,
) -> Result<Response, Face> {
    stored(&portal, &who).await?.listed(role).ok_or_else(Face::not_found)?;
    let mut wrong = Wrong::default();
    let (add, remove) = (listed(&mut wrong, "add", &sent.add), listed(&mut wrong, "remove", &sent.remove));
    wrong.done()?;
    edit_role(&portal.ports, &who, EditRole { role, add, remove }).await?;
    answer(&portal, &who, role).await
}

/// Gives a copy another name (`ROLE-1`); predefined roles keep theirs.
#[utoipa::path(
    put,
    path = "/api/v1/practices/{practice}/roles/{role}/name",
    tag = "Roles",
    params(
        ("practice" = Uuid, Path, description = "The caller's practice."),
        ("role" = String, Path, description = "The id of a copy."),
        ("If-Match" = String, Header, description = "The `ETag` of what was read, or `*`.",
            pattern = r##"^(\*|(W/)?"[!#-+.-~-]*"( *, *(W/)?"[!#-+.-~-]*")*)$"##),
    ),
    request_body = RoleCalled,
    responses(
        (status = 200, description = "The role as it is now.", body = RoleShape, headers(("ETag" = String))),
        (status = 409, description = "A role has this name.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 412, description = "Somebody else changed the role since.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
        (status = 428, description = "There is no `If-Match`.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn rename(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    RoleNamed(role): RoleNamed,
    headers: HeaderMap,
    Sent(sent): Sent<RoleCalled>,
) -> Result<Response, Face> {
    let Role::Copied(id) = role else { return Err(Face::not_found()) };
    let version = stored(&portal, &who).await?.definition(role).map(|one| one.version).ok_or_else(Face::not_found)?;
    let seen = version_required(&headers, version)?.ok_or(RenameRoleError::Changed)?;
    let mut wrong = Wrong::default();
    let name = called(&mut wrong, &sent.name);
    wrong.done()?;
    rename_role(&portal.ports, &who, RenameRole { role: id, seen: Some(seen), name: sure(name)? }).await?;
    answer(&portal, &who, role).await
}

/// Removes a copy that nobody has (`ROLE-1`).
#[utoipa::path(
    delete,
    path = "/api/v1/practices/{practice}/roles/{role}",
    tag = "Roles",
    params(
        ("practice" = Uuid, Path, description = "The caller's practice."),
        ("role" = String, Path, description = "The id of a copy."),
    ),
    responses(
        (status = 204, description = "It is gone."),
        (status = 409, description = "Somebody has it.",
            body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
    security(("session" = [], "csrf" = [])),
)]
pub(crate) async fn remove(
    State(portal): State<Portal>,
    ApiAdmin(who): ApiAdmin,
    RoleNamed(role): RoleNamed,
) -> Result<StatusCode, Face> {
    let Role::Copied(id) = role else { return Err(Face::not_found()) };
    stored(&portal, &who).await?.definition(role).ok_or_else(Face::not_found)?;
    remove_role(&portal.ports, &who, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn stored(portal: &Portal, who: &Administrator) -> Result<Roles, Fault> {
    Ok(Roles::of(portal.ports.store.roles(who.practice().id).await?))
}

async fn answer(portal: &Portal, who: &Administrator, role: Role) -> Result<Response, Face> {
    let roles = stored(portal, who).await?;
    roles.listed(role).ok_or_else(Face::not_found)?;
    let body = Json(shape(portal, who, &roles, role).await?);
    Ok(match roles.definition(role) {
        Some(one) => ([(ETAG, format!("\"{}\"", one.version.0))], body).into_response(),
        None => body.into_response(),
    })
}

async fn shape(portal: &Portal, who: &Administrator, roles: &Roles, role: Role) -> Result<RoleShape, Fault> {
    let people = portal.ports.store.in_role(who.practice().id, role).await?;
    let line = present::role_line(roles, role, people);
    let codes = |some: Permissions| some.iter().map(|one| one.code().to_owned()).collect();
    let listed = roles.listed(role).unwrap_or_default();
    Ok(RoleShape {
        role: line.code,
        name: line.name,
        origin: match line.origin {
            RoleOrigin::Predefined => Origin::Predefined,
            RoleOrigin::Edited => Origin::Edited,
            RoleOrigin::Copied => Origin::Copied,
        },
        permissions: codes(listed),
        effective: codes(listed.effective()),
        people,
    })
}

fn called(wrong: &mut Wrong, name: &str) -> Option<RoleName> {
    let fits = name.chars().count() <= LONGEST;
    let read = if fits { RoleName::parse(name) } else { Err(practice_domain::value::NameError::TooLong) };
    read.map_err(|why| wrong.note("name-invalid", "name", crate::refusal::sentence(&why))).ok()
}

fn listed(wrong: &mut Wrong, field: &'static str, codes: &[String]) -> Permissions {
    let found: Permissions = codes.iter().filter_map(|code| role::Permission::with_code(code)).collect();
    if let Some(code) = codes.iter().find(|code| role::Permission::with_code(code).is_none()) {
        wrong.note("no-such-permission", field, format!("There is no permission {code:?}."));
    }
    found
}

/// What the document says that a name may hold, spaces around it included.
const LONGEST: usize = 60;
