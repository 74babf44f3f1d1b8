//! The second factor at sign-in: an authenticator app (TOTP, RFC 6238) with recovery codes (`SESS-3`, `OT-08`).

use std::time::Duration;

use crate::member::{Member, Role};
use crate::passkey::Passkeys;
use crate::policy::{Demand, SecondFactorPolicy};
use crate::port::{Keys, SealedSecret};
use crate::value::{AccountId, Digest, Time, Version, bare_code};

/// An account's second factor, or that it has none. There is at most one record for each account, and it is never deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// Whose.
    pub account: AccountId,
    /// Counts its changes.
    pub version: Version,
    /// How far it is set up.
    pub state: FactorState,
}

/// How far a second factor is set up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactorState {
    /// There is none: never set up, removed, or reset.
    Off,
    /// The app was shown the secret, and has not proven yet that it knows it.
    Pending {
        /// The secret that both know.
        secret: SealedSecret,
        /// Since when.
        since: Time,
    },
    /// It is asked for at each sign-in.
    On {
        /// The secret that both know.
        secret: SealedSecret,
        /// The latest step whose code was used; neither it nor an earlier one is good again.
        last_step: u64,
        /// Digests of the recovery codes that are left.
        recovery: Vec<Digest>,
        /// Keys that may stand in for the app.
        passkeys: Passkeys,
        /// Since when.
        since: Time,
    },
}

/// What somebody gave instead of, or as, a code of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// A code of this step.
    Code {
        /// The step.
        step: u64,
    },
    /// A recovery code; so many are left.
    Recovery {
        /// Codes left.
        left: usize,
    },
}

/// The second factor cannot be taken from where it is to where it should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FactorRefused {
    /// There is one already.
    #[error("an authenticator app is set up already; remove it first")]
    AlreadyOn,
    /// Nobody began to set one up, or too long ago.
    #[error("begin again to set up your authenticator app")]
    NotBegun,
    /// The code is wrong, or was used before.
    #[error("that code is not right; enter the newest code that your app shows")]
    WrongCode,
}

impl SecondFactor {
    /// What an account begins with.
    #[must_use]
    pub fn none(account: AccountId) -> Self {
        Self { account, version: Version::default(), state: FactorState::Off }
    }

    /// Whether it is asked for at sign-in.
    #[must_use]
    pub fn is_on(&self) -> bool {
        matches!(self.state, FactorState::On { .. })
    }

    /// The app is shown a secret; one that was shown before is void.
    ///
    /// # Errors
    ///
    /// [`FactorRefused::AlreadyOn`].
    pub fn begin(self, secret: SealedSecret, now: Time) -> Result<Self, FactorRefused> {
        if self.is_on() {
            return Err(FactorRefused::AlreadyOn);
        }
        Ok(Self { state: FactorState::Pending { secret, since: now }, ..self })
    }

    /// The app proves with a code that it knows the secret. That code is used then.
    ///
    /// # Errors
    ///
    /// [`FactorRefused`].
    pub fn confirm(self, keys: &dyn Keys, code: &str, recovery: Vec<Digest>, now: Time) -> Result<Self, FactorRefused> {
        match self.state {
            FactorState::On { .. } => Err(FactorRefused::AlreadyOn),
            FactorState::Pending { secret, since } if now < since.plus(PENDING_LIFE) => {
                let code = bare_code(code);
                let right = |step| keys.is_totp(self.account, &secret, step, &code);
                let last_step = newest_step(now, right).ok_or(FactorRefused::WrongCode)?;
                Ok(Self {
                    state: FactorState::On { secret, last_step, recovery, passkeys: Passkeys::default(), since: now },
                    ..self
                })
            }
            FactorState::Off | FactorState::Pending { .. } => Err(FactorRefused::NotBegun),
        }
    }

