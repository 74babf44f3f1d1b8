//! Passkeys through the pages and the API, with an authenticator that nobody here wrote.

use std::time::Duration;

use axum::http::Method;
use practice_domain::notice::{About, AccountNews};
use practice_http_axum::{Settings, router};
use serde_json::{Value, json};

use crate::account::with_app;
use crate::browser::{Answer, Browser};
use crate::device::Device;
use crate::house::{House, MANAGER, PASSWORD, settings};

const OWN: &str = "/profile/second-factor/passkeys";
const API: &str = "/api/v1/profile/passkeys";
const STEP: &str = "/api/v1/session/second-factor/passkey";

/// What the page has the browser ask.
fn options(page: &Answer) -> Value {
    let text = page.body.split("data-options=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("options");
    let text = text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">");
    serde_json::from_str(&text.replace("&#38;", "&")).expect("JSON")
}

/// Adds a passkey by the pages.
async fn add(browser: &mut Browser, device: &mut Device, name: &str) {
    browser.get("/profile/second-factor").await.is(200).says("Add a Passkey");
    let page = browser.post(OWN, &[("name", name)]).await;
    page.is(200).says("Passkeys need JavaScript").says("passkeys.js");
    let answer = device.make(&options(&page)).await.to_string();
    browser.post(&format!("{OWN}/confirm"), &[("answer", &answer)]).await.goes_to("/profile/second-factor");
    browser.get("/profile/second-factor").await.is(200).says("Your passkey is added.").says(name);
}

/// As far as the second step.
async fn half(house: &House) -> Browser {
    let mut browser = house.browser();
    browser.sign_in(MANAGER, PASSWORD).await.goes_to("/login/code");
    browser.get("/login/code").await.is(200);
    browser
}

fn told(house: &House) -> usize {
    let news = |about: &About| matches!(about, About::Account { news: AccountNews::SecondFactorChanged, .. });
    house.memory.notices().iter().filter(|notice| news(&notice.about)).count()
}

/// SESS-3: added, used in place of the code, listed with its dates, removed; each with a letter.
#[tokio::test]
async fn a_passkey_is_added_used_and_removed() {
    let (house, mut manager) = House::managed().await;
    with_app(&house, &mut manager).await;
    let (mut device, letters) = (Device::default(), told(&house));
    add(&mut manager, &mut device, "Ward tablet").await;
    assert_eq!(told(&house), letters + 1);
    manager.get("/profile/second-factor").await.is(200).says("Last used: never");

    let mut browser = half(&house).await;
    browser.get("/login/code?next=%2Fprofile").await.is(200).says("Use a Passkey").says("Use a recovery code");
    let page = browser.post("/login/code/passkey", &[("next", "/profile")]).await;
    page.is(200).says("Use your passkey").says("Use your authenticator app").says("Passkeys need JavaScript");
    let answer = device.give(&options(&page)).await.to_string();
    let given = [("answer", answer.as_str()), ("next", "/profile")];
    browser.post("/login/code/passkey/confirm", &given).await.goes_to("/profile");
    browser.get("/dashboard").await.is(200);
    manager.get("/profile/second-factor").await.is(200).says_not("Last used: never");

    let page = manager.get("/profile/second-factor").await;
    let remove = page.body.split(&format!("action=\"{OWN}/")).nth(1).and_then(|rest| rest.split('"').next());
    let remove = format!("{OWN}/{}", remove.expect("a form to remove it"));
    manager.post_bare(&remove, &[], &[]).await.is(403);
    manager.post(&remove, &[]).await.goes_to("/profile/second-factor");
    manager.get("/profile/second-factor").await.is(200).says("The passkey is removed.").says_not("Ward tablet");
    assert_eq!(told(&house), letters + 2);
    manager.post(&remove, &[]).await.is(404);
    half(&house).await.get("/login/code").await.is(200).says_not("Use a Passkey");
}

/// SESS-3: nothing is told of why; a wrong answer is spent and counted, and the app still lets in.
#[tokio::test]
async fn a_wrong_answer_is_refused_in_one_sentence() {
    let (house, mut manager) = House::managed().await;
    let (_, codes) = with_app(&house, &mut manager).await;
    let mut device = Device::default();
    add(&mut manager, &mut device, "Key").await;
    let copy = device.clone();
    let refused = "That passkey did not work; try again, or use your authenticator app.";

    let mut browser = half(&house).await;
    let confirm = "/login/code/passkey/confirm";
    let page = browser.post("/login/code/passkey", &[]).await;
    let answer = device.give(&options(&page)).await.to_string();
    let other = half(&house).await.post(confirm, &[("answer", &answer)]).await;
    other.is(409).says("took too long").says("Use a Passkey");
    browser.post("/login/code/passkey", &[]).await.is(200);
    browser.post(confirm, &[("answer", &answer)]).await.is(422).says(refused);
    let page = browser.post("/login/code/passkey", &[]).await;
    let right = device.give(&options(&page)).await.to_string();
    browser.post(confirm, &[("answer", "{}")]).await.is(422).says(refused);
    browser.post(confirm, &[("answer", &right)]).await.is(409).says("took too long");
    let page = browser.post("/login/code/passkey", &[]).await;
    let late = device.give(&options(&page)).await.to_string();
    house.clock.advance(Duration::from_secs(300));
    browser.post(confirm, &[("answer", &late)]).await.is(409).says("took too long");

    let page = browser.post("/login/code/passkey", &[]).await;
    let newest = device.give(&options(&page)).await.to_string();
    browser.post(confirm, &[("answer", &newest)]).await.goes_to("/dashboard");
    let mut thief = half(&house).await;
    let page = thief.post("/login/code/passkey", &[]).await;
    let copied = copy.clone().give(&options(&page)).await.to_string();
    thief.post(confirm, &[("answer", &copied)]).await.is(422).says(refused);
    thief.post("/login/code", &[("code", &codes[0]), ("with", "recovery")]).await.goes_to("/dashboard");
}

