//! Services that call us.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::Method;
use practice_domain::commit::{Commit, Name};
use practice_domain::lockout::{TicketAnswer, TicketRequest};
use practice_domain::notice::About;
use practice_domain::port::{CommitError, Fault, Store, TextReports, Unsigned};
use practice_domain::texts::{TextFate, TextReport, Texts};
use practice_domain::usecase::Ports;
use practice_domain::usecase::billing::Till;
use practice_domain::value::{NoticeId, Phone, Time};
use practice_http_axum::{Billing, PaymentHook, Settings, Webhooks, router};
use uuid::Uuid;

use crate::browser::{Answer, Browser};
use crate::house::{House, settings};
use crate::payments::{offer, shop};

/// Somebody who signs with `good`, and reports what the only field says.
struct Plain(NoticeId);

impl TextReports for Plain {
    fn read(&self, path: &str, form: &[(String, String)], signature: &str) -> Result<TextReport, Unsigned> {
        if signature != "good" || path != PATH {
            return Err(Unsigned);
        }
        let from = Phone::parse("(415) 555-2671").expect("a number");
        let receipt = |fate| TextReport::Receipt { notice: self.0, fate, stopped: None };
        Ok(match form[0].1.as_str() {
            "stop" => TextReport::Reply { from, texts: Texts::Stopped },
            "start" => TextReport::Reply { from, texts: Texts::Wanted },
            "failed" => receipt(TextFate::Failed),
            "delivered" => receipt(TextFate::Delivered),
            _ => TextReport::Other,
        })
    }
}

/// A store that is away.
struct Away;

#[async_trait]
impl Store for Away {
    async fn commit(&self, _: &Commit) -> Result<(), CommitError> {
        Err(Fault::unavailable("commit", "away").into())
    }

    async fn holder(&self, _: &Name) -> Result<Option<Uuid>, Fault> {
        Err(Fault::unavailable("holder", "away"))
    }

    async fn take_ticket(&self, _: &TicketRequest, _: Time) -> Result<TicketAnswer, Fault> {
        Err(Fault::unavailable("take a ticket", "away"))
    }
}

const PATH: &str = "/webhooks/twilio?notice=1";

/// The router with a peer whose receipts are about the newest code.
fn reporting(house: &House, ports: Ports) -> axum::Router {
    let codes = house.memory.notices().into_iter().rev();
    let newest = codes.into_iter().find(|notice| matches!(notice.about, About::SecretCode { .. }));
    let texts: Arc<dyn TextReports> = Arc::new(Plain(newest.expect("a code was ordered").id));
    router(ports, Settings { webhooks: Webhooks { texts: Some(texts) }, ..settings() })
}

async fn report(router: &axum::Router, signature: &str, what: &str) -> Answer {
    let mut peer = Browser::new(router.clone());
    peer.post_bare(PATH, &[("what", what)], &[("x-twilio-signature", signature)]).await
}

/// Somebody at the step where a code is awaited.
async fn awaiting(house: &House) -> Browser {
    let (_, invitation) = house.another().await;
    let mut browser = house.browser();
    browser.get(&house.link(invitation, 1)).await.goes_to("/register");
    browser.get("/register").await.is(200);
    browser.post("/register", &[]).await.goes_to("/register/phone");
    browser.post("/register/phone", &[("cell", "(415) 555-2671")]).await.goes_to("/register/verify-identity");
    browser.post("/register/verify-identity", &[("method", "text-cell")]).await.goes_to("/register/code");
    browser
}

/// WH-05: without the signature nothing is read; with nobody to read it, neither.
#[tokio::test]
async fn what_is_not_signed_is_refused() {
    let house = House::new().await;
    let mut browser = awaiting(&house).await;
    let router = reporting(&house, house.ports.clone());
    for signature in ["", "bad"] {
        report(&router, signature, "stop").await.is(403);
    }
    Browser::new(router.clone()).send(Method::POST, PATH, &[], String::new()).await.is(403);
    Browser::new(router.clone()).get(PATH).await.is(405);
    let headers = [("x-twilio-signature", "good"), ("content-type", "application/json")];
    Browser::new(router).send(Method::POST, PATH, &headers, "{}".to_owned()).await.is(415);
    report(&house.router, "good", "stop").await.is(403);
    browser.get("/register/verify-identity").await.is(200).says("text-cell");
}

/// WH-06: who has registered sees on Profile that texts have stopped, and what to do; programs are told as well.
#[tokio::test]
async fn profile_says_that_texts_have_stopped() {
    let (house, mut person) = House::managed().await;
    let router = reporting(&house, house.ports.clone());
    let texts_stopped = async |person: &mut Browser| {
        person.get("/api/v1/profile").await.is(200).json()["texts_stopped"].as_bool().expect("told")
    };
    person.get("/profile").await.is(200).says_not("id=\"texts-stopped\"");
    assert!(!texts_stopped(&mut person).await);
    report(&router, "good", "stop").await.is(204);
    let page = person.get("/profile").await;
    page.is(200).says("id=\"texts-stopped\"").says("Text START to the number that our texts came from");
    assert!(texts_stopped(&mut person).await);
    let wrong = [("first", "Marisol"), ("last", "Vega"), ("cell", "12"), ("phone", ""), ("time_zone", "")];
    person.post("/profile", &wrong).await.is(422).says("id=\"texts-stopped\"");
    house.clock.advance(std::time::Duration::from_secs(60));
    report(&router, "good", "start").await.is(204);
    person.get("/profile").await.is(200).says_not("id=\"texts-stopped\"");
    assert!(!texts_stopped(&mut person).await);
}

