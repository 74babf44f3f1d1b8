//! What moves money in the stand-in.

use practice_domain::billing::calendar::Cadence;

use super::books::{Books, Invoice, Manner, Refund, Subscription};
use super::routes::{Reply, missing, notes, refused};
use super::server::Request;

impl Books {
    /// A subscription whose first invoice is open, or needs no money.
    pub(crate) fn begin(&mut self, request: &Request) -> Reply {
        let of = |name: &str| request.field(name);
        let customer = of("customer").unwrap_or_default();
        let Some(known) = self.customers.iter().position(|one| one.id == customer) else { return missing() };
        let amounts = |group: &str| -> Vec<(String, i64)> {
            let one = |n: usize| {
                let item = format!("{group}[{n}][price_data]");
                let product = request.field(&format!("{item}[product]"))?.to_owned();
                Some((product, request.field(&format!("{item}[unit_amount]"))?.parse().ok()?))
            };
            (0..20).map_while(one).collect()
        };
        let (items, once) = (amounts("items"), amounts("add_invoice_items"));
        if items.is_empty() || items.iter().chain(&once).any(|(product, _)| !self.products.contains(product)) {
            return missing();
        }
        if of("payment_behavior") != Some("default_incomplete") {
            return refused(400, "invalid_request_error", "parameter_missing", "");
        }
        let recurring: i64 = items.iter().map(|(_, amount)| amount).sum();
        let pending = std::mem::take(&mut self.customers[known].pending);
        let total = recurring + once.iter().map(|(_, amount)| amount).sum::<i64>() + pending;
        let balance = std::mem::take(&mut self.customers[known].balance);
        let due = (total + balance).max(0);
        self.customers[known].balance = (total + balance).min(0);
        let yearly = of("items[0][price_data][recurring][interval]") == Some("year");
        let (id, invoice) = (self.draw("sub"), self.draw("in"));
        self.subscriptions.push(Subscription {
            id: id.clone(),
            customer: customer.to_owned(),
            status: "incomplete",
            notes: notes(request),
            currency: of("items[0][price_data][currency]").unwrap_or_default().to_owned(),
            cadence: if yearly { Cadence::Annual } else { Cadence::Monthly },
            anchor: self.now,
            number: 0,
            recurring,
            items,
            ends_with_period: false,
        });
        self.invoices.push(Invoice {
            id: invoice.clone(),
            subscription: id,
            reason: "subscription_create",
            status: "open",
            total,
            due,
            paid_at: None,
            advances: false,
            intent: "requires_payment_method",
            error: None,
        });
        if due == 0 {
            self.settle(&invoice);
        }
        let begun = self.subscriptions.last().expect("just begun");
        Reply { status: 200, body: self.subscription_view(begun, true) }
    }

    /// An invoice is paid once.
    pub(crate) fn pay(&mut self, id: &str, request: &Request) -> Reply {
        let method = request.field("payment_method").unwrap_or_default();
        let manner = self.manner(method);
        let Some(invoice) = self.invoice(id) else { return missing() };
        if invoice.status != "open" {
            return refused(400, "invalid_request_error", "", "");
        }
        match manner {
            None => return missing(),
            Some(Manner::Good) => self.settle(id),
            Some(Manner::Asks) => {
                invoice.intent = "requires_action";
                return refused(402, "invalid_request_error", "invoice_payment_intent_requires_action", "");
            }
            Some(Manner::Declines(why)) => {
                invoice.error = Some(why);
                return refused(402, "card_error", "card_declined", why);
            }
        }
        let paid = self.invoices.iter().find(|one| one.id == id).expect("just paid");
        Reply { status: 200, body: self.invoice_view(paid, false) }
    }

    pub(crate) fn void(&mut self, id: &str) -> Reply {
        let Some(invoice) = self.invoice(id) else { return missing() };
        if !matches!(invoice.status, "open" | "uncollectible") {
            return refused(400, "invalid_request_error", "", "");
        }
        (invoice.status, invoice.intent) = ("void", "canceled");
        let invoice = self.invoices.iter().find(|one| one.id == id).expect("just voided");
        Reply { status: 200, body: self.invoice_view(invoice, false) }
    }

    /// Never more than was charged.
    pub(crate) fn refund(&mut self, request: &Request) -> Reply {
        let intent = request.field("payment_intent").unwrap_or_default().to_owned();
        let Some(charged) = self.invoices.iter().find(|one| one.payment() == intent && one.status == "paid") else {
            return missing();
        };
        let back = self.refunds.iter().filter(|one| one.intent == intent && one.status != "failed");
        let left = charged.due - back.map(|one| one.amount).sum::<i64>();
        if left <= 0 {
            return refused(400, "invalid_request_error", "charge_already_refunded", "");
        }
        let refund = Refund { id: self.draw("re"), intent, amount: left, status: "succeeded" };
        let body = refund.view();
        self.refunds.push(refund);
        Reply { status: 200, body }
    }
}
