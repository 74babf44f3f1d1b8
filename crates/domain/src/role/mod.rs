//! What people may do in a practice: permissions, the roles that list them, and what a practice has made of them (`ROLE-1`).

mod fact;
mod permission;
mod permissions;
mod standard;

use std::fmt;

use uuid::Uuid;

use crate::member::{Kind, Member, Role};
use crate::value::{PracticeId, RoleId, RoleName, Time, Version, fold};

pub use fact::RoleFact;
pub use permission::{Permission, PermissionGroup};
pub use permissions::{Permissions, UnknownPermission};

/// What a practice has made of a role: a predefined one that it edited, or a copy. A predefined role that nobody edited has no
/// definition, and lists [`Role::predefined_permissions`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleDefinition {
    /// Whose.
    pub practice: PracticeId,
    /// Which role; with the practice, its identity.
    pub role: Role,
    /// Counts its changes.
    pub version: Version,
    /// What it is called: one role of a practice for each name, however it is spelled. A predefined role keeps its own.
    pub name: RoleName,
    /// What it lists; of these, some may have no effect (see [`Permissions::effective`]).
    pub permissions: Permissions,
    /// Since when a copy is gone.
    pub removed_at: Option<Time>,
}

/// Every role of one practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(Vec<RoleDefinition>);

impl Roles {
    /// The roles of a practice that has these definitions; those that are gone count no more.
    #[must_use]
    pub fn of(definitions: Vec<RoleDefinition>) -> Self {
        Self(definitions.into_iter().filter(|one| one.removed_at.is_none()).collect())
    }

    /// What the practice has made of a role.
    #[must_use]
    pub fn definition(&self, role: Role) -> Option<&RoleDefinition> {
        self.0.iter().find(|one| one.role == role)
    }

    /// What a role lists; none when there is no such role.
    #[must_use]
    pub fn listed(&self, role: Role) -> Option<Permissions> {
        self.definition(role).map(|one| one.permissions).or_else(|| role.predefined_permissions())
    }

    /// What a member may do.
    #[must_use]
    pub fn held_by(&self, member: &Member) -> Permissions {
        held_by(member, self.definition(member.role).map(|one| one.permissions))
    }

    /// Whether a role has this name, in any spelling.
    #[must_use]
    pub fn has_name(&self, name: &RoleName) -> bool {
        self.has_name_besides(None, name)
    }

    /// Whether another role than this one has this name, in any spelling.
    #[must_use]
    pub fn has_name_besides(&self, role: Option<Role>, name: &RoleName) -> bool {
        let name = fold(name.as_str());
        let mut predefined = Role::PREDEFINED.into_iter().filter_map(Role::predefined_name);
        let mut others = self.copies().filter(|copy| Some(copy.role) != role);
        predefined.any(|other| fold(other) == name) || others.any(|other| fold(other.name.as_str()) == name)
    }

    /// What a role of the practice is called; none when there is no such role.
    #[must_use]
    pub fn name(&self, role: Role) -> Option<&str> {
        role.predefined_name().or_else(|| self.definition(role).map(|one| one.name.as_str()))
    }

    /// Every role of the practice: the predefined ones, then its copies by name.
    #[must_use]
    pub fn all(&self) -> Vec<Role> {
        let mut copies: Vec<_> = self.copies().collect();
        copies.sort_by_cached_key(|copy| fold(copy.name.as_str()));
        Role::PREDEFINED.into_iter().chain(copies.into_iter().map(|copy| copy.role)).collect()
    }

    /// The copies that the practice made.
    pub fn copies(&self) -> impl Iterator<Item = &RoleDefinition> {
        self.0.iter().filter(|one| matches!(one.role, Role::Copied(_)))
    }
}

/// What a member may do, whose role lists this where the practice has a definition of it. Patients may do nothing: no role of
/// theirs counts.
#[must_use]
pub fn held_by(member: &Member, defined: Option<Permissions>) -> Permissions {
    if member.kind == Kind::Patient || !member.active {
        return Permissions::NONE;
    }
    defined.or_else(|| member.role.predefined_permissions()).unwrap_or_default().effective()
}

