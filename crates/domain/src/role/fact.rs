use crate::fact::FactKind;
use crate::member::Role;
use crate::role::Permissions;
use crate::value::{MemberId, RoleId};

/// What happened to roles (`ROLE-1`, `ROLE-2`).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the ids and sets are named by their types")]
pub enum RoleFact {
    /// A role lists something else.
    Edited { role: Role, added: Permissions, removed: Permissions },
    /// There is a copy.
    Copied { role: RoleId, of: Role },
    /// A copy is called something else.
    Renamed { role: RoleId },
    /// A copy that nobody had is gone.
    Removed { role: RoleId },
    /// A member has another role.
    Assigned { member: MemberId, before: Role, after: Role },
}

impl RoleFact {
    /// Which kind of fact it is.
    #[must_use]
    pub fn kind(&self) -> FactKind {
        match self {
            Self::Edited { .. } => FactKind::RoleEdited,
            Self::Copied { .. } => FactKind::RoleCopied,
            Self::Renamed { .. } => FactKind::RoleRenamed,
            Self::Removed { .. } => FactKind::RoleRemoved,
            Self::Assigned { .. } => FactKind::RoleAssigned,
        }
    }

    /// See [`crate::fact::Fact::details`].
    #[must_use]
    pub fn details(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Edited { role, added, removed } => {
                vec![("role", role.to_string()), ("added", added.to_string()), ("removed", removed.to_string())]
            }
            Self::Copied { role, of } => vec![("role", role.to_string()), ("of", of.to_string())],
            Self::Renamed { role } | Self::Removed { role } => vec![("role", role.to_string())],
            Self::Assigned { member, before, after } => {
                vec![("member", member.to_string()), ("before", before.to_string()), ("role", after.to_string())]
            }
        }
    }
}
