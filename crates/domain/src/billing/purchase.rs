use std::time::Duration;

use crate::billing::plan::Ware;
use crate::billing::{CardRef, CustomerRef, Line, Quote, Wallet};
use crate::value::{AccountId, MemberId, PracticeId, PurchaseId, QuoteId, SubscriptionId, Time, Version};

/// One option that somebody has ordered. It is written down before the provider is asked, and its id is what the provider knows the
/// order by (`BILL-3`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purchase {
    /// Its identity.
    pub id: PurchaseId,
    /// Counts its changes.
    pub version: Version,
    /// The quote that was confirmed.
    pub quote: QuoteId,
    /// Where.
    pub practice: PracticeId,
    /// Whose place in the practice gets the tier.
    pub member: MemberId,
    /// Whose account that is.
    pub beneficiary: AccountId,
    /// Who is charged.
    pub payer: AccountId,
    /// What the provider calls the payer.
    pub customer: CustomerRef,
    /// Which card is charged.
    pub card: CardRef,
    /// What is bought, and for how much.
    pub line: Line,
    /// What must be paid before: SecureMail, where the plugin was bought with it.
    pub after: Option<PurchaseId>,
    /// When the OK was given.
    pub ordered_at: Time,
    /// How far it has come.
    pub state: PurchaseState,
}

/// How far a purchase has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PurchaseState {
    /// Written down; the provider was never asked.
    Pending {
        /// When somebody is to ask.
        due: Time,
    },
    /// The provider was asked, or is about to be: it may have charged (`BILL-3`, "being confirmed").
    Unknown {
        /// Which idempotency key of this purchase is in use.
        step: u32,
        /// What the last answer left open.
        doubt: Doubt,
        /// How often it was asked.
        tries: u32,
        /// When somebody is to look up what became of it; nobody does before.
        due: Time,
    },
    /// The payer must confirm with their bank (`BILL-4`).
    ActionNeeded {
        /// The provider's page for it.
        url: Option<String>,
        /// When somebody is to look up what became of it.
        due: Time,
    },
    /// The money is there, and the tier was given.
    Paid {
        /// Since when.
        at: Time,
        /// What was bought.
        subscription: SubscriptionId,
    },
    /// The bank said no; nothing was charged.
    Declined {
        /// When.
        at: Time,
        /// Why.
        why: Decline,
    },
    /// The payer did not confirm in time; nothing was charged.
    Expired {
        /// When.
        at: Time,
    },
    /// The provider never heard of it, and it was given up; nothing was charged.
    Abandoned {
        /// When.
        at: Time,
    },
    /// It was charged but could not be granted: the money goes back.
    Returned {
        /// When.
        at: Time,
        /// What the provider had begun.
        subscription: SubscriptionId,
    },
}

/// What an unknown result leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doubt {
    /// No answer came: the request may still be on its way, so only its own key may be used again.
    NoAnswer,
    /// The provider answered that it failed, and keeps that answer under the key: asking again with it is of no use.
    KeySpent,
}

/// Why a card was not charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decline {
    /// The bank refused, and did not say why.
    Refused,
    /// There is not enough money.
    InsufficientFunds,
    /// The card has expired.
    CardExpired,
    /// The payer did not confirm in time.
    NotConfirmed,
}

/// Why what was charged is not granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReturnReason {
    /// The invoice is of another amount than was confirmed (`PM-06`).
    OtherAmount,
    /// The order had ended before the money came.
    OrderEnded,
    /// The person may not have it any more (`BILL-2`).
    NotEligible,
    /// Meanwhile the person has another plan than when it was ordered, or no longer what it needs.
    PlanChanged,
}

impl Purchase {
    /// An order as the quote has it.
    #[must_use]
    pub fn order(
        id: PurchaseId,
        quote: &Quote,
        line: Line,
        wallet: &Wallet,
        after: Option<PurchaseId>,
        now: Time,
    ) -> Self {
        Self {
            id,
            version: Version::default(),
            quote: quote.id,
            practice: quote.practice,
            member: quote.member,
            beneficiary: quote.beneficiary,
            payer: quote.payer,
            customer: wallet.customer.clone(),
            card: quote.card.clone(),
            line,
            after,
            ordered_at: now,
            state: PurchaseState::Pending { due: now },
        }
    }

