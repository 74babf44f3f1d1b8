use crate::access::Denied;
use crate::billing::NoCard;
use crate::billing::plan::BadCart;
use crate::member::{Kind, Member};
use crate::value::Time;

/// Why nothing can be bought for somebody (`BILL-2`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CannotBuy {
    /// The person is not of this practice; whether they exist is not told.
    #[error("we cannot find that person")]
    NotHere,
    /// The person was invited and has not registered.
    #[error("this person has not registered yet")]
    NotRegistered,
    /// Whoever cannot work in the practice any more is paid for no longer (`EMP-3`).
    #[error("this person cannot work in your practice any more")]
    Deactivated,
    /// Nothing is sold to patients.
    #[error("plans are for doctors and staff only")]
    Patient,
    /// Only a User Manager buys for others.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is nothing to charge.
    #[error(transparent)]
    NoCard(#[from] NoCard),
    /// The options do not go together, or are not above what the person has.
    #[error(transparent)]
    Cart(#[from] BadCart),
    /// Somebody is buying this for the same person; it is being confirmed.
    #[error("a purchase for this person is being confirmed; try again when it is done")]
    InProgress,
}

impl CannotBuy {
    /// The stable code, for the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotHere => "not-found",
            Self::NotRegistered => "not-registered",
            Self::Deactivated => "deactivated",
            Self::Patient => "not-purchasable",
            Self::Denied(_) => "not-user-manager",
            Self::NoCard(NoCard::None) => "no-card",
            Self::NoCard(NoCard::Expired) => "card-expired",
            Self::Cart(BadCart::Nothing) => "nothing-chosen",
            Self::Cart(BadCart::NoPlansLeft) => "no-plans-left",
            Self::Cart(BadCart::AlreadyHeld) => "already-held",
            Self::Cart(BadCart::Both) => "one-cadence-only",
            Self::Cart(BadCart::NeedsSecureMail) => "needs-securemail",
            Self::InProgress => "purchase-in-progress",
        }
    }

    /// Whether a member may have a paid tier at all: the one place that says who. Asked before the order, and again before the money
    /// is taken and before the tier is given.
    ///
    /// # Errors
    ///
    /// [`CannotBuy::Patient`] or [`CannotBuy::Deactivated`].
    pub(crate) fn unless_eligible(member: &Member, now: Time) -> Result<(), Self> {
        match member.kind {
            Kind::Patient => Err(Self::Patient),
            Kind::Doctor | Kind::Staff if member.works(now) => Ok(()),
            Kind::Doctor | Kind::Staff => Err(Self::Deactivated),
        }
    }
}
