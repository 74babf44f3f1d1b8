//! What whoever operates the portal hears of money that is not as it was agreed, and of events that say nothing.

use reqwest::StatusCode;
use serde_json::json;

use crate::metrics::{free_port, read, value};
use crate::server::Server;
use crate::stand_in::server::{Mishap, Server as StandIn};
use crate::stripe::{a_card, post, settings, signed};
use crate::visitor::Visitor;

/// A demo that sells through Stripe and counts.
async fn shop(stripe: &StandIn) -> (Server, String, Visitor) {
    let mut server = Server::start();
    server.kill();
    // The demo's cards are the simulator's.
    server.edit("DELETE FROM wallet");
    let metrics = format!("127.0.0.1:{}", free_port());
    let counted = ("PORTAL_METRICS_LISTEN", metrics.clone());
    server.serve(&[&settings(&stripe.origin())[..], &[counted]].concat());
    let boss = a_card(&server, stripe).await;
    (server, metrics, boss)
}

/// What the log says of a purchase with these words, line by line.
fn said(server: &Server, words: &str) -> Vec<String> {
    server.log().lines().filter(|line| line.contains(words)).map(str::to_owned).collect()
}

/// Says OK to a month for somebody who has none; the offer, and what the page says.
async fn buy(boss: &Visitor) -> (String, String) {
    let offer = boss.offer(&boss.unpaid().await[0]).await;
    let (_, page) = boss.fill(&offer, &offer, &[]).await;
    (offer, page)
}

/// PM-06: an invoice of another amount than was confirmed is not charged, and whoever operates hears of it once.
#[tokio::test(flavor = "multi_thread")]
async fn an_invoice_of_another_amount_raises_an_alarm() {
    let stripe = StandIn::start().await;
    let (server, metrics, boss) = shop(&stripe).await;
    stripe.books(|books| books.customers[0].pending = 300);
    let (offer, page) = buy(&boss).await;
    assert!(page.contains("Nothing was charged"), "{page}");
    assert!(boss.fill(&offer, &offer, &[]).await.1.contains("Nothing was charged"));
    assert_eq!(stripe.books(|books| books.kept()), (0, 0));
    assert_eq!(value(&read(&metrics).await, "portal_invoices_refused_total"), "1");
    let said = said(&server, "an invoice is of another amount than was confirmed");
    let order = stripe.books(|books| books.subscriptions[0].notes["purchase"].clone());
    assert!(said.len() == 1 && said[0].contains("ERROR") && said[0].contains(&order), "{said:?}");
    assert!(!said[0].contains('@'), "{said:?}");
    for why in ["other-amount", "order-ended", "not-eligible", "plan-changed"] {
        let series = format!("portal_purchases_returned_total{{why=\"{why}\"}}");
        assert_eq!(value(&read(&metrics).await, &series), "0", "there is nought before there is one");
    }
}

/// PM-06: money that was charged in another amount than was confirmed goes back, and whoever operates hears of it once, however often it is
/// told.
#[tokio::test(flavor = "multi_thread")]
async fn money_that_goes_back_raises_an_alarm() {
    let stripe = StandIn::start().await;
    let (server, metrics, boss) = shop(&stripe).await;
    stripe.plan("POST", "/pay", Mishap::LosesAnswer);
    let (offer, page) = buy(&boss).await;
    assert!(page.contains("is being confirmed"), "{page}");
    let (name, order) = stripe.books(|books| {
        books.invoices[0].total += 100;
        books.invoices[0].due += 100;
        (books.subscriptions[0].id.clone(), books.subscriptions[0].notes["purchase"].clone())
    });
    for event in ["evt_1", "evt_2", "evt_2"] {
        let (body, signature) = signed(&told(event, "customer.subscription.updated", &name, &order));
        assert_eq!(post(&server, &body, &signature).await, StatusCode::OK);
    }
    let (_, page) = boss.fill(&offer, &offer, &[]).await;
    assert!(page.contains("goes back to your card"), "{page}");
    assert_eq!(stripe.books(|books| books.kept()), (0, 1), "it went back");
    let text = read(&metrics).await;
    assert_eq!(value(&text, r#"portal_purchases_returned_total{why="other-amount"}"#), "1");
    assert!(!text.contains(&order) && !text.contains(&name), "{text}");
    let said = said(&server, "the money goes back");
    assert!(said.len() == 1 && said[0].contains("ERROR") && said[0].contains("other-amount"), "{said:?}");
    assert!(said[0].contains(&order) && !said[0].contains('@'), "{said:?}");
    assert_eq!(server.audited("purchase.returned"), 1);
    assert_eq!(value(&text, "portal_invoices_refused_total"), "0", "one alarm, not two");
}

/// WH-04: events are counted by what they are about; of those that say nothing to us the provider's words are not told on.
#[tokio::test(flavor = "multi_thread")]
async fn events_that_say_nothing_are_taken_and_counted() {
    let stripe = StandIn::start().await;
    let (server, metrics, _) = shop(&stripe).await;
    let count = async |about: &str| {
        let text = read(&metrics).await;
        let series = format!("portal_payment_events_total{{about=\"{about}\"}}");
        let found = text.lines().find_map(|line| line.strip_prefix(&series)).unwrap_or(" 0").trim().to_owned();
        assert!(!text.contains("canary") && !text.contains("evt_"), "{text}");
        found.parse::<u32>().expect("a number")
    };
    assert_eq!(count("unknown").await, 0);
    for (n, kind) in ["charge.succeeded", "canary.of_a_kind", "canary.of_another"].into_iter().enumerate() {
        let (body, signature) = signed(&told(&format!("evt_{n}"), kind, "ch_1", ""));
        assert_eq!(post(&server, &body, &signature).await, StatusCode::OK, "{kind}");
        let (_, forged) = signed("another body");
        assert_eq!(post(&server, &body, &forged).await, StatusCode::BAD_REQUEST, "{kind}");
    }
    let (body, signature) = signed(&told("evt_9", "customer.subscription.updated", "sub_nobodys", ""));
    assert_eq!(post(&server, &body, &signature).await, StatusCode::OK);
    assert_eq!((count("unknown").await, count("subscription").await), (3, 1), "what nobody signed is no event");
    assert_eq!(value(&read(&metrics).await, r#"portal_refusals_total{code="webhook-signature"}"#), "3");
}

fn told(event: &str, kind: &str, name: &str, order: &str) -> String {
    let object = json!({"id": name, "object": "subscription", "metadata": {"purchase": order}});
    let event = json!({"id": event, "object": "event", "type": kind, "livemode": false, "data": {"object": object}});
    event.to_string()
}
