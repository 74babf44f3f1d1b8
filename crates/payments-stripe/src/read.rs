//! The few fields that are read of what Stripe answers. Whatever else there is, or comes to be, is nobody's business here.

use std::collections::BTreeMap;

use practice_domain::billing::calendar::Period;
use practice_domain::billing::{InvoiceRef, SubscriptionRef};
use practice_domain::port::{PaidInvoice, Sold};
use practice_domain::value::{Currency, Money, Time};
use serde::Deserialize;

use crate::trouble::Trouble;

/// A page of a list.
#[derive(Deserialize)]
pub(crate) struct List<T> {
    pub(crate) data: Vec<T>,
    #[serde(default)]
    pub(crate) has_more: bool,
}

/// Anything with a name, of which nothing else is wanted.
#[derive(Deserialize)]
pub(crate) struct Named {
    pub(crate) id: String,
}

/// A thing, or its name alone.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Link<T> {
    Name(String),
    Whole(T),
}

pub(crate) type Metadata = Option<BTreeMap<String, String>>;

#[derive(Deserialize)]
pub(crate) struct Customer {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) created: i64,
    #[serde(default)]
    pub(crate) metadata: Metadata,
    pub(crate) invoice_settings: Option<InvoiceSettings>,
}

#[derive(Deserialize)]
pub(crate) struct InvoiceSettings {
    pub(crate) default_payment_method: Option<Link<Named>>,
}

#[derive(Deserialize)]
pub(crate) struct PaymentMethod {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) created: i64,
    pub(crate) card: Option<Plastic>,
}

#[derive(Deserialize)]
pub(crate) struct Plastic {
    pub(crate) brand: String,
    pub(crate) last4: String,
    pub(crate) exp_year: u16,
    pub(crate) exp_month: u8,
}

#[derive(Deserialize)]
pub(crate) struct Page {
    pub(crate) url: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) cancel_at_period_end: bool,
    #[serde(default)]
    pub(crate) metadata: Metadata,
    pub(crate) items: List<Item>,
    pub(crate) latest_invoice: Option<Link<Invoice>>,
}

#[derive(Deserialize)]
pub(crate) struct Item {
    pub(crate) current_period_start: i64,
    pub(crate) current_period_end: i64,
    pub(crate) price: Option<Price>,
    pub(crate) quantity: Option<u32>,
}

#[derive(Deserialize)]
pub(crate) struct Price {
    pub(crate) currency: String,
    pub(crate) product: Link<Named>,
    pub(crate) unit_amount: Option<i64>,
    pub(crate) recurring: Option<Recurring>,
}

#[derive(Deserialize)]
pub(crate) struct Recurring {
    pub(crate) interval: String,
    pub(crate) interval_count: u32,
}

#[derive(Deserialize)]
pub(crate) struct Invoice {
    pub(crate) id: String,
    pub(crate) status: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) currency: String,
    pub(crate) total: i64,
    pub(crate) amount_due: i64,
    pub(crate) amount_paid: i64,
    #[serde(default)]
    pub(crate) auto_advance: bool,
    pub(crate) billing_reason: Option<String>,
    pub(crate) hosted_invoice_url: Option<String>,
    pub(crate) status_transitions: Transitions,
    pub(crate) payments: Option<List<InvoicePayment>>,
}

#[derive(Deserialize)]
pub(crate) struct Transitions {
    pub(crate) paid_at: Option<i64>,
}

#[derive(Deserialize)]
pub(crate) struct InvoicePayment {
    pub(crate) amount_paid: Option<i64>,
    pub(crate) payment: PaymentOf,
}

#[derive(Deserialize)]
pub(crate) struct PaymentOf {
    pub(crate) payment_intent: Option<Link<Intent>>,
    pub(crate) charge: Option<Link<Named>>,
}

#[derive(Deserialize)]
pub(crate) struct Intent {
    pub(crate) id: String,
    pub(crate) status: String,
    pub(crate) last_payment_error: Option<PaymentError>,
}

#[derive(Deserialize)]
pub(crate) struct PaymentError {
    pub(crate) code: Option<String>,
    pub(crate) decline_code: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) amount: i64,
    pub(crate) status: Option<String>,
}

impl Link<Named> {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Whole(named) => &named.id,
        }
    }
}

impl Link<Intent> {
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Whole(intent) => &intent.id,
        }
    }
}

impl Subscription {
    /// Something that we noted with it.
    pub(crate) fn note(&self, name: &str) -> Option<&str> {
        self.metadata.as_ref()?.get(name).map(String::as_str)
    }

    /// Whether it is over, paid or not.
    pub(crate) fn is_over(&self) -> bool {
        matches!(&*self.status, "canceled" | "incomplete_expired")
    }

    /// The period that it is in, or was in last. All its items are of one period.
    pub(crate) fn period(&self) -> Result<Period, Trouble> {
        let item = self.items.data.first().ok_or(Trouble::Unreadable("a subscription to nothing"))?;
        Ok(Period { starts: time(item.current_period_start), ends: time(item.current_period_end) })
    }

    /// It, sold with this invoice.
    pub(crate) fn sold(&self, invoice: &Invoice) -> Result<Sold, Trouble> {
        let subscription =
            SubscriptionRef::parse(&self.id).map_err(|_| Trouble::Unreadable("a subscription's name"))?;
        Ok(Sold { subscription, period: self.period()?, invoice: invoice.paid()? })
    }
}

impl Invoice {
    pub(crate) fn is(&self, status: &str) -> bool {
        self.status.as_deref() == Some(status)
    }

    /// What it is about.
    pub(crate) fn total(&self) -> Result<Money, Trouble> {
        self.money(self.total)
    }

