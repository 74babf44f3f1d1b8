use crate::access::Administrator;
use crate::commit::{Commit, Write};
use crate::employee::{Employee, Login};
use crate::fact::{EmployeeFact, Fact};
use crate::member::{Member, Role};
use crate::password_link::PasswordLink;
use crate::policy::Rotation;
use crate::port::Fault;
use crate::practice::LastUserManager;
use crate::usecase::password_links::dying_reset;
use crate::usecase::words::{Chance, Current};
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::{EmployeeId, MemberId, Time};

/// They cannot work in the practice any more, from the next request on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deactivated {
    /// Whose paid seat is to be released at the period's end (`EMP-3`); their tier stays as it is until the billing rules do so.
    pub seat: Option<MemberId>,
    /// What is to be done about the code word, which they know.
    pub word: WordAfter,
}

/// What becomes of the code word when somebody leaves (`EMP-3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WordAfter {
    /// Nothing: they never knew it, or the policy says so.
    Stays,
    /// Rotating it is proposed.
    RotationProposed,
    /// It was rotated in the same commit.
    Rotated,
}

/// Why they can work on.
#[derive(Debug, thiserror::Error)]
pub enum DeactivateEmployeeError {
    /// There is no such employee in this practice.
    #[error("we cannot find that person")]
    NoSuchEmployee,
    /// Nobody takes what they lack (`ROLE-2`).
    #[error("only an Owner can do this for an Owner")]
    AboveYourself,
    /// `TN-06`: the last Owner stays.
    #[error("the practice needs at least one Owner")]
    LastOwner,
    /// `PRA-3`: the last User Manager stays.
    #[error(transparent)]
    LastUserManager(#[from] LastUserManager),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for DeactivateEmployeeError {}

/// `EMP-1`, `EMP-3`: an administrator takes an employee out of use, and their user account with them: sessions in the practice,
/// links and codes end at once.
///
/// # Errors
///
/// [`DeactivateEmployeeError`].
pub async fn deactivate_employee(
    ports: &Ports,
    who: &Administrator,
    employee: EmployeeId,
) -> Result<Deactivated, DeactivateEmployeeError> {
    deactivate(ports, who, employee, true).await
}

/// `EMP-3`: an administrator takes a user account away; the employee stays in use.
///
/// # Errors
///
/// [`DeactivateEmployeeError`].
pub async fn deactivate_user_account(
    ports: &Ports,
    who: &Administrator,
    employee: EmployeeId,
) -> Result<Deactivated, DeactivateEmployeeError> {
    deactivate(ports, who, employee, false).await
}

async fn deactivate(
    ports: &Ports,
    who: &Administrator,
    id: EmployeeId,
    leaves: bool,
) -> Result<Deactivated, DeactivateEmployeeError> {
    let now = ports.clock.now();
    let chance = Chance::draw(&*ports.entropy);
    settle(ports, || async {
        let employee = ports.store.employee(who.practice().id, id).await?;
        let employee = employee.ok_or(DeactivateEmployeeError::NoSuchEmployee)?;
        let member = match employee.login {
            Login::Member { member, .. } => ports.store.member_by_id(who.practice().id, member).await?,
            Login::None | Login::Pending(_) => None,
        };
        let member = member.filter(|member| member.active);
        let pending = matches!(employee.login, Login::Pending(_));
        if member.is_none() && !pending && !(leaves && employee.active) {
            return Ok(Decision::Already(Deactivated { seat: None, word: WordAfter::Stays }));
        }
        let mut commit = recording(who, &employee, member.as_ref(), leaves, now);
        commit = close_setup(ports, commit, &employee, now).await?;
        let answer = Deactivated { seat: member.as_ref().map(|m| m.id), word: WordAfter::Stays };
        let knows = member.is_some() || pending;
        if let Some(member) = member {
            commit = take_away(ports, who, commit, member, now).await?;
        }
        commit = commit.update(if leaves { employee.deactivate() } else { employee.forget_setup() });
        let (commit, word) = after_leaving(ports, who, commit, id, knows, &chance, now).await?;
        committed(commit, Deactivated { word, ..answer })
    })
    .await
}

fn recording(who: &Administrator, employee: &Employee, member: Option<&Member>, leaves: bool, now: Time) -> Commit {
    let entry = |fact| who.person().record(Fact::Employee(fact), now);
    let taken = EmployeeFact::UserDeactivated { employee: employee.id, member: member.map(|member| member.id) };
    let had_account = member.is_some() || matches!(employee.login, Login::Pending(_));
    match (leaves && employee.active, had_account) {
        (true, true) => Commit::recording(entry(EmployeeFact::Deactivated { employee: employee.id })).and(entry(taken)),
        (true, false) => Commit::recording(entry(EmployeeFact::Deactivated { employee: employee.id })),
        (false, _) => Commit::recording(entry(taken)),
    }
}

/// Adds to a commit that the setup link of an employee dies.
async fn close_setup(ports: &Ports, commit: Commit, employee: &Employee, now: Time) -> Result<Commit, Fault> {
    let link = ports.store.password_link(employee.setup_link()).await?.filter(PasswordLink::is_open);
    Ok(match link {
        Some(link) => commit.update(link.close(now)),
        None => commit,
    })
}

/// Adds to a commit that a member cannot work any more. Whoever takes an Owner or a User Manager away changes the practice, too, so
/// that two who take each other away meet there. An end date stays when it was reached before: then they had left already (`EMP-2`).
async fn take_away(
    ports: &Ports,
    who: &Administrator,
    commit: Commit,
    member: Member,
    now: Time,
) -> Result<Commit, DeactivateEmployeeError> {
    let (practice, account) = (member.practice, member.account);
    let mut commit = commit;
    if member.role == Role::Owner || member.user_manager {
        commit = commit.update(lead_on(ports, who, &member, now).await?);
    }
    if let Some(link) = dying_reset(ports, account, practice).await? {
        commit = commit.update(link.close(now));
    }
    Ok(commit
        .write(Write::Unlist(practice, member.id.into()))
        .write(Write::EndSessions { account, within: Some(practice), except: None, at: now })
        .update(Member { active: false, until: member.until.filter(|until| *until <= now), ..member }))
}

/// The practice, as it is led without this member.
async fn lead_on(
    ports: &Ports,
    who: &Administrator,
    member: &Member,
    now: Time,
) -> Result<crate::practice::Practice, DeactivateEmployeeError> {
    let practice = ports.store.practice(member.practice).await?;
    let practice = practice.ok_or_else(|| Fault::corrupt("member", "their practice is missing"))?;
    if member.role == Role::Owner {
        if who.member().role != Role::Owner {
            return Err(DeactivateEmployeeError::AboveYourself);
        }
        let owners = ports.store.owners(practice.id).await?;
        if !owners.iter().any(|owner| owner.id != member.id && owner.works(now)) {
            return Err(DeactivateEmployeeError::LastOwner);
        }
    }
    Ok(if member.user_manager { practice.lose_user_manager()? } else { practice })
}

/// What the policy says about the code word when somebody leaves who knows it.
async fn after_leaving(
    ports: &Ports,
    who: &Administrator,
    commit: Commit,
    leaver: EmployeeId,
    knows: bool,
    chance: &Chance,
    now: Time,
) -> Result<(Commit, WordAfter), Fault> {
    let practice = who.practice();
    match practice.policy().code_word.on_leaving {
        Rotation::Automatic if knows => {
            let current = Current::load(ports, practice.id, chance, now).await?;
            let mut waiting = ports.store.open_setups(practice.id).await?;
            let by_text = practice.policy().code_word.by_text;
            waiting.retain(|link| by_text && link.employee() != Some(leaver));
            let commit = commit.and(who.person().record(current.rotation(), now));
            Ok((current.rotate(ports, commit, &waiting, chance, now), WordAfter::Rotated))
        }
        Rotation::Proposed if knows => Ok((commit, WordAfter::RotationProposed)),
        Rotation::Automatic | Rotation::Proposed | Rotation::Off => Ok((commit, WordAfter::Stays)),
    }
}
