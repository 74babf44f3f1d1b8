//! A signed-in browser (`SESS-1`, `SESS-2`), or one that is on the way there (`SESS-3`).

use std::time::Duration;

use crate::policy::SessionPolicy;
use crate::value::{AccountId, DeviceId, Digest, PracticeId, SessionId, Time, Version};

/// A signed-in browser. Its cookie is 256 bits of chance; only a digest of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its identity, which may be shown; it opens nothing.
    pub id: SessionId,
    /// Counts its changes.
    pub version: Version,
    /// Digest of the cookie.
    pub cookie: Digest,
    /// Whose.
    pub account: AccountId,
    /// In which practice the person works now.
    pub practice: Option<PracticeId>,
    /// The browser.
    pub device: DeviceId,
    /// Where the person signed in from, for the list of sessions: a browser's own words, shortened.
    pub agent: String,
    /// When the person signed in.
    pub started_at: Time,
    /// When they last gave their password: fresh for a while after (`SESS-2`).
    pub proved_at: Time,
    /// The last request, give or take a minute.
    pub seen_at: Time,
    /// Since when it is over.
    pub ended_at: Option<Time>,
    /// How far the sign-in has come.
    pub stage: Stage,
}

/// How far a sign-in has come (`SESS-3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The password was right, and a second factor is still missing. Such a session opens nothing but the second step.
    Half(Half),
    /// Signed in.
    Whole {
        /// Whether a second factor was given.
        second_factor: bool,
    },
}

/// What a half-way sign-in knows of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Half {
    /// Whether the person has no second factor yet, and sets one up now because the policy asks for it.
    pub enrols: bool,
    /// Wrong codes so far.
    pub wrong: u8,
    /// Whether the browser was known before: which counter's lock ends it (`LK-05`).
    pub known: bool,
}

impl Session {
    /// Whether a request may use it now.
    #[must_use]
    pub fn is_live(&self, now: Time, policy: SessionPolicy) -> bool {
        let whole = matches!(self.stage, Stage::Whole { .. });
        whole && self.ended_at.is_none() && policy.lets_live(self.started_at, self.seen_at, now)
    }

    /// What a half-way sign-in knows of itself, while it may be completed.
    #[must_use]
    pub fn half_way(&self, now: Time) -> Option<Half> {
        match self.stage {
            Stage::Half(half) if self.ended_at.is_none() && now < self.started_at.plus(HALF_LIFE) => Some(half),
            Stage::Half(_) | Stage::Whole { .. } => None,
        }
    }

    /// Whether a second factor was given when it began.
    #[must_use]
    pub fn has_second_factor(&self) -> bool {
        matches!(self.stage, Stage::Whole { second_factor: true })
    }

    /// The session after one more wrong code; the last one that is allowed ends it.
    #[must_use]
    pub fn miss(self, half: Half, now: Time) -> Self {
        let half = Half { wrong: half.wrong.saturating_add(1), ..half };
        let missed = Self { stage: Stage::Half(half), ..self };
        if half.wrong >= CODES_AT_MOST { missed.end(now) } else { missed }
    }

    /// Whether the person gave their password a moment ago (`SESS-2`).
    #[must_use]
    pub fn is_fresh(&self, now: Time, policy: SessionPolicy) -> bool {
        now.max(self.seen_at) < self.proved_at.plus(policy.fresh)
    }

    /// Whether the last request is old enough to note this one.
    #[must_use]
    pub fn wants_noting(&self, now: Time) -> bool {
        now.since(self.seen_at) >= NOTE_EVERY
    }

    /// The session, over.
    #[must_use]
    pub fn end(self, at: Time) -> Self {
        Self { ended_at: self.ended_at.or(Some(at)), ..self }
    }
}

/// Requests are noted at most this often, so that reading a page seldom writes.
const NOTE_EVERY: Duration = Duration::from_secs(60);

/// How long after the right password the second step may follow.
pub const HALF_LIFE: Duration = Duration::from_secs(10 * 60);

/// Wrong codes that end a half-way sign-in (`SESS-3`).
pub const CODES_AT_MOST: u8 = 5;

/// Live sessions of one account: one more ends the oldest (`SE-09`).
pub const SESSIONS_AT_MOST: usize = 10;

/// What no policy exceeds: a session without a request for this long, or begun this long ago, is over everywhere.
pub const LONGEST_IDLE: Duration = Duration::from_secs(60 * 60);
/// See [`LONGEST_IDLE`].
pub const LONGEST_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
