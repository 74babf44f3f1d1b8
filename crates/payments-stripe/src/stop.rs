use practice_domain::port::{GiveBack, Stop};
use serde::de::IgnoredAny;

use crate::form::Form;
use crate::read::{Invoice, time};
use crate::stripe::Stripe;
use crate::trouble::Trouble;

impl Stripe {
    /// Ends a subscription: first nothing more can be charged, then what is to go back goes back. All of it can be asked again.
    pub(crate) async fn end(&self, stop: &Stop) -> Result<(), Trouble> {
        let Some(subscription) = self.read_subscription(&stop.subscription).await? else { return Ok(()) };
        let id = &subscription.id;
        if stop.give_back == GiveBack::Nothing {
            if !subscription.is_over() && !subscription.cancel_at_period_end {
                let form = Form::new().with("cancel_at_period_end", "true");
                let _: IgnoredAny = self.api.post(&["subscriptions", id], form).await?;
            }
            return Ok(());
        }
        if !subscription.is_over() {
            self.cancel(id).await?;
        }
        let query = Form::new().with("subscription", id).with("expand[0]", "data.payments");
        for invoice in self.api.list(&["invoices"], query, |one: &Invoice| &one.id, |_| false).await? {
            match invoice.status.as_deref() {
                Some("draft") if invoice.auto_advance => {
                    let form = Form::new().with("auto_advance", "false");
                    let _: IgnoredAny = self.api.post(&["invoices", &invoice.id], form).await?;
                }
                Some("open" | "uncollectible") => self.void(&invoice.id).await?,
                Some("paid") if goes_back(&invoice, stop.give_back) => self.give_back(&invoice).await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Gives back what is left of what was charged for an invoice. Stripe never gives back more than was charged, so no key is needed,
    /// and none can be spent by a failure.
    async fn give_back(&self, invoice: &Invoice) -> Result<(), Trouble> {
        if invoice.amount_paid > 0 && invoice.payments().all(|payment| payment.took().is_none()) {
            tracing::error!(invoice = invoice.id, "was paid outside of Stripe and must be given back by hand");
        }
        for payment in invoice.payments() {
            let Some((kind, name)) = payment.took() else { continue };
            if self.is_refunded(payment).await? {
                continue;
            }
            match self.api.post::<IgnoredAny>(&["refunds"], Form::new().with(kind, name)).await {
                Ok(_) => {}
                Err(Trouble::Refused(refusal)) if refusal.code == "charge_already_refunded" => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(())
    }
}

fn goes_back(invoice: &Invoice, give_back: GiveBack) -> bool {
    match give_back {
        GiveBack::Everything => true,
        GiveBack::ChargedAfter(at) => invoice.status_transitions.paid_at.is_some_and(|paid| time(paid) > at),
        GiveBack::Nothing => false,
    }
}
