use uuid::Uuid;

use crate::billing::plan::Ware;
use crate::billing::{EventRef, Invoice, InvoiceRef, Purchase, Quote, Subscription, SubscriptionRef, Wallet};
use crate::commit::{Name, Record};
use crate::value::{MemberId, PracticeId, QuoteId};

/// Whatever billing stores under an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillingRecord {
    /// See [`Wallet`]; one for an account.
    Wallet(Wallet),
    /// See [`Quote`]; only ever inserted.
    Quote(Quote),
    /// See [`Purchase`].
    Purchase(Purchase),
    /// See [`Subscription`].
    Subscription(Subscription),
    /// See [`Invoice`]; only ever inserted.
    Invoice(Invoice),
}

/// A name of billing that only one owner can hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillingName {
    /// `BILL-3`: the one purchase of a ware for a member whose end is open.
    OpenPurchase(PracticeId, MemberId, Ware),
    /// The one live subscription of a ware for a member.
    LivePlan(PracticeId, MemberId, Ware),
    /// `BILL-3`: the first purchase that a quote was spent on.
    SpentQuote(PracticeId, QuoteId),
    /// `BILL-10`: an event of the provider that was looked at.
    Event(String),
    /// What the provider calls a subscription or an invoice: held by ours.
    Object(String),
}

impl BillingName {
    /// The name of an event.
    #[must_use]
    pub fn event(event: &EventRef) -> Name {
        Name::Billing(Self::Event(event.to_string()))
    }

    /// The name of a subscription at the provider.
    #[must_use]
    pub fn subscription(reference: &SubscriptionRef) -> Name {
        Name::Billing(Self::Object(reference.to_string()))
    }

    /// The name of an invoice at the provider.
    #[must_use]
    pub fn invoice(reference: &InvoiceRef) -> Name {
        Name::Billing(Self::Object(reference.to_string()))
    }
}

impl From<BillingName> for Name {
    fn from(name: BillingName) -> Self {
        Self::Billing(name)
    }
}

macro_rules! records {
    ($($name:ident),+) => {$(
        impl From<$name> for Record {
            fn from(record: $name) -> Self {
                Self::Billing(Box::new(BillingRecord::$name(record)))
            }
        }
    )+};
}

records!(Wallet, Quote, Purchase, Subscription, Invoice);

impl BillingRecord {
    /// The id that it is stored under.
    #[must_use]
    pub fn key(&self) -> Uuid {
        match self {
            Self::Wallet(r) => r.account.0,
            Self::Quote(r) => r.id.0,
            Self::Purchase(r) => r.id.0,
            Self::Subscription(r) => r.id.0,
            Self::Invoice(r) => r.id.0,
        }
    }
}
