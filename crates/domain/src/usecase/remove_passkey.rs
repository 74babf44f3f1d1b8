use crate::access::{Fresh, SignedIn};
use crate::commit::{Commit, Name};
use crate::fact::{AccountFact, Fact};
use crate::notice::{About, AccountNews, Notice};
use crate::passkey::{PASSKEYS_AT_MOST, Passkey};
use crate::port::Fault;
use crate::usecase::entering::asked;
use crate::usecase::{NEWS, Ports, Refusal, committed, settle};
use crate::value::{NoticeId, PasskeyId};

/// Why the passkey stays.
#[derive(Debug, thiserror::Error)]
pub enum RemovePasskeyError {
    /// There is no such one, or no more.
    #[error("we cannot find that passkey")]
    NoSuchPasskey,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RemovePasskeyError {}

/// What somebody sees of their own passkeys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPasskeys {
    /// Whether they may be used, and added.
    pub allowed: bool,
    /// Whether there is room for another: an authenticator app stands behind them, and they are not too many.
    pub room: bool,
    /// The passkeys, the oldest first.
    pub kept: Vec<Passkey>,
}

/// `SESS-3`: one's own passkeys, to be shown.
///
/// # Errors
///
/// A [`Fault`] when the world fails.
pub async fn own_passkeys(ports: &Ports, who: &SignedIn) -> Result<OwnPasskeys, Fault> {
    let asked = asked(ports, who.account()).await?;
    let kept = asked.factor.passkeys().to_vec();
    let room = asked.factor.is_on() && kept.len() < PASSKEYS_AT_MOST;
    Ok(OwnPasskeys { allowed: asked.passkeys, room, kept })
}

/// `SESS-3`: somebody who has signed in freshly takes one of their passkeys away. They are told by mail.
///
/// # Errors
///
/// [`RemovePasskeyError`].
pub async fn remove_passkey(
    ports: &Ports,
    who: &Fresh<SignedIn>,
    passkey: PasskeyId,
) -> Result<(), RemovePasskeyError> {
    let (who, now, notice) = (who.who(), ports.clock.now(), NoticeId(ports.entropy.id()));
    let account = who.account();
    settle(ports, || async {
        let factor = ports.store.second_factor(account).await?.ok_or(RemovePasskeyError::NoSuchPasskey)?;
        let (factor, removed) = factor.remove_passkey(passkey).ok_or(RemovePasskeyError::NoSuchPasskey)?;
        let fact = Fact::Account(AccountFact::PasskeyRemoved { account, passkey });
        let about = About::Account { account, news: AccountNews::SecondFactorChanged };
        let commit = Commit::recording(who.record(fact, now))
            .update(factor)
            .release(Name::Passkey(removed.handle), account)
            .notify(Notice { id: notice, about, ordered_at: now, expires_at: now.plus(NEWS) });
        committed(commit, ())
    })
    .await
}
