//! An account's place in one practice.

use crate::value::{AccountId, InvitationId, MemberId, PracticeId, RoleId, Time, Version};

/// What a person is to a practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Treats patients.
    Doctor,
    /// Works in the office.
    Staff,
    /// Is treated.
    Patient,
}

/// A role of a practice: a predefined one, or a copy that the practice made (`ROLE-1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Runs the practice; the first account has it (`PRA-2`).
    Owner,
    /// Manages user accounts.
    OfficeAdministrator,
    /// A treating dentist or physician.
    Dentist,
    /// A hygienist.
    Hygienist,
    /// Plans treatments.
    TreatmentCoordinator,
    /// Plans hygiene visits.
    HygieneCoordinator,
    /// Receives patients.
    FrontDesk,
    /// Sees least.
    RestrictedStaff,
    /// A copy, with a name and permissions of its own.
    Copied(RoleId),
}

/// What a member may use of SecureMail (`BILL-1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Tier {
    /// Reads and answers.
    #[default]
    Free,
    /// Composes and invites.
    Paid,
    /// Paid, with the Outlook Plugin.
    PaidWithPlugin,
}

/// An account's place in one practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its identity.
    pub id: MemberId,
    /// Counts its changes.
    pub version: Version,
    /// Where.
    pub practice: PracticeId,
    /// Who.
    pub account: AccountId,
    /// As what.
    pub kind: Kind,
    /// With which role.
    pub role: Role,
    /// Whether they manage the practice's people and pay for them.
    pub user_manager: bool,
    /// What they may use of SecureMail.
    pub tier: Tier,
    /// The invitation that brought them in, where there was one.
    pub invitation: Option<InvitationId>,
    /// When they were invited: the list's Created column (`LIST-2`).
    pub invited_at: Time,
    /// Since when.
    pub joined_at: Time,
    /// Whether an administrator lets them work there (`EMP-3`).
    pub active: bool,
    /// From this moment on they do not, whatever else is said (`EMP-2`); only for people who are not employed.
    pub until: Option<Time>,
}

impl Member {
    /// Whether they may work in the practice now (`EMP-3`).
    #[must_use]
    pub fn works(&self, now: Time) -> bool {
        self.active && self.until.is_none_or(|until| now < until)
    }

    /// Where somebody with these places begins after sign-in: at home, or else where they have been longest. None means nowhere.
    #[must_use]
    pub fn first_place(places: &[Self], home: Option<PracticeId>, now: Time) -> Option<PracticeId> {
        let mut open = places.iter().filter(|place| place.works(now));
        let at_home = open.clone().find(|place| Some(place.practice) == home);
        at_home.or_else(|| open.next()).map(|place| place.practice)
    }

    /// Whether every place that somebody had was taken away (`EMP-3`). Whoever never had one, like a patient, is not barred.
    #[must_use]
    pub fn is_barred(places: &[Self], now: Time) -> bool {
        !places.is_empty() && !places.iter().any(|place| place.works(now))
    }
}

impl Role {
    /// Every role, the one that may most first.
    pub const ALL: [Self; 8] = [
        Self::Owner,
        Self::OfficeAdministrator,
        Self::Dentist,
        Self::Hygienist,
        Self::TreatmentCoordinator,
        Self::HygieneCoordinator,
        Self::FrontDesk,
        Self::RestrictedStaff,
    ];

    /// The kind of person who begins with this role: owners and dentists are doctors, everybody else is staff.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Owner | Self::Dentist => Kind::Doctor,
            Self::OfficeAdministrator
            | Self::Hygienist
            | Self::TreatmentCoordinator
            | Self::HygieneCoordinator
            | Self::FrontDesk
            | Self::RestrictedStaff
            | Self::Copied(_) => Kind::Staff,
        }
    }

    /// The role that a person of this kind starts with.
    #[must_use]
    pub fn first_for(kind: Kind) -> Self {
        match kind {
            Kind::Doctor => Self::Dentist,
            Kind::Staff => Self::FrontDesk,
            Kind::Patient => Self::RestrictedStaff,
        }
    }
}

impl Tier {
    /// The stable code, also its name for products.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::Paid => "paid",
            Self::PaidWithPlugin => "paid-with-plugin",
        }
    }

    /// Whether the member may compose to new addresses, and so invite (`INV-2`).
    #[must_use]
    pub fn is_paid(self) -> bool {
        self != Self::Free
    }
}
