use crate::access::{Administrator, Denied};
use crate::account::Account;
use crate::commit::{Commit, Guard, Name, Write};
use crate::employee::{Employee, InactiveEmployee, Login, Pending};
use crate::fact::{EmployeeFact, Fact};
use crate::member::{Member, Role};
use crate::password_link::{LinkTooSoon, PasswordLink, Purpose};
use crate::person::Person;
use crate::port::Fault;
use crate::usecase::granting::{CannotGrant, grantor};
use crate::usecase::joining::{ends, lock_state};
use crate::usecase::password_links::{Known, Notices, life};
use crate::usecase::word_by_text::takes_texts;
use crate::usecase::words::{Chance, Current};
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::{AccountId, Email, EmployeeId, OutOfReach, Phone, Time};

/// The Active box is ticked, and Save pressed.
#[derive(Debug, Clone)]
pub struct ActivateEmployee {
    /// Whose user account.
    pub employee: EmployeeId,
    /// Where the setup link goes; the username.
    pub email: Email,
    /// Where the code word goes.
    pub cell: Phone,
    /// The role.
    pub role: Role,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activated {
    /// A setup link is on its way; told alike whether or not the address has an account elsewhere.
    Sent {
        /// Whether a text with the code word is, too; otherwise somebody must say it in person or by phone (`CODE-2`).
        texted: bool,
    },
    /// They had an account here before, and may work again with the password that they have.
    Restored,
    /// There was nothing to do.
    Already,
}

/// Why there is no user account.
#[derive(Debug, thiserror::Error)]
pub enum ActivateEmployeeError {
    /// There is no such employee in this practice.
    #[error("we cannot find that person")]
    NoSuchEmployee,
    /// Only active employees can have one.
    #[error(transparent)]
    Inactive(#[from] InactiveEmployee),
    /// Nobody grants what they lack (`ROLE-2`).
    #[error("only an Owner can do this for an Owner")]
    AboveYourself,
    /// The rules of granting say no (`ROLE-2`).
    #[error(transparent)]
    CannotGrant(#[from] CannotGrant),
    /// The address belongs to a member of this practice.
    #[error("somebody in this practice uses this email address already")]
    AlreadyMember,
    /// A registered person's address cannot be changed by others (`LIST-8`).
    #[error("this person signs in with another email address, which only they can change")]
    OtherAddress,
    /// The end date of a non-employee is past (`EMP-2`).
    #[error("this person's end date is past; change it first")]
    Ended,
    /// An Owner's account has no end (`TN-06`).
    #[error("the account of an Owner or User Manager has no end date")]
    Manages,
    /// The number is not one that we text (`RL-03`).
    #[error(transparent)]
    OutOfReach(#[from] OutOfReach),
    /// Too many links of late.
    #[error(transparent)]
    TooSoon(#[from] LinkTooSoon),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ActivateEmployeeError {}

/// `EMP-2`: an administrator gives an active employee a user account. The person gets an email with a setup link and a text with
/// the code word; an address that has an account elsewhere joins with it (`PRA-5`). Saving again sends again. Somebody whose place
/// was taken away gets it back.
///
/// # Errors
///
/// [`ActivateEmployeeError`].
pub async fn activate_employee(
    ports: &Ports,
    who: &Administrator,
    cmd: ActivateEmployee,
) -> Result<Activated, ActivateEmployeeError> {
    let drawn = Drawn { notices: Notices::draw(ports), chance: Chance::draw(&*ports.entropy), now: ports.clock.now() };
    settle(ports, || async {
        let employee = ports.store.employee(who.practice().id, cmd.employee).await?;
        let employee = employee.ok_or(ActivateEmployeeError::NoSuchEmployee)?;
        if !employee.active {
            return Err(InactiveEmployee.into());
        }
        let guards = may_give(ports, who, cmd.role).await?;
        let until = ends(employee.employment, who.practice(), drawn.now);
        if until.is_some() && cmd.role == Role::Owner {
            return Err(ActivateEmployeeError::Manages);
        }
        if until.is_some_and(|until| until <= drawn.now) {
            return Err(ActivateEmployeeError::Ended);
        }
        match employee.login {
            Login::None | Login::Pending(_) => {
                ports.platform.regions.reach(&cmd.cell)?;
                let pending =
                    Pending { email: cmd.email.clone(), cell: cmd.cell.clone(), role: cmd.role, since: drawn.now };
                let (commit, texted) = ask(ports, who, employee, pending, drawn).await?;
                committed(commit.guard_all(guards), Activated::Sent { texted })
            }
            Login::Member { .. } => restore(ports, who, &employee, &cmd, until, guards, drawn.now).await,
        }
    })
    .await
}

/// Asks whether an administrator may give this role (`ROLE-2`), and what must stay as it is for that.
async fn may_give(ports: &Ports, who: &Administrator, role: Role) -> Result<Vec<Guard>, ActivateEmployeeError> {
    let grantor = grantor(ports, who).await??;
    if role == Role::Owner {
        if grantor.member.role != Role::Owner {
            return Err(ActivateEmployeeError::AboveYourself);
        }
        if !who.person().is_fresh() {
            return Err(CannotGrant::Denied(Denied::NotFresh).into());
        }
    }
    grantor.must_have(grantor.listed(role)?.effective())?;
    let mut guards = grantor.guards().to_vec();
    guards.push(grantor.unchanged(grantor.member.practice, role));
    Ok(guards)
}

/// What was drawn once, before the first attempt.
#[derive(Clone, Copy)]
pub(super) struct Drawn {
    pub(super) notices: Notices,
    pub(super) chance: Chance,
    pub(super) now: Time,
}

/// The commit that asks an employee to set an account up, and whether it texts the code word.
pub(super) async fn ask(
    ports: &Ports,
    who: &Administrator,
    employee: Employee,
    pending: Pending,
    Drawn { notices, chance, now }: Drawn,
) -> Result<(Commit, bool), ActivateEmployeeError> {
    let practice = who.practice();
    if let Some(account) = ports.store.holder(&Name::address(&pending.email)).await?
        && ports.store.member(practice.id, AccountId(account)).await?.is_some()
    {
        return Err(ActivateEmployeeError::AlreadyMember);
    }
    let policy = practice.policy();
    let entry = |fact| who.person().record(fact, now);
    let known = Known::or(ports, PasswordLink::for_setup(employee.id, now)).await?;
    let tries = policy.code_word.tries_per_link;
    let sent = known.link.clone().send(Some(practice.id), now, life(&policy, Purpose::Setup), tries)?;
    let word = match policy.code_word.required {
        true => Some(Current::load(ports, practice.id, &chance, now).await?),
        false => None,
    };
    let by_text = policy.code_word.by_text && word.is_some() && takes_texts(ports, &pending.cell).await?;
    let texts = word.as_ref().filter(|_| by_text);
    let fact = EmployeeFact::UserAsked { employee: employee.id, role: pending.role };
    let commit = known.send(sent, texts, notices, now, entry).and(entry(Fact::Employee(fact)));
    let commit = commit.update(employee.ask(pending)?);
    let texted = texts.is_some();
    Ok((word.iter().fold(commit, |commit, word| word.touch(commit, entry)), texted))
}

/// Gives a place back that was taken away.
async fn restore(
    ports: &Ports,
    who: &Administrator,
    employee: &Employee,
    cmd: &ActivateEmployee,
    until: Option<Time>,
    grants: Vec<Guard>,
    now: Time,
) -> Result<Decision<Activated>, ActivateEmployeeError> {
    let (member, account) = place(ports, who, employee).await?;
    if account.email != cmd.email {
        return Err(ActivateEmployeeError::OtherAddress);
    }
    if member.works(now) {
        return Ok(Decision::Already(Activated::Already));
    }
    if member.role == Role::Owner && who.member().role != Role::Owner {
        return Err(ActivateEmployeeError::AboveYourself);
    }
    if until.is_some() && member.user_manager {
        return Err(ActivateEmployeeError::Manages);
    }
    let (locked, guards) = lock_state(ports, account.id).await?;
    let gains = member.user_manager && !member.active;
    let leads = gains || cmd.role == Role::Owner;
    let member = Member { active: true, role: cmd.role, until, ..member };
    let fact = EmployeeFact::UserRestored { employee: employee.id, member: member.id, role: cmd.role };
    let mut commit = Commit::recording(who.person().record(Fact::Employee(fact), now))
        .guard_all(guards)
        .guard_all(grants)
        .update(employee.clone())
        .write(Write::List(Person::registered(&member, &account, locked)))
        .update(member);
    if leads {
        let practice = ports.store.practice(who.practice().id).await?;
        let practice = practice.ok_or_else(|| Fault::corrupt("session", "its practice is missing"))?;
        commit = commit.update(if gains { practice.gain_user_manager() } else { practice });
    }
    committed(commit, Activated::Restored)
}

/// The place that an employee has, and their account.
pub(super) async fn place(ports: &Ports, who: &Administrator, employee: &Employee) -> Result<(Member, Account), Fault> {
    let missing = || Fault::corrupt("employee", "their account is missing");
    let Login::Member { member, account } = employee.login else { return Err(missing()) };
    let member = ports.store.member_by_id(who.practice().id, member).await?.ok_or_else(missing)?;
    Ok((member, ports.store.account(account).await?.ok_or_else(missing)?))
}
