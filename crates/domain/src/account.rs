//! One login identity in the whole system.

use crate::value::{AccountId, Email, PasswordHash, PersonName, Phone, Phones, PracticeId, Time, Version};

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
