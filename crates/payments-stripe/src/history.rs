use practice_domain::billing::EventRef;
use practice_domain::port::PaymentEvent;
use practice_domain::value::Time;

use crate::event::Event;
use crate::form::Form;
use crate::read::List;
use crate::stripe::Stripe;
use crate::trouble::Trouble;

impl Stripe {
    /// What Stripe has to tell since a moment, the oldest first; Stripe lists the newest first, and for thirty days.
    pub(crate) async fn history(
        &self,
        since: Time,
        after: Option<&EventRef>,
        most: usize,
    ) -> Result<Vec<PaymentEvent>, Trouble> {
        let mut query = Form::new().with("created[gte]", since.micros().div_euclid(1_000_000).to_string());
        for (n, kind) in TOLD.iter().enumerate() {
            query = query.with(format!("types[{n}]"), *kind);
        }
        let mut found = match after {
            // The page that lies just before it in Stripe's order, and so just after it in ours.
            Some(after) => {
                let query = query.with("ending_before", after.as_str()).with("limit", most.clamp(1, 100).to_string());
                self.api.get::<List<Event>>(&["events"], query).await?.data
            }
            None => self.api.list(&["events"], query, |one: &Event| &one.id, |_| false).await?,
        };
        found.reverse();
        found.truncate(most);
        let told = found.iter().map(|event| event.told().ok_or(Trouble::Unreadable("an event's name")));
        told.collect()
    }
}

/// The events that say anything of ours; the webhook endpoint is to send these.
const TOLD: &[&str] = &[
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice.payment_action_required",
    "checkout.session.completed",
    "setup_intent.succeeded",
    "customer.updated",
    "payment_method.automatically_updated",
    "payment_method.detached",
];
