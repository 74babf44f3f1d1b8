//! Settings › Roles Definitions: what each role can see and do.

use super::Chrome;
use askama::Template;

/// `GET /settings/roles` (`ROLE-1`).
#[derive(Template)]
#[template(path = "settings/roles.html")]
pub struct RolesPage {
    /// The frame.
    pub chrome: Chrome,
    /// The predefined roles, then the practice's own.
    pub roles: Vec<RoleLine>,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct RoleLine {
    /// How addresses spell it.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// Where it comes from.
    pub origin: RoleOrigin,
    /// How many permissions have an effect.
    pub permissions: usize,
    /// How many people have it.
    pub people: usize,
}

/// Where a role comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleOrigin {
    /// It ships with the portal.
    Predefined,
    /// It ships with the portal, and the practice has edited it.
    Edited,
    /// The practice copied it.
    Copied,
}

/// `GET /settings/roles/{role}`, and `GET /settings/roles/{role}/delete` with the question open over it.
#[derive(Template)]
#[template(path = "settings/role.html")]
pub struct RolePage {
    /// The frame.
    pub chrome: Chrome,
    /// The role.
    pub role: RoleLine,
    /// What the form that renames it was made from; empty for a predefined role.
    pub version: String,
    /// Every role, to choose from: address, name, and whether it is this one.
    pub roles: Vec<(String, String, bool)>,
    /// The groups of permissions: code, name, and whether it is shown. None is while a search shows several.
    pub groups: Vec<(&'static str, &'static str, bool)>,
    /// What the page shows: the code of a group, or nothing while a search shows several.
    pub group: String,
    /// The words searched for.
    pub search: String,
    /// What the role lists.
    pub included: Vec<PermissionLine>,
    /// What it does not.
    pub available: Vec<PermissionLine>,
    /// Why nothing of it can be changed here, if it cannot.
    pub fixed: Option<String>,
    /// The name that was typed for a copy.
    pub copy_name: String,
    /// The name that was typed for the role itself.
    pub new_name: String,
    /// Whether the page asks if the role is really to be removed.
    pub asks_delete: bool,
}

/// A permission in the editor.
#[derive(Clone, Debug)]
pub struct PermissionLine {
    /// How the form spells it.
    pub code: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What it is good for.
    pub hint: &'static str,
    /// `No effect until Change practice settings is included`.
    pub blocked: Option<String>,
    /// Why it cannot be added or removed, if it cannot.
    pub refused: Option<String>,
}

impl RoleOrigin {
    /// The words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Predefined => "Predefined",
            Self::Edited => "Predefined, edited",
            Self::Copied => "Your own",
        }
    }

    /// Whether the practice made it.
    #[must_use]
    pub const fn is_copied(self) -> bool {
        matches!(self, Self::Copied)
    }
}

impl RolePage {
    /// The part of an address that keeps what the page shows.
    #[must_use]
    pub fn query(&self) -> String {
        if self.search.is_empty() {
            format!("?c={}", self.group)
        } else {
            format!("?q={}", crate::next::encode(&self.search))
        }
    }
}
