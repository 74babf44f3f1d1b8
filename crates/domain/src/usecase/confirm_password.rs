use crate::access::SignedIn;
use crate::commit::{Commit, Write};
use crate::fact::Fact;
use crate::lockout::{Outcome, Scope, Subject};
use crate::notice::{About, Notice};
use crate::policy::{Policy, Preset};
use crate::port::Fault;
use crate::session::Session;
use crate::usecase::attempt::Attempt;
use crate::usecase::{LimitError, NEWS, Ports, Refusal, committed, settle_counting};
use crate::value::{NoticeId, Password, SessionId, Version};

/// The sign-in is fresh again: the old session gave way to a new one.
#[derive(Clone)]
pub struct Confirmed {
    /// The new session.
    pub session: Session,
    /// What the browser must show from now on.
    pub cookie: [u8; 32],
}

/// Why it is not.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmPasswordError {
    /// Wrong, or locked.
    #[error("that password is not right")]
    Refused,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ConfirmPasswordError {}

/// `SESS-2`: somebody who is signed in gives their password again. Shares the counter with sign-in (`LOCK-1`); an open session stays
/// whatever comes of it (`LOCK-4`).
///
/// # Errors
///
/// [`ConfirmPasswordError`].
pub async fn confirm_password(
    ports: &Ports,
    who: &SignedIn,
    password: &Password,
) -> Result<Confirmed, ConfirmPasswordError> {
    let account = ports.store.account(who.account()).await?;
    let account = account.ok_or_else(|| Fault::corrupt("session", "its account is missing"))?;
    let home = match account.home {
        Some(home) => ports.store.practice(home).await?,
        None => None,
    };
    let policy = home.map_or_else(|| Policy::of(Preset::Standard), |home| home.policy()).lockout;
    let scope = Scope::of(Some(who.session().device), policy);
    let subject = Subject(account.id.0);
    let attempt = Attempt::make(ports, subject, scope, policy, Vec::new(), password, Some(&account.password)).await;
    let attempt = attempt.map_err(LimitError::into_fault)?;
    let (id, notice) = (SessionId(ports.entropy.id()), NoticeId(ports.entropy.id()));
    let cookie = ports.entropy.secret();
    let now = ports.clock.now();
    let (attempt, account, cookie) = (&attempt, &account, &cookie);
    let confirmed = settle_counting::<_, ConfirmPasswordError, _, _>(ports, |before| async move {
        let settlement = attempt.settle(ports, before, now).await?;
        if settlement.signed_in {
            let old = ports.store.session(who.session().id).await?;
            let old = old.filter(|old| old.ended_at.is_none()).ok_or(ConfirmPasswordError::Refused)?;
            let digest = ports.keys.digest(cookie);
            let session = Session {
                id,
                version: Version::default(),
                cookie: digest,
                proved_at: now,
                seen_at: now,
                ..old.clone()
            };
            let commit = Commit::recording(who.record(Fact::PasswordConfirmed { session: id }, now))
                .update(old.end(now))
                .insert(session.clone());
            let commit = settlement.writes.into_iter().fold(commit, Commit::write);
            return committed(commit, Some(Confirmed { session, cookie: *cookie }));
        }
        let failures = settlement.failures;
        let fact = match settlement.outcome {
            Outcome::Right | Outcome::Outdated | Outcome::Wrong => {
                Fact::SignInFailed { account: Some(account.id), failures }
            }
            Outcome::NotChecked => Fact::SignInRefused { account: Some(account.id) },
        };
        let mut commit = Commit::recording(who.record(fact, now));
        if settlement.locks {
            let scope = settlement.scope;
            let about = About::Locked { account: account.id };
            commit = commit
                .and(who.record(Fact::Locked { account: Some(account.id), scope, failures }, now))
                .write(Write::ListLocked(account.id, true))
                .notify(Notice { id: notice, about, ordered_at: now, expires_at: now.plus(NEWS) });
        }
        committed(settlement.writes.into_iter().fold(commit, Commit::write), None)
    })
    .await?;
    if attempt.failed() {
        return Err(Fault::busy("check a password").into());
    }
    confirmed.ok_or(ConfirmPasswordError::Refused)
}
