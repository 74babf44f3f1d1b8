//! A secret code: sent to a number, given back by the person who holds it (`REG-2`).

use crate::policy::CodePolicy;
use crate::value::{Phone, Time};

/// How a code travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delivery {
    /// By text message; cell phones only.
    Text,
    /// By an automated voice call.
    Call,
}

/// A code on its way. The code itself is not here: it is derived from the registration and `serial` when it is sent and when it is
/// checked, so no table ever holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Counts the codes of one registration; only the newest works (`REG-2`).
    pub serial: u32,
    /// How it travels.
    pub delivery: Delivery,
    /// Where to.
    pub to: Phone,
    /// When it was ordered.
    pub sent_at: Time,
    /// From this moment on it is dead.
    pub expires_at: Time,
    /// Wrong guesses left.
    pub tries_left: u8,
}

/// Why a code was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeRefused {
    /// Another code was expected.
    #[error("that code is not right")]
    Wrong {
        /// Guesses left for this code.
        tries_left: u8,
    },
    /// The code is too old.
    #[error("that code has expired")]
    Expired,
    /// Too many wrong guesses: this code is dead.
    #[error("too many wrong codes")]
    UsedUp,
}

/// Another code was asked for too soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("wait before you ask for another code")]
pub struct TooSoon {
    /// When it is possible.
    pub possible_at: Time,
}

impl Challenge {
    /// The next code of a registration; the former one, if any, is dead.
    ///
    /// # Errors
    ///
    /// [`TooSoon`] when the former was ordered a moment ago, at `former_at`.
    pub fn next(
        former_at: Option<Time>,
        serial: u32,
        delivery: Delivery,
        to: Phone,
        now: Time,
        policy: CodePolicy,
    ) -> Result<Self, TooSoon> {
        if let Some(former_at) = former_at {
            let possible_at = former_at.plus(policy.pause);
            if now < possible_at {
                return Err(TooSoon { possible_at });
            }
        }
        Ok(Self { serial, delivery, to, sent_at: now, expires_at: now.plus(policy.life), tries_left: policy.tries })
    }

    /// Takes one guess; `right` is whether it was the code of this serial.
    ///
    /// # Errors
    ///
    /// The challenge as it is after the guess, and why it was not taken.
    pub fn guess(self, right: bool, now: Time) -> Result<(), (Self, CodeRefused)> {
        if self.tries_left == 0 {
            return Err((self, CodeRefused::UsedUp));
        }
        if now >= self.expires_at {
            return Err((self, CodeRefused::Expired));
        }
        if right {
            return Ok(());
        }
        let tries_left = self.tries_left - 1;
        let why = if tries_left == 0 { CodeRefused::UsedUp } else { CodeRefused::Wrong { tries_left } };
        Err((Self { tries_left, ..self }, why))
    }
}