    /// What a card would be charged: less where Stripe owes the payer something, more where the payer owes.
    pub(crate) fn due(&self) -> Result<Money, Trouble> {
        self.money(self.amount_due)
    }

    /// It, as one that was paid.
    pub(crate) fn paid(&self) -> Result<PaidInvoice, Trouble> {
        let reference = InvoiceRef::parse(&self.id).map_err(|_| Trouble::Unreadable("an invoice's name"))?;
        let paid_at = self.status_transitions.paid_at.ok_or(Trouble::Unreadable("an invoice that nobody paid"))?;
        let number = self.number.clone().unwrap_or_else(|| self.id.clone());
        Ok(PaidInvoice { reference, number, amount: self.total()?, charged_at: time(paid_at) })
    }

    /// How its payments stand, the newest first.
    pub(crate) fn payments(&self) -> impl Iterator<Item = &InvoicePayment> {
        self.payments.iter().flat_map(|list| &list.data)
    }

    fn money(&self, amount: i64) -> Result<Money, Trouble> {
        let currency = Currency::parse(&self.currency.to_ascii_uppercase());
        Ok(Money::new(amount, currency.map_err(|_| Trouble::Unreadable("a currency"))?))
    }
}

/// Stripe counts whole seconds.
pub(crate) fn time(seconds: i64) -> Time {
    Time::from_micros(seconds.saturating_mul(1_000_000))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde::de::DeserializeOwned;
    use serde_json::Value;

    use super::*;

    /// One of the examples that Stripe publishes, read; and whether it has every field that we ask for by name. `PORTAL_SPECS` names the
    /// folder with them; without it the tests say so and pass.
    fn example<T: DeserializeOwned>(name: &str, fields: &[&str]) -> Option<T> {
        let Some(folder) = std::env::var_os("PORTAL_SPECS") else {
            println!("skipped: PORTAL_SPECS does not say where Stripe's examples are");
            return None;
        };
        let text = std::fs::read(Path::new(&folder).join("stripe_fixtures3.json")).expect("the examples are there");
        let all: Value = serde_json::from_slice(&text).expect("JSON");
        let one = &all["resources"][name];
        for field in fields {
            assert!(one.pointer(field).is_some(), "{name} has no {field}");
        }
        Some(serde_json::from_value(one.clone()).unwrap_or_else(|error| panic!("{name}: {error}")))
    }

    #[test]
    fn subscriptions_are_read_as_stripe_writes_them() {
        let fields = [
            "/status",
            "/cancel_at_period_end",
            "/metadata",
            "/latest_invoice",
            "/items/data/0/current_period_end",
            "/items/data/0/quantity",
            "/items/data/0/price/currency",
            "/items/data/0/price/product",
            "/items/data/0/price/unit_amount",
            "/items/data/0/price/recurring/interval",
            "/items/data/0/price/recurring/interval_count",
        ];
        let Some(one) = example::<Subscription>("subscription", &fields) else { return };
        assert!(one.period().is_ok() && !one.is_over() && one.note("purchase").is_none());
        let price = one.items.data[0].price.as_ref().expect("a price");
        assert_eq!((price.unit_amount, &*price.currency), (Some(2_000), "usd"));
        assert_eq!(price.recurring.as_ref().map(|one| (&*one.interval, one.interval_count)), Some(("month", 1)));
        let listed = one.listed().expect("readable").expect("it runs");
        assert!(listed.purchase.is_none() && listed.sold.is_none() && listed.ends_with_period, "nothing of ours");
    }

    #[test]
    fn invoices_are_read_as_stripe_writes_them() {
        let fields = [
            "/status",
            "/number",
            "/currency",
            "/total",
            "/amount_due",
            "/amount_paid",
            "/auto_advance",
            "/billing_reason",
            "/hosted_invoice_url",
            "/status_transitions/paid_at",
            "/parent/subscription_details/subscription",
            "/parent/subscription_details/metadata",
        ];
        let Some(one) = example::<Invoice>("invoice", &fields) else { return };
        assert_eq!(one.total().map(|total| total.to_string()), Ok("USD 10.00".to_owned()));
        assert!(one.is("draft") && one.paid().is_err(), "nobody paid it");
        let payment = example::<InvoicePayment>("invoice_payment", &["/amount_paid", "/payment"]).expect("an example");
        assert!(payment.took().is_none());
    }

    #[test]
    fn payments_are_read_as_stripe_writes_them() {
        let fields = ["/status", "/last_payment_error"];
        let Some(one) = example::<Intent>("payment_intent", &fields) else { return };
        assert_eq!(one.status, "requires_payment_method");
        let refund = example::<Refund>("refund", &["/amount", "/status", "/payment_intent"]).expect("an example");
        assert_eq!((refund.amount, refund.status.as_deref()), (100, Some("succeeded")));
    }

    #[test]
    fn people_are_read_as_stripe_writes_them() {
        let fields = ["/created", "/metadata", "/invoice_settings/default_payment_method"];
        let Some(one) = example::<Customer>("customer", &fields) else { return };
        assert!(one.created > 0 && one.invoice_settings.is_some());
        let fields = ["/card/brand", "/card/last4", "/card/exp_year", "/card/exp_month", "/created", "/metadata"];
        let method = example::<PaymentMethod>("payment_method", &fields).expect("an example");
        assert_eq!(method.card.expect("a card").last4, "4242");
        let page =
            example::<Page>("checkout.session", &["/url", "/metadata", "/client_reference_id"]).expect("an example");
        assert!(page.url.is_some_and(|url| url.starts_with("https://checkout.stripe.com/")));
    }
}
