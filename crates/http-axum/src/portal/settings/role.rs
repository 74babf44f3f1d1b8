use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use practice_domain::access::Administrator;
use practice_domain::member::Role;
use practice_domain::role::{Permission, PermissionGroup, Permissions};
use practice_domain::usecase::{
    CannotGrant, CopyRole, EditRole, RenameRole, copy_role, edit_role, remove_role, rename_role,
};
use practice_domain::value::{RoleId, RoleName, Version};

use crate::door::{Admin, AdminForm, RoleNamed};
use crate::flash::{Flash, Flashed, RoleDeed, and_say};
use crate::next::encode;
use crate::page::{Problems, RolePage};
use crate::portal::page;
use crate::portal::settings::roles::{frame, line};
use crate::portal::settings::roles_of;
use crate::present::{self, Shown};
use crate::refusal::{Face, sentence};
use crate::site::Portal;

type Asked = Query<Vec<(String, String)>>;

/// `GET /settings/roles/{role}?c=general&q=…` (`ROLE-1`).
pub(crate) async fn show(
    State(portal): State<Portal>,
    Admin(who): Admin,
    RoleNamed(role): RoleNamed,
    query: Asked,
    flashed: Flashed,
) -> Result<Response, Face> {
    let editor = editor(&portal, &who, role, &shown(&query), &flashed).await?;
    let mut response = page(StatusCode::OK, &editor)?;
    flashed.told(&portal, response.headers_mut());
    Ok(response)
}

/// `POST /settings/roles/{role}/add` (`ROLE-1`, `ROLE-2`).
pub(crate) async fn add(
    State(portal): State<Portal>,
    RoleNamed(role): RoleNamed,
    query: Asked,
    form: AdminForm,
) -> Result<Response, Face> {
    let permission = permission(&form)?;
    let cmd = EditRole { role, add: permission.into(), remove: Permissions::NONE };
    edit(&portal, &form.who, cmd, &shown(&query), RoleDeed::Added(permission)).await
}

/// `POST /settings/roles/{role}/remove` (`ROLE-1`, `ROLE-2`).
pub(crate) async fn remove(
    State(portal): State<Portal>,
    RoleNamed(role): RoleNamed,
    query: Asked,
    form: AdminForm,
) -> Result<Response, Face> {
    let permission = permission(&form)?;
    let cmd = EditRole { role, add: Permissions::NONE, remove: permission.into() };
    edit(&portal, &form.who, cmd, &shown(&query), RoleDeed::Removed(permission)).await
}

/// `POST /settings/roles/{role}/copy` (`ROLE-1`).
pub(crate) async fn copy(
    State(portal): State<Portal>,
    RoleNamed(role): RoleNamed,
    form: AdminForm,
) -> Result<Response, Face> {
    let typed = form.fields.text("name").trim().to_owned();
    let outcome = match RoleName::parse(&typed) {
        Err(why) => Err(Face::new(StatusCode::UNPROCESSABLE_ENTITY, "name-invalid", sentence(&why))),
        Ok(name) => copy_role(&portal.ports, &form.who, CopyRole { of: role, name }).await.map_err(Face::from),
    };
    match outcome {
        Ok(id) => {
            let copied = Role::Copied(id);
            Ok(and_say(&portal, &address(copied), Flash::Role(RoleDeed::Copied, copied)))
        }
        Err(face) => again(&portal, &form.who, role, face, "name", |page| page.copy_name = typed).await,
    }
}

/// `POST /settings/roles/{role}/rename` (`ROLE-1`).
pub(crate) async fn rename(
    State(portal): State<Portal>,
    RoleNamed(role): RoleNamed,
    form: AdminForm,
) -> Result<Response, Face> {
    let id = own(role)?;
    let typed = form.fields.text("name").trim().to_owned();
    let seen = Some(Version(form.fields.text("version").parse().unwrap_or(u32::MAX)));
    let outcome = match RoleName::parse(&typed) {
        Err(why) => Err(Face::new(StatusCode::UNPROCESSABLE_ENTITY, "name-invalid", sentence(&why))),
        Ok(name) => {
            let cmd = RenameRole { role: id, seen, name };
            rename_role(&portal.ports, &form.who, cmd).await.map_err(Face::from)
        }
    };
    match outcome {
        Ok(renamed) => {
            let deed = if renamed { RoleDeed::Renamed } else { RoleDeed::Unchanged };
            Ok(and_say(&portal, &address(role), Flash::Role(deed, role)))
        }
        Err(face) => again(&portal, &form.who, role, face, "new-name", |page| page.new_name = typed).await,
    }
}

