use practice_domain::billing::{CustomerRef, Decline};
use practice_domain::port::{Answer, Sold};
use practice_domain::value::PurchaseId;

use crate::decline::{Verdict, noted, verdict};
use crate::form::Form;
use crate::read::{Intent, Invoice, Link, Subscription};
use crate::stripe::Stripe;
use crate::subscribe::OTHER_AMOUNT;
use crate::trouble::Trouble;

/// How far a subscription that was begun has come.
pub(crate) enum Stand {
    /// Nobody tried to charge it.
    Unasked(Box<Invoice>),
    /// It was not charged: its invoice was not what was ordered.
    Differs,
    /// It was not charged; the invoice, where that could still be paid.
    Refused(Decline, Option<String>),
    /// The payer must confirm, perhaps on this page.
    Waits(Option<String>),
    /// The money is there.
    Paid(Box<Sold>),
}

impl Stripe {
    /// What became of a purchase. A subscription that was begun and never charged is as good as none: it expires within a day, and
    /// whoever asks again goes on with it.
    pub(crate) async fn what_became(
        &self,
        purchase: PurchaseId,
        customer: &CustomerRef,
    ) -> Result<Option<Answer>, Trouble> {
        match self.begun(purchase, customer).await? {
            None | Some((_, Stand::Unasked(_))) => Ok(None),
            Some((subscription, stand)) => self.answer(&subscription, stand).await.map(Some),
        }
    }

    /// The subscription of a purchase, from Stripe's own list, which unlike its search is never behind. Where a request was so late that
    /// there are two, the one that has come further.
    pub(crate) async fn begun(
        &self,
        purchase: PurchaseId,
        customer: &CustomerRef,
    ) -> Result<Option<(Subscription, Stand)>, Trouble> {
        let purchase = purchase.to_string();
        let is_ours = |one: &Subscription| one.note("purchase") == Some(&purchase);
        let query = Form::new().with("customer", customer.as_str()).with("status", "all");
        let all = self.api.list(&["subscriptions"], query, |one: &Subscription| &one.id, |all| all.iter().any(is_ours));
        let all = match all.await {
            Ok(all) => all,
            Err(trouble) if trouble.is_missing() => Vec::new(),
            Err(trouble) => return Err(trouble),
        };
        let mut furthest: Option<(Subscription, Stand)> = None;
        for one in all.into_iter().filter(is_ours) {
            let stand = self.stand(&one).await?;
            if furthest.as_ref().is_none_or(|(_, other)| other.rank() < stand.rank()) {
                furthest = Some((one, stand));
            }
        }
        Ok(furthest)
    }

    /// How far it has come, from the first invoice and what became of the attempt to have it paid.
    pub(crate) async fn stand(&self, subscription: &Subscription) -> Result<Stand, Trouble> {
        let first = self.first_invoice(subscription).await?;
        if first.is("paid") {
            return Ok(Stand::Paid(Box::new(subscription.sold(&first)?)));
        }
        if subscription.is_over() || first.is("void") || first.is("uncollectible") {
            let why = subscription.note("declined");
            return Ok(match why {
                Some(OTHER_AMOUNT) => Stand::Differs,
                why => Stand::Refused(why.and_then(noted).unwrap_or(Decline::NotConfirmed), None),
            });
        }
        let page = first.hosted_invoice_url.clone();
        let Some(intent) = first.payments().find_map(|payment| payment.payment.payment_intent.as_ref()) else {
            return Ok(Stand::Unasked(Box::new(first)));
        };
        let Link::Whole(Intent { status, last_payment_error, .. }) = intent else {
            return Err(Trouble::Unreadable("a payment of which there is only the name"));
        };
        Ok(match (&**status, last_payment_error) {
            ("requires_action", _) => Stand::Waits(page),
            ("processing" | "requires_capture" | "succeeded", _) => Stand::Waits(None),
            (_, None) => Stand::Unasked(Box::new(first)),
            (_, Some(error)) => {
                let code = |text: &Option<String>| text.clone().unwrap_or_default();
                match verdict(&code(&error.code), &code(&error.decline_code)) {
                    Verdict::Ask => Stand::Waits(page),
                    Verdict::No(why) => Stand::Refused(why, Some(first.id)),
                }
            }
        })
    }

    /// What is told of it. Where the invoice of a refused one could still be paid, nobody can from now on.
    pub(crate) async fn answer(&self, subscription: &Subscription, stand: Stand) -> Result<Answer, Trouble> {
        Ok(match stand {
            Stand::Paid(sold) => Answer::Confirmed(*sold),
            Stand::Waits(page) => Answer::ActionNeeded(page),
            Stand::Differs => Answer::OtherAmount,
            Stand::Refused(why, open) => {
                if let Some(invoice) = open {
                    self.refuse(subscription, &invoice, why.code()).await?;
                }
                Answer::Declined(why)
            }
            Stand::Unasked(_) => return Err(Trouble::NoAnswer),
        })
    }

    /// The invoice that a subscription began with, and the payments of it.
    async fn first_invoice(&self, subscription: &Subscription) -> Result<Invoice, Trouble> {
        let latest = match &subscription.latest_invoice {
            Some(Link::Name(name)) => name,
            Some(Link::Whole(invoice)) => &invoice.id,
            None => return Err(Trouble::Unreadable("a subscription without an invoice")),
        };
        let latest = self.invoice(latest).await?;
        if latest.is_first() {
            return Ok(latest);
        }
        let query = Form::new().with("subscription", &subscription.id);
        let all = self.api.list(&["invoices"], query, |one: &Invoice| &one.id, |all| all.iter().any(Invoice::is_first));
        let first = all.await?.into_iter().find(Invoice::is_first);
        self.invoice(&first.ok_or(Trouble::Unreadable("a subscription without a first invoice"))?.id).await
    }

    async fn invoice(&self, id: &str) -> Result<Invoice, Trouble> {
        let query = Form::new().with("expand[0]", "payments.data.payment.payment_intent");
        self.api.get(&["invoices", id], query).await
    }
}

impl Stand {
    fn rank(&self) -> u8 {
        match self {
            Self::Differs | Self::Refused(..) => 0,
            Self::Unasked(_) => 1,
            Self::Waits(_) => 2,
            Self::Paid(_) => 3,
        }
    }
}

impl Invoice {
    fn is_first(&self) -> bool {
        self.billing_reason.as_deref() == Some("subscription_create")
    }
}
