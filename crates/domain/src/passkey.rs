//! Passkeys: keys of a phone, a computer or a security key, which may stand in for the app's code at sign-in (`SESS-3`).
//!
//! They come on top of an authenticator app and go with it: whoever has a passkey has an app and recovery codes, too, so another way
//! in stays when a browser, a device or a policy does not let the passkey be used.

use std::fmt;
use std::time::Duration;

use crate::member::Member;
use crate::policy::SecondFactorPolicy;
use crate::second_factor::{FactorState, SecondFactor, manages};
use crate::value::{PasskeyId, PasskeyName, SessionId, Time, hex, unhex};

/// What an account keeps of its passkeys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passkeys {
    /// The passkeys, in the order in which they were added; at most [`PASSKEYS_AT_MOST`].
    pub kept: Vec<Passkey>,
    /// Questions that wait for an authenticator's answer, the oldest first; at most one for each session.
    pub ceremonies: Vec<Ceremony>,
}

/// One passkey. Nothing of it is secret: the secret never leaves the authenticator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Which.
    pub id: PasskeyId,
    /// What its person calls it.
    pub name: PasskeyName,
    /// What authenticators name it by.
    pub handle: Handle,
    /// The public key and what belongs to it.
    pub credential: Credential,
    /// How often its authenticator said that it was used; 0 where that does not count.
    pub counter: u32,
    /// Since when.
    pub added_at: Time,
    /// When it last signed somebody in.
    pub used_at: Option<Time>,
}

/// What authenticators name a passkey by: 1 to 1023 bytes, the same for all who ask.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(pub Vec<u8>);

/// A public key with what belongs to it, as the port writes and reads it. Only the port looks inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential(pub String);

/// What the port must remember between its question and the answer, as it writes and reads it. It stays on the server; `Debug` hides
/// it.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked(pub String);

/// A question that waits for an authenticator's answer: for this session, for this purpose, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    /// The session that it was asked in; no other may answer.
    pub session: SessionId,
    /// What for.
    pub purpose: Purpose,
    /// What the port must remember.
    pub asked: Asked,
    /// When it was asked.
    pub begun_at: Time,
}

/// What an authenticator is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// To make a passkey, which will be called this.
    Add(PasskeyName),
    /// To use one, as the second step of a sign-in.
    Use,
}

/// What an authenticator made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// What it names the passkey by.
    pub handle: Handle,
    /// The public key.
    pub credential: Credential,
    /// Its counter.
    pub counter: u32,
}

/// A passkey was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Which.
    pub handle: Handle,
    /// What to keep of it from now on.
    pub credential: Credential,
    /// The counter that the authenticator showed.
    pub counter: u32,
}

/// An answer that proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unproven {
    /// It is no answer to that question.
    Wrong,
    /// It would be one, and the authenticator's counter did not go on: two authenticators may hold the same key.
    Backwards {
        /// Whose counter.
        passkey: Handle,
    },
}

/// A passkey cannot be taken from where it is to where it should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyRefused {
    /// A passkey comes on top of an app.
    #[error("set up an authenticator app first; it lets you in where a passkey does not work")]
    NoApp,
    /// There are [`PASSKEYS_AT_MOST`].
    #[error("you have 10 passkeys already; remove one first")]
    TooMany,
    /// Nobody asked, too long ago, elsewhere, or it was answered.
    #[error("that took too long, or was begun elsewhere; begin again")]
    NotBegun,
    /// It is in use already.
    #[error("this passkey is added already")]
    AlreadyAdded,
}

impl SecondFactor {
    /// The account's passkeys; none without an app.
    #[must_use]
    pub fn passkeys(&self) -> &[Passkey] {
        match &self.state {
            FactorState::On { passkeys, .. } => &passkeys.kept,
            FactorState::Off | FactorState::Pending { .. } => &[],
        }
    }

    /// An authenticator is asked. What was asked in the same session before, or too long ago, is void; beyond [`OPEN_AT_MOST`] so is
    /// the oldest.
    ///
    /// # Errors
    ///
    /// [`PasskeyRefused::NoApp`], [`PasskeyRefused::TooMany`]; [`PasskeyRefused::NotBegun`] when there is nothing to use.
    pub fn ask_passkey(mut self, ceremony: Ceremony) -> Result<Self, PasskeyRefused> {
        let passkeys = self.ring()?;
        match ceremony.purpose {
            Purpose::Add(_) if passkeys.kept.len() >= PASSKEYS_AT_MOST => return Err(PasskeyRefused::TooMany),
            Purpose::Use if passkeys.kept.is_empty() => return Err(PasskeyRefused::NotBegun),
            Purpose::Add(_) | Purpose::Use => {}
        }
        let now = ceremony.begun_at;
        passkeys.ceremonies.retain(|open| open.session != ceremony.session && open.is_open(now));
        while passkeys.ceremonies.len() >= OPEN_AT_MOST {
            passkeys.ceremonies.remove(0);
        }
        passkeys.ceremonies.push(ceremony);
        Ok(self)
    }