/// SESS-2, SESS-3: adding and removing need a fresh sign-in, an app and a name.
#[tokio::test]
async fn passkeys_need_a_fresh_sign_in_an_app_and_a_name() {
    let (house, mut manager) = House::managed().await;
    manager.get("/profile/second-factor").await.is(200).says_not("Add a Passkey");
    manager.post(OWN, &[("name", "Key")]).await.is(409).says("Set up an authenticator app first");
    with_app(&house, &mut manager).await;
    manager.post(OWN, &[("name", " ")]).await.is(422).says("Enter a name");
    manager.post(&format!("{OWN}/confirm"), &[("answer", "{}")]).await.is(409).says("begin again");
    house.clock.advance(Duration::from_secs(301));
    let confirm = "/confirm-password?next=%2Fprofile%2Fsecond-factor";
    for path in [OWN.to_owned(), format!("{OWN}/confirm"), format!("{OWN}/{}/remove", uuid::Uuid::nil())] {
        manager.post(&path, &[("name", "Key")]).await.goes_to(confirm);
    }
    manager.json(Method::POST, &format!("{API}/question"), &[], &json!({ "name": "Key" })).await.is(403);
}

/// SESS-3: the same by the API.
#[tokio::test]
async fn a_program_adds_uses_and_removes_a_passkey() {
    let (house, mut manager) = House::managed().await;
    with_app(&house, &mut manager).await;
    let mut device = Device::default();
    let (question, nothing) = (format!("{API}/question"), Value::Null);
    manager.json(Method::POST, &question, &[], &json!({ "name": "" })).await.is(422);
    let asked = manager.json(Method::POST, &question, &[], &json!({ "name": "Key" })).await.is(200).json();
    let made = json!({ "answer": device.make(&asked["options"]).await });
    let added = manager.json(Method::POST, API, &[], &made).await.is(201).json();
    assert_eq!(manager.json(Method::POST, API, &[], &made).await.is(409).json()["type"], "/problems/passkey-not-begun");
    let list = manager.get(API).await.is(200).json();
    assert_eq!((&list["allowed"], &list["passkeys"][0]["id"]), (&json!(true), &added["id"]));
    assert_eq!((&list["passkeys"][0]["name"], &list["passkeys"][0]["used_at"]), (&json!("Key"), &nothing));

    let mut browser = half(&house).await;
    let asked = browser.json(Method::POST, &format!("{STEP}/question"), &[], &nothing).await.is(200).json();
    let used = json!({ "answer": device.give(&asked["options"]).await });
    let wrong = browser.json(Method::POST, STEP, &[], &json!({ "answer": {} })).await.is(422).json();
    assert_eq!(wrong["type"], "/problems/passkey-not-proven");
    assert_eq!(
        browser.json(Method::POST, STEP, &[], &used).await.is(409).json()["type"],
        "/problems/passkey-not-asked"
    );
    let asked = browser.json(Method::POST, &format!("{STEP}/question"), &[], &nothing).await.is(200).json();
    let used = json!({ "answer": device.give(&asked["options"]).await });
    browser.json(Method::POST, STEP, &[], &used).await.is(201);
    browser.get("/dashboard").await.is(200);

    let own = format!("{API}/{}", added["id"].as_str().expect("an id"));
    manager.get("/profile").await.is(200);
    manager.json(Method::DELETE, &own, &[], &nothing).await.is(204);
    manager.json(Method::DELETE, &own, &[], &nothing).await.is(404);
    let mut browser = half(&house).await;
    let none = browser.json(Method::POST, &format!("{STEP}/question"), &[], &nothing).await.is(409).json();
    assert_eq!(none["type"], "/problems/passkeys-not-offered");
}

/// SESS-3: a portal that was built without shows nothing of them; what people have waits.
#[tokio::test]
async fn a_portal_without_passkeys_offers_none() {
    let (house, mut manager) = House::managed().await;
    with_app(&house, &mut manager).await;
    add(&mut manager, &mut Device::default(), "Key").await;
    let mut browser = Browser::new(router(house.ports.clone(), Settings { passkeys: None, ..settings() }));
    browser.sign_in(MANAGER, PASSWORD).await.goes_to("/login/code");
    browser.get("/login/code").await.is(200).says_not("Use a Passkey");
    browser.post("/login/code/passkey", &[]).await.is(409).says("Passkeys are not used here.");
}
