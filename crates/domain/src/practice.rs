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
    /// Where its policy comes from.
    pub preset: Preset,
    /// Who must give a code while registering.
    pub two_step: TwoStep,
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
    /// A new practice, with nobody in it.
    #[must_use]
    pub fn found(id: PracticeId, name: PracticeName, phone: Option<Phone>, preset: Preset, at: Time) -> Self {
        let two_step = TwoStep { doctors: true, patients: true };
        Self { id, version: Version::default(), name, phone, preset, two_step, user_managers: 0, created_at: at }
    }

    /// The values that its preset stands for.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy::of(self.preset)
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
        Self { two_step, ..self }
    }
}
