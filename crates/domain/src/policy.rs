//! What a practice has decided for its people: numbers and switches with names (`PRA-6`).

use std::time::Duration;

use crate::member::Kind;
use crate::password::Standard;

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
    /// What a new password must meet (`PWD-1`).
    pub password: Standard,
    /// Sign-in failures and locks.
    pub lockout: LockoutPolicy,
    /// Session lives.
    pub session: SessionPolicy,
    /// The second factor at sign-in.
    pub second_factor: SecondFactorPolicy,
    /// Invitation life and budgets.
    pub invitation: InvitationPolicy,
    /// Lives of the links that set a password.
    pub link: LinkPolicy,
    /// Secret codes.
    pub code: CodePolicy,
    /// The practice's code word.
    pub code_word: CodeWordPolicy,
    /// People who are not employed.
    pub people: PeoplePolicy,
    /// Paid tiers.
    pub billing: BillingPolicy,
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
    /// A session without a request for this long has ended. 5 to 60 minutes.
    pub idle: Duration,
    /// A session ends this long after sign-in, whatever happens. 1 to 24 hours.
    pub absolute: Duration,
    /// How long a sign-in counts as fresh. 1 to 15 minutes.
    pub fresh: Duration,
}

/// `SESS-3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactorPolicy {
    /// For Owners, Office Administrators and User Managers.
    pub managers: Demand,
    /// For everybody else.
    pub others: Demand,
}

/// How much a policy asks for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Demand {
    /// It is not offered.
    Off,
    /// Whoever wants may have it.
    Optional,
    /// Nobody goes on without.
    Required,
}

/// `INV-5`, `INV-6`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvitationPolicy {
    /// How long a link works after it was sent. 1 to 30 days.
    pub life: Duration,
    /// Mails to one address a day, the first one included.
    pub sends_per_address: u32,
    /// Mails from one practice a day.
    pub sends_per_practice: u32,
}

/// `EMP-2`, `EMP-4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkPolicy {
    /// How long the link that sets up a user account works. 1 to 30 days.
    pub setup: Duration,
    /// How long the link that resets a password works. 10 minutes to 3 days.
    pub reset: Duration,
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

/// `CODE-1` to `CODE-3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeWordPolicy {
    /// Whether staff need it to set or reset a password.
    pub required: bool,
    /// Wrong words that end a link. 3 to 5.
    pub tries_per_link: u8,
    /// Wrong words in one hour that pause a practice's links for a quarter of an hour.
    pub tries_per_practice: u32,
    /// Whether the system may text it; otherwise it is only ever said.
    pub by_text: bool,
    /// What happens to it when somebody leaves (`EMP-3`).
    pub on_leaving: Rotation,
}

/// What happens to the code word when somebody leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rotation {
    /// Nothing.
    Off,
    /// Rotating it is proposed.
    Proposed,
    /// It is rotated in the same commit.
    Automatic,
}

/// `EMP-2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeoplePolicy {
    /// How long a non-employee's user account works unless another end is set; none means for good.
    pub consultant_life: Option<Duration>,
}

/// `BILL-3` to `BILL-9`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BillingPolicy {
    /// Whether the unused part of what is replaced is credited (`BILL-5`).
    pub credit_unused: bool,
    /// How long a quote can be confirmed (`BILL-3`).
    pub quote_life: Duration,
    /// Whether a cancelled plan ends at once, or with the period that is paid for (`BILL-8`).
    pub cancel_at_once: bool,
    /// Whether a mailed summary holds only one's own payments, or all that the page lists (`BILL-9`).
    pub mail_own_only: bool,
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
        let reset = match preset {
            Preset::Standard | Preset::Strict => Duration::from_secs(30 * 60),
            Preset::Portal => days(1),
            Preset::Office => days(3),
        };
        let (managers, others) = match preset {
            Preset::Strict => (Demand::Required, Demand::Required),
            Preset::Standard | Preset::Portal | Preset::Office => (Demand::Optional, Demand::Optional),
        };
        Self {
            password: Standard::of(preset),
            lockout: LockoutPolicy { lock_at_failure, device_aware: true },
            session: SessionPolicy { idle: minutes(idle), absolute: minutes(absolute * 60), fresh: minutes(5) },
            second_factor: SecondFactorPolicy { managers, others },
            invitation: InvitationPolicy { life: days(life), sends_per_address: 6, sends_per_practice: 2_000 },
            link: LinkPolicy { setup: days(3), reset },
            code: CodePolicy { life: minutes(10), tries: 5, tries_in_all: 10, pause: Duration::from_secs(30) },
            code_word: CodeWordPolicy {
                required: true,
                tries_per_link: 5,
                tries_per_practice: 20,
                by_text: true,
                on_leaving: Rotation::Proposed,
            },
            people: PeoplePolicy { consultant_life: Some(days(90)) },
            billing: BillingPolicy {
                credit_unused: true,
                quote_life: minutes(15),
                cancel_at_once: true,
                mail_own_only: true,
            },
        }
    }
}

fn minutes(n: u64) -> Duration {
    Duration::from_secs(n * 60)
}

fn days(n: u64) -> Duration {
    minutes(n * 24 * 60)
}
