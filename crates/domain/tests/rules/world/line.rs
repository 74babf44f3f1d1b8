//! The way to the payment provider: others may come between, or everything may end, before a request arrives and after its answer left.

use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::billing::{Card, CustomerRef, EventRef, SubscriptionRef};
use practice_domain::port::{
    Answer, CardEntry, Customer, Fault, Order, PaymentEvent, Payments, Remote, RunningPage, Stop,
};
use practice_domain::value::{PurchaseId, Time};
use practice_testkit::fakes::FakePayments;

use crate::world::{Grain, Stepping};

/// See the module.
pub(super) struct Line {
    pub(super) bank: Arc<FakePayments>,
    pub(super) store: Arc<Stepping>,
}

macro_rules! pass_on {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        impl Payments for Line {
            $(async fn $name(&self, $($argument: $type),*) -> $answer {
                self.store.pause(Grain::Commits).await;
                let answer = self.bank.$name($($argument),*).await;
                self.store.pause(Grain::Commits).await;
                answer
            })+
        }
    };
}

pass_on! {
    customer(who: &Customer) -> Result<CustomerRef, Fault>;
    card_entry(customer: &CustomerRef, back_to: &str) -> Result<CardEntry, Fault>;
    card(customer: &CustomerRef) -> Result<Option<Card>, Fault>;
    subscribe(order: &Order) -> Answer;
    look_up(purchase: PurchaseId, customer: &CustomerRef) -> Result<Option<Answer>, Fault>;
    subscription(reference: &SubscriptionRef) -> Result<Option<Remote>, Fault>;
    stop(stop: &Stop) -> Result<(), Fault>;
    events(since: Time, after: Option<EventRef>, most: usize) -> Result<Vec<PaymentEvent>, Fault>;
    running(after: Option<SubscriptionRef>, most: usize) -> Result<RunningPage, Fault>;
}
