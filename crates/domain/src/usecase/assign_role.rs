use crate::access::{Administrator, Denied};
use crate::commit::Commit;
use crate::fact::Fact;
use crate::member::{Kind, Member, Role};
use crate::port::Fault;
use crate::role::RoleFact;
use crate::usecase::granting::{CannotGrant, Grantor, grantor};
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::MemberId;

/// Give a member another role.
#[derive(Debug, Clone, Copy)]
pub struct AssignRole {
    /// Whom.
    pub member: MemberId,
    /// Which.
    pub role: Role,
}

/// A member has this role now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assigned {
    /// Who.
    pub member: MemberId,
    /// What they had before; the same when there was nothing to do.
    pub before: Role,
    /// What they have.
    pub role: Role,
}

/// Why a member keeps their role.
#[derive(Debug, thiserror::Error)]
pub enum AssignRoleError {
    /// The practice has no such member.
    #[error("we cannot find that person")]
    NoSuchMember,
    /// A patient may do nothing in a practice.
    #[error("a patient has no role in the practice")]
    Patient,
    /// Nobody raises themselves.
    #[error("you cannot give yourself more; ask an Owner in your practice")]
    Oneself,
    /// Only Owners make Owners, or take the role from one.
    #[error("only an Owner can do this")]
    NotOwner,
    /// The practice needs at least one.
    #[error("the practice needs at least one Owner")]
    LastOwner,
    /// The rules of granting say no.
    #[error(transparent)]
    CannotGrant(#[from] CannotGrant),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for AssignRoleError {}

/// `ROLE-2`: an administrator gives a member of the practice another role, which holds at the member's next request. Nobody gives
/// what they have not, raises themselves, or removes the last Owner; Owners are made and unmade by Owners with a fresh sign-in.
///
/// # Errors
///
/// [`AssignRoleError`].
pub async fn assign_role(ports: &Ports, who: &Administrator, cmd: AssignRole) -> Result<Assigned, AssignRoleError> {
    let now = ports.clock.now();
    let practice = who.practice().id;
    settle(ports, || async {
        let grantor = grantor(ports, who).await??;
        let member = ports.store.member_by_id(practice, cmd.member).await?.ok_or(AssignRoleError::NoSuchMember)?;
        let before = member.role;
        let answer = Assigned { member: member.id, before, role: cmd.role };
        decide(&grantor, &member, cmd.role)?;
        if before == cmd.role {
            return Ok(Decision::Already(answer));
        }
        let fact = Fact::Role(RoleFact::Assigned { member: member.id, before, after: cmd.role });
        let mut commit = Commit::recording(who.record(fact, now))
            .guard_all(grantor.guards())
            .guard_all([before, cmd.role].map(|role| grantor.unchanged(practice, role)));
        if [before, cmd.role].contains(&Role::Owner) && !who.person().is_fresh() {
            return Err(CannotGrant::Denied(Denied::NotFresh).into());
        }
        if before == Role::Owner {
            let owners = ports.store.owners(practice).await?;
            if !owners.iter().any(|owner| owner.id != member.id && owner.works(now)) {
                return Err(AssignRoleError::LastOwner);
            }
            let practice = ports.store.practice(practice).await?;
            commit = commit.update(practice.ok_or_else(|| Fault::corrupt("session", "its practice is missing"))?);
        }
        committed(commit.update(Member { role: cmd.role, ..member }), answer)
    })
    .await
}

fn decide(grantor: &Grantor, member: &Member, after: Role) -> Result<(), AssignRoleError> {
    let oneself = member.id == grantor.member.id;
    let listed = grantor.listed(after)?;
    if member.kind == Kind::Patient {
        return Err(AssignRoleError::Patient);
    }
    if [member.role, after].contains(&Role::Owner) && member.role != after && grantor.member.role != Role::Owner {
        return Err(if oneself { AssignRoleError::Oneself } else { AssignRoleError::NotOwner });
    }
    grantor.must_stand_above(grantor.roles.held_by(member))?;
    match grantor.must_have(listed.effective()) {
        Err(CannotGrant::Lacks(_)) if oneself => Err(AssignRoleError::Oneself),
        other => Ok(other?),
    }
}
