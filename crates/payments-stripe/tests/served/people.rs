//! Customers and their cards.

use practice_domain::billing::{Brand, CustomerRef};
use practice_domain::port::{Customer, Payments};
use practice_domain::value::{Email, PersonName};
use practice_payments_stripe::Stripe;

use crate::books::Manner;
use crate::server::{Mishap, Server};
use crate::world::{World, ann, settings};

/// BILL-7: an account is one customer, while Stripe's search is behind and long after its keys are forgotten; who is renamed stays so.
#[tokio::test]
async fn an_account_stays_one_customer() {
    for searchable in [true, false] {
        let server = Server::start().await;
        server.books(|books| books.searchable = searchable);
        let stripe = Stripe::new(settings(&server.origin())).expect("fine");
        let first = stripe.customer(&ann()).await.expect("made");
        let renamed = Customer {
            email: Email::parse("ann.lee@example.com").expect("an address"),
            name: PersonName::parse("Ann", "Lee-Park").expect("a name"),
            ..ann()
        };
        assert_eq!(stripe.customer(&renamed).await.expect("found"), first, "{searchable}");
        server.books(|books| {
            assert_eq!(books.customers.len(), 1);
            assert_eq!(books.customers[0].email, "ann.lee@example.com");
        });
    }
}

/// F-23: a failure that Stripe keeps under the key of an account does not keep that account from ever paying.
#[tokio::test]
async fn a_stored_failure_does_not_lock_an_account_out() {
    for (mishap, searchable, customers) in
        [(Mishap::FailsBefore, true, 1), (Mishap::FailsAfter, true, 1), (Mishap::LosesAnswer, false, 1)]
    {
        let server = Server::start().await;
        server.books(|books| books.searchable = searchable);
        let stripe = Stripe::new(settings(&server.origin())).expect("fine");
        server.plan("POST", "/v1/customers", mishap.clone());
        assert!(stripe.customer(&ann()).await.is_err(), "{mishap:?}");
        assert!(stripe.customer(&ann()).await.is_ok(), "{mishap:?}");
        server.books(|books| assert_eq!(books.customers.len(), customers, "{mishap:?}"));
    }
}

/// An account at Stripe that cannot be searched is no reason not to sell.
#[tokio::test]
async fn what_cannot_be_searched_is_known_by_its_key() {
    let server = Server::start().await;
    let stripe = Stripe::new(settings(&server.origin())).expect("fine");
    let mut found = Vec::new();
    for _ in 0..2 {
        server.plan("GET", "/search", Mishap::Says(400));
        found.push(stripe.customer(&ann()).await.expect("made"));
    }
    assert_eq!(found[0], found[1]);
    server.plan("GET", "/search", Mishap::Says(500));
    assert!(stripe.customer(&ann()).await.is_err(), "that it failed tells nothing");
}

/// BILL-7: the card that was entered last is charged, and its account is noted with it, so that its events can be followed.
#[tokio::test]
async fn the_newest_card_is_charged() {
    let world = World::with_card(Manner::Good).await;
    let card = world.card().await;
    assert_eq!(
        (card.brand, card.last4.as_str(), card.expiry.year(), card.expiry.month()),
        (Brand::Visa, "4242", 2031, 12)
    );
    world.server.books(|books| books.enter_card(world.customer.as_str(), Manner::Asks));
    let newer = world.card().await;
    assert_ne!(newer.reference, card.reference);
    world.server.books(|books| {
        assert_eq!(books.customers[0].charged.as_deref(), Some(newer.reference.as_str()));
        let account = ann().account.to_string();
        assert!(books.methods.iter().all(|method| method.notes.get("account") == Some(&account)));
    });
    let before = world.server.heard().len();
    assert_eq!(world.card().await, newer);
    let again = world.server.heard().split_off(before);
    assert!(again.iter().all(|request| request.method == "GET"), "what is so already is not asked for: {again:?}");
}

/// BILL-7: cards are entered on Stripe's page, which leads back, and whose event names the account.
#[tokio::test]
async fn cards_are_entered_at_stripe() {
    let world = World::with_card(Manner::Good).await;
    let back_to = "https://portal.example/profile?tab=card";
    let entry = world.stripe.card_entry(&world.customer, back_to).await.expect("a page");
    assert!(entry.url.starts_with("https://checkout.stripe.example/"));
    let heard = world.server.heard();
    let request = heard.last().expect("asked");
    let account = ann().account.to_string();
    for (name, value) in [
        ("mode", "setup"),
        ("customer", world.customer.as_str()),
        ("success_url", back_to),
        ("cancel_url", back_to),
        ("allowed_payment_method_types[0]", "card"),
        ("metadata[account]", &account),
        ("setup_intent_data[metadata][account]", &account),
    ] {
        assert_eq!(request.field(name), Some(value), "{name}");
    }
}

/// A customer that Stripe does not know has no card; a name with other signs in it leads nowhere else.
#[tokio::test]
async fn nobody_has_no_card() {
    let world = World::with_card(Manner::Good).await;
    for name in ["cus_none", "../subscriptions", "a/b?c=d#e"] {
        let nobody = CustomerRef::parse(name).expect("visible signs");
        assert_eq!(world.stripe.card(&nobody).await.expect("reachable"), None);
        assert!(world.stripe.card_entry(&nobody, "https://portal.example").await.is_err());
        let last = world.server.heard().pop().expect("asked");
        assert!(last.path.starts_with("/v1/customers/") && !last.path.contains("../"), "{}", last.path);
    }
}