/// `GET /settings/roles/{role}/delete`: the question.
pub(crate) async fn ask(
    State(portal): State<Portal>,
    Admin(who): Admin,
    RoleNamed(role): RoleNamed,
) -> Result<Response, Face> {
    own(role)?;
    let editor = editor(&portal, &who, role, &Shown::read("", ""), &Flashed(None)).await?;
    let asks_delete = editor.role.people == 0 && editor.fixed.is_none();
    page(StatusCode::OK, &RolePage { asks_delete, ..editor })
}

/// `POST /settings/roles/{role}/delete` (`ROLE-1`).
pub(crate) async fn delete(
    State(portal): State<Portal>,
    RoleNamed(role): RoleNamed,
    form: AdminForm,
) -> Result<Response, Face> {
    match remove_role(&portal.ports, &form.who, own(role)?).await {
        Ok(()) => Ok(and_say(&portal, "/settings/roles", Flash::Role(RoleDeed::Gone, role))),
        Err(error) => again(&portal, &form.who, role, error.into(), "main", |_| ()).await,
    }
}

async fn edit(
    portal: &Portal,
    who: &Administrator,
    cmd: EditRole,
    shown: &Shown,
    deed: RoleDeed,
) -> Result<Response, Face> {
    match edit_role(&portal.ports, who, cmd).await {
        Ok(_) => {
            let back = format!("{}{}", address(cmd.role), kept(shown));
            Ok(and_say(portal, &back, Flash::Role(deed, cmd.role)))
        }
        Err(error) => again(portal, who, cmd.role, error.into(), "main", |_| ()).await,
    }
}

/// The editor once more, with what went wrong above it.
async fn again(
    portal: &Portal,
    who: &Administrator,
    role: Role,
    face: Face,
    field: &str,
    typed: impl FnOnce(&mut RolePage),
) -> Result<Response, Face> {
    if face.code == "no-such-role" || face.status.is_server_error() {
        return Err(if face.code == "no-such-role" { Face::not_found() } else { face });
    }
    let mut editor = editor(portal, who, role, &Shown::read("", ""), &Flashed(None)).await?;
    typed(&mut editor);
    editor.chrome.problems = Problems::one(field, &face.sentence);
    page(face.status, &editor)
}

/// The editor, as stored.
async fn editor(
    portal: &Portal,
    who: &Administrator,
    role: Role,
    shown: &Shown,
    flashed: &Flashed,
) -> Result<RolePage, Face> {
    let roles = roles_of(portal, who).await?;
    let listed = roles.listed(role).ok_or_else(Face::not_found)?;
    let mine = who.person().permissions();
    let (included, available) = present::permission_lines(shown, mine, listed);
    let (group, search) = match shown {
        Shown::Group(group) => (group.code().to_owned(), String::new()),
        Shown::Search(term) => (String::new(), term.clone()),
    };
    let line = line(portal, who, &roles, role).await?;
    Ok(RolePage {
        chrome: frame(portal, who, &roles, flashed),
        version: roles.definition(role).map(|one| one.version.0.to_string()).unwrap_or_default(),
        roles: roles.all().into_iter().map(|one| choice(&roles, one, role)).collect(),
        groups: PermissionGroup::ALL.map(|one| (one.code(), one.name(), one.code() == group)).to_vec(),
        group,
        search,
        included,
        available,
        fixed: fixed(role, mine, listed),
        copy_name: String::new(),
        new_name: line.name.clone(),
        role: line,
        asks_delete: false,
    })
}

fn choice(roles: &practice_domain::role::Roles, one: Role, chosen: Role) -> (String, String, bool) {
    (one.to_string(), present::role_name(roles, one), one == chosen)
}

/// Why nothing of a role can be changed by somebody who has `mine`.
fn fixed(role: Role, mine: Permissions, listed: Permissions) -> Option<String> {
    if role == Role::Owner {
        return Some("The Owner role always has every permission. Copy it to have one that has not.".to_owned());
    }
    CannotGrant::unless_within(mine, listed, listed).err().map(|why| sentence(&why))
}

fn permission(form: &AdminForm) -> Result<Permission, Face> {
    let found = Permission::with_code(form.fields.text("permission"));
    let words = "There is no such permission.";
    found.ok_or_else(|| Face::new(StatusCode::UNPROCESSABLE_ENTITY, "no-such-permission", words))
}

/// A copy of the practice's own; predefined roles keep their names and stay.
fn own(role: Role) -> Result<RoleId, Face> {
    match role {
        Role::Copied(id) => Ok(id),
        _ => Err(Face::not_found()),
    }
}

fn shown(query: &Asked) -> Shown {
    let text = |name: &str| query.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    Shown::read(text("c"), text("q"))
}

fn kept(shown: &Shown) -> String {
    match shown {
        Shown::Group(group) => format!("?c={}", group.code()),
        Shown::Search(term) => format!("?q={}", encode(term)),
    }
}

fn address(role: Role) -> String {
    format!("/settings/roles/{role}")
}
