//! What a practice has decided for its people: numbers and switches with names (`PRA-6`).

use std::time::Duration;

use crate::member::Kind;
use crate::password::Standard;
use crate::value::Time;

/// A named set of values that a practice starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Preset {
    /// The modern defaults.
    #[default]
    Standard,
    /// The habits that the portal article documents.
    Portal,
    /// The habits that the office article documents.
    Office,
    /// Shorter sessions, fewer guesses.
    Strict,
}

/// Who must give a secret code while registering (`REG-1`, `LIST-9`). Staff follow the doctors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TwoStep {
    /// Doctors and staff.
    pub doctors: bool,
    /// Patients.
    pub patients: bool,
}

/// The values that the rules ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Sign-in failures and locks.
    pub lockout: LockoutPolicy,
    /// Session lives.
    pub session: SessionPolicy,
    /// Invitation life and budgets.
    pub invitation: InvitationPolicy,
    /// Secret codes.
    pub code: CodePolicy,
    /// What a new password must meet (`PWD-1`).
    pub password: Standard,
}

/// `LOCK-1`, `LOCK-4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockoutPolicy {
    /// The consecutive failure that locks: 7 means that the seventh does. 3 to 20.
    pub lock_at_failure: u8,
    /// Whether browsers that the person has used before count on their own.
    pub device_aware: bool,
}

/// `SESS-1`, `SESS-2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionPolicy {
    /// A session without a request for this long has ended.
    pub idle: Duration,
    /// A session ends this long after sign-in, whatever happens.
    pub absolute: Duration,
    /// How long a sign-in counts as fresh.
    pub fresh: Duration,
}

/// `INV-5`, `INV-6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationPolicy {
    /// How long a link works after it was sent.
    pub life: Duration,
    /// Mails to one address a day, the first one included.
    pub sends_per_address: u32,
    /// Mails from one practice a day.
    pub sends_per_practice: u32,
}

/// `REG-2`; at most five tries a code and ten a registration, ten minutes a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodePolicy {
    /// How long a code works.
    pub life: Duration,
    /// Wrong guesses that end a code.
    pub tries: u8,
    /// Wrong guesses that end a registration.
    pub tries_in_all: u8,
    /// The least time between two codes.
    pub pause: Duration,
}

impl SessionPolicy {
    /// Whether a session that nobody has ended may still be used: it was used lately, and is not too old (`SESS-1`).
    #[must_use]
    pub fn lets_live(self, started_at: Time, seen_at: Time, now: Time) -> bool {
        let now = now.max(seen_at);
        now < seen_at.plus(self.idle) && now < started_at.plus(self.absolute)
    }
}

impl TwoStep {
    /// Whether a person of this kind must give a code.
    #[must_use]
    pub fn applies_to(self, kind: Kind) -> bool {
        match kind {
            Kind::Doctor | Kind::Staff => self.doctors,
            Kind::Patient => self.patients,
        }
    }
}

impl Policy {
    /// The values of a preset.
    #[must_use]
    pub fn of(preset: Preset) -> Self {
        let lock_at_failure = match preset {
            Preset::Office | Preset::Strict => 5,
            Preset::Standard | Preset::Portal => 7,
        };
        let (idle, absolute) = if preset == Preset::Strict { (15, 8) } else { (30, 12) };
        let life = if preset == Preset::Portal { 30 } else { 7 };
        Self {
            lockout: LockoutPolicy { lock_at_failure, device_aware: true },
            session: SessionPolicy { idle: minutes(idle), absolute: minutes(absolute * 60), fresh: minutes(5) },
            invitation: InvitationPolicy {
                life: minutes(life * 24 * 60),
                sends_per_address: 6,
                sends_per_practice: 2_000,
            },
            code: CodePolicy { life: minutes(10), tries: 5, tries_in_all: 10, pause: Duration::from_secs(30) },
            password: Standard::of(preset),
        }
    }
}

fn minutes(n: u64) -> Duration {
    Duration::from_secs(n * 60)
}
