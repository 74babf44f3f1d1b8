//! Somebody with a card, and what they order.

use std::time::Duration;

use practice_domain::billing::plan::PlanOption;
use practice_domain::billing::{Card, CardRef, CustomerRef};
use practice_domain::port::{Answer, Customer, Key, Order, Payments, Sold};
use practice_domain::value::{AccountId, Currency, Email, Money, PersonName, PurchaseId};
use practice_payments_stripe::{Stripe, StripeSettings};
use secrecy::SecretString;
use uuid::Uuid;

use crate::books::Manner;
use crate::server::Server;

pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) stripe: Stripe,
    pub(crate) customer: CustomerRef,
    pub(crate) card: CardRef,
}

impl World {
    /// Somebody with a card that behaves like this.
    pub(crate) async fn with_card(manner: Manner) -> Self {
        let server = Server::start().await;
        let stripe = Stripe::new(settings(&server.origin())).expect("fine");
        let customer = stripe.customer(&ann()).await.expect("made");
        server.books(|books| books.enter_card(customer.as_str(), manner));
        let card = stripe.card(&customer).await.expect("reachable").expect("entered").reference;
        Self { server, stripe, customer, card }
    }

    /// An upgrade to a year: 100.00, of which 4.84 is credited, and 7.5 % tax on the rest.
    pub(crate) fn order(&self, step: u32) -> Order {
        Order {
            key: Key { purchase: purchase(), step },
            customer: self.customer.clone(),
            card: self.card.clone(),
            option: PlanOption::ALL[1],
            price: usd(10_000),
            credit: usd(484),
            tax: usd(714),
            total: usd(10_230),
            renewal: usd(10_750),
        }
    }

    pub(crate) async fn subscribe(&self, step: u32) -> Answer {
        self.stripe.subscribe(&self.order(step)).await
    }

    pub(crate) async fn sold(&self) -> Sold {
        let Answer::Confirmed(sold) = self.subscribe(0).await else { panic!("a good card is charged") };
        sold
    }

    pub(crate) async fn look_up(&self) -> Option<Answer> {
        self.stripe.look_up(purchase(), &self.customer).await.expect("reachable")
    }

    pub(crate) async fn card(&self) -> Card {
        self.stripe.card(&self.customer).await.expect("reachable").expect("entered")
    }

    /// Every subscription's status, and what was charged and kept, and for how many invoices.
    pub(crate) fn end(&self) -> (Vec<&'static str>, (i64, usize)) {
        self.server.books(|books| (books.subscriptions.iter().map(|one| one.status).collect(), books.kept()))
    }
}

pub(crate) fn settings(base_url: &str) -> StripeSettings {
    let settings = StripeSettings::new(SecretString::from("sk_test_0123456789"), Currency::USD);
    StripeSettings { base_url: base_url.to_owned(), patience: Duration::from_secs(1), ..settings }
}

pub(crate) fn ann() -> Customer {
    Customer {
        account: AccountId(Uuid::from_u128(1)),
        email: Email::parse("ann@example.com").expect("an address"),
        name: PersonName::parse("Ann", "Lee").expect("a name"),
    }
}

pub(crate) fn purchase() -> PurchaseId {
    PurchaseId(Uuid::from_u128(7))
}

pub(crate) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}
