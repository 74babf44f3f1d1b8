use practice_domain::billing::{Decline, Doubt};
use practice_domain::port::{Answer, Order};
use serde::de::IgnoredAny;

use crate::decline::Verdict;
use crate::form::{self, Form, Product};
use crate::look_up::Stand;
use crate::read::{Invoice, Link, Named, Subscription};
use crate::stripe::Stripe;
use crate::trouble::{Refusal, Trouble};

impl Stripe {
    /// Begins a subscription that is not charged, compares its first invoice with what was agreed, and only then has that invoice paid.
    /// However often and under however many keys it is asked: an invoice is paid once, and nobody pays another one of the same purchase.
    pub(crate) async fn sell(&self, order: &Order) -> Result<Answer, Trouble> {
        if order.key.step > 0
            && let Some((subscription, stand)) = self.begun(order.key.purchase, &order.customer).await?
        {
            return match stand {
                Stand::Unasked(invoice) => self.charge(order, &subscription, &invoice).await,
                told => self.answer(&subscription, told).await,
            };
        }
        self.products.get_or_try_init(|| self.make_products()).await?;
        let form = form::subscription(order).map_err(|_| Trouble::Unreadable("an amount without end"))?;
        let begun = self.api.post_once::<Subscription>(&["subscriptions"], form, &key(order, "begin")).await;
        let subscription = match begun.said {
            Err(Trouble::Refused(refusal)) if refusal.is_final() => return Ok(self.impossible(order, &refusal)),
            said => said?,
        };
        let Some(Link::Whole(invoice)) = &subscription.latest_invoice else {
            return Err(Trouble::Unreadable("a subscription without an invoice"));
        };
        self.charge(order, &subscription, invoice).await
    }

    /// Has the first invoice paid, if it says what was agreed.
    async fn charge(&self, order: &Order, subscription: &Subscription, invoice: &Invoice) -> Result<Answer, Trouble> {
        let agreed = order.total;
        if invoice.total()? != agreed || invoice.due()?.minor() > agreed.minor() {
            self.refuse(subscription, &invoice.id, OTHER_AMOUNT).await?;
            return Ok(Answer::OtherAmount);
        }
        if invoice.is("paid") {
            return Ok(Answer::Confirmed(subscription.sold(invoice)?));
        }
        let form = Form::new().with("payment_method", order.card.as_str()).with("off_session", "false");
        let path = ["invoices", &invoice.id, "pay"];
        let refusal = match self.api.post_once::<Invoice>(&path, form, &key(order, "pay")).await.said {
            Ok(paid) if paid.is("paid") => return Ok(Answer::Confirmed(subscription.sold(&paid)?)),
            Ok(_) => return Ok(Answer::Unknown(Doubt::NoAnswer)),
            Err(Trouble::Refused(refusal)) if refusal.is_final() => refusal,
            Err(trouble) => return Err(trouble),
        };
        match refusal.verdict() {
            Some(Verdict::Ask) => Ok(Answer::ActionNeeded(invoice.hosted_invoice_url.clone())),
            Some(Verdict::No(why)) => {
                self.refuse(subscription, &invoice.id, why.code()).await?;
                Ok(Answer::Declined(why))
            }
            None => self.recount(order, subscription, &refusal).await,
        }
    }

    /// Stripe would not have the invoice paid, and no bank was asked: it may have been paid before, or cannot be with this card.
    async fn recount(&self, order: &Order, begun: &Subscription, refusal: &Refusal) -> Result<Answer, Trouble> {
        let subscription: Subscription = self.api.get(&["subscriptions", &begun.id], Form::new()).await?;
        match self.stand(&subscription).await? {
            Stand::Unasked(invoice) => {
                let answer = self.impossible(order, refusal);
                self.refuse(&subscription, &invoice.id, Decline::Refused.code()).await?;
                Ok(answer)
            }
            told => self.answer(&subscription, told).await,
        }
    }

    fn impossible(&self, order: &Order, refusal: &Refusal) -> Answer {
        tracing::error!(purchase = %order.key.purchase, "Stripe refuses an order, and nothing is charged: {refusal}");
        Answer::Declined(Decline::Refused)
    }

    /// Notes why nothing was charged, and sees to it that nothing will be.
    pub(crate) async fn refuse(&self, begun: &Subscription, invoice: &str, why: &str) -> Result<(), Trouble> {
        let form = Form::new().with("metadata[declined]", why);
        let _: Named = self.api.post(&["subscriptions", &begun.id], form).await?;
        if let Err(trouble) = self.void(invoice).await {
            let Trouble::Refused(_) = trouble else { return Err(trouble) };
            let now: Invoice = self.api.get(&["invoices", invoice], Form::new()).await?;
            if !now.is("void") {
                // Somebody paid it at this moment. Whoever looks it up finds the money.
                return Err(Trouble::NoAnswer);
            }
        }
        self.cancel(&begun.id).await
    }

    pub(crate) async fn void(&self, invoice: &str) -> Result<(), Trouble> {
        self.api.post::<IgnoredAny>(&["invoices", invoice, "void"], Form::new()).await.map(drop)
    }

    /// Ends a subscription now; one that has ended already stays so.
    pub(crate) async fn cancel(&self, subscription: &str) -> Result<(), Trouble> {
        match self.api.delete::<IgnoredAny>(&["subscriptions", subscription]).await {
            Ok(_) | Err(Trouble::Refused(_)) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    /// Makes what stands on invoices known to Stripe, under our own names; what is known already stays as it is.
    async fn make_products(&self) -> Result<(), Trouble> {
        for product in Product::ALL {
            let form = Form::new().with("id", product.id()).with("name", product.name());
            match self.api.post::<Named>(&["products"], form).await {
                Ok(_) => {}
                Err(Trouble::Refused(refusal)) if refusal.code == "resource_already_exists" => {}
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(())
    }
}

impl Refusal {
    /// Whether asking again, with whatever key, would be refused again, and nothing was done under this one.
    fn is_final(&self) -> bool {
        self.kind != "idempotency_error"
    }
}

/// What Stripe recognises a request by.
fn key(order: &Order, part: &str) -> String {
    format!("{}:{}:{part}", order.key.purchase, order.key.step)
}

/// Noted with a subscription whose first invoice was not what was ordered.
pub(crate) const OTHER_AMOUNT: &str = "other-amount";
