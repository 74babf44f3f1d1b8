//! localstripe: customers, cards, and events that somebody else sends.

use std::process::Command;

use practice_domain::billing::Brand;
use practice_domain::port::{EventAbout, PaymentEvents, Payments};
use practice_domain::value::Time;
use practice_payments_stripe::StripeEvents;
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::process::{Peer, tools};
use crate::world::ann;

async fn start() -> Option<Peer> {
    let python = tools()?.join("python/bin/python");
    let command = |port: u16| {
        let mut command = Command::new(&python);
        command.args(["-m", "localstripe", "--from-scratch", "--port", &port.to_string()]);
        command
    };
    Some(Peer::start(command).await)
}

/// BILL-7: somebody else's customers and cards are read as ours are, and what we make is there for others.
#[tokio::test]
async fn customers_and_cards() {
    let Some(peer) = start().await else { return };
    let stripe = peer.stripe();
    let customer = stripe.customer(&ann()).await.expect("made");
    assert_eq!(stripe.card(&customer).await.expect("reachable"), None);
    let (status, method) = peer
        .post(
            "/v1/payment_methods",
            &[
                ("type", "card"),
                ("card[number]", "4242424242424242"),
                ("card[exp_month]", "12"),
                ("card[exp_year]", "2031"),
                ("card[cvc]", "123"),
            ],
        )
        .await;
    assert_eq!(status, 200, "{method}");
    let id = method["id"].as_str().expect("a name");
    let (status, _) = peer.post(&format!("/v1/payment_methods/{id}/attach"), &[("customer", customer.as_str())]).await;
    assert_eq!(status, 200);
    for _ in 0..2 {
        let card = stripe.card(&customer).await.expect("reachable").expect("entered");
        assert_eq!((card.reference.as_str(), card.brand, card.last4.as_str()), (id, Brand::Visa, "4242"));
        assert_eq!((card.expiry.year(), card.expiry.month()), (2031, 12));
    }
    let (_, known) = peer.post(&format!("/v1/customers/{customer}"), &[("description", "read by somebody else")]).await;
    assert_eq!(known["email"], "ann@example.com");
    assert_eq!(known["metadata"]["account"], ann().account.to_string());
    assert_eq!(known["invoice_settings"]["default_payment_method"], id, "it is the card that would be charged");
    let unknown = practice_domain::billing::SubscriptionRef::parse("sub_none").expect("a name");
    assert_eq!(stripe.subscription(&unknown).await.expect("reachable"), None);
    let nobody = practice_domain::billing::CustomerRef::parse("cus_none").expect("a name");
    assert_eq!(stripe.card(&nobody).await.expect("reachable"), None);
}

/// WH-01, WH-03: events that somebody else made and signed are believed and say what they are about, and not a byte may differ.
#[tokio::test]
async fn events() {
    let Some(peer) = start().await else { return };
    let (sender, mut deliveries) = mpsc::unbounded_channel();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/webhooks/stripe", listener.local_addr().expect("an address"));
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move {
                let mut heard = Vec::new();
                while !is_whole(&heard) {
                    if !matches!(stream.read_buf(&mut heard).await, Ok(1..)) {
                        return;
                    }
                }
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
                let _ = sender.send(heard);
            });
        }
    });
    let (status, _) = peer.post("/_config/webhooks/ours", &[("url", &url), ("secret", SECRET)]).await;
    assert_eq!(status, 200);
    let customer = peer.stripe().customer(&ann()).await.expect("made");
    let plan = [
        ("amount", "1000"),
        ("currency", "usd"),
        ("interval", "month"),
        ("id", "monthly"),
        ("product[name]", "SecureMail"),
    ];
    assert_eq!(peer.post("/v1/plans", &plan).await.0, 200);
    let source = [("source[object]", "card"), ("source[number]", "4242424242424242"), ("source[exp_month]", "12")];
    let source = [&source[..], &[("source[exp_year]", "2031"), ("source[cvc]", "123")]].concat();
    assert_eq!(peer.post(&format!("/v1/customers/{customer}/sources"), &source).await.0, 200);
    let purchase = crate::world::purchase();
    let named = purchase.to_string();
    let fields = [("customer", customer.as_str()), ("items[0][plan]", "monthly"), ("metadata[purchase]", &named)];
    let (status, subscription) = peer.post("/v1/subscriptions", &fields).await;
    assert_eq!(status, 200, "{subscription}");
    let believes = StripeEvents::new(vec![SecretString::from(SECRET)], false).expect("a secret");
    let name = subscription["id"].as_str().expect("a name");
    let reference = practice_domain::billing::SubscriptionRef::parse(name).expect("a name");
    let expected = EventAbout::Subscription(reference, Some(purchase));
    let mut abouts = Vec::new();
    while !abouts.contains(&expected) {
        let heard = tokio::time::timeout(std::time::Duration::from_secs(60), deliveries.recv()).await;
        let (signature, mut body) = parts(&heard.expect("in time").expect("listening"));
        let time = signature.split(['=', ',']).nth(1).and_then(|time| time.parse::<i64>().ok()).expect("a time");
        let now = Time::from_micros(time * 1_000_000);
        abouts.push(believes.verify(&body, &signature, now).expect("signed").about);
        body[0] ^= 1;
        assert!(believes.verify(&body, &signature, now).is_err());
    }
    assert!(abouts.contains(&EventAbout::Card(ann().account)), "the customer's account is told, too: {abouts:?}");
    task.abort();
}

/// The signature and the body of a delivery.
fn parts(heard: &[u8]) -> (String, Vec<u8>) {
    let text = String::from_utf8(heard.to_vec()).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    let signature = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("stripe-signature").then(|| value.to_owned())
    });
    (signature.expect("signed"), body.as_bytes().to_vec())
}

fn is_whole(heard: &[u8]) -> bool {
    let text = String::from_utf8_lossy(heard);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned));
    length.and_then(|length| length.parse().ok()).is_some_and(|length: usize| body.len() >= length)
}

const SECRET: &str = "whsec_0123456789abcdef";
