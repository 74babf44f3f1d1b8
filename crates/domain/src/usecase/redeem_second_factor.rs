use crate::access::HalfWay;
use crate::commit::{Commit, Guard};
use crate::fact::{AccountFact, Actor, Entry, Fact};
use crate::lockout::{Scope, Subject};
use crate::policy::{Policy, Preset};
use crate::port::Fault;
use crate::rate::{Limit, Taken};
use crate::second_factor::{FactorRefused, Given, SecondFactor};
use crate::session::{CODES_AT_MOST, Half, Session};
use crate::usecase::entering::{Heir, Welcome, asked, enter};
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::Time;

/// Why the second step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum RedeemError {
    /// The code is wrong, or was used before.
    #[error("that code is not right; enter the newest code that your app shows")]
    WrongCode {
        /// Codes that may still be tried before the sign-in has to begin again.
        left: u8,
    },
    /// The sign-in must begin again: it took too long, too many codes were wrong, the account was locked meanwhile, or its second
    /// factor was changed.
    #[error("sign in again")]
    Over,
    /// Too many codes were tried for this account.
    #[error("too many codes were tried; wait a few minutes")]
    TooOften {
        /// When the next may be tried.
        possible_at: Time,
    },
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RedeemError {}

/// `SESS-3`: the second step of a sign-in: a code of the authenticator app, or a recovery code. Whether the account is locked is asked
/// here again (`LK-05`); a code of one step is good once (`OT-08`); the fifth wrong one ends the sign-in. No password is looked at, so
/// no counter of failures changes.
///
/// # Errors
///
/// [`RedeemError`].
pub async fn redeem_second_factor(ports: &Ports, who: &HalfWay, code: &str) -> Result<Welcome, RedeemError> {
    spend_a_try(ports, who).await?;
    let heir = Heir::draw(ports);
    settle::<_, RedeemError, _, _>(ports, || async {
        let (session, half) = still_half_way(ports, who, heir.now).await?;
        let factor = ports.store.second_factor(who.account()).await?;
        let factor = factor.filter(|factor| factor.is_on() && !half.enrols).ok_or(RedeemError::Over)?;
        let Some(guards) = unlocked(ports, &session, half).await? else {
            return committed(refuse(who, session, heir.now), Err(RedeemError::Over));
        };
        match factor.redeem(&*ports.keys, code, heir.now) {
            Ok((factor, given)) => {
                let chooses = asked(ports, who.account()).await?.chooses;
                let whole = heir.complete(ports, &session);
                let account = who.account();
                let more = match given {
                    Given::Code { .. } => None,
                    Given::Recovery { left } => Some(AccountFact::RecoveryCodeUsed { account, left }),
                };
                let commit = let_in(who, session, &whole, factor, more, heir.now).guard_all(guards);
                committed(commit, Ok(heir.welcome(ports, whole, chooses)))
            }
            Err(FactorRefused::WrongCode) => {
                let wrong = half.wrong.saturating_add(1);
                let fact = AccountFact::SecondFactorWrong { account: who.account(), wrong };
                let commit = Commit::recording(who.record(Fact::Account(fact), heir.now));
                let left = CODES_AT_MOST.saturating_sub(wrong);
                committed(commit.update(session.miss(half, heir.now)), Err(RedeemError::WrongCode { left }))
            }
            Err(FactorRefused::NotBegun | FactorRefused::AlreadyOn) => Ok(Decision::Already(Err(RedeemError::Over))),
        }
    })
    .await?
}

/// Takes one of the tries that an account has for codes, whoever makes them.
pub(super) async fn spend_a_try(ports: &Ports, who: &HalfWay) -> Result<(), RedeemError> {
    let ask = Limit::SecondFactors.ask(&*ports.keys, &who.account().to_string());
    match ports.store.take_units(&[ask], ports.clock.now()).await? {
        Taken::Granted => Ok(()),
        Taken::Refused { possible_at } => Err(RedeemError::TooOften { possible_at }),
    }
}

/// The half-way session as it is now.
pub(super) async fn still_half_way(ports: &Ports, who: &HalfWay, now: Time) -> Result<(Session, Half), RedeemError> {
    let session = ports.store.session(who.session().id).await?.ok_or(RedeemError::Over)?;
    let half = session.half_way(now).ok_or(RedeemError::Over)?;
    Ok((session, half))
}

/// What keeps the account unlocked until the commit; nothing when it is locked already (`LK-05`).
pub(super) async fn unlocked(ports: &Ports, session: &Session, half: Half) -> Result<Option<Vec<Guard>>, Fault> {
    let home = match ports.store.account(session.account).await?.and_then(|account| account.home) {
        Some(home) => ports.store.practice(home).await?,
        None => None,
    };
    let policy = home.map_or_else(|| Policy::of(Preset::Standard), |home| home.policy()).lockout;
    let scope = Scope::of(half.known.then_some(session.device), policy);
    let subject = Subject(session.account.0);
    let counters = ports.store.counters(subject, scope).await?;
    if counters.iter().any(|counter| counter.locked_at.is_some()) {
        return Ok(None);
    }
    Ok(Some(counters.into_iter().map(|c| Guard::Counter(subject, c.scope, c.version)).collect()))
}

/// The sign-in ends without a session, because a lock came first.
pub(super) fn refuse(who: &HalfWay, session: Session, now: Time) -> Commit {
    let fact = AccountFact::SecondFactorRefused { account: who.account() };
    Commit::recording(who.record(Fact::Account(fact), now)).update(session.end(now))
}

/// The commit that turns a half-way sign-in into a whole one; it may record one fact more.
pub(super) fn let_in(
    who: &HalfWay,
    half: Session,
    whole: &Session,
    factor: SecondFactor,
    more: Option<AccountFact>,
    now: Time,
) -> Commit {
    let account = who.account();
    let entry = |fact| Entry { actor: Actor::Account(account), ..who.record(fact, now) };
    let commit = Commit::recording(entry(Fact::SignedIn { account, session: whole.id })).update(factor);
    let commit = match more {
        Some(fact) => commit.and(entry(Fact::Account(fact))),
        None => commit,
    };
    enter(commit.update(half.end(now)), whole, now)
}
