use crate::access::Administrator;
use crate::commit::{Commit, Record, Write};
use crate::fact::Fact;
use crate::member::Role;
use crate::port::Fault;
use crate::role::{Permissions, RoleDefinition, RoleFact};
use crate::usecase::granting::{CannotGrant, Grantor, grantor};
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::PracticeId;

/// Let a role list something else: two who edit at once undo nothing of each other's.
#[derive(Debug, Clone, Copy)]
pub struct EditRole {
    /// Which.
    pub role: Role,
    /// What it lists from now on.
    pub add: Permissions,
    /// What it lists no more; what is in both is added.
    pub remove: Permissions,
}

/// Why a role stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum EditRoleError {
    /// Owners may do everything; a practice that could take it from them might shut everybody out.
    #[error("the Owner role always has every permission")]
    Owner,
    /// The rules of granting say no.
    #[error(transparent)]
    CannotGrant(#[from] CannotGrant),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for EditRoleError {}

/// `ROLE-1`, `ROLE-2`: an administrator edits what a role lists. Gives back what it lists then; it holds at the next request of
/// whoever has the role.
///
/// # Errors
///
/// [`EditRoleError`].
pub async fn edit_role(ports: &Ports, who: &Administrator, cmd: EditRole) -> Result<Permissions, EditRoleError> {
    let now = ports.clock.now();
    let practice = who.practice().id;
    settle(ports, || async {
        let grantor = grantor(ports, who).await??;
        let before = grantor.listed(cmd.role)?;
        let after = decide(&grantor, cmd, before)?;
        if before == after {
            return Ok(Decision::Already(after));
        }
        let (added, removed) = (after.without(before), before.without(after));
        let fact = Fact::Role(RoleFact::Edited { role: cmd.role, added, removed });
        let write = write(&grantor, practice, cmd.role, after)?;
        committed(Commit::recording(who.record(fact, now)).guard_all(grantor.guards()).write(write), after)
    })
    .await
}

fn decide(grantor: &Grantor, cmd: EditRole, before: Permissions) -> Result<Permissions, EditRoleError> {
    if cmd.role == Role::Owner {
        return Err(EditRoleError::Owner);
    }
    let after = before.without(cmd.remove).and(cmd.add);
    CannotGrant::unless_within(grantor.permissions, before, after)?;
    Ok(after)
}

fn write(grantor: &Grantor, practice: PracticeId, role: Role, after: Permissions) -> Result<Write, CannotGrant> {
    if let Some(stored) = grantor.roles.definition(role) {
        return Ok(Write::Update(Record::from(RoleDefinition { permissions: after, ..stored.clone() })));
    }
    let first = RoleDefinition::edited(practice, role, after).ok_or(CannotGrant::NoSuchRole)?;
    Ok(Write::Insert(first.into()))
}
