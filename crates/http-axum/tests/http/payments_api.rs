//! The API beside the pages about money.

use axum::http::Method;
use practice_domain::billing::Decline;
use practice_testkit::fakes::Mood;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser};
use crate::house::PASSWORD;
use crate::payments::shop;

async fn send(browser: &mut Browser, method: Method, path: &str, body: &Value) -> Answer {
    browser.json(method, path, &[], body).await
}

async fn quote(browser: &mut Browser, row: &str, options: &[&str]) -> Answer {
    let body = json!({ "person": row, "options": options });
    send(browser, Method::POST, "/api/v1/quotes", &body).await
}

/// BILL-2, BILL-3, PM-02, HT-06: offers, a quote, one order however often it is asked for.
#[tokio::test]
async fn a_quote_is_spent_once() {
    let (house, mut manager, row) = shop().await;
    let offers = manager.get(&format!("/api/v1/people/{row}/offers")).await;
    assert_eq!(offers.is(200).json()["options"].as_array().map(Vec::len), Some(4));
    assert_eq!(
        offers.json()["options"][0],
        json!({
            "option": "securemail-monthly", "price": { "minor": 1000, "currency": "USD" },
        })
    );
    let quoted = quote(&mut manager, &row, &["securemail-annual", "outlook-plugin-annual"]).await;
    let quoted = quoted.is(201).json();
    assert_eq!((&quoted["total"]["minor"], &quoted["card"]["last4"]), (&json!(15_000), &json!("4242")));
    let body = json!({ "quote": quoted["id"] });
    let named = [("idempotency-key", "\"one\"")];
    let first = manager.json(Method::POST, "/api/v1/purchases", &named, &body).await;
    assert_eq!(
        (first.is(201).header("idempotent-replayed"), &first.json()["purchases"][1]["state"]),
        ("", &json!("paid"))
    );
    assert_eq!(first.json()["purchases"][1]["installer"], "https://downloads.example/plugin.msi");
    for headers in [&named[..], &[]] {
        let again = manager.json(Method::POST, "/api/v1/purchases", headers, &body).await;
        assert_eq!((again.is(201).header("idempotent-replayed"), again.json()), ("true", first.json()));
    }
    assert_eq!(house.bank.subscriptions().len(), 2);
    let id = first.json()["purchases"][0]["id"].as_str().expect("an id").to_owned();
    let one = manager.get(&format!("/api/v1/purchases/{id}")).await;
    assert_eq!(one.is(200).json(), first.json()["purchases"][0]);
    quote(&mut manager, &row, &["securemail-monthly"]).await.refuses(409, "no-plans-left");
    let own = send(&mut manager, Method::POST, "/api/v1/quotes", &json!({ "options": ["securemail-monthly"] })).await;
    let other = json!({ "quote": own.is(201).json()["id"] });
    manager.json(Method::POST, "/api/v1/purchases", &named, &other).await.refuses(422, "idempotency-key-reused");
    manager
        .json(Method::POST, "/api/v1/purchases", &[("idempotency-key", "one")], &other)
        .await
        .refuses(400, "idempotency-key-malformed");
}

