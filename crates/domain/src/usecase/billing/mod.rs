//! What people and the payment provider do with money, one file a sentence (`BILL-1` to `BILL-10`).
//!
//! The provider is never asked inside a transaction. Whatever it is asked for is written down before, whatever it answers is committed
//! after, and between the two anything may happen: [`reconcile_payments`] finds what was left open.

mod announce_expiring_card;
mod apply_payment_event;
mod begin_card_entry;
mod cancel_plan;
mod card_stored;
mod catch_up;
mod compare_plans;
mod confirm_purchase;
mod differences;
mod follow_provider;
mod follow_subscription;
mod forget_events;
mod invoices;
mod list_offers;
mod prove_payer;
mod quote_purchase;
mod reconcile_payments;
mod release_seats;
mod seat;
mod settle_purchase;

use std::sync::Arc;

use uuid::Uuid;

pub use announce_expiring_card::announce_expiring_card;
pub use apply_payment_event::apply_payment_event;
pub use begin_card_entry::{BeginCardEntryError, begin_card_entry};
pub use cancel_plan::{CancelPlanError, Cancelled, cancel_plan};
pub use card_stored::card_stored;
pub use catch_up::catch_up;
pub use compare_plans::{ComparePlans, Compared, Finding, compare_plans};
pub use confirm_purchase::{ConfirmPurchaseError, OnceConfirmed, confirm_purchase, confirm_purchase_once};
pub use differences::{Difference, Kept, Remedy, absence, differences};
pub use follow_provider::{FollowProviderError, Followed, follow_provider};
pub use follow_subscription::follow_subscription;
pub use forget_events::forget_events;
pub use invoices::{list_invoices, mail_invoice_summary};
pub use list_offers::{Offers, list_offers};
pub use prove_payer::prove_payer;
pub use quote_purchase::{QuotePurchase, QuotePurchaseError, Quoted, quote_purchase};
pub use reconcile_payments::{Reconciled, reconcile_payments, walk_subscriptions};
pub use release_seats::{ReleaseSeatsError, release_seats};
pub use settle_purchase::settle_purchase;

use crate::access;
use crate::billing::plan::{PriceList, Ware};
use crate::billing::{BillingFact, BillingName, EventRef};
use crate::commit::{Commit, Name};
use crate::fact::{Entry, Fact, Log};
use crate::port::{Alarms, Fault, Ledger, Payments};
use crate::usecase::{Decision, Ports, Refusal, committed};
use crate::value::{MemberId, PracticeId, Time};

/// Everything that a use case about money asks the world for.
#[derive(Clone)]
pub struct Till {
    /// What every use case asks for.
    pub ports: Ports,
    /// Gives back what is kept about money.
    pub ledger: Arc<dyn Ledger>,
    /// Charges cards.
    pub payments: Arc<dyn Payments>,
    /// What things cost.
    pub prices: Arc<PriceList>,
    /// Hears of what people must look at.
    pub alarms: Arc<dyn Alarms>,
}

impl Refusal for Fault {}

impl Till {
    fn now(&self) -> Time {
        self.ports.clock.now()
    }

    /// Whether an event was looked at before (`BILL-10`).
    async fn has_seen(&self, event: Option<&EventRef>) -> Result<bool, Fault> {
        match event {
            Some(event) => Ok(self.ports.store.holder(&BillingName::event(event)).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Whether somebody is buying this for a member now.
    async fn is_buying(&self, practice: PracticeId, member: MemberId, ware: Ware) -> Result<bool, Fault> {
        Ok(self.ports.store.holder(&open_purchase(practice, member, ware)).await?.is_some())
    }
}

/// A commit that remembers the event that led to it, so that its repetition leads to nothing.
fn mark(commit: Commit, event: Option<&EventRef>, now: Time) -> Commit {
    match event {
        Some(event) => commit.hold(BillingName::event(event), seen_at(now)),
        None => commit,
    }
}

/// What to do when there is nothing to change: remember the event, if one led here.
fn nothing<T, E>(answer: T, event: Option<&EventRef>, now: Time) -> Result<Decision<T>, E> {
    if event.is_none() {
        return Ok(Decision::Already(answer));
    }
    let entry = access::payments(Log::Platform, BillingFact::EventNoted.into(), now);
    committed(mark(Commit::recording(entry), event, now), answer)
}

/// An entry for what the provider answered, in the log of the practice that it is about.
fn answered(practice: PracticeId, fact: BillingFact, now: Time) -> Entry {
    access::payments(Log::Practice(practice), fact.into(), now)
}

fn open_purchase(practice: PracticeId, member: MemberId, ware: Ware) -> Name {
    BillingName::OpenPurchase(practice, member, ware).into()
}

fn live_plan(practice: PracticeId, member: MemberId, ware: Ware) -> Name {
    BillingName::LivePlan(practice, member, ware).into()
}

impl From<BillingFact> for Fact {
    fn from(fact: BillingFact) -> Self {
        Self::Billing(fact)
    }
}

/// Events belong to nobody here: in the owner's place stands the moment at which they were looked at, so that old ones can be told
/// from new ones.
fn seen_at(now: Time) -> Uuid {
    Uuid::from_u128(u128::try_from(now.micros()).unwrap_or_default())
}
