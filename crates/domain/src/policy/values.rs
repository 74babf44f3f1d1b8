//! The sections of a policy, as the rules read them.

use std::time::Duration;

use crate::member::Kind;
use crate::password::Standard;
use crate::value::Time;

/// The values that the rules ask for. Which may be what, and why, [`super::KEYS`] lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Values {
    /// What a new password must meet (`PWD-1`).
    pub password: Standard,
    /// Sign-in failures and locks.
    pub lockout: LockoutPolicy,
    /// Session lives.
    pub session: SessionPolicy,
    /// Who must give a code while registering (`LIST-9`).
    pub two_step: TwoStep,
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

/// Who must give a secret code while registering (`REG-1`, `LIST-9`). Staff follow the doctors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TwoStep {
    /// Doctors and staff.
    pub doctors: bool,
    /// Patients.
    pub patients: bool,
}

/// `LOCK-1`, `LOCK-4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockoutPolicy {
    /// The consecutive failure that locks: 7 means that the seventh does.
    pub lock_at_failure: u8,
    /// Whether browsers that the person has used before count on their own.
    pub device_aware: bool,
    /// Whether a lock is open once a reset was completed (`LOCK-2`).
    pub reset_unlocks: bool,
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

/// `SESS-3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecondFactorPolicy {
    /// For Owners, Office Administrators and User Managers.
    pub managers: Demand,
    /// For everybody else.
    pub others: Demand,
    /// Whether Owners, Office Administrators and User Managers may use passkeys in place of the app's code.
    pub manager_passkeys: bool,
    /// Whether everybody else may.
    pub other_passkeys: bool,
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
    /// How long a link works after it was sent.
    pub life: Duration,
    /// Mails to one address a day, the first one included.
    pub sends_per_address: u32,
    /// Mails from one practice a day.
    pub sends_per_practice: u32,
}

/// `EMP-2`, `EMP-4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkPolicy {
    /// How long the link that sets up a user account works.
    pub setup: Duration,
    /// How long the link that resets a password works.
    pub reset: Duration,
}

/// `REG-2`.
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
    /// Wrong words that end a link.
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

/// Nothing yet: each key of the table says what goes in.
pub(super) const BLANK: Values = Values {
    password: Standard { least: 0, most: 0, four_classes: false, no_runs: false, history: 0, max_age: None },
    lockout: LockoutPolicy { lock_at_failure: 0, device_aware: false, reset_unlocks: false },
    session: SessionPolicy { idle: Duration::ZERO, absolute: Duration::ZERO, fresh: Duration::ZERO },
    two_step: TwoStep { doctors: false, patients: false },
    second_factor: SecondFactorPolicy {
        managers: Demand::Off,
        others: Demand::Off,
        manager_passkeys: false,
        other_passkeys: false,
    },
    invitation: InvitationPolicy { life: Duration::ZERO, sends_per_address: 0, sends_per_practice: 0 },
    link: LinkPolicy { setup: Duration::ZERO, reset: Duration::ZERO },
    code: CodePolicy { life: Duration::ZERO, tries: 0, tries_in_all: 0, pause: Duration::ZERO },
    code_word: CodeWordPolicy {
        required: false,
        tries_per_link: 0,
        tries_per_practice: 0,
        by_text: false,
        on_leaving: Rotation::Off,
    },
    people: PeoplePolicy { consultant_life: None },
    billing: BillingPolicy {
        credit_unused: false,
        quote_life: Duration::ZERO,
        cancel_at_once: false,
        mail_own_only: false,
    },
};
