use practice_domain::billing::SubscriptionRef;
use practice_domain::port::Remote;

use crate::form::Form;
use crate::read::{Invoice, InvoicePayment, List, Refund, Subscription};
use crate::stripe::Stripe;
use crate::trouble::Trouble;

impl Stripe {
    /// A subscription as it is now. One whose first invoice was never paid is none.
    pub(crate) async fn remote(&self, reference: &SubscriptionRef) -> Result<Option<Remote>, Trouble> {
        let Some(subscription) = self.read_subscription(reference).await? else { return Ok(None) };
        let Some(standing) = subscription.standing()? else { return Ok(None) };
        let query = Form::new().with("subscription", reference.as_str()).with("status", "paid");
        let query = query.with("limit", LOOKED_AT).with("expand[0]", "data.payments");
        let newest: List<Invoice> = self.api.get(&["invoices"], query).await?;
        let mut paid = Vec::new();
        for invoice in newest.data.iter().rev() {
            if !self.was_given_back(invoice).await? {
                paid.push(invoice.paid()?);
            }
        }
        Ok(Some(Remote { standing, period: subscription.period()?, paid }))
    }

    pub(crate) async fn read_subscription(&self, reference: &SubscriptionRef) -> Result<Option<Subscription>, Trouble> {
        match self.api.get(&["subscriptions", reference.as_str()], Form::new()).await {
            Ok(found) => Ok(Some(found)),
            Err(trouble) if trouble.is_missing() => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// Whether everything that was charged for an invoice went back.
    async fn was_given_back(&self, invoice: &Invoice) -> Result<bool, Trouble> {
        let mut charged = false;
        for payment in invoice.payments().filter(|payment| payment.took().is_some()) {
            charged = true;
            if !self.is_refunded(payment).await? {
                return Ok(false);
            }
        }
        Ok(charged)
    }

    /// Whether a payment went back, by whoever's hand.
    pub(crate) async fn is_refunded(&self, payment: &InvoicePayment) -> Result<bool, Trouble> {
        let Some((kind, name)) = payment.took() else { return Ok(true) };
        let query = Form::new().with(kind, name);
        let refunds = self.api.list(&["refunds"], query, |one: &Refund| &one.id, |_| false).await?;
        let back: i64 = refunds.iter().filter(|refund| refund.holds()).map(|refund| refund.amount).sum();
        Ok(back >= payment.amount_paid.unwrap_or_default())
    }
}

impl InvoicePayment {
    /// What took money, if anything did, and what kind of thing that is.
    pub(crate) fn took(&self) -> Option<(&'static str, &str)> {
        let intent = self.payment.payment_intent.as_ref().map(|intent| ("payment_intent", intent.name()));
        let charge = self.payment.charge.as_ref().map(|charge| ("charge", charge.name()));
        intent.or(charge).filter(|_| self.amount_paid.is_some_and(|amount| amount > 0))
    }
}

impl Refund {
    /// Whether the money went, or goes, to whom it belongs.
    fn holds(&self) -> bool {
        !matches!(self.status.as_deref(), Some("failed" | "canceled"))
    }
}

/// Of this period and the one before, and one more.
const LOOKED_AT: &str = "3";