/// PM-02, PM-05: every refusal has its code, and prices come from the server only.
#[tokio::test]
async fn refusals_are_told_by_their_codes() {
    let (house, mut manager, row) = shop().await;
    let priced = json!({ "person": row, "options": ["securemail-monthly"], "amount": 1 });
    send(&mut manager, Method::POST, "/api/v1/quotes", &priced).await.refuses(422, "unknown-field");
    quote(&mut manager, &row, &[]).await.refuses(422, "nothing-chosen");
    quote(&mut manager, &row, &["outlook-plugin-monthly"]).await.refuses(422, "needs-securemail");
    quote(&mut manager, "00000000-0000-0000-0000-000000000009", &["securemail-monthly"])
        .await
        .refuses(404, "not-found");
    quote(&mut manager, "nobody", &["securemail-monthly"]).await.refuses(422, "wrong-value");
    let id = |answer: Answer| json!({ "quote": answer.is(201).json()["id"] });
    for (mood, status, code) in [(Mood::Declines(Decline::Refused), 402, "payment-declined"), (Mood::Asks, 202, "")] {
        house.bank.next(mood);
        let order = id(quote(&mut manager, &row, &["securemail-monthly"]).await);
        let answer = send(&mut manager, Method::POST, "/api/v1/purchases", &order).await;
        match code {
            "" => assert_eq!(answer.is(status).json()["purchases"][0]["state"], "action-needed"),
            code => drop(answer.refuses(status, code)),
        }
    }
    quote(&mut manager, &row, &["securemail-monthly"]).await.refuses(409, "purchase-in-progress");
    let mut anika = house.browser();
    anika.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    anika.get("/profile").await.is(200);
    quote(&mut anika, &row, &["securemail-monthly"]).await.refuses(409, "no-card");
    anika.get(&format!("/api/v1/people/{row}/offers")).await.refuses(409, "no-card");
    let order = json!({ "quote": "00000000-0000-0000-0000-000000000009" });
    send(&mut manager, Method::POST, "/api/v1/purchases", &order).await.refuses(404, "not-found");
    house.clock.advance(std::time::Duration::from_secs(16 * 60));
    let order =
        id(send(&mut manager, Method::POST, "/api/v1/quotes", &json!({ "options": ["securemail-monthly"] })).await);
    send(&mut manager, Method::POST, "/api/v1/purchases", &order).await.refuses(403, "reauth-required");
    send(&mut manager, Method::POST, "/api/v1/card", &Value::Null).await.refuses(403, "reauth-required");
}

/// BILL-7, BILL-8, BILL-9, PM-06: what one pays for is one's own to see, cancel and have mailed.
#[tokio::test]
async fn plans_invoices_and_the_card_are_ones_own() {
    let (house, mut manager, row) = shop().await;
    let order = json!({ "quote": quote(&mut manager, &row, &["securemail-monthly"]).await.is(201).json()["id"] });
    send(&mut manager, Method::POST, "/api/v1/purchases", &order).await.is(201);
    let plans = manager.get("/api/v1/plans").await.is(200).json();
    assert_eq!((&plans["plans"][0]["person"], &plans["plans"][0]["state"]), (&json!(row), &json!("active")));
    let plan = format!("/api/v1/plans/{}", plans["plans"][0]["id"].as_str().expect("an id"));
    let invoices = manager.get("/api/v1/invoices").await.is(200).json();
    assert_eq!(
        (&invoices["invoices"][0]["amount"]["minor"], &invoices["invoices"][0]["own"]),
        (&json!(1000), &json!(false))
    );
    assert_eq!(manager.get("/api/v1/card").await.is(200).json()["card"]["expires"], "2030-06");
    let page = send(&mut manager, Method::POST, "/api/v1/card", &Value::Null).await;
    assert!(page.is(201).json()["url"].as_str().is_some_and(|url| url.starts_with("https://pay.example/")));
    send(&mut manager, Method::POST, "/api/v1/invoices/summary", &Value::Null).await.is(202);
    let mut anika = house.browser();
    anika.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    anika.get("/profile").await.is(200);
    assert_eq!(anika.get("/api/v1/plans").await.is(200).json()["plans"], json!([]));
    assert_eq!(anika.get("/api/v1/invoices").await.is(200).json()["invoices"], json!([]));
    assert_eq!(anika.get("/api/v1/card").await.is(200).json()["card"], Value::Null);
    send(&mut anika, Method::DELETE, &plan, &Value::Null).await.refuses(404, "not-found");
    let gone = send(&mut manager, Method::DELETE, &plan, &Value::Null).await;
    assert_eq!(gone.is(200).json()["plans"][0]["state"], "ended");
    send(&mut manager, Method::DELETE, &plan, &Value::Null).await.refuses(404, "not-found");
}