    /// Whether its end is still open. As long as it is, nobody can buy the same ware for the same person.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.due().is_some()
    }

    /// When somebody is to look after it; never once it has ended.
    #[must_use]
    pub fn due(&self) -> Option<Time> {
        match self.state {
            PurchaseState::Pending { due }
            | PurchaseState::Unknown { due, .. }
            | PurchaseState::ActionNeeded { due, .. } => Some(due),
            PurchaseState::Paid { .. }
            | PurchaseState::Declined { .. }
            | PurchaseState::Expired { .. }
            | PurchaseState::Abandoned { .. }
            | PurchaseState::Returned { .. } => None,
        }
    }

    /// Whether its payer is offered the plugin's installer (`BILL-6`): they have just bought it.
    #[must_use]
    pub fn offers_installer(&self) -> bool {
        self.line.option.ware == Ware::OutlookPlugin && matches!(self.state, PurchaseState::Paid { .. })
    }

    /// Whether it is too old to be charged, when the provider has never heard of it: nobody is charged for a click of long ago.
    #[must_use]
    pub fn is_stale(&self, now: Time) -> bool {
        now.since(self.ordered_at) >= PATIENCE
    }

    /// The purchase while somebody asks: nobody else does until the lease ends, and whoever comes then looks up first.
    #[must_use]
    pub fn ask(self, now: Time) -> Self {
        let due = now.plus(LEASE);
        let state = match self.state {
            PurchaseState::Pending { .. } => PurchaseState::Unknown { step: 0, doubt: Doubt::NoAnswer, tries: 1, due },
            PurchaseState::Unknown { step, doubt, tries, .. } => {
                PurchaseState::Unknown { step, doubt, tries: tries + 1, due }
            }
            PurchaseState::ActionNeeded { url, .. } => PurchaseState::ActionNeeded { url, due },
            ended => ended,
        };
        Self { state, ..self }
    }

    /// The purchase with the key that the next request goes out with: another one only where the last is spent.
    #[must_use]
    pub fn with_next_key(self, now: Time) -> Self {
        let state = match self.state {
            PurchaseState::Unknown { step, doubt: Doubt::KeySpent, tries, .. } => {
                PurchaseState::Unknown { step: step + 1, doubt: Doubt::NoAnswer, tries, due: now.plus(LEASE) }
            }
            other => other,
        };
        Self { state, ..self }
    }

    /// The purchase whose answer told nothing: it is looked up after a pause that grows.
    #[must_use]
    pub fn doubted(self, doubt: Doubt, now: Time) -> Self {
        let state = match self.state {
            PurchaseState::Unknown { step, doubt: before, tries, .. } => {
                PurchaseState::Unknown { step, doubt: before.max(doubt), tries, due: now.plus(pause(tries)) }
            }
            other => other,
        };
        Self { state, ..self }
    }

    /// The purchase in another state.
    #[must_use]
    pub fn becomes(self, state: PurchaseState) -> Self {
        Self { state, ..self }
    }

    /// The purchase that its payer must confirm with the bank (`BILL-4`).
    #[must_use]
    pub fn needs_action(self, url: Option<String>, now: Time) -> Self {
        self.becomes(PurchaseState::ActionNeeded { url, due: now.plus(WAIT) })
    }
}

impl PurchaseState {
    /// The stable code, also its name in the API.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pending { .. } => "pending",
            Self::Unknown { .. } => "unknown",
            Self::ActionNeeded { .. } => "action-needed",
            Self::Paid { .. } => "paid",
            Self::Declined { .. } => "declined",
            Self::Expired { .. } => "expired",
            Self::Abandoned { .. } => "abandoned",
            Self::Returned { .. } => "returned",
        }
    }
}

impl ReturnReason {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::OtherAmount, Self::OrderEnded, Self::NotEligible, Self::PlanChanged];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::OtherAmount => "other-amount",
            Self::OrderEnded => "order-ended",
            Self::NotEligible => "not-eligible",
            Self::PlanChanged => "plan-changed",
        }
    }
}

impl Decline {
    /// The stable code, also its name in the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::InsufficientFunds => "insufficient-funds",
            Self::CardExpired => "card-expired",
            Self::NotConfirmed => "not-confirmed",
        }
    }
}

/// The pause after so many tries: half a minute, growing to a quarter of an hour.
fn pause(tries: u32) -> Duration {
    Duration::from_secs((30_u64 << tries.saturating_sub(1).min(5)).min(900))
}

/// Longer than any provider may take to answer.
const LEASE: Duration = Duration::from_secs(90);

/// Between two looks at something that people or banks take time over.
const WAIT: Duration = Duration::from_secs(10 * 60);

/// Much longer than a request can be on its way, much shorter than a provider keeps its keys.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

#[cfg(test)]
mod tests {
    use super::*;

    /// BILL-3: pauses grow, and nobody waits longer than a quarter of an hour for a look.
    #[test]
    fn pauses_grow_to_a_quarter_of_an_hour() {
        let seconds: Vec<u64> = (0..9).map(|tries| pause(tries).as_secs()).collect();
        assert_eq!(seconds, [30, 30, 60, 120, 240, 480, 900, 900, 900]);
    }
}
