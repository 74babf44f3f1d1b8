//! The last move of every way in: a whole session, after the password and, where one is asked for, the second factor.

use crate::commit::{Commit, Write};
use crate::member::Member;
use crate::passkey::allows;
use crate::policy::Demand;
use crate::port::{DeviceToken, Fault};
use crate::practice::Practice;
use crate::second_factor::{SecondFactor, demand};
use crate::session::{LONGEST_IDLE, LONGEST_LIFE, SESSIONS_AT_MOST, Session, Stage};
use crate::usecase::Ports;
use crate::value::{AccountId, SessionId, Time, Version};

/// Signed in.
#[derive(Clone)]
pub struct Welcome {
    /// The new session.
    pub session: Session,
    /// What the browser must show from now on.
    pub cookie: [u8; 32],
    /// What the browser keeps to be known again (`LOCK-4`).
    pub device: DeviceToken,
    /// Whether the person has a place in several practices, and is to choose one first (`PRA-5`). Until then they work in the
    /// practice that the session names.
    pub chooses: bool,
}

/// The password was right; the second step comes next (`SESS-3`).
#[derive(Clone)]
pub struct HalfWelcome {
    /// The session, which opens nothing but the second step.
    pub session: Session,
    /// What the browser must show there.
    pub cookie: [u8; 32],
    /// Whether a second factor has to be set up first.
    pub enrols: bool,
}

/// What stands between a right password and a session.
pub(super) struct Asked {
    /// The account's second factor.
    pub(super) factor: SecondFactor,
    /// How much its practices ask for one: the most of them counts (`SESS-3`).
    pub(super) demand: Demand,
    /// Whether every one of them lets the person use passkeys.
    pub(super) passkeys: bool,
    /// Whether there are several practices to choose from.
    pub(super) chooses: bool,
}

impl Asked {
    /// Whether the second step is asked for, and if so, whether a second factor has to be set up in it.
    pub(super) fn second_step(&self) -> Option<bool> {
        match (self.factor.is_on(), self.demand) {
            (true, _) => Some(false),
            (false, Demand::Required) => Some(true),
            (false, Demand::Off | Demand::Optional) => None,
        }
    }
}

/// What an account must do to come in.
pub(super) async fn asked(ports: &Ports, account: AccountId) -> Result<Asked, Fault> {
    let factor = ports.store.second_factor(account).await?.unwrap_or_else(|| SecondFactor::none(account));
    asked_in(ports, &ports.store.memberships(account).await?, None, factor).await
}

/// What an account must do to come in, where its places and its second factor are known. The practice at hand is not read again.
pub(super) async fn asked_in(
    ports: &Ports,
    members: &[Member],
    at_hand: Option<&Practice>,
    factor: SecondFactor,
) -> Result<Asked, Fault> {
    let (now, mut demands, mut passkeys) = (ports.clock.now(), Vec::new(), true);
    for member in members.iter().filter(|member| member.works(now)) {
        let policy = match at_hand.filter(|practice| practice.id == member.practice) {
            Some(practice) => Some(practice.policy()),
            None => ports.store.practice(member.practice).await?.map(|practice| practice.policy()),
        };
        let Some(policy) = policy else { continue };
        demands.push(demand(policy.second_factor, member));
        passkeys &= allows(policy.second_factor, member);
    }
    let chooses = demands.len() > 1;
    Ok(Asked { factor, demand: demands.into_iter().max().unwrap_or(Demand::Optional), passkeys, chooses })
}

/// Every practice that an account may work in now (`EMP-3`), with its place there.
pub(super) async fn places(ports: &Ports, account: AccountId) -> Result<Vec<(Practice, Member)>, Fault> {
    let (now, mut places) = (ports.clock.now(), Vec::new());
    for member in ports.store.memberships(account).await?.into_iter().filter(|member| member.works(now)) {
        let practice = ports.store.practice(member.practice).await?;
        places.extend(practice.map(|practice| (practice, member)));
    }
    Ok(places)
}

/// Adds to a commit that a whole session begins. The oldest beyond the tenth ends, which is no failure of anybody (`SE-09`).
pub(super) fn enter(commit: Commit, session: &Session, now: Time) -> Commit {
    let cap = Write::CapSessions {
        account: session.account,
        most: SESSIONS_AT_MOST,
        unused_since: now.minus(LONGEST_IDLE),
        begun_before: now.minus(LONGEST_LIFE),
        at: now,
    };
    let commit = commit.insert(session.clone()).write(cap);
    match session.practice {
        Some(practice) => commit.write(Write::ListActive(session.account, practice, now)),
        None => commit,
    }
}

/// Identity and secret of a session that takes another one's place, drawn before the first attempt at the commit.
#[derive(Clone, Copy)]
pub(super) struct Heir {
    pub(super) id: SessionId,
    pub(super) cookie: [u8; 32],
    pub(super) now: Time,
}

impl Heir {
    pub(super) fn draw(ports: &Ports) -> Self {
        Self { id: SessionId(ports.entropy.id()), cookie: ports.entropy.secret(), now: ports.clock.now() }
    }

    /// The same session under a new identity and a new cookie; the old one has to end in the same commit.
    pub(super) fn succeed(self, ports: &Ports, old: &Session) -> Session {
        Session {
            id: self.id,
            version: Version::default(),
            cookie: ports.keys.digest(&self.cookie),
            seen_at: self.now,
            ended_at: None,
            ..old.clone()
        }
    }

    /// The whole session that a half-way one becomes.
    pub(super) fn complete(self, ports: &Ports, half: &Session) -> Session {
        let (now, stage) = (self.now, Stage::Whole { second_factor: true });
        Session { stage, started_at: now, proved_at: now, ..self.succeed(ports, half) }
    }

    /// What its person is told.
    pub(super) fn welcome(self, ports: &Ports, session: Session, chooses: bool) -> Welcome {
        let device = ports.keys.device_token(session.account, session.device);
        Welcome { session, cookie: self.cookie, device, chooses }
    }
}
