use crate::access::{Operator, UserManager, WhyNot};
use crate::commit::{Commit, Name, Write};
use crate::fact::Fact;
use crate::lockout::{Counter, Scope};
use crate::notice::{About, Notice, SupportAct};
use crate::port::Fault;
use crate::usecase::joining::all_locks;
use crate::usecase::support::Touched;
use crate::usecase::{Decision, NEWS, Ports, Refusal, committed, settle};
use crate::value::{AccountId, Email, MemberId, NoticeId, Reason, Time};

/// Nothing is locked any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unlocked {
    /// Whose.
    pub account: AccountId,
    /// Whether there was nothing to do.
    pub already: bool,
}

/// Why the lock stays.
#[derive(Debug, thiserror::Error)]
pub enum UnlockAccountError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] WhyNot),
    /// An operator must say why.
    #[error("give a reason")]
    NoReason,
    /// A hundred wrong passwords were tried: the account opens with a new one only, and a lock that opens would not help (`LK-09`).
    #[error("too many wrong passwords were tried; this person needs to reset the password")]
    Exhausted,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for UnlockAccountError {}

/// `LOCK-2`: a User Manager opens the lock of a member of their practice, at once. The password stays; a second click changes
/// nothing more.
///
/// # Errors
///
/// [`UnlockAccountError`].
pub async fn unlock_account(
    ports: &Ports,
    who: &UserManager,
    member: MemberId,
) -> Result<Unlocked, UnlockAccountError> {
    let found = ports.store.member_by_id(who.practice().id, member).await?;
    let account = found.filter(|member| member.active).ok_or(WhyNot::NotHere)?.account;
    unlock(ports, account, |fact, at| Commit::recording(who.record(fact, at)), None).await
}

/// `LOCK-2`, LK-08: an operator opens anybody's lock, with a reason. The person is told, and so are the User Managers wherever they
/// work.
///
/// # Errors
///
/// [`UnlockAccountError`].
pub async fn unlock_account_by_operator(
    ports: &Ports,
    who: &Operator,
    email: &Email,
) -> Result<Unlocked, UnlockAccountError> {
    let reason = who.reason().cloned().ok_or(UnlockAccountError::NoReason)?;
    let account = AccountId(ports.store.holder(&Name::address(email)).await?.ok_or(WhyNot::NotHere)?);
    let account = ports.store.account(account).await?.ok_or(WhyNot::NotHere)?;
    let touched = Touched::by(ports, &account, ports.clock.now()).await?;
    let record = |fact: Fact, at| touched.recording(|log| who.record(log, fact.clone(), at));
    unlock(ports, account.id, record, Some((&touched, reason))).await
}

async fn unlock(
    ports: &Ports,
    account: AccountId,
    recording: impl Fn(Fact, Time) -> Commit + Send + Sync,
    by_support: Option<(&Touched, Reason)>,
) -> Result<Unlocked, UnlockAccountError> {
    let now = ports.clock.now();
    let notice = NoticeId(ports.entropy.id());
    settle(ports, || async {
        let (counters, guards) = all_locks(ports, account).await?;
        if counters.iter().all(|c| c.locked_at.is_none()) {
            return Ok(Decision::Already(Unlocked { account, already: true }));
        }
        if counters.iter().any(Counter::is_exhausted) {
            return Err(UnlockAccountError::Exhausted);
        }
        let failures = counters.iter().map(|c| c.failures_at(now)).max().unwrap_or(0);
        let about = About::Unlocked { account };
        let reason = by_support.as_ref().map(|(_, reason)| reason.clone());
        let mut commit = recording(Fact::Unlocked { account, failures, reason }, now)
            .guard_all(guards)
            .write(Write::ListLocked(account, false))
            .notify(Notice { id: notice, about, ordered_at: now, expires_at: now.plus(NEWS) });
        let abandoned: usize = counters.iter().map(|counter| counter.abandoned(now).count()).sum();
        let abandoned = u8::try_from(abandoned).unwrap_or(u8::MAX);
        for counter in counters {
            let gone = counter.abandoned(now).collect();
            let added = if counter.scope == Scope::Account { abandoned } else { 0 };
            commit = commit.write(Write::Count { counter: counter.clear(now).remember(added, now), gone });
        }
        if let Some((touched, _)) = &by_support {
            commit = touched.tell(ports, commit, SupportAct::Unlocked, now).await?;
        }
        committed(commit, Unlocked { account, already: false })
    })
    .await
}
