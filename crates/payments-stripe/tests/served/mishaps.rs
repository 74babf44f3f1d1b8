//! What is lost, late or failed, between us and Stripe: one charge at most, and in the end everybody knows of it.

use std::time::{Duration, Instant};

use practice_domain::billing::Doubt;
use practice_domain::port::{Answer, Fault, Payments};
use practice_payments_stripe::Stripe;
use tokio::net::TcpListener;

use crate::books::Manner;
use crate::server::{Mishap, Server};
use crate::world::{World, ann, settings, usd};

/// What somebody does who does not know what became of an order: looks it up, and asks again under the key that may be used.
async fn settle(world: &World, mut answer: Answer) -> Answer {
    let mut step = 0;
    for _ in 0..4 {
        let Answer::Unknown(doubt) = answer else { return answer };
        if let Some(found) = world.look_up().await {
            return found;
        }
        step += u32::from(doubt == Doubt::KeySpent);
        answer = world.subscribe(step).await;
    }
    answer
}

/// F-21, F-22, F-23, PM-03, PM-04: whatever goes wrong with either request, there is one sale and one paid invoice in the end.
#[tokio::test]
async fn whatever_goes_wrong_there_is_one_charge() {
    let ways = [
        (Mishap::LosesRequest, Doubt::NoAnswer),
        (Mishap::LosesAnswer, Doubt::NoAnswer),
        (Mishap::HalvesAnswer, Doubt::NoAnswer),
        (Mishap::FallsSilent, Doubt::NoAnswer),
        (Mishap::Babbles, Doubt::NoAnswer),
        (Mishap::FailsBefore, Doubt::KeySpent),
        (Mishap::FailsAfter, Doubt::KeySpent),
        (Mishap::Says(409), Doubt::NoAnswer),
        (Mishap::Says(429), Doubt::NoAnswer),
        (Mishap::Says(401), Doubt::NoAnswer),
        (Mishap::Redirects("http://127.0.0.1:9/".to_owned()), Doubt::NoAnswer),
    ];
    for (mishap, doubt) in ways {
        for ends in ["/v1/subscriptions", "/pay"] {
            let world = World::with_card(Manner::Good).await;
            world.server.plan("POST", ends, mishap.clone());
            let start = Instant::now();
            let first = world.subscribe(0).await;
            assert_eq!(first, Answer::Unknown(doubt), "{mishap:?} {ends}");
            assert!(start.elapsed() < Duration::from_secs(5));
            let settled = settle(&world, first).await;
            let Answer::Confirmed(sold) = settled else { panic!("{mishap:?} {ends}: {settled:?}") };
            assert_eq!(sold.invoice.amount, usd(10_230));
            assert_eq!(world.end(), (vec!["active"], (10_230, 1)), "{mishap:?} {ends}");
            assert_eq!(world.look_up().await, Some(Answer::Confirmed(sold)));
        }
    }
}

/// The same with a bank that says no: whoever looks is told, and nothing can be paid any more.
#[tokio::test]
async fn a_decline_that_nobody_heard_is_found() {
    for mishap in [Mishap::LosesAnswer, Mishap::FailsAfter, Mishap::FallsSilent] {
        let world = World::with_card(Manner::Declines("insufficient_funds")).await;
        world.server.plan("POST", "/pay", mishap.clone());
        let first = world.subscribe(0).await;
        assert!(matches!(first, Answer::Unknown(_)));
        let found = settle(&world, first).await;
        assert!(matches!(found, Answer::Declined(practice_domain::billing::Decline::InsufficientFunds)), "{found:?}");
        assert_eq!(world.end(), (vec!["canceled"], (0, 0)), "{mishap:?}");
    }
}

/// A decline that could not be cleaned up after is not told as one before it is.
#[tokio::test]
async fn a_decline_is_told_when_nothing_can_be_charged() {
    for (method, ends) in [("POST", "/void"), ("DELETE", "")] {
        let world = World::with_card(Manner::Declines("generic_decline")).await;
        world.server.plan(method, ends, Mishap::LosesRequest);
        let first = world.subscribe(0).await;
        assert_eq!(first, Answer::Unknown(Doubt::NoAnswer), "{method}");
        assert!(matches!(settle(&world, first).await, Answer::Declined(_)));
        assert!(world.server.books(|books| books.invoices.iter().all(|one| one.status == "void")));
    }
}

/// PM-03: a request of which nobody knows comes so late that there are two subscriptions. One is paid, and found.
#[tokio::test]
async fn of_two_subscriptions_of_a_purchase_one_is_paid() {
    let world = World::with_card(Manner::Good).await;
    world.server.plan("POST", "/v1/subscriptions", Mishap::FailsBefore);
    assert_eq!(world.subscribe(0).await, Answer::Unknown(Doubt::KeySpent));
    let Answer::Confirmed(sold) = world.subscribe(1).await else { panic!("it is charged") };
    let late =
        World { server: world.server, stripe: Stripe::new(settings("http://127.0.0.1:9")).expect("fine"), ..world };
    late.server.books(|books| {
        let heard = books.subscriptions[0].notes.clone();
        let copy = crate::books::Subscription {
            id: "sub_late".to_owned(),
            customer: books.subscriptions[0].customer.clone(),
            status: "incomplete",
            notes: heard,
            currency: "usd".to_owned(),
            cadence: books.subscriptions[0].cadence,
            anchor: books.now,
            number: 0,
            recurring: 10_750,
            items: books.subscriptions[0].items.clone(),
            ends_with_period: false,
        };
        books.subscriptions.push(copy);
        books.invoices.push(crate::books::Invoice {
            id: "in_late".to_owned(),
            subscription: "sub_late".to_owned(),
            reason: "subscription_create",
            status: "open",
            total: 10_230,
            due: 10_230,
            paid_at: None,
            advances: false,
            intent: "requires_payment_method",
            error: None,
        });
    });
    let stripe = Stripe::new(settings(&late.server.origin())).expect("fine");
    let found = stripe.look_up(crate::world::purchase(), &late.customer).await.expect("reachable");
    assert_eq!(found, Some(Answer::Confirmed(sold)));
}

/// TL-02: nobody else is asked, wherever an answer points.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start().await;
    let world = World::with_card(Manner::Good).await;
    let to = format!("{}/v1/subscriptions", elsewhere.origin());
    world.server.plan("POST", "/v1/subscriptions", Mishap::Redirects(to));
    assert!(matches!(world.subscribe(0).await, Answer::Unknown(Doubt::NoAnswer)));
    assert!(elsewhere.heard().is_empty());
}

/// PV-01: what fails says what it was, and nothing that Stripe said.
#[tokio::test]
async fn faults_hold_no_secret_and_no_name() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base_url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let nobody = Stripe::new(settings(&base_url)).expect("fine").customer(&ann()).await.expect_err("nobody is there");
    assert!(matches!(nobody, Fault::Unavailable { .. }));
    let world = World::with_card(Manner::Good).await;
    let mut faults = vec![nobody];
    for mishap in [Mishap::Says(401), Mishap::Says(404), Mishap::Says(500), Mishap::Babbles] {
        world.server.plan("POST", "/sessions", mishap);
        faults.push(world.stripe.card_entry(&world.customer, "https://portal.example").await.expect_err("it fails"));
    }
    for fault in faults {
        let said = format!("{fault} {fault:?} {}", std::error::Error::source(&fault).expect("a cause"));
        assert!(!said.contains("Ann") && !said.contains("sk_test") && !said.contains("0123456789"), "{said}");
    }
    assert!(!format!("{:?}", world.stripe).contains("0123456789"));
}
