use crate::access::Administrator;
use crate::commit::Commit;
use crate::fact::Fact;
use crate::member::Role;
use crate::port::Fault;
use crate::role::{RoleDefinition, RoleFact};
use crate::usecase::granting::{CannotGrant, Grantor, grantor};
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::{RoleId, RoleName, Version};

/// Call a copy something else.
#[derive(Debug, Clone)]
pub struct RenameRole {
    /// Which.
    pub role: RoleId,
    /// The role's version that the caller saw; another one means that somebody else was first.
    pub seen: Option<Version>,
    /// What it is called from now on.
    pub name: RoleName,
}

/// Why a role keeps its name.
#[derive(Debug, thiserror::Error)]
pub enum RenameRoleError {
    /// Another role of the practice has this name, in some spelling.
    #[error("a role has this name already")]
    NameTaken,
    /// Somebody else changed the role since it was read.
    #[error("somebody else changed this role meanwhile; look at it and try again")]
    Changed,
    /// The rules of granting say no.
    #[error(transparent)]
    CannotGrant(#[from] CannotGrant),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RenameRoleError {}

/// `ROLE-1`: an administrator gives a copy another name; a predefined role keeps its own. Whoever has the role keeps it. False when it
/// was called so already.
///
/// # Errors
///
/// [`RenameRoleError`].
pub async fn rename_role(ports: &Ports, who: &Administrator, cmd: RenameRole) -> Result<bool, RenameRoleError> {
    let now = ports.clock.now();
    settle(ports, || async {
        let grantor = grantor(ports, who).await??;
        let stored = decide(&grantor, &cmd)?;
        if stored.name == cmd.name {
            return Ok(Decision::Already(false));
        }
        let fact = Fact::Role(RoleFact::Renamed { role: cmd.role });
        let commit = Commit::recording(who.record(fact, now)).guard_all(grantor.guards());
        committed(commit.update(RoleDefinition { name: cmd.name.clone(), ..stored.clone() }), true)
    })
    .await
}

fn decide<'a>(grantor: &'a Grantor, cmd: &RenameRole) -> Result<&'a RoleDefinition, RenameRoleError> {
    let role = Role::Copied(cmd.role);
    let stored = grantor.roles.definition(role).ok_or(CannotGrant::NoSuchRole)?;
    grantor.must_stand_above(stored.permissions)?;
    if stored.name != cmd.name && cmd.seen.is_some_and(|seen| seen != stored.version) {
        return Err(RenameRoleError::Changed);
    }
    if grantor.roles.has_name_besides(Some(role), &cmd.name) {
        return Err(RenameRoleError::NameTaken);
    }
    Ok(stored)
}
