use std::fmt;
use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::billing::{Card, CustomerRef, EventRef, SubscriptionRef};
use practice_domain::port::{
    Answer, CardEntry, Customer, Fault, Order, PaymentEvent, Payments, Remote, RunningPage, Stop,
};
use practice_domain::value::{PurchaseId, Time};
use tokio::sync::OnceCell;

use crate::client::Api;
use crate::settings::{StripeSettings, StripeSettingsError};
use crate::trouble::Trouble;

/// Charges cards through an account at Stripe. `Debug` shows where Stripe is and nothing secret.
pub struct Stripe {
    pub(crate) api: Api,
    /// Set once Stripe knows everything that is sold.
    pub(crate) products: OnceCell<()>,
    base_url: String,
}

impl Stripe {
    /// Checks the settings; connects to nobody yet.
    ///
    /// # Errors
    ///
    /// [`StripeSettingsError`] says which setting cannot be used.
    pub fn new(settings: StripeSettings) -> Result<Self, StripeSettingsError> {
        let api = Api::new(&settings)?;
        Ok(Self { api, products: OnceCell::new(), base_url: settings.base_url })
    }
}

#[async_trait]
impl Payments for Stripe {
    async fn customer(&self, who: &Customer) -> Result<CustomerRef, Fault> {
        in_time(self.find_or_make(who)).await.map_err(|trouble| trouble.fault("make a customer at Stripe"))
    }

    async fn card_entry(&self, customer: &CustomerRef, back_to: &str) -> Result<CardEntry, Fault> {
        in_time(self.open_card_page(customer, back_to))
            .await
            .map_err(|trouble| trouble.fault("open Stripe's card page"))
    }

    async fn card(&self, customer: &CustomerRef) -> Result<Option<Card>, Fault> {
        in_time(self.newest_card(customer)).await.map_err(|trouble| trouble.fault("read a card at Stripe"))
    }

    async fn subscribe(&self, order: &Order) -> Answer {
        in_time(self.sell(order)).await.unwrap_or_else(|trouble| {
            tracing::warn!(purchase = %order.key.purchase, step = order.key.step, "an order is open: {trouble}");
            Answer::Unknown(trouble.doubt())
        })
    }

    async fn look_up(&self, purchase: PurchaseId, customer: &CustomerRef) -> Result<Option<Answer>, Fault> {
        in_time(self.what_became(purchase, customer))
            .await
            .map_err(|trouble| trouble.fault("look an order up at Stripe"))
    }

    async fn subscription(&self, reference: &SubscriptionRef) -> Result<Option<Remote>, Fault> {
        in_time(self.remote(reference)).await.map_err(|trouble| trouble.fault("read a subscription at Stripe"))
    }

    async fn stop(&self, stop: &Stop) -> Result<(), Fault> {
        in_time(self.end(stop)).await.map_err(|trouble| trouble.fault("end a subscription at Stripe"))
    }

    async fn events(&self, since: Time, after: Option<EventRef>, most: usize) -> Result<Vec<PaymentEvent>, Fault> {
        in_time(self.history(since, after.as_ref(), most))
            .await
            .map_err(|trouble| trouble.fault("list Stripe's events"))
    }

    async fn running(&self, after: Option<SubscriptionRef>, most: usize) -> Result<RunningPage, Fault> {
        in_time(self.still_charged(after.as_ref(), most))
            .await
            .map_err(|trouble| trouble.fault("list Stripe's subscriptions"))
    }
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}

/// However many requests it takes: an answer within the minute that is promised.
async fn in_time<T>(work: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    tokio::time::timeout(WHOLE, work).await.unwrap_or(Err(Trouble::NoAnswer))
}

const WHOLE: Duration = Duration::from_secs(50);
