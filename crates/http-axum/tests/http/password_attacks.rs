//! What must not lead to somebody else's password.

use std::time::Duration;

use axum::http::Method;
use serde_json::json;

use crate::browser::Answer;
use crate::house::{House, MANAGER, PASSWORD};
use crate::passwords::BETTER;

/// Everything of an answer but the name of the request.
fn likeness(answer: &Answer) -> (u16, Vec<String>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id");
    let mut headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
    headers.sort();
    (answer.status.as_u16(), headers, answer.body.clone())
}

/// `EMP-4`, `EN-03`
#[tokio::test]
async fn known_unknown_and_locked_addresses_get_the_same_bytes_and_only_accounts_get_mail() {
    let (house, _) = House::managed().await;
    let (_, owner) = house.another().await;
    house.register(&mut house.browser(), owner, 1).await;
    for _ in 0..8 {
        house.browser().sign_in("owner@elsewhere.example", "wrong wrong wrong").await.is(401);
    }
    let mut browser = house.browser();
    browser.get("/forgot").await.is(200);
    let (mut sent, mut pages, mut documents) = (Vec::new(), Vec::new(), Vec::new());
    for (email, letters) in
        [(MANAGER, 2), ("nobody@x.example", 0), ("owner@elsewhere.example", 2), (MANAGER, 1), (MANAGER, 0)]
    {
        let before = house.letters().await;
        sent.push(likeness(&browser.post("/forgot", &[("email", email)]).await));
        pages.push(likeness(&browser.get("/forgot/sent").await));
        house.make_resets().await;
        let body = json!({ "email": email });
        documents.push(likeness(&house.browser().json(Method::POST, "/api/v1/password-resets", &[], &body).await));
        assert_eq!(house.letters().await - before, letters, "{email}");
    }
    for answers in [&sent, &pages, &documents] {
        assert!(answers.iter().all(|answer| answer == &answers[0]), "{answers:#?}");
    }
    assert_eq!((sent[0].0, pages[0].0, documents[0].0), (303, 200, 202));
    let page = browser.post("/forgot", &[("email", "nonsense")]).await;
    page.is(422).says("name@example.com").says("value=\"nonsense\"");
    let body = json!({"email": "nonsense"});
    house.browser().json(Method::POST, "/api/v1/password-resets", &[], &body).await.refuses(422, "email-invalid");
}

/// `CODE-3`
#[tokio::test]
async fn neither_the_link_alone_nor_the_code_word_alone_sets_a_password() {
    let (house, _) = House::managed().await;
    let link = house.forgot(MANAGER).await;
    let mut with_link = house.browser();
    with_link.begin(&link, "/password/code-word").await;
    with_link.get("/password/new").await.goes_to("/password/code-word");
    with_link.choose(BETTER).await.goes_to("/password/code-word");
    let word = house.word().await;
    let all = [("new_password", BETTER), ("again", BETTER), ("code_word", word.as_str())];
    with_link.post("/password/new", &all).await.goes_to("/password/code-word");
    let mut with_word = house.browser();
    with_word.get("/forgot").await;
    with_word.give_word(&word).await.is(410);
    with_word.post("/password/new", &all).await.is(410);
    with_word.post("/password", &[]).await.is(410);
    let mut planted = house.browser();
    planted.get("/forgot").await;
    planted.cookies.insert("__Host-flow".to_owned(), "A".repeat(43));
    planted.give_word(&word).await.is(410);
    planted.choose(BETTER).await.is(410);
    house.browser().sign_in(MANAGER, BETTER).await.is(401);
    house.browser().sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
}

/// `CODE-3`
#[tokio::test]
async fn the_fifth_wrong_word_kills_the_link() {
    let (house, _) = House::managed().await;
    let link = house.forgot(MANAGER).await;
    let mut browser = house.browser();
    browser.begin(&link, "/password/code-word").await;
    browser.give_word(" - ").await.is(422).says("Enter the code word");
    for left in ["4 tries", "3 tries", "2 tries", "1 try"] {
        let answer = browser.give_word("not the word").await;
        answer.is(422).says(&format!("You have {left} left")).says_not("not the word");
    }
    browser.give_word("not the word").await.is(410).says("This link no longer works").says("Brightwater Family Dental");
    browser.give_word(&house.word().await).await.is(410);
    browser.choose(BETTER).await.is(410);
    let mut other = house.browser();
    other.get(&link).await;
    other.get("/password").await.is(410).says("This link no longer works").says("/forgot");
    other.get("/forgot").await;
    other.post("/password", &[]).await.is(410);
}

