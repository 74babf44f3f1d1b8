//! What the stand-in knows, and what happens in it by itself.

use std::collections::BTreeMap;

use practice_domain::billing::calendar::Cadence;
use practice_domain::value::Time;
use serde_json::{Value, json};

pub(crate) type Notes = BTreeMap<String, String>;

/// Everything that the stand-in knows.
pub(crate) struct Books {
    /// Now, in seconds.
    pub(crate) now: i64,
    drawn: u32,
    pub(crate) customers: Vec<Customer>,
    pub(crate) methods: Vec<Method>,
    pub(crate) products: Vec<String>,
    pub(crate) subscriptions: Vec<Subscription>,
    pub(crate) invoices: Vec<Invoice>,
    pub(crate) refunds: Vec<Refund>,
    /// What it tells, the oldest first.
    pub(crate) events: Vec<Value>,
    /// Whether a search finds what is there.
    pub(crate) searchable: bool,
}

pub(crate) struct Customer {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) notes: Notes,
    pub(crate) email: String,
    pub(crate) charged: Option<String>,
    /// What the customer owes; below zero what the customer is owed.
    pub(crate) balance: i64,
    /// What somebody else put on the next invoice.
    pub(crate) pending: i64,
}

pub(crate) struct Method {
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) notes: Notes,
    pub(crate) manner: Manner,
}

/// How a card behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Good,
    Declines(&'static str),
    Asks,
}

pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) customer: String,
    pub(crate) status: &'static str,
    pub(crate) notes: Notes,
    pub(crate) currency: String,
    pub(crate) cadence: Cadence,
    pub(crate) anchor: i64,
    pub(crate) number: u32,
    pub(crate) recurring: i64,
    /// The products that it is made of, and what each costs.
    pub(crate) items: Vec<(String, i64)>,
    pub(crate) ends_with_period: bool,
}

pub(crate) struct Invoice {
    pub(crate) id: String,
    pub(crate) subscription: String,
    pub(crate) reason: &'static str,
    pub(crate) status: &'static str,
    pub(crate) total: i64,
    pub(crate) due: i64,
    pub(crate) paid_at: Option<i64>,
    pub(crate) advances: bool,
    /// How the payment stands, and the bank's codes for why it does not.
    pub(crate) intent: &'static str,
    pub(crate) error: Option<&'static str>,
}

pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) intent: String,
    pub(crate) amount: i64,
    pub(crate) status: &'static str,
}

impl Default for Books {
    fn default() -> Self {
        Self {
            now: 1_782_129_600,
            drawn: 0,
            customers: Vec::new(),
            methods: Vec::new(),
            products: Vec::new(),
            subscriptions: Vec::new(),
            invoices: Vec::new(),
            refunds: Vec::new(),
            events: Vec::new(),
            searchable: true,
        }
    }
}

impl Books {
    pub(crate) fn draw(&mut self, kind: &str) -> String {
        self.drawn += 1;
        format!("{kind}_{:06}", self.drawn)
    }

    /// As if somebody had entered a card on the page.
    pub(crate) fn enter_card(&mut self, customer: &str, manner: Manner) -> String {
        let id = self.draw("pm");
        self.methods.push(Method { id: id.clone(), customer: customer.to_owned(), notes: Notes::new(), manner });
        id
    }

    pub(crate) fn invoice(&mut self, id: &str) -> Option<&mut Invoice> {
        self.invoices.iter_mut().find(|one| one.id == id)
    }

    pub(crate) fn subscription(&mut self, id: &str) -> Option<&mut Subscription> {
        self.subscriptions.iter_mut().find(|one| one.id == id)
    }

    pub(crate) fn manner(&self, method: &str) -> Option<Manner> {
        self.methods.iter().find(|one| one.id == method).map(|one| one.manner)
    }

    /// Money comes in for an invoice.
    pub(crate) fn settle(&mut self, id: &str) {
        let now = self.now;
        let Some(invoice) = self.invoice(id) else { return };
        (invoice.status, invoice.intent, invoice.error, invoice.paid_at) = ("paid", "succeeded", None, Some(now));
        let subscription = invoice.subscription.clone();
        if let Some(subscription) = self.subscription(&subscription).filter(|one| one.status != "canceled") {
            subscription.status = "active";
        }
    }

    /// The payer confirms with the bank, or lets the time for it pass.
    pub(crate) fn confirm(&mut self, confirm: bool) {
        let asked: Vec<String> =
            self.invoices.iter().filter(|one| one.intent == "requires_action").map(|one| one.id.clone()).collect();
        for id in asked {
            if confirm {
                self.settle(&id);
            } else if let Some(invoice) = self.invoice(&id) {
                (invoice.status, invoice.intent) = ("void", "canceled");
                let subscription = invoice.subscription.clone();
                self.subscription(&subscription).expect("of the invoice").status = "incomplete_expired";
            }
        }
    }

    /// A month or a year has passed for a subscription.
    pub(crate) fn renew(&mut self, id: &str) {
        let subscription = self.subscription(id).expect("known");
        subscription.number += 1;
        let (total, customer, notes) =
            (subscription.recurring, subscription.customer.clone(), subscription.notes.clone());
        let starts = subscription.period().0;
        self.now = starts;
        let charged = self.customers.iter().find(|one| one.id == customer).and_then(|one| one.charged.clone());
        let manner = charged.and_then(|method| self.manner(&method));
        let event = self.draw("evt");
        let object = json!({"id": id, "metadata": notes});
        self.events.push(json!({
            "id": event, "created": starts, "type": "customer.subscription.updated", "livemode": false,
            "data": {"object": object},
        }));
        let invoice = self.draw("in");
        self.invoices.push(Invoice {
            id: invoice.clone(),
            subscription: id.to_owned(),
            reason: "subscription_cycle",
            status: "open",
            total,
            due: total,
            paid_at: None,
            advances: true,
            intent: "requires_payment_method",
            error: Some("generic_decline"),
        });
        if manner == Some(Manner::Good) {
            self.settle(&invoice);
        } else {
            self.subscription(id).expect("known").status = "past_due";
        }
    }

    /// What was charged and kept, and for how many invoices.
    pub(crate) fn kept(&self) -> (i64, usize) {
        let back: i64 = self.refunds.iter().filter(|one| one.status != "failed").map(|one| one.amount).sum();
        let paid: Vec<i64> = self.invoices.iter().filter(|one| one.status == "paid").map(|one| one.due).collect();
        (paid.iter().sum::<i64>() - back, paid.len())
    }
}

impl Subscription {
    pub(crate) fn period(&self) -> (i64, i64) {
        let period = self.cadence.period(Time::from_micros(self.anchor * 1_000_000), self.number);
        (period.starts.micros() / 1_000_000, period.ends.micros() / 1_000_000)
    }
}

impl Invoice {
    pub(crate) fn payment(&self) -> String {
        self.id.replace("in_", "pi_")
    }
}
