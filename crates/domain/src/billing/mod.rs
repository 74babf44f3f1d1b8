//! Who pays for what: plan options, cards, quotes, purchases, subscriptions and invoices (`BILL-1` to `BILL-10`).
//!
//! Money moves at the payment provider only. What is kept here is what was agreed before it was asked (a [`Quote`], a [`Purchase`]),
//! and what it said (a [`Subscription`], an [`Invoice`]). A purchase is written down before the provider is asked, so that a crash, a
//! lost answer or a second click can never make it forgotten or made twice.

pub mod calendar;
mod card;
mod card_number;
mod fact;

mod invoice;
pub mod plan;
mod purchase;
mod quote;
mod record;
mod reference;
mod refusal;
mod subscription;

pub use card::{Brand, Card, Expiry, Last4, NoCard, Wallet};
pub(crate) use card_number::looks_like_network_card;
pub use card_number::{CardDataRefused, looks_like_card_number, refuse_card_number};
pub use fact::BillingFact;

pub use invoice::Invoice;
pub use purchase::{Decline, Doubt, Purchase, PurchaseState, ReturnReason};
pub use quote::{Line, Quote, Terms};
pub use record::{BillingName, BillingRecord};
pub use reference::{BadReference, CardRef, CustomerRef, EventRef, InvoiceRef, SubscriptionRef};
pub use refusal::CannotBuy;
pub use subscription::{EndReason, Subscription, SubscriptionState};
