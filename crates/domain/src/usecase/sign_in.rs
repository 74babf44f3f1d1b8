use crate::access::visitor;
use crate::account::Account;
use crate::commit::{Commit, Guard, Write};
use crate::fact::{AccountFact, Actor, Entry, Fact, Log, Origin};
use crate::lockout::{Outcome, Scope, Subject};
use crate::member::Member;
use crate::notice::{About, Notice};
use crate::password::Outdated;
use crate::policy::{Policy, Preset};
use crate::port::{Candidate, Fault};
use crate::practice::Practice;
use crate::rate::Ask;
use crate::second_factor::SecondFactor;
use crate::session::{Half, Session, Stage};
use crate::usecase::attempt::{Attempt, Settlement};
use crate::usecase::entering::{Asked, HalfWelcome, Heir, Welcome, asked_in, enter};
use crate::usecase::{LimitError, NEWS, Ports, Refusal, committed, settle_counting};
use crate::value::{AccountId, DeviceId, Email, NoticeId, Password, PasswordHash, Time, Version};

/// An address, a password, and what the browser keeps of earlier visits.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The username.
    pub email: Email,
    /// The password.
    pub password: Password,
    /// The device token that the browser sent, if any.
    pub device: Option<String>,
    /// Where from.
    pub origin: Origin,
    /// What it takes of limits, see [`units_of`](crate::usecase::units_of); nothing where none hold (`RL-01`).
    pub units: Vec<Ask>,
}

