//! What is ordered, and what banks say to it.

use practice_domain::billing::Decline;
use practice_domain::port::{Answer, Payments};
use practice_payments_stripe::API_VERSION;

use crate::books::Manner;
use crate::world::{World, purchase, usd};

/// BILL-3, BILL-5, PM-03, PM-06: price, credit and tax as ordered, to the cent; our id and our key with it.
#[tokio::test]
async fn what_is_ordered_is_what_is_charged() {
    let world = World::with_card(Manner::Good).await;
    let sold = world.sold().await;
    assert_eq!(sold.invoice.amount, usd(10_230));
    assert_eq!(world.end(), (vec!["active"], (10_230, 1)));
    let heard = world.server.heard();
    let begun = heard.iter().find(|one| one.method == "POST" && one.path == "/v1/subscriptions").expect("begun");
    for (name, value) in [
        ("customer", world.customer.as_str()),
        ("items[0][price_data][product]", "portal_securemail"),
        ("items[0][price_data][unit_amount]", "10000"),
        ("items[0][price_data][currency]", "usd"),
        ("items[0][price_data][recurring][interval]", "year"),
        ("items[0][quantity]", "1"),
        ("items[1][price_data][product]", "portal_tax"),
        ("items[1][price_data][unit_amount]", "750"),
        ("add_invoice_items[0][price_data][product]", "portal_credit"),
        ("add_invoice_items[0][price_data][unit_amount]", "-484"),
        ("add_invoice_items[1][price_data][unit_amount]", "-36"),
        ("metadata[purchase]", &purchase().to_string()),
        ("payment_behavior", "default_incomplete"),
    ] {
        assert_eq!(begun.field(name), Some(value), "{name}");
    }
    assert_eq!(begun.header("idempotency-key"), format!("{}:0:begin", purchase()));
    let paid = heard.iter().find(|one| one.path.ends_with("/pay")).expect("paid");
    assert_eq!(paid.field("payment_method"), Some(world.card.as_str()), "the card that was shown");
    assert_eq!(paid.header("idempotency-key"), format!("{}:0:pay", purchase()));
    for request in &heard {
        assert_eq!(request.header("stripe-version"), API_VERSION);
        assert_eq!(request.header("authorization"), "Bearer sk_test_0123456789");
    }
}

/// BILL-5: a credit of the whole price leaves nothing to charge, and no bank is asked.
#[tokio::test]
async fn nothing_to_charge_is_charged_nothing() {
    let world = World::with_card(Manner::Declines("generic_decline")).await;
    let order = world.order(0);
    let order = practice_domain::port::Order { credit: usd(10_000), tax: usd(0), total: usd(0), ..order };
    let Answer::Confirmed(sold) = world.stripe.subscribe(&order).await else { panic!("there is nothing to decline") };
    assert_eq!(sold.invoice.amount, usd(0));
    assert_eq!(world.look_up().await, Some(Answer::Confirmed(sold)));
    assert_eq!(world.end().0, ["active"]);
}

/// BILL-4, F-23: a decline is final, says why, and leaves nothing behind that could be paid.
#[tokio::test]
async fn a_decline_leaves_nothing_behind() {
    for (said, why) in [
        ("insufficient_funds", Decline::InsufficientFunds),
        ("expired_card", Decline::CardExpired),
        ("generic_decline", Decline::Refused),
        ("stolen_card", Decline::Refused),
    ] {
        let world = World::with_card(Manner::Declines(said)).await;
        assert_eq!(world.subscribe(0).await, Answer::Declined(why), "{said}");
        assert_eq!(world.end(), (vec!["canceled"], (0, 0)), "{said}");
        assert!(world.server.books(|books| books.invoices.iter().all(|one| one.status == "void")));
        assert_eq!(world.look_up().await, Some(Answer::Declined(why)), "the reason is remembered");
        assert_eq!(world.subscribe(0).await, Answer::Declined(why), "the key answers alike");
        assert_eq!(world.end(), (vec!["canceled"], (0, 0)));
    }
}

