use std::process::Command;

use hmac::{Hmac, KeyInit as _, Mac as _};
use practice_domain::port::Clock as _;
use practice_keyring::SystemClock;
use reqwest::{Response, StatusCode};
use serde_json::json;
use sha2::Sha256;

use crate::server::{Server, binary};
use crate::stand_in::books::Manner;
use crate::stand_in::server::Server as StandIn;
use crate::visitor::{Visitor, client};

/// BILL-2, BILL-4, BILL-7, BILL-10, WH-04: a card is entered, a plan is bought, and it ends at Stripe: the real server, and everything
/// between it and Stripe. Events of real money are refused where the key is one for tests, and events of other kinds say nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_bought_through_stripe() {
    let stripe = StandIn::start().await;
    let mut server = Server::start();
    server.kill();
    // The demo's cards are the simulator's.
    server.edit("DELETE FROM wallet");
    server.serve(&settings(&stripe.origin()));
    let (boss, row) = a_paid_seat(&server, &stripe).await;

    let sold = ends(&stripe);
    let (body, signature) = signed(&deleted(&sold));
    assert_eq!(post(&server, &body.replace("deleted", "updated"), &signature).await, StatusCode::BAD_REQUEST);
    assert!(boss.get(&row).await.1.contains(PAID), "nobody else ends a plan");
    for (live, status) in [(true, StatusCode::BAD_REQUEST), (false, StatusCode::OK)] {
        let other = body.replace("customer.subscription.deleted", "charge.succeeded").replace("evt_1", "evt_2");
        let (other, signature) = signed(&other.replace("\"livemode\":false", &format!("\"livemode\":{live}")));
        assert_eq!(post(&server, &other, &signature).await, status, "another kind of event, of real money: {live}");
    }
    assert!(boss.get(&row).await.1.contains(PAID), "they said nothing of a plan");
    for _ in 0..2 {
        assert_eq!(post(&server, &body, &signature).await, StatusCode::OK);
    }
    assert!(!boss.get(&row).await.1.contains(PAID), "it ended at Stripe");
    assert_eq!(stripe.books(|books| books.kept()), (1_000, 1), "once");
    let log = server.log();
    assert!(!log.contains(SECRET) && !log.contains(KEY), "a secret stands in the log");
}

/// The manager of the demo enters a card at Stripe and buys a month for somebody: the manager's browser, and the page of that person.
pub(crate) async fn a_paid_seat(server: &Server, stripe: &StandIn) -> (Visitor, String) {
    let boss = a_card(server, stripe).await;
    let person = boss.unpaid().await.remove(0);
    let offer = boss.offer(&person).await;
    let (_, question) = boss.get(&offer).await;
    assert!(question.contains("10.00") && question.contains("4242"), "{question}");
    let (_, bought) = boss.fill(&offer, &offer, &[]).await;
    assert!(bought.contains("are active") || bought.contains("is active"), "{bought}");
    assert_eq!(stripe.books(|books| books.kept()), (1_000, 1));
    let row = format!("/manage/users/{person}");
    assert!(boss.get(&row).await.1.contains(PAID));
    (boss, row)
}

/// The manager of the demo enters a card at Stripe.
pub(crate) async fn a_card(server: &Server, stripe: &StandIn) -> Visitor {
    let boss = Visitor::manager(&server.base).await;
    let (status, page) = boss.fill("/profile", "/profile/card", &[]).await;
    assert!(page.contains("href=\"https://checkout.stripe.example/"), "{status} {page}");
    stripe.books(|books| {
        let customer = books.customers.last().expect("made").id.clone();
        books.enter_card(&customer, Manner::Good)
    });
    let (_, profile) = boss.get("/profile/card/done").await;
    assert!(profile.contains("4242"), "{profile}");
    boss
}

/// The subscription ends at Stripe; its name.
pub(crate) fn ends(stripe: &StandIn) -> String {
    stripe.books(|books| {
        books.subscriptions[0].status = "canceled";
        books.subscriptions[0].id.clone()
    })
}

