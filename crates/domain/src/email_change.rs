//! Changing one's own address: it is confirmed by a link that only the new mailbox gets (section 11 of the product's description).

use std::time::Duration;

use crate::value::{AccountId, Email, Time, Version};

/// The latest change of an account's address. There is at most one record for each account; a new request takes the place of the one
/// before, whose link dies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailChange {
    /// Whose.
    pub account: AccountId,
    /// Counts its changes.
    pub version: Version,
    /// Counts the requests; a link is good for one of them.
    pub serial: u32,
    /// The new address.
    pub to: Email,
    /// What became of it.
    pub state: ChangeState,
}

/// What became of a change of address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeState {
    /// It waits for its link to be followed.
    Open {
        /// From this moment on the link is dead.
        expires_at: Time,
    },
    /// The new address is the username now.
    Done {
        /// Since when.
        at: Time,
        /// The address before, which is told.
        from: Email,
    },
}

/// Why a link changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChangeRefused {
    /// A newer request took its place, the password was changed since, or there never was one.
    #[error("this link does not work any more; change your address again in your profile")]
    Dead,
    /// It is too old.
    #[error("this link has expired; change your address again in your profile")]
    Expired,
    /// It was followed before.
    #[error("your address has been changed already; sign in with the new one")]
    Done,
}

impl EmailChange {
    /// The first request of an account.
    #[must_use]
    pub fn ask(account: AccountId, to: Email, now: Time) -> Self {
        let state = ChangeState::Open { expires_at: now.plus(LINK_LIFE) };
        Self { account, version: Version::default(), serial: 1, to, state }
    }

    /// A later request: the link before it dies.
    #[must_use]
    pub fn ask_again(self, to: Email, now: Time) -> Self {
        let state = ChangeState::Open { expires_at: now.plus(LINK_LIFE) };
        Self { serial: self.serial + 1, to, state, ..self }
    }

    /// Nobody may follow the link any more: whoever asked may be somebody who should not have (TK-07). None when it is followed, or
    /// too old, already.
    #[must_use]
    pub fn call_off(self, now: Time) -> Option<Self> {
        match self.state {
            ChangeState::Open { expires_at } if now < expires_at => {
                let state = ChangeState::Open { expires_at: now };
                Some(Self { serial: self.serial + 1, state, ..self })
            }
            ChangeState::Open { .. } | ChangeState::Done { .. } => None,
        }
    }

    /// Whether the link of this serial may change the address now.
    ///
    /// # Errors
    ///
    /// [`ChangeRefused`] says why not.
    pub fn open_by(&self, serial: u32, now: Time) -> Result<(), ChangeRefused> {
        match self.state {
            _ if serial != self.serial => Err(ChangeRefused::Dead),
            ChangeState::Done { .. } => Err(ChangeRefused::Done),
            ChangeState::Open { expires_at } if now >= expires_at => Err(ChangeRefused::Expired),
            ChangeState::Open { .. } => Ok(()),
        }
    }

    /// The link was followed.
    ///
    /// # Errors
    ///
    /// [`ChangeRefused`] when it is dead.
    pub fn confirm(self, serial: u32, from: Email, now: Time) -> Result<Self, ChangeRefused> {
        self.open_by(serial, now)?;
        Ok(Self { state: ChangeState::Done { at: now, from }, ..self })
    }
}

/// How long the link works.
pub const LINK_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
