use practice_domain::member::Role;
use practice_domain::role::{Permission, PermissionGroup, Permissions, Roles};
use practice_domain::usecase::CannotGrant;
use practice_domain::value::fold;

use crate::page::{PermissionLine, RoleLine, RoleOrigin};
use crate::present::role_name;
use crate::refusal::sentence;

/// A row of Settings › Roles Definitions.
pub(crate) fn role_line(roles: &Roles, role: Role, people: usize) -> RoleLine {
    RoleLine {
        code: role.to_string(),
        name: role_name(roles, role),
        origin: match (role, roles.definition(role)) {
            (Role::Copied(_), _) => RoleOrigin::Copied,
            (_, Some(_)) => RoleOrigin::Edited,
            (_, None) => RoleOrigin::Predefined,
        },
        permissions: roles.listed(role).unwrap_or_default().effective().iter().count(),
        people,
    }
}

/// What the editor shows: a group, or whatever a search finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shown {
    Group(PermissionGroup),
    Search(String),
}

impl Shown {
    /// What an address asks for; the first group when it asks for nothing.
    pub(crate) fn read(group: &str, search: &str) -> Self {
        let search = search.trim();
        if !search.is_empty() {
            return Self::Search(search.chars().take(LONGEST_SEARCH).collect());
        }
        let group = PermissionGroup::ALL.into_iter().find(|one| one.code() == group);
        Self::Group(group.unwrap_or(PermissionGroup::General))
    }

    fn shows(&self, permission: Permission) -> bool {
        match self {
            Self::Group(group) => permission.group() == *group,
            Self::Search(term) => fold(permission.name()).contains(&fold(term)),
        }
    }
}

/// The permissions of the editor that a role lists, and those that it does not, for somebody who has `mine`.
pub(crate) fn permission_lines(
    shown: &Shown,
    mine: Permissions,
    listed: Permissions,
) -> (Vec<PermissionLine>, Vec<PermissionLine>) {
    let wanted = Permission::ALL.iter().copied().filter(|permission| shown.shows(*permission));
    let (included, available): (Vec<_>, Vec<_>) = wanted.partition(|permission| listed.has(*permission));
    let line = |permission: Permission, after: Permissions, blocked: Option<String>| PermissionLine {
        code: permission.code(),
        name: permission.name(),
        hint: permission.hint(),
        blocked,
        refused: CannotGrant::unless_within(mine, listed, after).err().map(|why| sentence(&why)),
    };
    let missing = |permission: Permission| {
        let parents = std::iter::successors(permission.blocked_by(), |at| at.blocked_by());
        parents.filter(|parent| !listed.has(*parent)).last().map(Permission::name)
    };
    let remove = |permission: Permission| {
        let blocked = missing(permission).map(|name| format!("No effect until {name} is included"));
        line(permission, listed.without(permission.into()), blocked)
    };
    let add = |permission: Permission| {
        let blocked = missing(permission).map(|name| format!("Blocked by {name}, which is not included"));
        line(permission, listed.and(permission.into()), blocked)
    };
    (included.into_iter().map(remove).collect(), available.into_iter().map(add).collect())
}

/// The most characters of a search.
const LONGEST_SEARCH: usize = 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(lines: &[PermissionLine]) -> Vec<&'static str> {
        lines.iter().map(|line| line.code).collect()
    }

    /// ROLE-1, ROLE-2: what has no effect says what it waits for; what one lacks says so and cannot be added.
    #[test]
    fn lines_say_what_blocks_and_who_may() {
        let listed = [Permission::ViewPracticeData, Permission::SaveQueries].into_iter().collect::<Permissions>();
        let mine = Permissions::all().without(Permission::ReadAudit.into());
        let (included, available) = permission_lines(&Shown::read("", ""), mine, listed);
        assert_eq!(codes(&included), ["view-practice-data"]);
        let audit = available.iter().find(|line| line.code == "read-audit").expect("available");
        assert_eq!(audit.blocked.as_deref(), Some("Blocked by Change practice settings, which is not included"));
        assert_eq!(
            audit.refused.as_deref(),
            Some("You cannot give a permission that you do not have: Read the audit log.")
        );
        let (included, available) = permission_lines(&Shown::read("general", " QUERIES "), mine, listed);
        assert_eq!((codes(&included), codes(&available)), (vec!["save-queries"], vec!["run-queries"]));
        assert_eq!(included[0].blocked.as_deref(), Some("No effect until Run queries is included"));
        assert!(available[0].refused.is_none());
        let waits = [Permission::ViewPracticeData, Permission::ReadAudit].into_iter().collect::<Permissions>();
        let (_, available) = permission_lines(&Shown::read("general", "change practice"), mine, waits);
        assert!(available[0].refused.is_some(), "it would complete what one lacks");
    }
}
