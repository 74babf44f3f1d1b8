//! Settings › Audit log, and the API beside it.

use std::time::Duration;

use axum::http::Method;
use practice_domain::fact::Log;
use practice_domain::port::Reader as _;
use serde_json::json;

use crate::browser::Answer;
use crate::house::{House, MANAGER, PASSWORD};
use crate::managing::with_anika;

const PAGE: &str = "/settings/audit";

/// The rows of the page: what happened, in order.
fn events(answer: &Answer) -> Vec<String> {
    let rows = answer.body.split("<th role=\"rowheader\" scope=\"row\" class=\"any\">").skip(1);
    rows.map(|row| row.split("</th>").next().expect("a cell").to_owned()).collect()
}

/// AU-05, AU-01
#[tokio::test]
async fn an_owner_reads_what_happened_in_plain_words() {
    let (house, mut manager, anika) = with_anika().await;
    house.register(&mut house.browser(), anika, 1).await;
    manager.get("/settings").await.is(200).says("href=\"/settings/audit\"");
    let page = manager.get(PAGE).await;
    page.is(200).says("Anika Bhattacharya").says("Marisol Vega").says("Support: test").says("The practice began");
    let all = events(&page);
    assert_eq!(all.last().map(String::as_str), Some("The practice began"));
    assert!(
        all.contains(&"Signed in".to_owned()) && all.contains(&"Terms of use accepted, version 2026-05-04".to_owned())
    );
    let again = events(&manager.get(PAGE).await);
    assert_eq!((again[0].as_str(), &again[1..]), ("Audit log read", &all[..]), "that it was read is recorded, too");
}

/// AU-05: what is chosen is kept over pages; what is wrong is said, nothing is read, and nothing typed is lost.
#[tokio::test]
async fn the_log_is_narrowed_and_paged() {
    let (house, mut manager, anika) = with_anika().await;
    house.register(&mut house.browser(), anika, 1).await;
    let only = |query: &'static str| format!("{PAGE}?{query}");
    let support = events(&manager.get(&only("by=operator")).await);
    assert!(!support.is_empty() && support.iter().all(|event| !event.contains("Signed in")), "{support:?}");
    let signing = events(&manager.get(&only("event=sign-in&person=marisol")).await);
    assert!(signing.contains(&"Signed in".to_owned()) && !signing.contains(&"Registered".to_owned()), "{signing:?}");
    let about = manager.get(&only("person=bhattacharya")).await;
    assert!(events(&about).contains(&"Registered".to_owned()), "by account, place and invitation");
    about.says_not("The practice began");
    let count = house.memory.entries(Log::Practice(house.practice), 1, 500).await.expect("memory").len();
    manager.get(&only("person=nobody")).await.is(422).says("We find nobody").says("value=\"nobody\"");
    manager.get(&only("from=June&to=2026-02-31")).await.is(422).says("Enter a day like").says("value=\"June\"");
    let after = house.memory.entries(Log::Practice(house.practice), 1, 500).await.expect("memory").len();
    assert_eq!(after, count, "nothing was read");
    manager.get(&only("to=1999-12-31")).await.is(200).says("There are no entries of this kind.");
    for _ in 0..60 {
        house.clock.advance(Duration::from_secs(1));
        manager.get(&only("event=plans")).await.is(200);
    }
    let first = manager.get(&only("event=settings")).await;
    assert_eq!(events(&first).len(), 50);
    let older = first.body.split("href=\"").find(|part| part.starts_with("/settings/audit?event=settings&#38;page="));
    let older = older.and_then(|part| part.split('"').next()).expect("a link").replace("&#38;", "&");
    let second = manager.get(&older).await;
    second.is(200).says("Newest").says("The practice began");
    assert!(!events(&second).is_empty());
}

/// ROLE-1, TN-01: only whose role may, and only their own practice's.
#[tokio::test]
async fn the_log_is_for_those_who_may_read_it() {
    let (house, mut manager, anika) = with_anika().await;
    house.register(&mut house.browser(), anika, 1).await;
    let mut anika = house.browser();
    anika.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    anika.get(PAGE).await.is(403).says("Ask an Owner in your practice");
    let path = format!("/api/v1/practices/{}/audit", house.practice);
    anika.get(&path).await.refuses(403, "not-permitted");
    let (other, _) = house.another().await;
    manager.get(&format!("/api/v1/practices/{other}/audit")).await.refuses(404, "not-found");
    let page = manager.get(PAGE).await;
    page.says_not("elsewhere.example");
}

