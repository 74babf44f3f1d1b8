use practice_domain::billing::SubscriptionRef;
use practice_domain::billing::calendar::Cadence;
use practice_domain::billing::plan::{PlanOption, Ware};
use practice_domain::port::{RemoteStanding, Running, RunningPage};
use practice_domain::value::{Currency, Money, PurchaseId};
use uuid::Uuid;

use crate::form::{Form, Product};
use crate::read::{Invoice, Item, Link, List, Subscription};
use crate::stripe::Stripe;
use crate::trouble::Trouble;

impl Stripe {
    /// A page of Stripe's own list of everything that is not cancelled, the newest first. What was never paid is left out.
    pub(crate) async fn still_charged(
        &self,
        after: Option<&SubscriptionRef>,
        most: usize,
    ) -> Result<RunningPage, Trouble> {
        let query = Form::new().with("limit", most.clamp(1, 100).to_string()).with("expand[0]", "data.latest_invoice");
        let query = query.with_some("starting_after", after.map(SubscriptionRef::to_string));
        let List { data, has_more } = self.api.get::<List<Subscription>>(&["subscriptions"], query).await?;
        let last = data.last().filter(|_| has_more).map(Subscription::reference).transpose()?;
        let running = data.iter().filter_map(|one| one.listed().transpose()).collect::<Result<_, _>>()?;
        Ok(RunningPage { running, next: last })
    }
}

impl Subscription {
    fn reference(&self) -> Result<SubscriptionRef, Trouble> {
        SubscriptionRef::parse(&self.id).map_err(|_| Trouble::Unreadable("a subscription's name"))
    }

    /// How it stands; none when it was never paid.
    pub(crate) fn standing(&self) -> Result<Option<RemoteStanding>, Trouble> {
        Ok(Some(match &*self.status {
            "active" | "trialing" => RemoteStanding::Live,
            "past_due" | "unpaid" | "paused" => RemoteStanding::Failed,
            "canceled" | "incomplete_expired" => RemoteStanding::Ended,
            "incomplete" => return Ok(None),
            _ => return Err(Trouble::Unreadable("a subscription's status")),
        }))
    }

    /// It, as one that may still be charged, if it may.
    pub(crate) fn listed(&self) -> Result<Option<Running>, Trouble> {
        let Some(standing) = self.standing()?.filter(|standing| *standing != RemoteStanding::Ended) else {
            return Ok(None);
        };
        let purchase = self.note("purchase").and_then(|text| Uuid::try_parse(text).ok()).map(PurchaseId);
        // Invoices of what was not sold here may be of any kind.
        let newest = match &self.latest_invoice {
            Some(Link::Whole(invoice)) if purchase.is_some() => Some(invoice),
            _ => None,
        };
        let open = newest.filter(|invoice| invoice.is("open") || invoice.is("uncollectible"));
        Ok(Some(Running {
            subscription: self.reference()?,
            purchase,
            standing,
            ends_with_period: self.cancel_at_period_end,
            period: self.period()?,
            sold: self.what(),
            paid: newest.filter(|invoice| invoice.is("paid")).map(Invoice::paid).transpose()?,
            unpaid: open.map(Invoice::total).transpose()?,
        }))
    }

    /// What is charged for each period, but for the tax on it; none when that is anything but one thing that is sold here.
    fn what(&self) -> Option<(PlanOption, Money)> {
        let mut wares = self.items.data.iter().filter(|item| !item.is_of(Product::Tax));
        let one = wares.next()?;
        if wares.next().is_some() { None } else { one.what() }
    }
}

impl Item {
    fn is_of(&self, product: Product) -> bool {
        self.price.as_ref().is_some_and(|price| price.product.name() == product.id())
    }

    fn what(&self) -> Option<(PlanOption, Money)> {
        let ware = Ware::ALL.into_iter().find(|ware| self.is_of(Product::Ware(*ware)))?;
        let price = self.price.as_ref()?;
        let recurring = price.recurring.as_ref().filter(|one| one.interval_count == 1)?;
        let cadence = match &*recurring.interval {
            "month" => Cadence::Monthly,
            "year" => Cadence::Annual,
            _ => return None,
        };
        let currency = Currency::parse(&price.currency.to_ascii_uppercase()).ok()?;
        let once = self.quantity.is_none_or(|quantity| quantity == 1);
        Some((PlanOption { ware, cadence }, Money::new(price.unit_amount.filter(|_| once)?, currency)))
    }
}
