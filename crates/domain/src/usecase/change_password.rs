use crate::access::SignedIn;
use crate::account::Account;
use crate::commit::{Commit, Write};
use crate::fact::{AccountFact, Fact};
use crate::lockout::{Outcome, Scope, Subject};
use crate::notice::{About, AccountNews, Notice};
use crate::password::{Context, PasswordRefused, PasswordRule};
use crate::password_link::PasswordLink;
use crate::policy::{Policy, Preset};
use crate::port::{Fault, Verdict};
use crate::practice::Practice;
use crate::usecase::attempt::{Attempt, Settlement};
use crate::usecase::change_email::call_off_email_change;
use crate::usecase::confirm_password::Confirmed;
use crate::usecase::entering::Heir;
use crate::usecase::{LimitError, NEWS, Ports, Refusal, committed, settle_counting};
use crate::value::{NoticeId, Password, PasswordHash, PasswordLinkId};

/// A new password, and the one that it replaces.
#[derive(Debug, Clone)]
pub struct ChangePassword {
    /// The present password.
    pub current: Password,
    /// The new one.
    pub new: Password,
    /// The new one, once more.
    pub again: Password,
}

/// Why the password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The present password is wrong, or the account is locked.
    #[error("your current password is not right")]
    WrongCurrent,
    /// The two new passwords differ.
    #[error("the two passwords are not the same")]
    NotTheSame,
    /// The new password does not meet every rule (`PWD-1`).
    #[error(transparent)]
    Password(#[from] PasswordRefused),
    /// The session was ended, or the password was changed, meanwhile.
    #[error("sign in first")]
    SignedOut,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ChangePasswordError {}

/// `PW-07`: somebody changes their own password and gives the present one. Shares the counter with sign-in (`LK-04`); ends every other
/// session, and gives this one a new identity (`SE-06`); tells the person by mail.
///
/// # Errors
///
/// [`ChangePasswordError`].
pub async fn change_password(
    ports: &Ports,
    who: &SignedIn,
    cmd: ChangePassword,
) -> Result<Confirmed, ChangePasswordError> {
    let account = load(ports, who).await?;
    let home = home(ports, &account).await?;
    let policy = home.as_ref().map_or_else(|| Policy::of(Preset::Standard), Practice::policy);
    let names = [home.as_ref().map_or("", |home| home.name.as_str()), &ports.platform.brand];
    let context = Context { email: &account.email, name: &account.name, names: &names };
    policy.password.check(&cmd.new, context, ports.passwords.is_common(&cmd.new))?;
    if cmd.new.expose() != cmd.again.expose() {
        return Err(ChangePasswordError::NotTheSame);
    }
    let hash = ports.passwords.hash(&cmd.new).await?;
    let scope = Scope::of(Some(who.session().device), policy.lockout);
    let (subject, present) = (Subject(account.id.0), Some(&account.password));
    let attempt = Attempt::make(ports, subject, scope, policy.lockout, Vec::new(), &cmd.current, present).await;
    let attempt = attempt.map_err(LimitError::into_fault)?;
    let remembered = policy.password.remembered();
    let former = match attempt.is_right() {
        true => is_former(ports, &account, remembered, &cmd.new).await,
        false => Ok(false),
    };
    let (heir, notice) = (Heir::draw(ports), NoticeId(ports.entropy.id()));
    let keeps_up = matches!(former, Ok(false));
    let (attempt, account, hash) = (&attempt, &account, &hash);
    let changed = settle_counting::<_, ChangePasswordError, _, _>(ports, |before| async move {
        let settlement = attempt.settle(ports, before, heir.now).await?;
        if !settlement.signed_in {
            return committed(refuse(who, settlement, heir, notice), None);
        }
        let current = load(ports, who).await?;
        if current.password != account.password {
            return Err(ChangePasswordError::SignedOut);
        }
        if !keeps_up {
            let commit = Commit::recording(who.record(Fact::PasswordConfirmed { session: who.session().id }, heir.now));
            return committed(with_counters(commit, settlement), None);
        }
        let (commit, confirmed) = decide(ports, who, current, hash, remembered, heir, notice).await?;
        committed(with_counters(commit, settlement), Some(confirmed))
    })
    .await?;
    if attempt.failed() {
        return Err(Fault::busy("check a password").into());
    }
    match changed {
        Some(confirmed) => Ok(confirmed),
        None if former? => Err(PasswordRefused(vec![PasswordRule::NotFormer(remembered)]).into()),
        None => Err(ChangePasswordError::WrongCurrent),
    }
}

/// What a new password of the person needs, in the order in which a page lists it (`PWD-1`, `PW-07`).
///
/// # Errors
///
/// A [`Fault`] when the world failed.
pub async fn password_rules(ports: &Ports, who: &SignedIn) -> Result<Vec<PasswordRule>, Fault> {
    let account = load(ports, who).await?;
    let policy = home(ports, &account).await?.map_or_else(|| Policy::of(Preset::Standard), |home| home.policy());
    let former = PasswordRule::NotFormer(policy.password.remembered());
    Ok(policy.password.rules().into_iter().chain([former]).collect())
}

pub(super) async fn home(ports: &Ports, account: &Account) -> Result<Option<Practice>, Fault> {
    match account.home {
        Some(home) => ports.store.practice(home).await,
        None => Ok(None),
    }
}

/// Whether a password is one of the last so many of an account, the present one included.
pub(super) async fn is_former(
    ports: &Ports,
    account: &Account,
    remembered: u8,
    password: &Password,
) -> Result<bool, Fault> {
    for hash in account.last_passwords(remembered) {
        if ports.passwords.verify(password, Some(hash)).await? != Verdict::Wrong {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn load(ports: &Ports, who: &SignedIn) -> Result<Account, Fault> {
    let account = ports.store.account(who.account()).await?;
    account.ok_or_else(|| Fault::corrupt("session", "its account is missing"))
}

async fn decide(
    ports: &Ports,
    who: &SignedIn,
    account: Account,
    hash: &PasswordHash,
    remembered: u8,
    heir: Heir,
    notice: NoticeId,
) -> Result<(Commit, Confirmed), ChangePasswordError> {
    let (id, now) = (account.id, heir.now);
    let old = ports.store.session(who.session().id).await?.filter(|session| session.ended_at.is_none());
    let old = old.ok_or(ChangePasswordError::SignedOut)?;
    let session = crate::session::Session { proved_at: now, ..heir.succeed(ports, &old) };
    let about = About::Account { account: id, news: AccountNews::PasswordChanged };
    let commit = Commit::recording(who.record(Fact::Account(AccountFact::PasswordChanged { account: id }), now))
        .update(account.with_password(hash.clone(), remembered, now))
        .update(old.end(now))
        .write(Write::EndSessions { account: id, within: None, except: None, at: now })
        .insert(session.clone())
        .notify(Notice { id: notice, about, ordered_at: now, expires_at: now.plus(NEWS) });
    let link = ports.store.password_link(PasswordLinkId(id.0)).await?.filter(PasswordLink::is_open);
    let commit = link.into_iter().fold(commit, |commit, link| commit.update(link.close(now)));
    let commit = call_off_email_change(ports, commit, id, now).await?;
    Ok((commit, Confirmed { session, cookie: heir.cookie }))
}

fn refuse(who: &SignedIn, settlement: Settlement, heir: Heir, notice: NoticeId) -> Commit {
    let (account, now, failures, scope) = (who.account(), heir.now, settlement.failures, settlement.scope);
    let fact = match settlement.outcome {
        Outcome::NotChecked => Fact::SignInRefused { account: Some(account) },
        Outcome::Right | Outcome::Outdated | Outcome::Wrong => Fact::SignInFailed { account: Some(account), failures },
    };
    let mut commit = Commit::recording(who.record(fact, now));
    if settlement.locks {
        let about = About::Locked { account };
        commit = commit
            .and(who.record(Fact::Locked { account: Some(account), scope, failures }, now))
            .write(Write::ListLocked(account, true))
            .notify(Notice { id: notice, about, ordered_at: now, expires_at: now.plus(NEWS) });
    }
    with_counters(commit, settlement)
}

fn with_counters(commit: Commit, settlement: Settlement) -> Commit {
    settlement.writes.into_iter().fold(commit, Commit::write)
}
