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
}

impl Role {
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
    /// Whether the member may compose to new addresses, and so invite (`INV-2`).
    #[must_use]
    pub fn is_paid(self) -> bool {
        self != Self::Free
    }
}
