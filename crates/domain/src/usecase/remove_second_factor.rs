use crate::access::{Administrator, Fresh, SignedIn};
use crate::commit::{Commit, Name};
use crate::fact::{AccountFact, Entry, Fact};
use crate::notice::{About, AccountNews, Notice};
use crate::policy::Demand;
use crate::port::Fault;
use crate::second_factor::FactorState;
use crate::usecase::entering::asked;
use crate::usecase::{Decision, NEWS, Ports, Refusal, committed, settle};
use crate::value::{AccountId, MemberId, NoticeId, Time};

/// Why the second factor stays.
#[derive(Debug, thiserror::Error)]
pub enum RemoveSecondFactorError {
    /// The policy asks for one; an administrator can reset it.
    #[error("your practice asks for an authenticator app; ask an administrator to reset it")]
    Required,
    /// There is no such member in this practice.
    #[error("we cannot find that person")]
    NoSuchMember,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RemoveSecondFactorError {}

/// `SESS-3`: somebody who has signed in freshly takes their own second factor away, passkeys included, where no policy asks for it.
/// False when there was none.
///
/// # Errors
///
/// [`RemoveSecondFactorError`].
pub async fn remove_second_factor(ports: &Ports, who: &Fresh<SignedIn>) -> Result<bool, RemoveSecondFactorError> {
    let who = who.who();
    if asked(ports, who.account()).await?.demand == Demand::Required {
        return Err(RemoveSecondFactorError::Required);
    }
    let fact = AccountFact::SecondFactorRemoved { account: who.account() };
    take_away(ports, who.account(), fact, |fact, at| who.record(Fact::Account(fact), at)).await
}

/// `SESS-3`: an administrator resets the second factor of a member of their practice, who has lost it, passkeys included. What the policy
/// asks for stays as it is: where it is required, the next sign-in stops until there is a new one. False when there was none.
///
/// # Errors
///
/// [`RemoveSecondFactorError`].
pub async fn reset_second_factor(
    ports: &Ports,
    who: &Fresh<Administrator>,
    member: MemberId,
) -> Result<bool, RemoveSecondFactorError> {
    let who = who.who();
    let found = ports.store.member_by_id(who.practice().id, member).await?;
    let account = found.ok_or(RemoveSecondFactorError::NoSuchMember)?.account;
    let fact = AccountFact::SecondFactorReset { account, member };
    take_away(ports, account, fact, |fact, at| who.person().record(Fact::Account(fact), at)).await
}

async fn take_away(
    ports: &Ports,
    account: AccountId,
    recorded: AccountFact,
    entry: impl Fn(AccountFact, Time) -> Entry + Send + Sync,
) -> Result<bool, RemoveSecondFactorError> {
    let now = ports.clock.now();
    let notice = NoticeId(ports.entropy.id());
    settle(ports, || async {
        let found = ports.store.second_factor(account).await?;
        let Some(factor) = found.filter(|factor| factor.state != FactorState::Off) else {
            return Ok(Decision::Already(false));
        };
        let about = About::Account { account, news: AccountNews::SecondFactorChanged };
        let gone = factor.passkeys().to_vec();
        let commit = gone.into_iter().fold(Commit::recording(entry(recorded.clone(), now)), |commit, passkey| {
            let fact = AccountFact::PasskeyRemoved { account, passkey: passkey.id };
            commit.and(entry(fact, now)).release(Name::Passkey(passkey.handle), account)
        });
        let commit = commit.update(factor.off()).notify(Notice {
            id: notice,
            about,
            ordered_at: now,
            expires_at: now.plus(NEWS),
        });
        committed(commit, true)
    })
    .await
}
