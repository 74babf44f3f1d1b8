//! The 2-step switches of a practice, and the question before they change.

/// The switches as they stand now.
#[derive(Clone, Copy, Debug, Default)]
pub struct TwoStepPanel {
    /// On for doctors and staff.
    pub doctors: bool,
    /// On for patients.
    pub patients: bool,
}

/// The question before a change is saved: what changes, and whom it affects.
#[derive(Clone, Debug)]
pub struct TwoStepConfirm {
    /// What is asked for.
    pub wanted: TwoStepPanel,
    /// The switches that would move; one or two.
    pub changes: Vec<TwoStepChange>,
}

/// One switch that would move.
#[derive(Clone, Copy, Debug)]
pub struct TwoStepChange {
    /// Whose switch it is.
    pub group: TwoStepGroup,
    /// Whether it would be on.
    pub on: bool,
    /// How many people of the group are invited and have not registered yet.
    pub not_registered: u64,
}

/// The people of one switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwoStepGroup {
    /// Doctors and staff.
    Doctors,
    /// Patients.
    Patients,
}

impl TwoStepConfirm {
    /// The question.
    #[must_use]
    pub fn question(&self) -> String {
        match self.changes.as_slice() {
            [only] if only.on => format!("Turn on 2-step for {}?", only.group.label()),
            [only] => format!("Turn off 2-step for {}?", only.group.label()),
            _ => "Change 2-step for doctors, staff and patients?".to_owned(),
        }
    }

    /// The words on the button that does it.
    #[must_use]
    pub fn act(&self) -> &'static str {
        match self.changes.as_slice() {
            [only] if only.on => "Turn on 2-step",
            [only] if !only.on => "Turn off 2-step",
            _ => "Save both changes",
        }
    }

    /// Whether a switch would go off.
    #[must_use]
    pub fn turns_off(&self) -> bool {
        self.changes.iter().any(|change| !change.on)
    }
}

impl TwoStepChange {
    /// Whom the change affects, as a sentence.
    #[must_use]
    pub fn effect(&self) -> String {
        let people = match self.not_registered {
            0 => "Nobody is waiting to register now. From now on, people you invite".to_owned(),
            1 => "1 person who has not registered yet, and all you invite later,".to_owned(),
            more => format!("{more} people who have not registered yet, and all you invite later,"),
        };
        if self.on {
            format!("{people} will need a code by text or call to register.")
        } else {
            format!("{people} can register without a code.")
        }
    }

    /// `Doctors and staff: on`.
    #[must_use]
    pub fn headline(&self) -> String {
        let group = match self.group {
            TwoStepGroup::Doctors => "Doctors and staff",
            TwoStepGroup::Patients => "Patients",
        };
        format!("{group}: {}", if self.on { "on" } else { "off" })
    }
}

impl TwoStepGroup {
    /// The group in the middle of a sentence.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Doctors => "doctors and staff",
            Self::Patients => "patients",
        }
    }
}