/// What Stripe tells when a subscription is over.
pub(crate) fn deleted(subscription: &str) -> String {
    let event = json!({
        "id": "evt_1", "object": "event", "type": "customer.subscription.deleted", "livemode": false,
        "data": {"object": {"id": subscription, "object": "subscription", "metadata": {}}},
    });
    event.to_string()
}

/// WH-01, CF-01: what cannot work is refused at the start, by its name, and no secret is repeated.
#[test]
fn bad_settings_for_stripe_are_refused_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = folder.path().join("keys");
    let made = Command::new(binary()).args(["keys", "create", "--file"]).arg(&keys).output().expect("it runs");
    assert!(made.status.success(), "{made:?}");
    for (variable, value, named) in [
        ("PORTAL_PAYMENTS_SECRET", "pk_live_0123456789abcdef", "payments.secret_file"),
        ("PORTAL_PAYMENTS_WEBHOOK_SECRET", "", "payments.webhook_secret_file"),
        ("PORTAL_PAYMENTS_WEBHOOK_SECRET", "0123456789abcdef", "payments.webhook_secret_file"),
        ("PORTAL_PAYMENTS_BASE_URL", "http://stripe.example", "payments.base_url"),
        ("PORTAL_PAYMENTS_CURRENCY", "ISK", "payments.currency"),
    ] {
        let mut command = Command::new(binary());
        command.arg("serve").envs(settings("https://stripe.example")).env(variable, value);
        if variable == "PORTAL_PAYMENTS_CURRENCY" {
            for price in ["SECUREMAIL_MONTHLY", "SECUREMAIL_ANNUAL", "PLUGIN_MONTHLY", "PLUGIN_ANNUAL"] {
                command.env(format!("PORTAL_PRICE_{price}"), "1000");
            }
        }
        command.env("PORTAL_BASE_URL", "http://127.0.0.1:9").env("PORTAL_LISTEN", "127.0.0.1:0");
        command.env("PORTAL_KEYS_FILE", &keys).env("PORTAL_STORAGE_PATH", folder.path().join("portal.db"));
        let refused = command.env("PORTAL_MAIL_TRANSPORT", "sandbox").output().expect("it runs");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(2), "{variable}={value}: {said}");
        assert!(said.contains(named) && !said.contains("0123456789abcdef"), "{variable}={value}: {said}");
    }
}

/// What a server is told that is paid through this Stripe.
pub(crate) fn settings(stripe: &str) -> [(&'static str, String); 4] {
    [
        ("PORTAL_PAYMENTS_PROVIDER", "stripe".to_owned()),
        ("PORTAL_PAYMENTS_SECRET", KEY.to_owned()),
        ("PORTAL_PAYMENTS_WEBHOOK_SECRET", SECRET.to_owned()),
        ("PORTAL_PAYMENTS_BASE_URL", stripe.to_owned()),
    ]
}

/// A body, and what Stripe would sign it with now.
pub(crate) fn signed(body: &str) -> (String, String) {
    let time = SystemClock::default().now().micros() / 1_000_000;
    let mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length");
    let mac = mac.chain_update(format!("{time}.{body}")).finalize().into_bytes();
    let digits: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    (body.to_owned(), format!("t={time},v1={digits}"))
}

/// The status of the answer to an event.
pub(crate) async fn post(server: &Server, body: &str, signature: &str) -> StatusCode {
    send(server, body, signature).await.status()
}

/// What is answered to an event.
pub(crate) async fn send(server: &Server, body: &str, signature: &str) -> Response {
    let request = client().build().expect("a client").post(format!("{}/webhooks/payments", server.base));
    let request = request.header("stripe-signature", signature).header("content-type", "application/json");
    request.body(body.to_owned()).send().await.expect("an answer")
}

const KEY: &str = "sk_test_canary0123456789";
const SECRET: &str = "whsec_canary0123456789";
/// How the list says that somebody is paid for.
pub(crate) const PAID: &str = "is-paid\">Paid";