    /// Takes what somebody gave: a code of a step later than any that was used, or one of the recovery codes, which is gone then.
    ///
    /// # Errors
    ///
    /// [`FactorRefused::NotBegun`] when there is no second factor, [`FactorRefused::WrongCode`].
    pub fn redeem(self, keys: &dyn Keys, given: &str, now: Time) -> Result<(Self, Given), FactorRefused> {
        let FactorState::On { secret, last_step, mut recovery, passkeys, since } = self.state else {
            return Err(FactorRefused::NotBegun);
        };
        let given = bare_code(given);
        let right = |step| step > last_step && keys.is_totp(self.account, &secret, step, &given);
        let (last_step, what) = if let Some(step) = newest_step(now, right) {
            (step, Given::Code { step })
        } else {
            let digest = recovery_digest(keys, self.account, &given);
            let place = recovery.iter().position(|kept| *kept == digest).ok_or(FactorRefused::WrongCode)?;
            recovery.remove(place);
            (last_step, Given::Recovery { left: recovery.len() })
        };
        Ok((Self { state: FactorState::On { secret, last_step, recovery, passkeys, since }, ..self }, what))
    }

    /// There is none any more: its person removed it, or an administrator reset it.
    #[must_use]
    pub fn off(self) -> Self {
        Self { state: FactorState::Off, ..self }
    }
}

/// How much a practice's policy asks a member for a second factor.
#[must_use]
pub fn demand(policy: SecondFactorPolicy, member: &Member) -> Demand {
    if manages(member) { policy.managers } else { policy.others }
}

/// Whether a member answers to what a policy asks of managers.
pub(crate) fn manages(member: &Member) -> bool {
    member.user_manager || matches!(member.role, Role::Owner | Role::OfficeAdministrator)
}

/// The step that a moment lies in.
#[must_use]
pub fn step_at(now: Time) -> u64 {
    u64::try_from(now.micros() / STEP_MICROS).unwrap_or(0)
}

/// The newest of the steps around this moment, one each way, whose code it is.
fn newest_step(now: Time, is_code: impl Fn(u64) -> bool) -> Option<u64> {
    let step = step_at(now);
    [step + 1, step, step.saturating_sub(1)].into_iter().find(|step| is_code(*step))
}

/// Ten recovery codes, made of chance: ten letters and digits each, 50 bits, with a dash in the middle.
#[must_use]
pub fn recovery_codes(chance: [[u8; 32]; RECOVERY_CODES]) -> [String; RECOVERY_CODES] {
    chance.map(|bytes| {
        let letter = |byte: &u8| char::from(ALPHABET[usize::from(byte % 32)]);
        let mut text = String::with_capacity(11);
        text.extend(bytes[..5].iter().map(letter));
        text.push('-');
        text.extend(bytes[5..10].iter().map(letter));
        text
    })
}

/// What is kept of a recovery code. Case, spaces and dashes make no difference.
#[must_use]
pub fn recovery_digest(keys: &dyn Keys, account: AccountId, code: &str) -> Digest {
    let [digest] = recovery_digests(keys, account, [code]);
    digest
}

/// The same for several codes, in their order.
pub(crate) fn recovery_digests<const N: usize>(keys: &dyn Keys, account: AccountId, codes: [&str; N]) -> [Digest; N] {
    let mut text = format!("recovery {account} ");
    let before = text.len();
    codes.map(|code| {
        text.truncate(before);
        text.extend(code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()));
        keys.digest(text.as_bytes())
    })
}

/// The secret as people type it into an app: base32 (RFC 4648), without padding.
#[must_use]
pub fn base32(secret: &[u8; 20]) -> String {
    let bits =
        |at: usize| (0..5).fold(0, |n, bit| n << 1 | usize::from(secret[(at + bit) / 8] >> (7 - (at + bit) % 8) & 1));
    (0..32).map(|n| char::from(BASE32[bits(n * 5)])).collect()
}

/// Recovery codes that are given out together.
pub const RECOVERY_CODES: usize = 10;

/// How long after the secret was shown it can be confirmed.
pub const PENDING_LIFE: Duration = Duration::from_secs(10 * 60);

const STEP_MICROS: i64 = 30_000_000;

/// Letters and digits that are not taken for each other.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