/// WH-06: STOP takes texts from the ways on offer, and START gives them back; the page says what to do.
#[tokio::test]
async fn stop_takes_texts_from_the_ways_on_offer() {
    let house = House::new().await;
    let mut browser = awaiting(&house).await;
    let router = reporting(&house, house.ports.clone());
    report(&router, "good", "stop").await.is(204);
    let page = browser.get("/register/verify-identity").await;
    page.is(200).says_not("text-cell").says("call-cell").says("id=\"texts-stopped\"");
    page.says("Your cell phone gets no more texts from us, because somebody answered STOP to one.");
    browser.post("/register/verify-identity", &[("method", "text-cell")]).await.is(422);
    house.clock.advance(std::time::Duration::from_secs(60));
    browser.get("/register/code").await.is(200);
    let refused = browser.post("/register/code/resend", &[]).await;
    refused.is(422).says("This number gets no more texts from us");
    browser.post("/register/verify-identity", &[("method", "call-cell")]).await.goes_to("/register/code");
    house.clock.advance(std::time::Duration::from_secs(60));
    report(&router, "good", "start").await.is(204);
    browser.get("/register/verify-identity").await.says("text-cell").says_not("id=\"texts-stopped\"");
}

/// F-27: a receipt that the text did not arrive shows on the page of whoever waits for the code.
#[tokio::test]
async fn a_receipt_shows_on_the_page() {
    let house = House::new().await;
    let mut browser = awaiting(&house).await;
    let router = reporting(&house, house.ports.clone());
    browser.get("/register/code").await.is(200).says_not("id=\"not-arrived\"");
    for _ in 0..2 {
        report(&router, "good", "failed").await.is(204);
        browser.get("/register/code").await.is(200).says("id=\"not-arrived\"").says("Get a call instead");
    }
    report(&router, "good", "nothing new").await.is(204);
    report(&router, "good", "delivered").await.is(204);
    browser.get("/register/code").await.is(200).says_not("id=\"not-arrived\"");
}

/// WH-05: when the database is away, whoever reports is to report again.
#[tokio::test]
async fn a_report_that_cannot_be_kept_is_asked_for_again() {
    let house = House::new().await;
    drop(awaiting(&house).await);
    let router = reporting(&house, Ports { store: Arc::new(Away), ..house.ports.clone() });
    let answer = report(&router, "good", "stop").await;
    answer.is(503);
    assert_eq!(answer.header("retry-after"), "5");
}

/// WH-06, CODE-2: who gives out the code word sees that texts do not reach somebody, on the page and in the API.
#[tokio::test]
async fn an_administrator_sees_that_texts_were_stopped() {
    let (house, mut boss) = House::managed().await;
    let router = reporting(&house, house.ports.clone());
    let list = format!("/api/v1/practices/{}/employees", house.practice);
    let employees = boss.get(&list).await.json();
    let own = employees["employees"][0]["id"].as_str().expect("an employee").to_owned();
    let (page, one) = (format!("/settings/user-accounts/{own}"), format!("{list}/{own}"));
    boss.get(&page).await.is(200).says_not("id=\"no-text\"");
    assert!(boss.get(&one).await.json().get("no_text").is_none());
    report(&router, "good", "stop").await.is(204);
    let told = boss.get(&page).await;
    told.is(200)
        .says("id=\"no-text\"")
        .says("Texts stopped: somebody answered STOP from this cell phone, so the code word cannot be texted");
    told.says("Say the Practice Code Word in person or by phone, to somebody whose voice or face you know.");
    let words =
        || house.memory.notices().iter().filter(|notice| matches!(notice.about, About::CodeWord { .. })).count();
    boss.post(&format!("{page}/reset"), &[]).await.goes_to(&format!("{page}#told"));
    boss.get(&page).await.says("No text goes out: say the code word in person or by phone.");
    assert_eq!(words(), 0, "no text is ordered");
    assert_eq!(boss.get(&one).await.json()["no_text"], "stopped");
}

/// WH-02, F-25: while the database is away the payment provider is asked to tell again, and nothing is done; then it is taken, once.
#[tokio::test]
async fn an_event_that_cannot_be_kept_is_asked_for_again() {
    let (house, mut manager, row) = shop().await;
    let offer = offer(&mut manager, &row, &["securemail-monthly"]).await;
    manager.post(&offer, &[]).await.goes_to(&offer);
    let (name, _) = house.bank.subscriptions().remove(0);
    house.bank.end_one();
    let ports = Ports { store: Arc::new(Away), ..house.ports.clone() };
    let hook = Some(PaymentHook { events: house.bank.clone(), header: "x-signature" });
    let billing = Billing { till: Till { ports: ports.clone(), ..house.till.clone() }, hook, installer: None };
    let down = router(ports, Settings { billing: Some(billing), ..settings() });
    let send = async |router: &axum::Router, signature: &str| {
        let headers = [("x-signature", signature), ("content-type", "application/json")];
        let body = format!("evt_78 {name}");
        Browser::new(router.clone()).send(Method::POST, "/webhooks/payments", &headers, body).await
    };
    for _ in 0..3 {
        let answer = send(&down, "good").await;
        answer.is(503).says_not("away");
        assert_eq!(answer.header("retry-after"), "5");
    }
    send(&down, "bad").await.is(400);
    let page = format!("/manage/users/{row}");
    manager.get(&page).await.says("is-paid\">Paid");
    let ended = || house.memory.audit().iter().filter(|entry| entry.fact.code() == "subscription.ended").count();
    assert_eq!(ended(), 0, "nothing is half done");
    for _ in 0..3 {
        send(&house.router, "good").await.is(200);
        manager.get(&page).await.says("is-free\">Free");
        assert_eq!(ended(), 1);
    }
}
