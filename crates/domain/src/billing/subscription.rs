use crate::billing::SubscriptionRef;
use crate::billing::calendar::Period;
use crate::billing::plan::{Holding, PlanOption, Ware};
use crate::value::{AccountId, MemberId, Money, PracticeId, SubscriptionId, Time, Version};

/// An option that is paid for, period by period, until it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// Its identity.
    pub id: SubscriptionId,
    /// Counts its changes.
    pub version: Version,
    /// Where.
    pub practice: PracticeId,
    /// Whose place in the practice has the tier.
    pub member: MemberId,
    /// Whose account that is.
    pub beneficiary: AccountId,
    /// Who is charged, and who alone may cancel (`BILL-8`).
    pub payer: AccountId,
    /// What.
    pub option: PlanOption,
    /// What a period costs, before tax.
    pub price: Money,
    /// What the provider calls it.
    pub reference: SubscriptionRef,
    /// Since when.
    pub started_at: Time,
    /// Whether it still runs.
    pub state: SubscriptionState,
}

/// Whether a subscription still runs, and whether the provider knows what was decided here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionState {
    /// It runs, and renews itself.
    Active {
        /// What is paid for now.
        period: Period,
    },
    /// Cancelled: it runs until the end of what is paid for.
    Ending {
        /// What is paid for.
        period: Period,
        /// Whether the provider knows.
        told: bool,
    },
    /// It is over.
    Ended {
        /// Since when.
        at: Time,
        /// Why.
        why: EndReason,
        /// Whether the provider knows.
        told: bool,
    },
}

/// Why a subscription is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EndReason {
    /// Its payer cancelled it, or what it needs (`BILL-8`).
    Cancelled,
    /// A renewal could not be charged (`BILL-8`).
    PaymentFailed,
    /// A greater option took its place (`BILL-5`).
    Replaced,
    /// It was charged, but never granted: the money goes back.
    NotGranted,
    /// It ended at the provider.
    ByProvider,
}

impl Subscription {
    /// What is paid for now; none once it is over.
    #[must_use]
    pub fn period(&self) -> Option<Period> {
        match self.state {
            SubscriptionState::Active { period } | SubscriptionState::Ending { period, .. } => Some(period),
            SubscriptionState::Ended { .. } => None,
        }
    }

    /// Whether it gives a tier.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.period().is_some()
    }

    /// When somebody is to look after it: at once while the provider does not know, else at the end of what is paid for; never once
    /// it is over and the provider knows.
    #[must_use]
    pub fn due(&self) -> Option<Time> {
        match self.state {
            SubscriptionState::Active { period } | SubscriptionState::Ending { period, told: true } => {
                Some(period.ends)
            }
            SubscriptionState::Ending { period, told: false } => Some(period.starts),
            SubscriptionState::Ended { at, told: false, .. } => Some(at),
            SubscriptionState::Ended { told: true, .. } => None,
        }
    }

    /// The subscription, over; one that is over already stays as it is.
    #[must_use]
    pub fn end(self, why: EndReason, told: bool, at: Time) -> Self {
        if !self.is_live() {
            return self;
        }
        Self { state: SubscriptionState::Ended { at, why, told }, ..self }
    }

    /// The subscription, to end with what is paid for.
    #[must_use]
    pub fn end_with_period(self) -> Self {
        let state = match self.state {
            SubscriptionState::Active { period } => SubscriptionState::Ending { period, told: false },
            other => other,
        };
        Self { state, ..self }
    }

    /// The subscription that is paid for this period.
    #[must_use]
    pub fn renew(self, period: Period) -> Self {
        let state = match self.state {
            SubscriptionState::Active { .. } => SubscriptionState::Active { period },
            SubscriptionState::Ending { told, .. } => SubscriptionState::Ending { period, told },
            ended => ended,
        };
        Self { state, ..self }
    }

    /// The subscription whose end the provider knows of.
    #[must_use]
    pub fn tell(self) -> Self {
        let state = match self.state {
            SubscriptionState::Ending { period, .. } => SubscriptionState::Ending { period, told: true },
            SubscriptionState::Ended { at, why, .. } => SubscriptionState::Ended { at, why, told: true },
            active => active,
        };
        Self { state, ..self }
    }

    /// Whether something was decided here that the provider does not know.
    #[must_use]
    pub fn is_untold(&self) -> bool {
        matches!(
            self.state,
            SubscriptionState::Ending { told: false, .. } | SubscriptionState::Ended { told: false, .. }
        )
    }

    /// What live ones of these amount to.
    #[must_use]
    pub fn holding<'a>(all: impl IntoIterator<Item = &'a Self>) -> Holding {
        Holding::of(all.into_iter().filter(|one| one.is_live()).map(|one| one.option))
    }

    /// The live one of a ware.
    #[must_use]
    pub fn live_of(all: &[Self], ware: Ware) -> Option<&Self> {
        all.iter().find(|one| one.is_live() && one.option.ware == ware)
    }
}

impl EndReason {
    /// The stable code, also its name in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::PaymentFailed => "payment-failed",
            Self::Replaced => "replaced",
            Self::NotGranted => "not-granted",
            Self::ByProvider => "by-provider",
        }
    }
}
