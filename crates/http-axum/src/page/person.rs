//! A person in the list of people.

use super::{Marked, When};

/// One row of Manage Account.
#[derive(Clone, Debug)]
pub struct PersonRow {
    /// What the addresses of the row's actions name the person by.
    pub id: String,
    /// First name, with the hit of a search marked.
    pub first: Marked,
    /// Last name, with the hit of a search marked.
    pub last: Marked,
    /// Email address. It is printed under the name when a search found it, or when there is no name.
    pub email: Marked,
    /// Doctor or staff, or patient.
    pub role: Role,
    /// Whether the person was invited as one of another practice.
    pub other_practice: bool,
    /// When the invitation was made.
    pub created: When,
    /// When the person was last active; none unless registered here.
    pub last_activity: Option<When>,
    /// How far the person has come.
    pub status: Status,
    /// What the person has.
    pub tier: Tier,
    /// Whether Reinvite is offered.
    pub can_reinvite: bool,
    /// Whether the invitation went out again by the click before; takes the place of Reinvite.
    pub just_sent: bool,
    /// Whether Unlock is offered.
    pub can_unlock: bool,
    /// Why the last email did not arrive, if it did not: `the mailbox does not exist`.
    pub undeliverable: Option<String>,
}

impl PersonRow {
    /// What to call the person: the full name, or the email address where no name is known.
    #[must_use]
    pub fn name(&self) -> String {
        self.who().name()
    }

    /// Whether the email address is printed under the name.
    #[must_use]
    pub fn shows_email(&self) -> bool {
        self.email.has_hit() || (self.first.is_empty() && self.last.is_empty())
    }

    fn who(&self) -> Who {
        Who { first: self.first.text(), last: self.last.text(), email: self.email.text() }
    }
}

/// Whom a page is about.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// First name; may be empty.
    pub first: String,
    /// Last name; may be empty.
    pub last: String,
    /// Email address.
    pub email: String,
}

impl Who {
    /// The full name, or the email address where no name is known.
    #[must_use]
    pub fn name(&self) -> String {
        let full = format!("{} {}", self.first.trim(), self.last.trim());
        match full.trim() {
            "" => self.email.clone(),
            name => name.to_owned(),
        }
    }

    /// The first name, or `this person` where it is not known.
    #[must_use]
    pub fn short(&self) -> &str {
        match self.first.trim() {
            "" => "this person",
            first => first,
        }
    }
}

/// The role of a person, as managers see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A doctor, or a member of the staff.
    DoctorStaff,
    /// A patient.
    Patient,
}

impl Role {
    /// How pages word it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::DoctorStaff => "Doctor/Staff",
            Self::Patient => "Patient",
        }
    }
}

/// How far a person has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Invited only.
    NotRegistered,
    /// Registered.
    Registered,
    /// Registered, but the secret code is still to come.
    TwoStepPending,
    /// Registered, and locked after failed attempts to sign in.
    Locked,
}

impl Status {
    /// How pages word it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::NotRegistered => "Not registered",
            Self::Registered => "Registered",
            Self::TwoStepPending => "Registered, 2-step pending",
            Self::Locked => "Registered, locked",
        }
    }

    /// The classes of its badge.
    #[must_use]
    pub const fn look(self) -> &'static str {
        match self {
            Self::NotRegistered => "dot hollow",
            Self::Registered => "dot is-ok",
            Self::TwoStepPending => "is-warn",
            Self::Locked => "is-hot",
        }
    }

    /// The sign on its badge; the others have a dot.
    #[must_use]
    pub const fn sign(self) -> Option<&'static str> {
        match self {
            Self::TwoStepPending => Some("mobile"),
            Self::Locked => Some("lock"),
            Self::NotRegistered | Self::Registered => None,
        }
    }
}

/// What a person has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    /// No plan.
    Free,
    /// A SecureMail plan.
    Paid,
    /// A SecureMail plan and the Outlook Plugin.
    PaidPlugin,
}

impl Tier {
    /// How pages word it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Free => "Free",
            Self::Paid => "Paid",
            Self::PaidPlugin => "Paid + Plugin",
        }
    }

    /// The classes of its badge.
    #[must_use]
    pub const fn look(self) -> &'static str {
        match self {
            Self::Free => "is-free",
            Self::Paid | Self::PaidPlugin => "is-paid",
        }
    }

    /// The sign on its badge.
    #[must_use]
    pub const fn sign(self) -> Option<&'static str> {
        match self {
            Self::PaidPlugin => Some("plug"),
            Self::Free | Self::Paid => None,
        }
    }

    /// What the tier allows, as a sentence or two.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Free => "Can read and answer. Cannot start a new message.",
            Self::Paid => "Can read, answer and start a new message.",
            Self::PaidPlugin => "Can read, answer and start a new message, also from Outlook.",
        }
    }
}
