//! The provider of the tests keeps the contract of every provider.

use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::billing::{Card, CustomerRef, EventRef, SubscriptionRef};
use practice_domain::port::{PaymentEvents, Payments, Sold};
use practice_domain::value::Time;
use practice_testkit::contract::payments::{self, Cashier};
use practice_testkit::fakes::{FakeClock, FakePayments};
use std::sync::Mutex;

#[derive(Default)]
struct Desk {
    clock: Arc<FakeClock>,
    fake: Mutex<Option<Arc<FakePayments>>>,
}

impl Desk {
    fn fake(&self) -> Arc<FakePayments> {
        self.fake.lock().expect("nobody panicked").clone().expect("made")
    }
}

#[async_trait]
impl Cashier for Desk {
    async fn fresh(&self) -> Arc<dyn Payments> {
        let fake = Arc::new(FakePayments::new(self.clock.clone()));
        *self.fake.lock().expect("nobody panicked") = Some(fake.clone());
        fake
    }

    async fn enter_card(&self, payments: &dyn Payments, customer: &CustomerRef) -> Card {
        self.fake().enter_card(customer, "4242", 2030, 12);
        payments.card(customer).await.expect("reachable").expect("entered")
    }

    async fn renew(&self, _: &dyn Payments, sold: &Sold) {
        self.clock.set(sold.period.ends);
        self.fake().renew_due(true);
    }

    fn event(&self, _: &dyn PaymentEvents, subscription: &SubscriptionRef, _: Time) -> (EventRef, Vec<u8>, String) {
        let event = EventRef::parse("evt_1").expect("a name");
        (event, format!("evt_1 {subscription}").into_bytes(), "good".to_owned())
    }
}

/// BILL-3, BILL-7, BILL-10
#[tokio::test]
async fn the_fake_provider_keeps_the_contract() {
    let desk = Desk::default();
    payments::an_account_is_one_customer(&desk).await;
    payments::a_key_charges_once(&desk).await;
    payments::a_look_up_finds_what_was_sold(&desk).await;
    payments::a_renewal_charges_the_whole_price_and_its_tax(&desk).await;
    payments::a_stop_stops_once(&desk).await;
    payments::what_happened_is_listed(&desk).await;
    payments::what_may_be_charged_is_listed(&desk).await;
    let events = FakePayments::new(Arc::new(FakeClock::default()));
    payments::an_event_is_believed_when_it_is_signed(&desk, &events).await;
}