impl RoleDefinition {
    /// What a practice first makes of a predefined role; none for a copy.
    #[must_use]
    pub fn edited(practice: PracticeId, role: Role, permissions: Permissions) -> Option<Self> {
        let name = RoleName::parse(role.predefined_name()?).ok()?;
        Some(Self { practice, role, version: Version::default(), name, permissions, removed_at: None })
    }

    /// Whether this is another role of the same practice that holds the same name.
    #[must_use]
    pub fn has_name_of(&self, other: &Self) -> bool {
        let same = fold(self.name.as_str()) == fold(other.name.as_str());
        same && self.practice == other.practice && self.role != other.role && self.removed_at.is_none()
    }

    /// A new copy.
    #[must_use]
    pub fn copied(practice: PracticeId, id: RoleId, name: RoleName, permissions: Permissions) -> Self {
        Self { practice, role: Role::Copied(id), version: Version::default(), name, permissions, removed_at: None }
    }
}

impl Role {
    /// Reads what [`fmt::Display`] writes.
    #[must_use]
    pub fn with_code(code: &str) -> Option<Self> {
        let predefined = Self::PREDEFINED.into_iter().find(|role| role.predefined_code() == Some(code));
        predefined.or_else(|| Uuid::try_parse(code).ok().map(|id| Self::Copied(RoleId(id))))
    }

    fn predefined_code(self) -> Option<&'static str> {
        Some(match self {
            Self::Owner => "owner",
            Self::OfficeAdministrator => "office-administrator",
            Self::Dentist => "dentist",
            Self::Hygienist => "hygienist",
            Self::TreatmentCoordinator => "treatment-coordinator",
            Self::HygieneCoordinator => "hygiene-coordinator",
            Self::FrontDesk => "front-desk",
            Self::RestrictedStaff => "restricted-staff",
            Self::Copied(_) => return None,
        })
    }
}

/// The stable code of a predefined role, or a copy's id.
impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Copied(id) => id.fmt(f),
            role => f.write_str(role.predefined_code().unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(n: u128, name: &str) -> RoleDefinition {
        let name = RoleName::parse(name).expect("a name");
        RoleDefinition::copied(PracticeId(Uuid::nil()), RoleId(Uuid::from_u128(n)), name, Permissions::NONE)
    }

    /// ROLE-1
    #[test]
    fn a_role_is_found_by_what_is_stored_of_it() {
        for role in Role::PREDEFINED.into_iter().chain([Role::Copied(RoleId(Uuid::from_u128(7)))]) {
            assert_eq!(Role::with_code(&role.to_string()), Some(role));
        }
        assert_eq!(Role::with_code("dragon"), None);
    }

    /// ROLE-1: one role for each name, however it is spelled; a name of a role that is gone is free.
    #[test]
    fn names_are_taken_in_every_spelling() {
        let gone = RoleDefinition { removed_at: Some(Time::from_micros(1)), ..copy(2, "Evening") };
        let roles = Roles::of(vec![copy(1, "Zahnärztin"), gone]);
        for (name, taken) in [("zahnarztin", true), ("FRONT desk", true), ("Evening", false), ("Morning", false)] {
            assert_eq!(roles.has_name(&RoleName::parse(name).expect("a name")), taken, "{name}");
        }
    }

    /// ROLE-1: a definition counts instead of the default; what is not defined lists its default.
    #[test]
    fn a_definition_replaces_the_default() {
        let practice = PracticeId(Uuid::nil());
        let edited = RoleDefinition::edited(practice, Role::FrontDesk, Permissions::NONE).expect("a predefined role");
        assert_eq!(edited.name.as_str(), "Front Desk");
        let roles = Roles::of(vec![edited, copy(1, "Evening")]);
        assert_eq!(roles.listed(Role::FrontDesk), Some(Permissions::NONE));
        assert_eq!(roles.listed(Role::Dentist), Role::Dentist.predefined_permissions());
        assert_eq!(roles.listed(Role::Copied(RoleId(Uuid::from_u128(9)))), None);
        assert_eq!(roles.copies().count(), 1);
        assert_eq!(RoleDefinition::edited(practice, Role::Copied(RoleId(Uuid::nil())), Permissions::NONE), None);
    }
}