    /// The question of this session is answered, rightly or not: nobody answers it again.
    ///
    /// # Errors
    ///
    /// [`PasskeyRefused::NoApp`], [`PasskeyRefused::NotBegun`].
    pub fn answer_passkey(mut self, session: SessionId, now: Time) -> Result<(Self, Ceremony), PasskeyRefused> {
        let passkeys = self.ring()?;
        let open = |ceremony: &Ceremony| ceremony.session == session && ceremony.is_open(now);
        let place = passkeys.ceremonies.iter().position(open).ok_or(PasskeyRefused::NotBegun)?;
        let ceremony = passkeys.ceremonies.remove(place);
        Ok((self, ceremony))
    }

    /// A passkey more.
    ///
    /// # Errors
    ///
    /// [`PasskeyRefused::NoApp`], [`PasskeyRefused::TooMany`], [`PasskeyRefused::AlreadyAdded`].
    pub fn add_passkey(
        mut self,
        id: PasskeyId,
        name: PasskeyName,
        made: Made,
        now: Time,
    ) -> Result<Self, PasskeyRefused> {
        let passkeys = self.ring()?;
        if passkeys.kept.len() >= PASSKEYS_AT_MOST {
            return Err(PasskeyRefused::TooMany);
        }
        if passkeys.kept.iter().any(|kept| kept.handle == made.handle) {
            return Err(PasskeyRefused::AlreadyAdded);
        }
        let Made { handle, credential, counter } = made;
        passkeys.kept.push(Passkey { id, name, handle, credential, counter, added_at: now, used_at: None });
        Ok(self)
    }

    /// A passkey was used; its counter goes on. Both counters are 0 where an authenticator does not count.
    ///
    /// # Errors
    ///
    /// [`Unproven::Wrong`] when it is none of this account's any more, [`Unproven::Backwards`].
    pub fn use_passkey(mut self, used: Used, now: Time) -> Result<(Self, PasskeyId), Unproven> {
        let passkeys = self.ring().map_err(|_| Unproven::Wrong)?;
        let kept = passkeys.kept.iter_mut().find(|kept| kept.handle == used.handle).ok_or(Unproven::Wrong)?;
        if (kept.counter, used.counter) != (0, 0) && used.counter <= kept.counter {
            return Err(Unproven::Backwards { passkey: used.handle });
        }
        (kept.credential, kept.counter, kept.used_at) = (used.credential, used.counter, Some(now));
        let id = kept.id;
        Ok((self, id))
    }

    /// A passkey less; none when there is no such one. Questions that wait for an answer are void then.
    #[must_use]
    pub fn remove_passkey(mut self, id: PasskeyId) -> Option<(Self, Passkey)> {
        let passkeys = self.ring().ok()?;
        let place = passkeys.kept.iter().position(|kept| kept.id == id)?;
        passkeys.ceremonies.clear();
        let removed = passkeys.kept.remove(place);
        Some((self, removed))
    }

    fn ring(&mut self) -> Result<&mut Passkeys, PasskeyRefused> {
        match &mut self.state {
            FactorState::On { passkeys, .. } => Ok(passkeys),
            FactorState::Off | FactorState::Pending { .. } => Err(PasskeyRefused::NoApp),
        }
    }
}

impl Handle {
    /// Reads it as [`Display`](fmt::Display) writes it; none when it is not written so.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        unhex(text).map(Self)
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl Ceremony {
    /// Whether it may still be answered.
    #[must_use]
    pub fn is_open(&self, now: Time) -> bool {
        self.begun_at <= now && now < self.begun_at.plus(CEREMONY_LIFE)
    }
}

/// Whether a practice's policy lets a member use passkeys.
#[must_use]
pub fn allows(policy: SecondFactorPolicy, member: &Member) -> bool {
    if manages(member) { policy.manager_passkeys } else { policy.other_passkeys }
}

impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asked(…)")
    }
}

/// Passkeys of one account.
pub const PASSKEYS_AT_MOST: usize = 10;

/// How long an authenticator may take to answer.
pub const CEREMONY_LIFE: Duration = Duration::from_secs(5 * 60);

/// Questions to one account that wait at the same time.
pub const OPEN_AT_MOST: usize = 4;
