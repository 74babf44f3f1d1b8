//! What differs between the plans here and what the payment provider has, and what heals it: plain rules, that ask nobody.

use std::fmt;

use crate::billing::plan::PlanOption;
use crate::billing::{Purchase, PurchaseState, Subscription, SubscriptionState};
use crate::port::{RemoteStanding, Running};
use crate::value::{Money, PurchaseId, SubscriptionId, Time};

/// What is kept here of a subscription that the provider lists.
#[derive(Debug, Clone, Copy)]
pub enum Kept<'a> {
    /// The plan.
    Plan(&'a Subscription),
    /// No plan of this name, but the order that it began with.
    Order(&'a Purchase),
    /// Nothing.
    Nothing,
}

/// Something that is not the same here and at the provider, there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It runs here, and is over there.
    EndedThere,
    /// It runs here, and was never there.
    MissingThere,
    /// It runs here, and its renewal was not paid there.
    FailedThere,
    /// It is over here, and is charged there.
    RunsThere,
    /// It is charged there; there is neither a plan nor an order here.
    UnknownHere,
    /// It was paid for there; the order is still open here.
    NotSettledHere,
    /// It was paid for there; the order has ended here, and nobody has it.
    NotGrantedHere,
    /// It is charged there beside another one of the same order.
    SecondThere,
    /// It ends with its period here, and renews there.
    RenewsThere,
    /// It renews here, and ends with its period there.
    EndsThere,
    /// Something else is charged there; none is nothing that is sold here.
    Option {
        /// What it is here.
        here: PlanOption,
        /// What it is there.
        there: Option<PlanOption>,
    },
    /// A period costs something else there, before tax.
    Price {
        /// What it costs here.
        here: Money,
        /// What it costs there.
        there: Money,
    },
    /// It is paid for until another moment there.
    PeriodEnd {
        /// Until when here.
        here: Time,
        /// Until when there.
        there: Time,
    },
    /// Nobody has paid its newest invoice there.
    UnpaidInvoice {
        /// What that asks for.
        amount: Money,
    },
    /// Its newest invoice was paid there, and is not known here.
    UnknownInvoice {
        /// The number that is printed on it.
        number: String,
        /// What was charged.
        amount: Money,
    },
}

/// What heals a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// The plan follows the provider, or the provider is told of its end: a running server does so within an hour.
    Follow(SubscriptionId),
    /// The order is looked up there again: what was paid is granted, or given back.
    Settle(PurchaseId),
    /// It heals when the period ends.
    Waits,
    /// Somebody must see to it at the provider.
    ByHand,
}

/// `BILL-10`, `BK-02`: what differs between a subscription that the provider lists and what is kept of it here. `invoice_known` says
/// whether its newest invoice is kept.
#[must_use]
pub fn differences(kept: Kept<'_>, there: &Running, invoice_known: bool) -> Vec<(Difference, Remedy)> {
    match kept {
        Kept::Nothing => vec![(Difference::UnknownHere, Remedy::ByHand)],
        Kept::Order(order) => vec![match order.state {
            PurchaseState::Paid { .. } | PurchaseState::Returned { .. } => (Difference::SecondThere, Remedy::ByHand),
            _ if order.is_open() => (Difference::NotSettledHere, Remedy::Settle(order.id)),
            _ => (Difference::NotGrantedHere, Remedy::Settle(order.id)),
        }],
        Kept::Plan(plan) if plan.is_live() => between(plan, there, invoice_known),
        Kept::Plan(plan) => {
            let remedy = if plan.is_untold() { Remedy::Follow(plan.id) } else { Remedy::ByHand };
            vec![(Difference::RunsThere, remedy)]
        }
    }
}

/// What is wrong with a live plan that the provider does not list, by how it stands there when it is asked for by its name; none where it
/// never was. Nothing, where it has begun meanwhile.
#[must_use]
pub fn absence(plan: &Subscription, there: Option<RemoteStanding>) -> Option<(Difference, Remedy)> {
    let difference = match there {
        None => Difference::MissingThere,
        Some(RemoteStanding::Ended) => Difference::EndedThere,
        Some(RemoteStanding::Failed) => Difference::FailedThere,
        Some(RemoteStanding::Live) => return None,
    };
    Some((difference, Remedy::Follow(plan.id)))
}

