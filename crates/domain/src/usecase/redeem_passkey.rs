use crate::access::HalfWay;
use crate::commit::Commit;
use crate::fact::{AccountFact, Fact};
use crate::passkey::{Ceremony, PasskeyRefused, Purpose, Unproven};
use crate::port::{Authenticators, Fault};
use crate::second_factor::SecondFactor;
use crate::session::CODES_AT_MOST;
use crate::usecase::entering::{Asked, Heir, Welcome, asked};
use crate::usecase::redeem_second_factor::{RedeemError, let_in, refuse, spend_a_try, still_half_way, unlocked};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::Time;

/// Why the second step was not taken with a passkey.
#[derive(Debug, thiserror::Error)]
pub enum RedeemPasskeyError {
    /// There is none that this person may use.
    #[error("use your authenticator app or a recovery code")]
    NotOffered,
    /// The question was answered before, too long ago, or elsewhere.
    #[error("that took too long; try again")]
    NotAsked,
    /// The answer proves nothing; it is not told why.
    #[error("that passkey did not work; try again, or use your authenticator app")]
    NotProven {
        /// Tries that are left before the sign-in has to begin again.
        left: u8,
    },
    /// The sign-in must begin again: it took too long, too many answers were wrong, or the account was locked meanwhile.
    #[error("sign in again")]
    Over,
    /// Too much was tried for this account.
    #[error("too many passkeys and codes were tried; wait a few minutes")]
    TooOften {
        /// When the next may be tried.
        possible_at: Time,
    },
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RedeemPasskeyError {}

impl From<RedeemError> for RedeemPasskeyError {
    fn from(error: RedeemError) -> Self {
        match error {
            RedeemError::WrongCode { left } => Self::NotProven { left },
            RedeemError::Over => Self::Over,
            RedeemError::TooOften { possible_at } => Self::TooOften { possible_at },
            RedeemError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl From<PasskeyRefused> for RedeemPasskeyError {
    fn from(refused: PasskeyRefused) -> Self {
        match refused {
            PasskeyRefused::NoApp => Self::NotOffered,
            PasskeyRefused::NotBegun | PasskeyRefused::TooMany | PasskeyRefused::AlreadyAdded => Self::NotAsked,
        }
    }
}

/// Whether somebody half-way has a passkey that may be the second step.
///
/// # Errors
///
/// A [`Fault`] when the world fails.
pub async fn second_step_of(ports: &Ports, who: &HalfWay) -> Result<bool, Fault> {
    let asked = asked(ports, who.account()).await?;
    Ok(!who.enrols() && asked.passkeys && !asked.factor.passkeys().is_empty())
}

/// `SESS-3`: asks for a passkey as the second step of a sign-in. Gives what the browser is to ask the authenticator, as JSON; the question is
/// good once, for five minutes, in this sign-in. It takes one of the tries that the account has for codes and passkeys.
///
/// # Errors
///
/// [`RedeemPasskeyError`].
pub async fn ask_for_passkey(
    ports: &Ports,
    authenticators: &dyn Authenticators,
    who: &HalfWay,
) -> Result<String, RedeemPasskeyError> {
    spend_a_try(ports, who).await?;
    let now = ports.clock.now();
    settle(ports, || async {
        let (session, _) = still_half_way(ports, who, now).await?;
        let factor = offered(ports, who).await?.factor;
        if factor.passkeys().is_empty() {
            return Err(RedeemPasskeyError::NotOffered);
        }
        let question = authenticators.ask_to_use(factor.passkeys())?;
        let ceremony = Ceremony { session: session.id, purpose: Purpose::Use, asked: question.asked, begun_at: now };
        let factor = factor.ask_passkey(ceremony)?;
        let fact = AccountFact::PasskeyAsked { account: who.account() };
        committed(Commit::recording(who.record(Fact::Account(fact), now)).update(factor), question.options)
    })
    .await
}

/// `SESS-3`: the second step of a sign-in, with a passkey. Whether the account is locked is asked here again (`LK-05`); the question is
/// spent by any answer; the fifth wrong one of a sign-in ends it. A counter that does not go on lets nobody in and is recorded. No
/// password is looked at, so no counter of failures changes.
///
/// # Errors
///
/// [`RedeemPasskeyError`].
pub async fn redeem_passkey(
    ports: &Ports,
    authenticators: &dyn Authenticators,
    who: &HalfWay,
    answer: &str,
) -> Result<Welcome, RedeemPasskeyError> {
    let heir = Heir::draw(ports);
    let (account, now) = (who.account(), heir.now);
    settle::<_, RedeemPasskeyError, _, _>(ports, || async {
        let (session, half) = still_half_way(ports, who, now).await?;
        let Asked { factor, chooses, .. } = offered(ports, who).await?;
        let (factor, ceremony) = factor.answer_passkey(session.id, now)?;
        if ceremony.purpose != Purpose::Use {
            return Err(RedeemPasskeyError::NotAsked);
        }
        let Some(guards) = unlocked(ports, &session, half).await? else {
            return committed(refuse(who, session, now).update(factor), Err(RedeemPasskeyError::Over));
        };
        let used = authenticators.used(&ceremony.asked, answer);
        let why = match used.and_then(|used| factor.clone().use_passkey(used, now)) {
            Ok((factor, passkey)) => {
                let whole = heir.complete(ports, &session);
                let fact = AccountFact::PasskeyUsed { account, passkey };
                let commit = let_in(who, session, &whole, factor, Some(fact), now).guard_all(guards);
                return committed(commit, Ok(heir.welcome(ports, whole, chooses)));
            }
            Err(why) => why,
        };
        let wrong = half.wrong.saturating_add(1);
        let record = |fact| who.record(Fact::Account(fact), now);
        let commit = Commit::recording(record(AccountFact::PasskeyWrong { account, wrong }));
        let commit = match copied(&factor, &why) {
            Some(fact) => commit.and(record(fact)),
            None => commit,
        };
        let left = CODES_AT_MOST.saturating_sub(wrong);
        let commit = commit.update(factor).update(session.miss(half, now));
        committed(commit, Err(RedeemPasskeyError::NotProven { left }))
    })
    .await?
}

/// What is recorded of a passkey whose counter did not go on.
fn copied(factor: &SecondFactor, why: &Unproven) -> Option<AccountFact> {
    let Unproven::Backwards { passkey } = why else { return None };
    let kept = factor.passkeys().iter().find(|kept| kept.handle == *passkey)?;
    Some(AccountFact::PasskeyBackwards { account: factor.account, passkey: kept.id })
}

/// What is asked of somebody half-way, where their practices let them use passkeys.
async fn offered(ports: &Ports, who: &HalfWay) -> Result<Asked, RedeemPasskeyError> {
    let asked = asked(ports, who.account()).await?;
    if asked.passkeys && !who.enrols() { Ok(asked) } else { Err(RedeemPasskeyError::NotOffered) }
}
