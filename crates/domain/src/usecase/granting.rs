//! What somebody who changes roles may give, asked anew in each attempt: their own role may have changed since the door.

use crate::access::{Administrator, Denied};
use crate::commit::Guard;
use crate::member::{Member, Role};
use crate::port::Fault;
use crate::role::{Permission, Permissions, Roles};
use crate::usecase::Ports;
use crate::value::PracticeId;

/// Why somebody cannot give or take a permission (`ROLE-2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotGrant {
    /// They may not at all, or must give their password again.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The practice has no such role.
    #[error("there is no such role in this practice")]
    NoSuchRole,
    /// Nobody gives what they have not.
    #[error("you cannot give a permission that you do not have: {}", .0.name())]
    Lacks(Permission),
    /// Nobody changes what stands above them.
    #[error("this role may do more than yours; ask an Owner in your practice")]
    Above,
}

impl CannotGrant {
    /// Whether somebody who has these permissions may let a role list `after` instead of `before` (`ROLE-2`): pages draw their
    /// buttons from the same rule that [`edit_role`](super::edit_role()) asks.
    ///
    /// # Errors
    ///
    /// [`CannotGrant::Above`] when the role may do more than they, [`CannotGrant::Lacks`] when they have not what it would gain.
    pub fn unless_within(mine: Permissions, before: Permissions, after: Permissions) -> Result<(), Self> {
        if !before.effective().are_within(mine) {
            return Err(Self::Above);
        }
        let gained = after.without(before).and(after.effective().without(before.effective()));
        gained.without(mine).iter().next().map_or(Ok(()), |lacking| Err(Self::Lacks(lacking)))
    }
}

/// Somebody who changes roles, as they are at this moment.
pub(super) struct Grantor {
    pub(super) member: Member,
    pub(super) roles: Roles,
    pub(super) permissions: Permissions,
}

/// Loads somebody who changes roles, with the roles of their practice.
pub(super) async fn grantor(ports: &Ports, who: &Administrator) -> Result<Result<Grantor, CannotGrant>, Fault> {
    let practice = who.practice().id;
    let member = ports.store.member(practice, who.person().account()).await?;
    let roles = Roles::of(ports.store.roles(practice).await?);
    let denied = Err(CannotGrant::Denied(Denied::NotAdministrator));
    let Some(member) = member else { return Ok(denied) };
    let permissions = roles.held_by(&member);
    if !permissions.has(Permission::EditUserAccounts) {
        return Ok(denied);
    }
    Ok(Ok(Grantor { member, roles, permissions }))
}

impl Grantor {
    /// Asks whether they have all of these.
    pub(super) fn must_have(&self, permissions: Permissions) -> Result<(), CannotGrant> {
        permissions.without(self.permissions).iter().next().map_or(Ok(()), |lacking| Err(CannotGrant::Lacks(lacking)))
    }

    /// Asks whether nothing of this stands above them.
    pub(super) fn must_stand_above(&self, permissions: Permissions) -> Result<(), CannotGrant> {
        if permissions.effective().are_within(self.permissions) { Ok(()) } else { Err(CannotGrant::Above) }
    }

    /// What a role lists.
    pub(super) fn listed(&self, role: Role) -> Result<Permissions, CannotGrant> {
        self.roles.listed(role).ok_or(CannotGrant::NoSuchRole)
    }

    /// What keeps all that was asked of them so until the commit.
    pub(super) fn guards(&self) -> [Guard; 2] {
        let Member { practice, id, version, role, .. } = self.member;
        [Guard::Member(practice, id, version), self.unchanged(practice, role)]
    }

    /// What keeps a role as it is until the commit.
    pub(super) fn unchanged(&self, practice: PracticeId, role: Role) -> Guard {
        Guard::RoleDefinition(practice, role, self.roles.definition(role).map(|one| one.version))
    }
}