/// What differs between a live plan and the subscription that it is.
fn between(plan: &Subscription, there: &Running, invoice_known: bool) -> Vec<(Difference, Remedy)> {
    let follow = Remedy::Follow(plan.id);
    let mut found = Vec::new();
    let failed = there.standing != RemoteStanding::Live;
    if failed {
        found.push((Difference::FailedThere, follow));
    }
    match there.sold {
        Some((option, _)) if option != plan.option => {
            found.push((Difference::Option { here: plan.option, there: Some(option) }, Remedy::ByHand));
        }
        None => found.push((Difference::Option { here: plan.option, there: None }, Remedy::ByHand)),
        Some(_) => {}
    }
    if let Some((_, price)) = there.sold.filter(|(_, price)| *price != plan.price) {
        found.push((Difference::Price { here: plan.price, there: price }, Remedy::ByHand));
    }
    if let Some(period) = plan.period().filter(|period| !failed && period.ends != there.period.ends) {
        found.push((Difference::PeriodEnd { here: period.ends, there: there.period.ends }, follow));
    }
    match (plan.state, there.ends_with_period) {
        (SubscriptionState::Ending { told, .. }, false) if !failed => {
            found.push((Difference::RenewsThere, if told { Remedy::ByHand } else { follow }));
        }
        (SubscriptionState::Active { .. }, true) if !failed => found.push((Difference::EndsThere, Remedy::Waits)),
        _ => {}
    }
    if let Some(amount) = there.unpaid {
        found.push((Difference::UnpaidInvoice { amount }, if failed { follow } else { Remedy::ByHand }));
    }
    if let Some(paid) = there.paid.as_ref().filter(|_| !invoice_known) {
        found.push((Difference::UnknownInvoice { number: paid.number.clone(), amount: paid.amount }, follow));
    }
    found
}

impl Difference {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::EndedThere => "ended-there",
            Self::MissingThere => "missing-there",
            Self::FailedThere => "failed-there",
            Self::RunsThere => "runs-there",
            Self::UnknownHere => "unknown-here",
            Self::NotSettledHere => "not-settled-here",
            Self::NotGrantedHere => "not-granted-here",
            Self::SecondThere => "second-there",
            Self::RenewsThere => "renews-there",
            Self::EndsThere => "ends-there",
            Self::Option { .. } => "option",
            Self::Price { .. } => "price",
            Self::PeriodEnd { .. } => "period-end",
            Self::UnpaidInvoice { .. } => "unpaid-invoice",
            Self::UnknownInvoice { .. } => "unknown-invoice",
        }
    }
}

/// In plain words; the end of a period is a moment in microseconds since 1970 and is left to whoever knows a time zone.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndedThere => f.write_str("the plan runs here, and is over at the provider"),
            Self::MissingThere => f.write_str("the plan runs here, and the provider has no such subscription"),
            Self::FailedThere => f.write_str("the plan runs here, and its renewal was not paid at the provider"),
            Self::RunsThere => f.write_str("the plan is over here, and the provider still charges for it"),
            Self::UnknownHere => f.write_str("the provider charges for it, and nothing is known of it here"),
            Self::NotSettledHere => f.write_str("it was paid for, and the order is still open here"),
            Self::NotGrantedHere => f.write_str("it was paid for, and the order has ended here without a plan"),
            Self::SecondThere => f.write_str("the provider charges for it beside another one of the same order"),
            Self::RenewsThere => f.write_str("the plan ends with its period here, and renews at the provider"),
            Self::EndsThere => f.write_str("the plan renews here, and ends with its period at the provider"),
            Self::Option { here, there } => match there {
                Some(there) => write!(f, "it is {} here, and {} at the provider", here.code(), there.code()),
                None => write!(f, "it is {} here, and something that is not sold here at the provider", here.code()),
            },
            Self::Price { here, there } => write!(f, "a period costs {here} here, and {there} at the provider"),
            Self::PeriodEnd { .. } => f.write_str("it is paid for until another moment at the provider"),
            Self::UnpaidInvoice { amount } => write!(f, "its newest invoice, of {amount}, is not paid"),
            Self::UnknownInvoice { number, amount } => {
                write!(f, "its newest invoice, {number} of {amount}, was paid and is not known here")
            }
        }
    }
}
