use crate::access::Administrator;
use crate::commit::Commit;
use crate::fact::Fact;
use crate::member::Role;
use crate::port::Fault;
use crate::role::{Permissions, RoleDefinition, RoleFact};
use crate::usecase::granting::{CannotGrant, Grantor, grantor};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::{RoleId, RoleName};

/// Copy a role under a new name.
#[derive(Debug, Clone)]
pub struct CopyRole {
    /// Which.
    pub of: Role,
    /// What the copy is called.
    pub name: RoleName,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyRoleError {
    /// A role of the practice has this name, in some spelling.
    #[error("a role has this name already")]
    NameTaken,
    /// The practice has so many copies that nobody finds one.
    #[error("a practice has at most {MOST} roles of its own; remove one that nobody has")]
    TooMany,
    /// The rules of granting say no.
    #[error(transparent)]
    CannotGrant(#[from] CannotGrant),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for CopyRoleError {}

/// `ROLE-1`: an administrator copies a role under a new name, with what it lists. Nobody copies what they have not (`ROLE-2`).
///
/// # Errors
///
/// [`CopyRoleError`].
pub async fn copy_role(ports: &Ports, who: &Administrator, cmd: CopyRole) -> Result<RoleId, CopyRoleError> {
    let now = ports.clock.now();
    let id = RoleId(ports.entropy.id());
    settle(ports, || async {
        let grantor = grantor(ports, who).await??;
        let permissions = decide(&grantor, &cmd)?;
        let copy = RoleDefinition::copied(who.practice().id, id, cmd.name.clone(), permissions);
        let fact = Fact::Role(RoleFact::Copied { role: id, of: cmd.of });
        let commit = Commit::recording(who.record(fact, now))
            .guard_all(grantor.guards())
            .guard(grantor.unchanged(who.practice().id, cmd.of))
            .insert(copy);
        committed(commit, id)
    })
    .await
}

fn decide(grantor: &Grantor, cmd: &CopyRole) -> Result<Permissions, CopyRoleError> {
    let permissions = grantor.listed(cmd.of)?;
    grantor.must_have(permissions.effective())?;
    if grantor.roles.has_name(&cmd.name) {
        return Err(CopyRoleError::NameTaken);
    }
    if grantor.roles.copies().count() >= MOST {
        return Err(CopyRoleError::TooMany);
    }
    Ok(permissions)
}

/// Copies that a practice may have.
const MOST: usize = 50;
