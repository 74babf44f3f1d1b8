//! An office and what belongs to it as a whole.

use crate::policy::{Policy, Preset, TwoStep};
use crate::value::{Phone, PracticeId, PracticeName, Time, Version};

/// An office. It begins with an operator, or with a doctor or staff member of another practice who registers (`PRA-1`, `PRA-4`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    /// Its identity.
    pub id: PracticeId,
    /// Counts its changes.
    pub version: Version,
    /// Its name.
    pub name: PracticeName,
    /// Its verified office number: where a visitor may call for help.
    pub phone: Option<Phone>,
    /// What it has decided for its people (`PRA-6`).
    pub policy: Policy,
    /// How many of its members are User Managers; at least one once anybody has registered (`PRA-2`, `PRA-3`).
    pub user_managers: u32,
    /// When it began.
    pub created_at: Time,
}

/// `PRA-3`: the last User Manager of a practice cannot be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the practice needs at least one User Manager")]
pub struct LastUserManager;

impl Practice {
    /// A new practice, with nobody in it, and with the values of a preset.
    #[must_use]
    pub fn found(id: PracticeId, name: PracticeName, phone: Option<Phone>, preset: Preset, at: Time) -> Self {
        let policy = Policy::of(preset);
        Self { id, version: Version::default(), name, phone, policy, user_managers: 0, created_at: at }
    }

    /// What it has decided for its people (`PRA-6`).
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy
    }

    /// Who must give a code while registering (`LIST-9`).
    #[must_use]
    pub fn two_step(&self) -> TwoStep {
        self.policy.two_step
    }

    /// The same practice with another policy.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// One more member is User Manager.
    #[must_use]
    pub fn gain_user_manager(self) -> Self {
        Self { user_managers: self.user_managers + 1, ..self }
    }

    /// One member is User Manager no more.
    ///
    /// # Errors
    ///
    /// [`LastUserManager`] when there is no other.
    pub fn lose_user_manager(self) -> Result<Self, LastUserManager> {
        if self.user_managers <= 1 {
            return Err(LastUserManager);
        }
        Ok(Self { user_managers: self.user_managers - 1, ..self })
    }

    /// The same practice with other 2-step switches (`LIST-9`).
    #[must_use]
    pub fn with_two_step(self, two_step: TwoStep) -> Self {
        Self { policy: self.policy.with_two_step(two_step), ..self }
    }
}
