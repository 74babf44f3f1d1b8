//! `Stripe` keeps the contract of every provider.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use hmac::{Hmac, KeyInit as _, Mac as _};
use practice_domain::billing::{Card, CustomerRef, EventRef, SubscriptionRef};
use practice_domain::port::{PaymentEvents, Payments, Sold};
use practice_domain::value::Time;
use practice_payments_stripe::{Stripe, StripeEvents};
use practice_testkit::contract::payments::{self, Cashier};
use secrecy::SecretString;
use serde_json::json;
use sha2::Sha256;

use crate::books::Manner;
use crate::server::Server;
use crate::world::settings;

#[derive(Default)]
struct Desk(Mutex<Option<Server>>);

#[async_trait]
impl Cashier for Desk {
    async fn fresh(&self) -> Arc<dyn Payments> {
        let server = Server::start().await;
        let stripe = Stripe::new(settings(&server.origin())).expect("fine");
        *self.0.lock().expect("nobody panicked") = Some(server);
        Arc::new(stripe)
    }

    async fn enter_card(&self, payments: &dyn Payments, customer: &CustomerRef) -> Card {
        if let Some(server) = &*self.0.lock().expect("nobody panicked") {
            server.books(|books| books.enter_card(customer.as_str(), Manner::Good));
        }
        payments.card(customer).await.expect("reachable").expect("entered")
    }

    async fn renew(&self, _: &dyn Payments, sold: &Sold) {
        if let Some(server) = &*self.0.lock().expect("nobody panicked") {
            server.books(|books| books.renew(sold.subscription.as_str()));
        }
    }

    fn event(&self, _: &dyn PaymentEvents, subscription: &SubscriptionRef, at: Time) -> (EventRef, Vec<u8>, String) {
        let object = json!({"id": subscription.as_str(), "object": "subscription", "metadata": {}});
        let event = json!({
            "id": "evt_1", "object": "event", "type": "customer.subscription.updated", "livemode": false,
            "data": {"object": object},
        });
        let (body, time) = (event.to_string(), at.micros() / 1_000_000);
        let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
        let mac = mac.chain_update(format!("{time}.{body}")).finalize().into_bytes();
        let digits: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
        (EventRef::parse("evt_1").expect("a name"), body.into_bytes(), format!("t={time},v1={digits}"))
    }
}

/// BILL-3, BILL-7, BILL-10
#[tokio::test]
async fn stripe_keeps_the_contract() {
    let desk = Desk::default();
    payments::an_account_is_one_customer(&desk).await;
    payments::a_key_charges_once(&desk).await;
    payments::a_look_up_finds_what_was_sold(&desk).await;
    payments::a_renewal_charges_the_whole_price_and_its_tax(&desk).await;
    payments::a_stop_stops_once(&desk).await;
    payments::what_happened_is_listed(&desk).await;
    payments::what_may_be_charged_is_listed(&desk).await;
    let events = StripeEvents::new(vec![SecretString::from(SECRET)], false).expect("a good secret");
    payments::an_event_is_believed_when_it_is_signed(&desk, &events).await;
}

const SECRET: &str = "whsec_0123456789";
