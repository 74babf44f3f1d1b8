use crate::access::visitor;
use crate::account::Account;
use crate::commit::{Commit, Write};
use crate::fact::{Actor, Entry, Fact, Log, Origin};
use crate::lockout::{Outcome, Scope, Subject};
use crate::member::Member;
use crate::notice::{About, Notice};
use crate::policy::{Policy, Preset};
use crate::port::{Candidate, DeviceToken, Fault};
use crate::practice::Practice;
use crate::session::Session;
use crate::usecase::attempt::{Attempt, Settlement};
use crate::usecase::{NEWS, Ports, Refusal, committed, settle};
use crate::value::{AccountId, DeviceId, Email, NoticeId, Password, PasswordHash, SessionId, Time, Version};

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
}

/// Signed in.
#[derive(Clone)]
pub struct Welcome {
    /// The new session.
    pub session: Session,
    /// What the browser must show from now on.
    pub cookie: [u8; 32],
    /// What the browser keeps to be known again (`LOCK-4`).
    pub device: DeviceToken,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown, wrong, locked or not registered: one answer for all (`LOCK-3`).
    #[error("we could not sign you in; check your email address and password")]
    Refused,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for SignInError {}

/// Signs somebody in. At most `lock_at_failure` wrong passwords are ever checked between two successes, in any interleaving
/// (`LOCK-1`); every attempt costs one hash, whatever the address (`LOCK-3`). Somebody whose every place was taken away is answered
/// as if the password were wrong (`EMP-3`).
///
/// Whoever calls this must let it run to its end: a check whose answer nobody waits for counts as a failure.
///
/// # Errors
///
/// [`SignInError`].
pub async fn sign_in(ports: &Ports, cmd: SignIn) -> Result<Welcome, SignInError> {
    let candidate = ports.store.candidate(&cmd.email).await?;
    let practice = candidate.as_ref().and_then(|c| c.practice.as_ref());
    let policy = practice.map_or_else(|| Policy::of(Preset::Standard), Practice::policy).lockout;
    let account = candidate.as_ref().map(|c| &c.account);
    let known = account.and_then(|a| ports.keys.read_device_token(a.id, cmd.device.as_deref()?));
    let subject = account.map_or_else(|| ports.keys.stranger(&cmd.email), |a| Subject(a.id.0));
    let scope = Scope::of(known, policy);
    let places = ports.store.memberships(AccountId(subject.0)).await?;
    let barred = Member::is_barred(&places, ports.clock.now());
    let hash = account.map(|a| &a.password).filter(|_| !barred);
    let attempt = Attempt::make(ports, subject, scope, policy, &cmd.password, hash).await?;
    let renewed = if attempt.old { ports.passwords.hash(&cmd.password).await.ok() } else { None };
    let drawn = Drawn {
        session: SessionId(ports.entropy.id()),
        device: known.unwrap_or_else(|| DeviceId(ports.entropy.id())),
        cookie: ports.entropy.secret(),
        notice: NoticeId(ports.entropy.id()),
        now: ports.clock.now(),
    };
    let welcome = settle::<_, SignInError, _, _>(ports, || async {
        let settlement = attempt.settle(ports, drawn.now).await?;
        let renewal = match (&renewed, account) {
            (Some(hash), Some(account)) if settlement.signed_in => renew(ports, account, hash).await?,
            _ => None,
        };
        let (commit, answer) = decide(ports, candidate.as_ref(), &places, settlement, renewal, drawn, &cmd.origin);
        committed(commit, answer)
    })
    .await?;
    if attempt.failed() {
        return Err(Fault::busy("check a password").into());
    }
    welcome.ok_or(SignInError::Refused)
}

/// What was drawn once, before the first attempt at the commit.
#[derive(Clone, Copy)]
struct Drawn {
    session: SessionId,
    device: DeviceId,
    cookie: [u8; 32],
    notice: NoticeId,
    now: Time,
}

async fn renew(ports: &Ports, account: &Account, hash: &PasswordHash) -> Result<Option<Account>, Fault> {
    let current = ports.store.account(account.id).await?;
    Ok(current.filter(|a| a.password == account.password).map(|a| Account { password: hash.clone(), ..a }))
}

fn decide(
    ports: &Ports,
    candidate: Option<&Candidate>,
    places: &[Member],
    settlement: Settlement,
    renewal: Option<Account>,
    drawn: Drawn,
    origin: &Origin,
) -> (Commit, Option<Welcome>) {
    let now = drawn.now;
    let id = candidate.map(|c| c.account.id);
    let log = candidate.and_then(|c| c.account.home).map_or(Log::Platform, Log::Practice);
    let entry = |fact| visitor(log, fact, origin, now);
    let Settlement { writes, guards, signed_in, failures, locks, scope, outcome } = settlement;
    let with_writes = |commit: Commit| writes.into_iter().fold(commit.guard_all(guards), Commit::write);
    if let (true, Some(candidate)) = (signed_in, candidate) {
        let session = open(ports, candidate, places, drawn, origin);
        let actor = Actor::Account(candidate.account.id);
        let fact = Fact::SignedIn { account: candidate.account.id, session: session.id };
        let mut commit = with_writes(Commit::recording(Entry { actor, ..entry(fact) })).insert(session.clone());
        if let Some(practice) = session.practice {
            commit = commit.write(Write::ListActive(session.account, practice, now));
        }
        if let Some(account) = renewal {
            commit = commit.update(account);
        }
        let device = ports.keys.device_token(candidate.account.id, drawn.device);
        return (commit, Some(Welcome { session, cookie: drawn.cookie, device }));
    }
    let fact = match outcome {
        Outcome::Right | Outcome::Wrong => Fact::SignInFailed { account: id, failures },
        Outcome::NotChecked => Fact::SignInRefused { account: id },
    };
    let mut commit = with_writes(Commit::recording(entry(fact)));
    if locks {
        commit = commit.and(entry(Fact::Locked { account: id, scope, failures }));
        if let Some(account) = id {
            let about = About::Locked { account };
            commit = commit.write(Write::ListLocked(account, true)).notify(Notice {
                id: drawn.notice,
                about,
                ordered_at: now,
                expires_at: now.plus(NEWS),
            });
        }
    }
    (commit, None)
}

fn open(ports: &Ports, candidate: &Candidate, places: &[Member], drawn: Drawn, origin: &Origin) -> Session {
    Session {
        id: drawn.session,
        version: Version::default(),
        cookie: ports.keys.digest(&drawn.cookie),
        account: candidate.account.id,
        practice: Member::first_place(places, candidate.account.home, drawn.now),
        device: drawn.device,
        agent: origin.agent.clone(),
        started_at: drawn.now,
        proved_at: drawn.now,
        seen_at: drawn.now,
        ended_at: None,
    }
}
