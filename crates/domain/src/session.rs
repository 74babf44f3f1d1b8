//! A signed-in browser (`SESS-1`, `SESS-2`).

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
}

impl Session {
    /// Whether a request may use it now.
    #[must_use]
    pub fn is_live(&self, now: Time, policy: SessionPolicy) -> bool {
        self.ended_at.is_none() && policy.lets_live(self.started_at, self.seen_at, now)
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
const NOTE_EVERY: std::time::Duration = std::time::Duration::from_secs(60);
