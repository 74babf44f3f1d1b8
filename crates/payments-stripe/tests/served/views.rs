//! How things look from outside.

use practice_domain::billing::calendar::Cadence;
use serde_json::{Value, json};

use super::books::{Books, Customer, Invoice, Method, Refund, Subscription};

impl Customer {
    pub(crate) fn view(&self) -> Value {
        json!({
            "id": self.id, "object": "customer", "created": self.created, "email": self.email, "metadata": self.notes,
            "livemode": false, "invoice_settings": {"default_payment_method": self.charged},
        })
    }
}

impl Method {
    pub(crate) fn view(&self) -> Value {
        json!({
            "id": self.id, "object": "payment_method", "type": "card", "customer": self.customer, "metadata": self.notes,
            "card": {"brand": "visa", "last4": "4242", "exp_month": 12, "exp_year": 2031},
        })
    }
}

impl Books {
    pub(crate) fn subscription_view(&self, one: &Subscription, with_invoice: bool) -> Value {
        let latest = self.invoices.iter().rfind(|invoice| invoice.subscription == one.id);
        let latest = latest.map(|invoice| match with_invoice {
            true => self.invoice_view(invoice, false),
            false => json!(invoice.id),
        });
        let (starts, ends) = one.period();
        let interval = if one.cadence == Cadence::Annual { "year" } else { "month" };
        let items = one.items.iter().map(|(product, amount)| {
            json!({
                "id": "si_1", "current_period_start": starts, "current_period_end": ends, "quantity": 1,
                "price": {
                    "currency": one.currency, "product": product, "unit_amount": amount,
                    "recurring": {"interval": interval, "interval_count": 1},
                },
            })
        });
        json!({
            "id": one.id, "object": "subscription", "customer": one.customer, "status": one.status, "metadata": one.notes,
            "cancel_at_period_end": one.ends_with_period, "latest_invoice": latest,
            "items": {"object": "list", "has_more": false, "data": items.collect::<Vec<_>>()},
        })
    }

    /// An invoice, and where it is asked for, what became of its payment.
    pub(crate) fn invoice_view(&self, one: &Invoice, whole_payment: bool) -> Value {
        let subscription =
            self.subscriptions.iter().find(|known| known.id == one.subscription).expect("of the invoice");
        let paid = if one.status == "paid" { one.due } else { 0 };
        let error =
            one.error.map(|decline| json!({"type": "card_error", "code": "card_declined", "decline_code": decline}));
        let name = one.payment();
        let payment = match whole_payment {
            true => json!({"id": name, "object": "payment_intent", "status": one.intent, "last_payment_error": error}),
            false => json!(name),
        };
        let payments = if one.due == 0 {
            json!([])
        } else {
            json!([
                {"object": "invoice_payment", "amount_paid": paid, "payment": {"type": "payment_intent", "payment_intent": payment}},
            ])
        };
        json!({
            "id": one.id, "object": "invoice", "status": one.status, "number": one.id.replace("in_", "AB12-"),
            "currency": subscription.currency, "total": one.total, "amount_due": one.due, "amount_paid": paid,
            "auto_advance": one.advances, "billing_reason": one.reason,
            "hosted_invoice_url": format!("https://invoice.stripe.example/{}", one.id),
            "status_transitions": {"paid_at": one.paid_at},
            "payments": {"object": "list", "has_more": false, "data": payments},
        })
    }
}

impl Refund {
    pub(crate) fn view(&self) -> Value {
        json!({"id": self.id, "object": "refund", "amount": self.amount, "payment_intent": self.intent, "status": self.status})
    }
}
