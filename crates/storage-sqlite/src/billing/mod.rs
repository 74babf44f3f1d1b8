//! How what is kept about money is written and read.

mod read;
mod write;

use practice_domain::billing::plan::{PlanOption, Ware};
use practice_domain::billing::{BillingName, Brand, Decline, Doubt, EndReason};
use practice_domain::notice::BillingNews;
use uuid::Uuid;

use crate::code::{Code, codes};

pub(crate) use write::{bind, table};

codes! {
    Brand { Visa = "visa", Mastercard = "mastercard", Amex = "amex", Discover = "discover", Other = "other" }
    Doubt { NoAnswer = "no-answer", KeySpent = "key-spent" }
    Decline {
        Refused = "refused",
        InsufficientFunds = "insufficient-funds",
        CardExpired = "card-expired",
        NotConfirmed = "not-confirmed",
    }
    EndReason {
        Cancelled = "cancelled",
        PaymentFailed = "payment-failed",
        Replaced = "replaced",
        NotGranted = "not-granted",
        ByProvider = "by-provider",
    }
    Ware { SecureMail = "securemail", OutlookPlugin = "outlook-plugin" }
}

impl Code for PlanOption {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::ALL[0], "securemail-monthly"),
        (Self::ALL[1], "securemail-annual"),
        (Self::ALL[2], "outlook-plugin-monthly"),
        (Self::ALL[3], "outlook-plugin-annual"),
    ];

    fn code(self) -> &'static str {
        Self::code(self)
    }
}

/// A name of billing, as it is stored: its practice or nothing, its kind, and what it names there.
pub(crate) fn name_key(name: &BillingName) -> (Vec<u8>, &'static str, String) {
    let bytes = |id: Uuid| id.as_bytes().to_vec();
    match name {
        BillingName::OpenPurchase(practice, member, ware) => {
            (bytes(practice.0), "open-purchase", format!("{member} {}", ware.code()))
        }
        BillingName::LivePlan(practice, member, ware) => {
            (bytes(practice.0), "live-plan", format!("{member} {}", ware.code()))
        }
        BillingName::SpentQuote(practice, quote) => (bytes(practice.0), "spent-quote", quote.to_string()),
        BillingName::Event(event) => (Vec::new(), "payment-event", event.clone()),
        BillingName::Object(object) => (Vec::new(), "payment-object", object.clone()),
    }
}

/// News about money, as they are stored: their code and what they are about.
pub(crate) fn news_key(news: BillingNews) -> (&'static str, Uuid) {
    match news {
        BillingNews::Receipt(invoice) => ("receipt", invoice.0),
        BillingNews::PaymentFailed(subscription) => ("payment-failed", subscription.0),
        BillingNews::CardExpiring(account) => ("card-expiring", account.0),
        BillingNews::OwnInvoices(account) => ("own-invoices", account.0),
        BillingNews::AllInvoices(account) => ("all-invoices", account.0),
    }
}

/// The news that are stored like this.
pub(crate) fn news(code: &str, subject: Uuid) -> Option<BillingNews> {
    Some(match code {
        "receipt" => BillingNews::Receipt(subject.into()),
        "payment-failed" => BillingNews::PaymentFailed(subject.into()),
        "card-expiring" => BillingNews::CardExpiring(subject.into()),
        "own-invoices" => BillingNews::OwnInvoices(subject.into()),
        "all-invoices" => BillingNews::AllInvoices(subject.into()),
        _ => return None,
    })
}
