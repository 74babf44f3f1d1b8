use crate::access::Operator;
use crate::account::Account;
use crate::commit::{Commit, Name, Write};
use crate::fact::{Fact, Log};
use crate::member::{Kind, Member};
use crate::notice::{About, Notice};
use crate::person::Person;
use crate::port::Fault;
use crate::practice::{LastUserManager, Practice};
use crate::usecase::joining::lock_state;
use crate::usecase::support::managers;
use crate::usecase::{Decision, NEWS, Ports, Refusal, committed, settle};
use crate::value::{AccountId, Email, NoticeId, PracticeId, Reason};

/// Why the capability stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum GrantUserManagerError {
    /// An operator must say why (`PRA-3`).
    #[error("give a reason")]
    NoReason,
    /// There is no such practice, or the address is not a member of it.
    #[error("there is no such member in this practice")]
    NoSuchMember,
    /// A patient cannot manage a practice's people.
    #[error("a patient cannot be User Manager")]
    Patient,
    /// The practice needs at least one (`PRA-3`).
    #[error(transparent)]
    Last(#[from] LastUserManager),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for GrantUserManagerError {}

/// `PRA-3`: an operator makes a member User Manager, with a reason; the practice's User Managers are told. False when they were one already.
///
/// # Errors
///
/// [`GrantUserManagerError`].
pub async fn grant_user_manager(
    ports: &Ports,
    who: &Operator,
    practice: PracticeId,
    email: &Email,
) -> Result<bool, GrantUserManagerError> {
    change(ports, who, practice, email, true).await
}

/// `PRA-3`: an operator takes the capability away, with a reason; never the last one's. The practice's User Managers are told. False
/// when they had it not.
///
/// # Errors
///
/// [`GrantUserManagerError`].
pub async fn revoke_user_manager(
    ports: &Ports,
    who: &Operator,
    practice: PracticeId,
    email: &Email,
) -> Result<bool, GrantUserManagerError> {
    change(ports, who, practice, email, false).await
}

async fn change(
    ports: &Ports,
    who: &Operator,
    practice: PracticeId,
    email: &Email,
    grant: bool,
) -> Result<bool, GrantUserManagerError> {
    let now = ports.clock.now();
    let reason = who.reason().cloned().ok_or(GrantUserManagerError::NoReason)?;
    settle(ports, || async {
        let (practice, member, account) = load(ports, practice, email).await?;
        if member.user_manager == grant {
            return Ok(Decision::Already(false));
        }
        let first = ports.store.holder(&Name::FirstUserManager(practice.id)).await?.map(AccountId);
        let (locked, guards) = lock_state(ports, account.id).await?;
        let practice_id = practice.id;
        let (practice, member) = decide(practice, member, grant)?;
        let fact = fact(&member, &reason, grant);
        let mut commit = Commit::recording(who.record(Log::Practice(practice_id), fact, now))
            .guard_all(guards)
            .update(practice)
            .write(Write::List(Person::registered(&member, &account, locked)))
            .update(member);
        let mut told = managers(ports, practice_id, now).await?;
        told.retain(|manager| *manager != account.id && Some(*manager) != first);
        for account in [Some(account.id), first.filter(|first| *first != account.id)].into_iter().flatten().chain(told)
        {
            let about = About::UserManagersChanged { account, practice: practice_id };
            let id = NoticeId(ports.entropy.id());
            commit = commit.notify(Notice { id, about, ordered_at: now, expires_at: now.plus(NEWS) });
        }
        committed(commit, true)
    })
    .await
}

fn decide(practice: Practice, member: Member, grant: bool) -> Result<(Practice, Member), GrantUserManagerError> {
    if grant && member.kind == Kind::Patient {
        return Err(GrantUserManagerError::Patient);
    }
    let practice = if grant { practice.gain_user_manager() } else { practice.lose_user_manager()? };
    Ok((practice, Member { user_manager: grant, ..member }))
}

fn fact(member: &Member, reason: &Reason, grant: bool) -> Fact {
    let reason = reason.clone();
    if grant {
        Fact::UserManagerGranted { member: member.id, reason: Some(reason) }
    } else {
        Fact::UserManagerRevoked { member: member.id, reason }
    }
}

async fn load(
    ports: &Ports,
    practice: PracticeId,
    email: &Email,
) -> Result<(Practice, Member, Account), GrantUserManagerError> {
    let missing = || GrantUserManagerError::NoSuchMember;
    let id = ports.store.holder(&Name::address(email)).await?.map(AccountId).ok_or_else(missing)?;
    let member = ports.store.member(practice, id).await?.filter(|member| member.active).ok_or_else(missing)?;
    let account = ports.store.account(id).await?.ok_or_else(missing)?;
    let practice = ports.store.practice(practice).await?.ok_or_else(missing)?;
    Ok((practice, member, account))
}