/// How far somebody came.
#[derive(Clone)]
pub enum Entrance {
    /// Signed in.
    Whole(Welcome),
    /// The second step comes next (`SESS-3`).
    Half(HalfWelcome),
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown, wrong, locked or not registered: one answer for all (`LOCK-3`).
    #[error("we could not sign you in; check your email address and password")]
    Refused,
    /// Somebody signed in too often, or tried to (`RL-01`); no password was looked at.
    #[error("{}", LimitError::TooOften { possible_at: *possible_at })]
    TooOften {
        /// When it may be tried again.
        possible_at: Time,
    },
    /// The password was right, and does not meet today's standard (`BOT-3`, `PW-06`): a forced reset begins for this account. Its id
    /// is for whoever begins it, and is never shown.
    #[error("your password must be renewed; follow the link that we send to your email address")]
    PasswordOutdated(AccountId),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for SignInError {}

impl From<LimitError> for SignInError {
    fn from(error: LimitError) -> Self {
        match error {
            LimitError::TooOften { possible_at } => Self::TooOften { possible_at },
            LimitError::Fault(fault) => fault.into(),
        }
    }
}

/// Signs somebody in, or half-way where a second factor is asked for (`SESS-3`). At most `lock_at_failure` wrong passwords are ever
/// checked between two successes, in any interleaving (`LOCK-1`); every attempt costs one hash, whatever the address (`LOCK-3`).
/// Somebody whose every place was taken away is answered as if the password were wrong (`EMP-3`).
///
/// A right password that does not meet today's standard signs nobody in (`BOT-3`). It resets no counter, because it was no success,
/// and locks nothing, because it was no guess.
///
/// Whoever calls this must let it run to its end: a check whose answer nobody waits for counts as a failure.
///
/// # Errors
///
/// [`SignInError`].
pub async fn sign_in(ports: &Ports, cmd: SignIn) -> Result<Entrance, SignInError> {
    let candidate = ports.store.candidate(&cmd.email).await?;
    let home = candidate.as_ref().and_then(|c| c.practice.as_ref());
    let policy = home.map_or_else(|| Policy::of(Preset::Standard), Practice::policy);
    let account = candidate.as_ref().map(|c| &c.account);
    let known = account.and_then(|a| ports.keys.read_device_token(a.id, cmd.device.as_deref()?));
    let subject = account.map_or_else(|| ports.keys.stranger(&cmd.email), |a| Subject(a.id.0));
    let scope = Scope::of(known, policy.lockout);
    let barred = candidate.as_ref().is_some_and(|c| Member::is_barred(&c.places, ports.clock.now()));
    let hash = account.map(|a| &a.password).filter(|_| !barred);
    let mut attempt = Attempt::make(ports, subject, scope, policy.lockout, cmd.units, &cmd.password, hash).await?;
    let heir = Heir::draw(ports);
    let common = attempt.old && ports.passwords.is_common(&cmd.password);
    let why =
        account.filter(|_| attempt.is_right()).and_then(|a| outdated(a, &policy, &cmd.password, common, heir.now));
    if why.is_some() {
        attempt.outdate();
    }
    let renewed = if attempt.old && why.is_none() { ports.passwords.hash(&cmd.password).await.ok() } else { None };
    let drawn = Drawn {
        heir,
        device: known.unwrap_or_else(|| DeviceId(ports.entropy.id())),
        known: known.is_some(),
        notice: NoticeId(ports.entropy.id()),
    };
    let (candidate, email, attempt, renewed, origin) =
        (candidate.as_ref(), &cmd.email, &attempt, &renewed, &cmd.origin);
    let answer = settle_counting::<_, SignInError, _, _>(ports, |before| async move {
        let settlement = attempt.settle(ports, before, heir.now).await?;
        let again;
        let current = match candidate.filter(|_| settlement.signed_in) {
            Some(candidate) if before > 0 => {
                again = same_password(ports, email, candidate, heir.now).await?;
                again.as_ref()
            }
            // The commit guards the version that the password was checked against.
            at_first => at_first,
        };
        let Some(current) = current else {
            let outdated = settlement.outdated;
            return committed(refuse(candidate, settlement, why, drawn, origin), Err(outdated));
        };
        let factor = current.factor.clone().unwrap_or_else(|| SecondFactor::none(current.account.id));
        let asked = asked_in(ports, &current.places, current.practice.as_ref(), factor).await?;
        let (commit, entrance) = admit(ports, current, settlement, renewed.clone(), &asked, drawn, origin);
        committed(commit, Ok(entrance))
    })
    .await?;
    if attempt.failed() {
        return Err(Fault::busy("check a password").into());
    }
    match (answer, account) {
        (Ok(entrance), _) => Ok(entrance),
        (Err(true), Some(account)) => Err(SignInError::PasswordOutdated(account.id)),
        (Err(_), _) => Err(SignInError::Refused),
    }
}

/// What was drawn once, before the first attempt at the commit.
#[derive(Clone, Copy)]
struct Drawn {
    heir: Heir,
    device: DeviceId,
    known: bool,
    notice: NoticeId,
}

fn outdated(account: &Account, policy: &Policy, password: &Password, common: bool, now: Time) -> Option<Outdated> {
    if account.compromised {
        return Some(Outdated::Compromised);
    }
    policy.password.outdates(password, common, account.password_set_at, now)
}

/// The candidate as it is now, if the password that was checked is still its password and trusted, and some place is left to it.
async fn same_password(
    ports: &Ports,
    email: &Email,
    checked: &Candidate,
    now: Time,
) -> Result<Option<Candidate>, Fault> {
    let current = ports.store.candidate(email).await?;
    let same = |a: &Account| a.id == checked.account.id && a.password == checked.account.password && !a.compromised;
    Ok(current.filter(|current| same(&current.account) && !Member::is_barred(&current.places, now)))
}

fn admit(
    ports: &Ports,
    candidate: &Candidate,
    settlement: Settlement,
    renewed: Option<PasswordHash>,
    asked: &Asked,
    drawn: Drawn,
    origin: &Origin,
) -> (Commit, Entrance) {
    let Drawn { heir, known, .. } = drawn;
    let now = heir.now;
    let enrols = asked.second_step();
    let stage = match enrols {
        Some(enrols) => Stage::Half(Half { enrols, wrong: 0, known }),
        None => Stage::Whole { second_factor: false },
    };
    let session = open(ports, candidate, stage, drawn, origin);
    let (account, id) = (session.account, session.id);
    let entry = |fact| Entry { actor: Actor::Account(account), ..entry(Some(candidate), fact, origin, now) };
    let commit = |fact| {
        let factor = candidate.factor.as_ref().map(|factor| factor.version);
        let commit = Commit::recording(entry(fact)).guard(Guard::SecondFactor(account, factor));
        let commit = settlement.writes.into_iter().fold(commit, Commit::write);
        match renewed {
            Some(password) => commit.update(Account { password, ..candidate.account.clone() }),
            None => commit.guard(Guard::Account(account, candidate.account.version)),
        }
    };
    let Some(enrols) = enrols else {
        let commit = enter(commit(Fact::SignedIn { account, session: id }), &session, now);
        return (commit, Entrance::Whole(heir.welcome(ports, session, asked.chooses)));
    };
    let fact = AccountFact::SecondFactorAsked { account, session: id };
    let commit = commit(Fact::Account(fact)).insert(session.clone());
    (commit, Entrance::Half(HalfWelcome { session, cookie: heir.cookie, enrols }))
}

fn refuse(
    candidate: Option<&Candidate>,
    settlement: Settlement,
    why: Option<Outdated>,
    drawn: Drawn,
    origin: &Origin,
) -> Commit {
    let now = drawn.heir.now;
    let id = candidate.map(|c| c.account.id);
    let Settlement { writes, outdated, failures, locks, subject, scope, outcome, .. } = settlement;
    let fact = match (outcome, id, why) {
        (_, Some(account), Some(why)) if outdated => Fact::Account(AccountFact::PasswordOutdated { account, why }),
        (Outcome::NotChecked, ..) => Fact::SignInRefused { account: id },
        (Outcome::Right | Outcome::Wrong | Outcome::Outdated, ..) => Fact::SignInFailed { account: id, failures },
    };
    let commit = Commit::recording(entry(candidate, fact, origin, now));
    let mut commit = writes.into_iter().fold(commit, Commit::write);
    if locks {
        // Also where nobody has the address: the letter is then dropped when it is to go out (`EN-02`).
        let account = AccountId(subject.0);
        let notice =
            Notice { id: drawn.notice, about: About::Locked { account }, ordered_at: now, expires_at: now.plus(NEWS) };
        commit = commit
            .and(entry(candidate, Fact::Locked { account: id, scope, failures }, origin, now))
            .write(Write::ListLocked(account, true))
            .notify(notice);
    }
    commit
}

fn entry(candidate: Option<&Candidate>, fact: Fact, origin: &Origin, now: Time) -> Entry {
    let log = candidate.and_then(|c| c.account.home).map_or(Log::Platform, Log::Practice);
    visitor(log, fact, origin, now)
}

fn open(ports: &Ports, candidate: &Candidate, stage: Stage, drawn: Drawn, origin: &Origin) -> Session {
    let now = drawn.heir.now;
    Session {
        id: drawn.heir.id,
        version: Version::default(),
        cookie: ports.keys.digest(&drawn.heir.cookie),
        account: candidate.account.id,
        practice: Member::first_place(&candidate.places, candidate.account.home, now),
        device: drawn.device,
        agent: origin.agent.clone(),
        started_at: now,
        proved_at: now,
        seen_at: now,
        ended_at: None,
        stage,
    }
}
