//! Renewals, ends, and money that goes back.

use practice_domain::port::{GiveBack, Payments, Remote, RemoteStanding, Sold, Stop};
use practice_domain::value::Time;

use crate::books::{Manner, Refund};
use crate::server::Mishap;
use crate::world::{World, usd};

async fn remote(world: &World, sold: &Sold) -> Remote {
    world.stripe.subscription(&sold.subscription).await.expect("reachable").expect("sold")
}

fn stop(sold: &Sold, give_back: GiveBack) -> Stop {
    Stop { subscription: sold.subscription.clone(), give_back }
}

/// BILL-8, BILL-5: a renewal is charged the price and the tax on it, without the credit; then one fails.
#[tokio::test]
async fn renewals_are_followed() {
    let world = World::with_card(Manner::Good).await;
    let sold = world.sold().await;
    world.server.books(|books| books.renew(sold.subscription.as_str()));
    let renewed = remote(&world, &sold).await;
    assert_eq!(renewed.standing, RemoteStanding::Live);
    assert_eq!(renewed.period.starts, sold.period.ends);
    let amounts: Vec<_> = renewed.paid.iter().map(|paid| paid.amount).collect();
    assert_eq!(amounts, [usd(10_230), usd(10_750)], "oldest first");
    let found = world.look_up().await;
    let Some(practice_domain::port::Answer::Confirmed(found)) = found else { panic!("it was sold: {found:?}") };
    assert_eq!(found.invoice, sold.invoice, "the purchase paid the first invoice");
    world.server.books(|books| {
        books.methods[0].manner = Manner::Declines("expired_card");
        books.renew(sold.subscription.as_str());
    });
    let failed = remote(&world, &sold).await;
    assert_eq!((failed.standing, failed.paid.len()), (RemoteStanding::Failed, 2));
}

/// BILL-8: after the end nothing can be charged, not even what is open already, and what was charged after it goes back once.
#[tokio::test]
async fn after_the_end_nothing_is_charged_and_what_was_goes_back_once() {
    let world = World::with_card(Manner::Good).await;
    let sold = world.sold().await;
    world.server.books(|books| books.renew(sold.subscription.as_str()));
    let over = Time::from_micros(sold.period.ends.micros() - 1);
    world.server.books(|books| {
        books.methods[0].manner = Manner::Declines("expired_card");
        books.renew(sold.subscription.as_str());
    });
    for _ in 0..3 {
        world.stripe.stop(&stop(&sold, GiveBack::ChargedAfter(over))).await.expect("ended");
    }
    let ended = remote(&world, &sold).await;
    assert_eq!((ended.standing, ended.paid), (RemoteStanding::Ended, vec![sold.invoice.clone()]));
    let (statuses, kept) = world.end();
    assert_eq!((statuses, kept.0), (vec!["canceled"], 10_230));
    world.server.books(|books| {
        assert_eq!(books.refunds.len(), 1);
        assert!(books.invoices.iter().all(|one| one.status != "open"), "an open one could still be paid");
    });
}

/// BILL-8: cancelled, it runs until the end of what is paid for, however often that is said.
#[tokio::test]
async fn a_cancelled_plan_runs_out() {
    let world = World::with_card(Manner::Good).await;
    let sold = world.sold().await;
    for _ in 0..2 {
        world.stripe.stop(&stop(&sold, GiveBack::Nothing)).await.expect("cancelled");
    }
    assert_eq!(remote(&world, &sold).await.standing, RemoteStanding::Live);
    let told = world.server.heard().into_iter().filter(|one| one.field("cancel_at_period_end").is_some()).count();
    assert_eq!(told, 1);
    world.server.books(|books| assert!(books.subscriptions[0].ends_with_period && books.refunds.is_empty()));
    world.server.books(|books| books.subscriptions[0].status = "canceled");
    world.stripe.stop(&stop(&sold, GiveBack::Nothing)).await.expect("over anyway");
}

/// What support gave back already is not given back again, a failed refund is tried again, and of a part the rest goes back.
#[tokio::test]
async fn money_goes_back_once_by_whoevers_hand() {
    for (by_hand, status, refunds) in [(10_230, "succeeded", 1), (10_230, "failed", 2), (230, "succeeded", 2)] {
        let world = World::with_card(Manner::Good).await;
        let sold = world.sold().await;
        world.server.books(|books| {
            let intent = books.invoices[0].payment();
            books.refunds.push(Refund { id: "re_hand".to_owned(), intent, amount: by_hand, status });
        });
        for _ in 0..2 {
            world.stripe.stop(&stop(&sold, GiveBack::Everything)).await.expect("ended");
        }
        assert_eq!(remote(&world, &sold).await.paid, []);
        assert_eq!(world.end().1.0, 0);
        world.server.books(|books| assert_eq!(books.refunds.len(), refunds));
    }
}

/// F-21: whichever request of a stop is lost, another stop finishes it.
#[tokio::test]
async fn a_stop_that_broke_off_is_finished_by_the_next() {
    for (method, ends) in [("DELETE", ""), ("POST", "/refunds"), ("GET", "/invoices")] {
        for mishap in [Mishap::LosesRequest, Mishap::LosesAnswer, Mishap::FailsAfter, Mishap::Says(429)] {
            let world = World::with_card(Manner::Good).await;
            let sold = world.sold().await;
            world.server.plan(method, ends, mishap.clone());
            let everything = stop(&sold, GiveBack::Everything);
            assert!(world.stripe.stop(&everything).await.is_err(), "{method} {mishap:?}");
            world.stripe.stop(&everything).await.expect("ended");
            assert_eq!(world.end(), (vec!["canceled"], (0, 1)), "{method} {mishap:?}");
            world.server.books(|books| assert_eq!(books.refunds.len(), 1));
        }
    }
}

/// What Stripe has never heard of is over.
#[tokio::test]
async fn a_subscription_that_is_none_needs_no_end() {
    let world = World::with_card(Manner::Good).await;
    let sold = world.sold().await;
    world.server.books(|books| books.subscriptions.clear());
    assert_eq!(world.stripe.subscription(&sold.subscription).await.expect("reachable"), None);
    world.stripe.stop(&stop(&sold, GiveBack::Everything)).await.expect("nothing to end");
}