/// CODE-2, CW-03, INV-3: neither the code word nor a password, nor anybody of another practice, is in the page or the answer.
#[tokio::test]
async fn no_secret_and_no_stranger_is_in_the_log() {
    let (house, mut manager) = House::managed().await;
    manager.get("/settings/employees/add").await.is(200);
    let added = manager.post("/settings/employees", &[("first", "Petra"), ("last", "Novak"), ("active", "yes")]).await;
    let id = added.header("location").rsplit('/').next().expect("an id").to_owned();
    let account = [("active", "yes"), ("email", "petra@b.example"), ("cell", "(415) 555-2672"), ("role", "front-desk")];
    manager.post(&format!("/settings/user-accounts/{id}"), &account).await.is(303);
    let word = house.word().await;
    manager.get("/settings/code-word").await.is(200).says(&word);
    manager.post("/settings/code-word/rotate", &[]).await.is(303);
    let (_, stranger) = house.another().await;
    house.register(&mut house.browser(), stranger, 1).await;
    let key = format!("Bearer {}", house.key(practice_domain::channel::Product::TruForm).await);
    let invite =
        json!({"inviter": MANAGER, "email": "owner@elsewhere.example", "kind": "patient", "placement": "outside"});
    let to = format!("/api/v1/practices/{}/invitations", house.practice);
    manager.json(Method::POST, &to, &[("authorization", &key)], &invite).await.is(201);
    let page = manager.get(PAGE).await;
    page.is(200).says("Code word shown").says("Code word rotated").says("User account prepared: Front Desk");
    let api = manager.get(&format!("/api/v1/practices/{}/audit", house.practice)).await;
    api.is(200);
    let words = [word, house.word().await, PASSWORD.to_owned(), "elsewhere".to_owned(), "Elsewhere".to_owned()];
    for answer in [&page, &api] {
        words.iter().for_each(|word| assert!(!answer.body.contains(word.as_str()), "{word}"));
    }
}

/// AU-05
#[tokio::test]
async fn the_api_reads_the_log() {
    let (house, mut manager) = House::managed().await;
    let path = format!("/api/v1/practices/{}/audit", house.practice);
    let all = manager.get(&path).await.is(200).json();
    let entries = all["entries"].as_array().expect("entries").clone();
    let newest = &entries[0];
    assert_eq!((&newest["code"], &newest["sentence"]), (&"sign-in.succeeded".into(), &"Signed in".into()));
    assert_eq!(newest["actor"], "account");
    let account = newest["actor_is"].as_str().expect("an id");
    let about = manager.get(&format!("{path}?about={account}&topic=sign-in")).await.is(200).json();
    let about = about["entries"].as_array().expect("entries").clone();
    assert!(!about.is_empty() && about.iter().all(|entry| entry["topic"] == "sign-in"), "{about:?}");
    let support = manager.get(&format!("{path}?actor=operator")).await.is(200).json();
    assert_eq!(support["entries"].as_array().expect("entries").last().expect("one")["actor_is"], "test");
    let from = entries[0]["at"].as_str().expect("a moment").replace('+', "%2B");
    house.clock.advance(Duration::from_secs(1));
    let until = manager.get(&format!("{path}?until={from}")).await.is(200).json();
    assert!(until["entries"].as_array().expect("entries").len() < entries.len());
    for odd in ["from=yesterday", "actor=nobody", "topic=weather", "about=7"] {
        manager.get(&format!("{path}?{odd}")).await.refuses(422, "invalid-query");
    }
}

/// AU-05, SE-08, IN-05: what is chosen comes as a file, after the password, safe in a spreadsheet; and that is one more entry.
#[tokio::test]
async fn the_log_is_exported_after_the_password() {
    let (house, mut manager, anika) = with_anika().await;
    house.register(&mut house.browser(), anika, 1).await;
    let export = "/settings/audit/export?event=sign-in&person=marisol";
    manager
        .get("/settings/audit?event=sign-in&person=marisol")
        .await
        .is(200)
        .says("/settings/audit/export?event=sign-in");
    house.clock.advance(Duration::from_secs(600));
    manager
        .get(export)
        .await
        .goes_to("/confirm-password?next=%2Fsettings%2Faudit%2Fexport%3Fevent%3Dsign-in%26person%3Dmarisol");
    let confirmed = manager.post("/confirm-password", &[("password", PASSWORD), ("next", export)]).await;
    confirmed.goes_to(export);
    house.clock.advance(Duration::from_secs(1));
    let count = || async { house.memory.entries(Log::Practice(house.practice), 1, 500).await.expect("memory").len() };
    let before = count().await;
    let file = manager.get(export).await;
    file.is(200).says("Number,When,Code,Topic,Event,Done by,Who,Address,Details");
    assert_eq!(count().await, before + 1, "one entry");
    let lines: Vec<&str> = file.body.lines().skip(1).collect();
    assert!(!lines.is_empty() && lines.iter().all(|line| line.contains(",sign-in,")), "{}", file.body);
    assert!(lines.iter().any(|line| line.contains("sign-in.succeeded,sign-in,Signed in,account,")), "{}", file.body);
    assert!(!file.body.contains("Marisol") && !file.body.contains(MANAGER), "ids, no names");
    house.clock.advance(Duration::from_secs(1));
    let all = manager.get("/settings/audit/export").await;
    assert!(all.body.contains(",Audit log exported,") && all.body.contains(",practice.founded,"), "{}", all.body);
    assert_eq!(all.body.lines().count(), before + 2, "a header, all that was there, and the export before");
    manager.get("/settings/audit/export?from=June").await.goes_to("/settings/audit?from=June");
    let path = format!("/api/v1/practices/{}/audit/export", house.practice);
    manager.get(&format!("{path}?topic=nonsense")).await.refuses(422, "invalid-query");
    manager.get(&format!("{path}?actor=operator")).await.is(200).says(",operator,test,");
    house.clock.advance(Duration::from_secs(600));
    manager.get(&path).await.refuses(403, "reauth-required");
}
