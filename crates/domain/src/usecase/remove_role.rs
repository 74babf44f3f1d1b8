use crate::access::Administrator;
use crate::commit::{Commit, Guard};
use crate::fact::Fact;
use crate::member::Role;
use crate::port::Fault;
use crate::role::{RoleDefinition, RoleFact};
use crate::usecase::granting::{CannotGrant, grantor};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::RoleId;

/// Why a copy stays.
#[derive(Debug, thiserror::Error)]
pub enum RemoveRoleError {
    /// Somebody has it.
    #[error("somebody has this role; give them another one first")]
    InUse,
    /// The rules of granting say no.
    #[error(transparent)]
    CannotGrant(#[from] CannotGrant),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RemoveRoleError {}

/// `ROLE-1`: an administrator removes a copy that nobody has. Its name is free again; the audit log goes on naming it by its id.
///
/// # Errors
///
/// [`RemoveRoleError`].
pub async fn remove_role(ports: &Ports, who: &Administrator, id: RoleId) -> Result<(), RemoveRoleError> {
    let now = ports.clock.now();
    let (practice, role) = (who.practice().id, Role::Copied(id));
    settle(ports, || async {
        let grantor = grantor(ports, who).await??;
        let stored = grantor.roles.definition(role).ok_or(CannotGrant::NoSuchRole)?;
        grantor.must_stand_above(stored.permissions)?;
        if ports.store.in_role(practice, role).await? > 0 {
            return Err(RemoveRoleError::InUse);
        }
        let commit = Commit::recording(who.record(Fact::Role(RoleFact::Removed { role: id }), now))
            .guard_all(grantor.guards())
            .guard(Guard::InRole(practice, role, 0))
            .update(RoleDefinition { removed_at: Some(now), ..stored.clone() });
        committed(commit, ())
    })
    .await
}