/// `CODE-3`
#[tokio::test]
async fn after_twenty_wrong_words_the_practice_pauses_for_the_right_word_too() {
    let (house, manager) = House::managed().await;
    let mut browser = house.browser();
    let mut links = Vec::new();
    for who in ["a", "b", "c", "d", "e"] {
        links.push(house.employ(&manager, &format!("{who}@brightwater.example")).await);
    }
    let last = links.pop().expect("five");
    for link in links {
        browser.begin(&link, "/password/code-word").await;
        for _ in 0..5 {
            browser.give_word("not the word").await;
        }
    }
    browser.begin(&last, "/password/code-word").await;
    let word = house.word().await;
    browser.give_word(&word).await.is(429).says("There were too many wrong code words. Try again after");
    house.clock.advance(Duration::from_secs(15 * 60));
    browser.give_word(&word).await.goes_to("/password/new");
}

/// `TK-03`, `TK-06`
#[tokio::test]
async fn steps_cannot_be_replayed_and_the_newest_link_wins() {
    let (house, _) = House::managed().await;
    let old = house.forgot(MANAGER).await;
    let mut first = house.browser();
    first.begin(&old, "/password/code-word").await;
    first.give_word(&house.word().await).await.goes_to("/password/new");
    let link = house.forgot(MANAGER).await;
    first.choose(BETTER).await.is(410).says("A newer link was sent");
    first.get(&old).await;
    first.get("/password").await.is(410).says("A newer link was sent");
    let mut browser = house.browser();
    browser.begin(&link, "/password/code-word").await;
    browser.give_word(&house.word().await).await.goes_to("/password/new");
    browser.get("/password/code-word").await.goes_to("/password/new");
    browser.give_word("not the word").await.goes_to("/password/new");
    let (mut replay, mut beside) = (house.browser(), house.browser());
    replay.cookies = browser.cookies.clone();
    beside.begin(&link, "/password/code-word").await;
    browser.get("/password/new").await.is(200);
    browser.choose(BETTER).await.goes_to("/login");
    replay.get("/login").await;
    replay.choose("Another-Harbor7-Violet!").await.is(410).says("This link has been used");
    beside.give_word(&house.word().await).await.is(410);
    house.browser().sign_in(MANAGER, BETTER).await.goes_to("/dashboard");
}

/// `TK-04`, `TK-05`, `TK-10`
#[tokio::test]
async fn foreign_old_and_invented_links_are_dead_and_have_a_page() {
    let (house, _) = House::managed().await;
    let mut browser = house.browser();
    browser.get("/password").await.is(410).says("This link no longer works");
    for path in ["/reset/nonsense", "/setup/x", "/setup/nonsense"] {
        browser.get(path).await.goes_to("/password");
        browser.get("/password").await.is(410).says("This link no longer works");
    }
    browser.get("/reset/non%20sense").await.is(410).says("This link no longer works");
    browser.get(&format!("/reset/{}", "A".repeat(4096))).await.is(410);
    let invitation = house.link(house.first, 1).replace("/register/", "/setup/");
    browser.get(&invitation).await;
    browser.get("/password").await.is(410).says("This link no longer works");
    let link = house.forgot(MANAGER).await;
    browser.get(&link.replace("/reset/", "/register/")).await;
    browser.get("/register").await.is(410);
    browser.begin(&link, "/password/code-word").await;
    house.clock.advance(Duration::from_secs(61 * 60));
    browser.give_word(&house.word().await).await.is(410);
    house.clock.advance(Duration::from_secs(40 * 24 * 60 * 60));
    browser.get(&link).await.goes_to("/password");
    browser.get("/password").await.is(410).says("This link has expired").says("/forgot").says("Brightwater");
}

/// `HT-03`
#[tokio::test]
async fn every_form_needs_its_token() {
    let (house, _) = House::managed().await;
    let link = house.forgot(MANAGER).await;
    let mut browser = house.browser();
    browser.begin(&link, "/password/code-word").await;
    let word = house.word().await;
    let fields = [("email", MANAGER), ("code_word", word.as_str()), ("new_password", BETTER), ("again", BETTER)];
    for path in ["/forgot", "/password", "/password/code-word", "/password/new"] {
        browser.post_bare(path, &fields, &[]).await.is(403);
    }
    browser.get("/password/new").await.goes_to("/password/code-word");
}

impl House {
    /// How many letters with links to a password were ordered.
    async fn letters(&self) -> usize {
        self.make_resets().await
    }
}
