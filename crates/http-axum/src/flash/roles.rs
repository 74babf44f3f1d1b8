use practice_domain::member::Role;
use practice_domain::role::Permission;

/// What an administrator did about a role, as the cookie spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoleDeed {
    Added(Permission),
    Removed(Permission),
    Copied,
    Renamed,
    Unchanged,
    Gone,
}

impl RoleDeed {
    pub(super) fn write(self, role: Role) -> String {
        match self {
            Self::Added(permission) => format!("role.{role}.added.{}", permission.code()),
            Self::Removed(permission) => format!("role.{role}.removed.{}", permission.code()),
            Self::Copied => format!("role.{role}.copied"),
            Self::Renamed => format!("role.{role}.renamed"),
            Self::Unchanged => format!("role.{role}.unchanged"),
            Self::Gone => format!("role.{role}.gone"),
        }
    }

    /// Reads what `write` writes, after the first word.
    pub(super) fn read(parts: &[&str]) -> Option<(Self, Role)> {
        let permission = || Permission::with_code(parts.get(2)?);
        let deed = match *parts.get(1)? {
            "added" => Self::Added(permission()?),
            "removed" => Self::Removed(permission()?),
            "copied" => Self::Copied,
            "renamed" => Self::Renamed,
            "unchanged" => Self::Unchanged,
            "gone" => Self::Gone,
            _ => return None,
        };
        Some((deed, Role::with_code(parts.first()?)?))
    }
}
