use crate::access::{Denied, visitor};
use crate::fact::{Entry, Fact, Log, Origin};
use crate::port::Standing;
use crate::session::{Half, Session};
use crate::value::{AccountId, Time};

/// Somebody whose password was right a moment ago, and who has still to take the second step (`SESS-3`). They may do nothing else.
#[derive(Debug, Clone)]
pub struct HalfWay {
    standing: Standing,
    half: Half,
    origin: Origin,
}

impl HalfWay {
    /// Proves that a sign-in is half-way, and not too old to be completed.
    ///
    /// # Errors
    ///
    /// [`Denied::NotSignedIn`] when it is not.
    pub fn prove(standing: Standing, origin: Origin, now: Time) -> Result<Self, Denied> {
        let half = standing.session.half_way(now).ok_or(Denied::NotSignedIn)?;
        Ok(Self { standing, half, origin })
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> AccountId {
        self.standing.session.account
    }

    /// The session, which opens nothing but the second step.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.standing.session
    }

    /// Whether a second factor has to be set up first.
    #[must_use]
    pub fn enrols(&self) -> bool {
        self.half.enrols
    }

    pub(crate) fn record(&self, fact: Fact, at: Time) -> Entry {
        let log = self.standing.session.practice.map_or(Log::Platform, Log::Practice);
        visitor(log, fact, &self.origin, at)
    }
}