/// BILL-4, PM-05: the bank asks for the payer, on Stripe's page; there is no money until it was asked.
#[tokio::test]
async fn a_bank_may_ask_for_the_payer() {
    for confirm in [true, false] {
        let world = World::with_card(Manner::Asks).await;
        let Answer::ActionNeeded(Some(page)) = world.subscribe(0).await else { panic!("the bank asks") };
        assert!(page.starts_with("https://invoice.stripe.example/"), "{page}");
        assert_eq!(world.look_up().await, Some(Answer::ActionNeeded(Some(page))));
        let reference = world.server.books(|books| books.subscriptions[0].id.clone());
        let reference = practice_domain::billing::SubscriptionRef::parse(&reference).expect("a name");
        assert_eq!(world.stripe.subscription(&reference).await.expect("reachable"), None, "nothing was sold yet");
        world.server.books(|books| books.confirm(confirm));
        match (confirm, world.look_up().await) {
            (true, Some(Answer::Confirmed(sold))) => assert_eq!(sold.invoice.amount, usd(10_230)),
            (false, Some(answer)) => assert_eq!(answer, Answer::Declined(Decline::NotConfirmed)),
            (_, other) => panic!("{other:?}"),
        }
        assert_eq!(world.end().1, if confirm { (10_230, 1) } else { (0, 0) });
    }
}

/// BILL-4: the payer is asked by the bank, and then the bank says no.
#[tokio::test]
async fn a_payer_who_confirmed_may_be_declined() {
    let world = World::with_card(Manner::Asks).await;
    assert!(matches!(world.subscribe(0).await, Answer::ActionNeeded(Some(_))));
    world.server.books(|books| {
        let invoice = books.invoices.last_mut().expect("open");
        (invoice.intent, invoice.error) = ("requires_payment_method", Some("authentication_required"));
    });
    assert!(matches!(world.look_up().await, Some(Answer::ActionNeeded(Some(_)))), "there is another try");
    world.server.books(|books| books.invoices.last_mut().expect("open").error = Some("insufficient_funds"));
    assert_eq!(world.look_up().await, Some(Answer::Declined(Decline::InsufficientFunds)));
    assert_eq!(world.end(), (vec!["canceled"], (0, 0)), "and now there is none");
}

/// PM-06: an invoice that says something else than the confirmation did is not paid.
#[tokio::test]
async fn nobody_is_charged_what_they_did_not_agree_to() {
    for (balance, pending) in [(300, 0), (0, 300), (0, -300), (-300, 300)] {
        let world = World::with_card(Manner::Good).await;
        world.server.books(|books| (books.customers[0].balance, books.customers[0].pending) = (balance, pending));
        assert_eq!(world.subscribe(0).await, Answer::OtherAmount, "{balance} {pending}");
        assert_eq!(world.look_up().await, Some(Answer::OtherAmount), "and so it is found: {balance} {pending}");
        assert_eq!(world.end(), (vec!["canceled"], (0, 0)));
        assert!(world.server.heard().iter().all(|request| !request.path.ends_with("/pay")));
    }
}

/// What Stripe owes the payer is taken first: the invoice is still the one that was agreed.
#[tokio::test]
async fn what_stripe_owes_a_payer_is_used() {
    let world = World::with_card(Manner::Good).await;
    world.server.books(|books| books.customers[0].balance = -230);
    assert_eq!(world.sold().await.invoice.amount, usd(10_230));
    assert_eq!(world.end(), (vec!["active"], (10_000, 1)));
}

/// A card that is gone cannot be charged, and nothing is left open for it.
#[tokio::test]
async fn a_card_that_is_gone_is_a_decline() {
    let world = World::with_card(Manner::Good).await;
    world.server.books(|books| books.methods.clear());
    assert_eq!(world.subscribe(0).await, Answer::Declined(Decline::Refused));
    assert_eq!(world.end(), (vec!["canceled"], (0, 0)));
    world.server.books(|books| books.customers.clear());
    let order = practice_domain::port::Order {
        key: practice_domain::port::Key {
            purchase: practice_domain::value::PurchaseId(uuid::Uuid::from_u128(8)),
            step: 0,
        },
        ..world.order(0)
    };
    assert_eq!(world.stripe.subscribe(&order).await, Answer::Declined(Decline::Refused));
}
