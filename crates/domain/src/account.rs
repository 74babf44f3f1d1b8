//! One login identity in the whole system.

use crate::value::{AccountId, Email, PasswordHash, PersonName, Phone, Phones, PracticeId, Time, TimeZone, Version};

/// One login identity: its address is its username. Membership, locks and sessions are kept apart from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its identity.
    pub id: AccountId,
    /// Counts its changes.
    pub version: Version,
    /// Its username.
    pub email: Email,
    /// The person's name.
    pub name: PersonName,
    /// The person's numbers.
    pub phones: Phones,
    /// The number that a secret code proved, where one did.
    pub proven: Option<Phone>,
    /// What is kept of the password.
    pub password: PasswordHash,
    /// When it was set (`PW-06`).
    pub password_set_at: Time,
    /// What is kept of those before it, the newest first; at most [`MOST_FORMER`].
    pub former: Vec<PasswordHash>,
    /// Whether somebody else may know it, so that it opens nothing any more (`PW-06`).
    pub compromised: bool,
    /// Where the person's clock stands, where they said so.
    pub time_zone: Option<TimeZone>,
    /// The terms of use that the person accepted (`REG-3`).
    pub terms: Terms,
    /// The practice whose audit log holds what happens to the account itself.
    pub home: Option<PracticeId>,
    /// When the registration was completed.
    pub registered_at: Time,
}

/// Which terms of use somebody accepted, and when (`REG-3`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The version shown, like `2026-05-04`.
    pub version: String,
    /// When the button was pressed.
    pub accepted_at: Time,
}

impl Account {
    /// The account with a new password; of those before it as many are kept as cannot be taken again: `remembered`, the new one
    /// included.
    #[must_use]
    pub fn with_password(self, password: PasswordHash, remembered: u8, now: Time) -> Self {
        let kept = usize::from(remembered.saturating_sub(1)).min(MOST_FORMER);
        let former = std::iter::once(self.password).chain(self.former).take(kept).collect();
        Self { password, former, password_set_at: now, compromised: false, ..self }
    }

    /// What is kept of the passwords that cannot be taken again, the present one first.
    pub fn last_passwords(&self, remembered: u8) -> impl Iterator<Item = &PasswordHash> {
        std::iter::once(&self.password).chain(&self.former).take(usize::from(remembered))
    }
}

/// Former passwords that are kept at most, whatever a policy asks for.
pub const MOST_FORMER: usize = 23;
