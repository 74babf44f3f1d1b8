//! What becomes of the doors while a third party does not check answers (`BC-03`, `F-28`).

use axum::http::Method;
use practice_domain::access::Gate;
use practice_testkit::fakes::Doorman;
use serde_json::json;

use crate::gates::{Guarded, from, good};
use crate::house::{MANAGER, PASSWORD};

/// BC-03, F-28: whoever asks for something that is sent is told to come back; our own check does not open these gates.
#[tokio::test]
async fn what_is_sent_stays_shut_in_an_outage() {
    let guarded = Guarded::new(true).await;
    guarded.third_party.is_out_of_order(true);
    let before = guarded.house.memory.notices().len();
    let own = Doorman::answer(Gate::Reset, 1);
    let mut browser = guarded.house.browser();
    browser.get("/forgot").await.is(200);
    let fields = [("email", MANAGER), ("turnstile", "x"), ("altcha", own.as_str())];
    browser.post("/forgot", &fields).await.is(503).says("The security check is not available");
    let headers = [("x-security-check", "x"), ("x-security-check-fallback", own.as_str())];
    let answer = browser.json(Method::POST, "/api/v1/password-resets", &headers, &json!({"email": MANAGER})).await;
    answer.refuses(503, "bot-check-unavailable");
    assert_eq!(answer.header("retry-after"), "60");

    let (_, invitation) = guarded.house.another().await;
    let mut visitor = guarded.house.browser();
    visitor.get(&guarded.house.link(invitation, 1)).await.goes_to("/register");
    visitor.get("/register").await.is(200);
    let own = Doorman::answer(Gate::Registration, 1);
    visitor.post("/register", &[("turnstile", "x"), ("altcha", &own)]).await.is(503);
    let ordered = guarded.house.memory.notices().len() - before;
    assert_eq!(ordered, 1, "the other practice's invitation alone");
}

/// BC-03: our own check signs in, a fifth as often as otherwise; without it nobody does.
#[tokio::test]
async fn our_own_check_signs_in_a_fifth_as_often() {
    let guarded = Guarded::new(true).await;
    guarded.third_party.is_out_of_order(true);
    let mut clinic = from(&guarded.house.router, [192, 0, 2, 7]);
    clinic.get("/login").await.is(200);
    let mut statuses = Vec::new();
    for number in 0..7 {
        let (email, own) = (format!("p{number}@brightwater.example"), good(number));
        let fields = [("email", email.as_str()), ("password", "wrong"), ("turnstile", "x"), ("altcha", own.as_str())];
        statuses.push(clinic.post("/login", &fields).await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 429]);
    guarded.sign_in(MANAGER, PASSWORD, &[("turnstile", "x")]).await.is(403);
    guarded.sign_in(MANAGER, PASSWORD, &[("turnstile", "x"), ("altcha", &good(100))]).await.goes_to("/dashboard");
}

/// BC-03: readiness names the outage, stays ready, and takes it back when a probe, or anybody's answer, is checked again.
#[tokio::test]
async fn readiness_names_the_outage_until_it_is_over() {
    let guarded = Guarded::new(true).await;
    let ready = async || guarded.house.browser().get("/readyz").await.is(200).body.clone();
    assert_eq!(ready().await, "ready");
    guarded.third_party.is_out_of_order(true);
    guarded.sign_in(MANAGER, PASSWORD, &[("turnstile", "x")]).await.is(403);
    assert_eq!(ready().await, "ready\nbot-check: degraded");
    let watched = guarded.watched.as_ref().expect("there is a third party");
    watched.probe().await;
    assert!(watched.is_degraded(), "it is still away");
    guarded.third_party.is_out_of_order(false);
    watched.probe().await;
    assert_eq!(ready().await, "ready");
    let asked = guarded.third_party.asked();
    watched.probe().await;
    assert_eq!(guarded.third_party.asked(), asked, "nobody is asked while all is well");
    guarded.third_party.is_out_of_order(true);
    guarded.sign_in(MANAGER, PASSWORD, &[("turnstile", "x")]).await.is(403);
    guarded.third_party.is_out_of_order(false);
    guarded.sign_in(MANAGER, PASSWORD, &[("turnstile", &good(7))]).await.goes_to("/dashboard");
    assert_eq!(ready().await, "ready");
}
