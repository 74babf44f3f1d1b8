//! An administrator resets somebody's authenticator app, and pages say how the code word comes.

use std::time::Duration;

use axum::http::Method;
use practice_domain::access::{Holder, permit};
use practice_domain::notice::{About, AccountNews};
use practice_domain::policy::{Policy, Preset, Value as Kept};
use practice_domain::usecase::{SetPolicy, set_policy};
use serde_json::Value;

use crate::account::with_app;
use crate::browser::{Browser, encode};
use crate::house::{House, PASSWORD};
use crate::managing::with_anika;

const ANIKA: &str = "anika@brightwater.example";

/// Anika with an app, whom a manager finds under this address.
async fn with_app_of_anika() -> (House, Browser, String) {
    let (house, mut manager, invitation) = with_anika().await;
    house.register(&mut house.browser(), invitation, 1).await;
    let mut anika = house.browser();
    anika.sign_in(ANIKA, PASSWORD).await.goes_to("/dashboard");
    with_app(&house, &mut anika).await;
    manager.get("/profile").await.is(200);
    let employees = manager.get(&format!("/api/v1/practices/{}/employees", house.practice)).await.is(200).json();
    let employees = employees["employees"].as_array().expect("a list").clone();
    let row = employees.iter().find(|one| one["first_name"] == "Anika").expect("listed")["id"].clone();
    (house, manager, row.as_str().expect("an id").to_owned())
}

fn told(house: &House) -> usize {
    let news = |about: &About| matches!(about, About::Account { news: AccountNews::SecondFactorChanged, .. });
    house.memory.notices().iter().filter(|notice| news(&notice.about)).count()
}

/// SESS-3, SESS-2
#[tokio::test]
async fn an_administrator_resets_a_lost_app_after_the_password() {
    let (house, mut manager, id) = with_app_of_anika().await;
    let row = format!("/settings/user-accounts/{id}");
    let path = format!("{row}/second-factor");
    let before = told(&house);
    manager.get(&row).await.is(200).says(&format!("href=\"{path}\""));
    house.clock.advance(Duration::from_secs(301));
    let confirm = format!("/confirm-password?next={}", encode(&path));
    manager.get(&path).await.goes_to(&confirm);
    manager.post(&path, &[]).await.goes_to(&confirm);
    manager.get(&confirm).await.is(200).says("reset somebody&#39;s authenticator app");
    manager.post("/confirm-password", &[("next", &path), ("password", PASSWORD)]).await.goes_to(&path);
    manager.get(&path).await.is(200).says("Reset the authenticator app of Anika Bhattacharya?");
    manager.post(&path, &[]).await.goes_to(&row);
    let page = manager.get(&row).await;
    page.is(200).says("The authenticator app of Anika Bhattacharya is reset. We told them by email.").says_not(&path);
    assert_eq!(told(&house), before + 1);
    manager.post(&path, &[]).await.goes_to(&row);
    assert_eq!(told(&house), before + 1, "a second time changes nothing");
    house.browser().sign_in(ANIKA, PASSWORD).await.goes_to("/dashboard");
}

/// SESS-3, SESS-2
#[tokio::test]
async fn the_api_resets_a_lost_app() {
    let (house, mut manager, id) = with_app_of_anika().await;
    let path = format!("/api/v1/practices/{}/employees/{id}/user-account/second-factor", house.practice);
    house.clock.advance(Duration::from_secs(301));
    manager.json(Method::DELETE, &path, &[], &Value::Null).await.refuses(403, "reauth-required");
    let mut again = house.browser();
    again.sign_in(crate::house::MANAGER, PASSWORD).await.goes_to("/dashboard");
    again.get("/profile").await.is(200);
    again.json(Method::DELETE, &path, &[], &Value::Null).await.is(204);
    again.json(Method::DELETE, &path, &[], &Value::Null).await.is(204);
    again.get("/settings/employees/add").await.is(200);
    let petra = [("first", "Petra"), ("last", "Novak"), ("active", "yes")];
    let added = again.post("/settings/employees", &petra).await;
    let petra = added.header("location").rsplit('/').next().expect("an id").to_owned();
    again.json(Method::DELETE, &path.replace(&id, &petra), &[], &Value::Null).await.refuses(409, "no-account");
}

/// CODE-2: where the word is only ever said, no page promises a text.
#[tokio::test]
async fn no_page_promises_a_text_where_the_word_is_only_said() {
    let (house, mut manager) = House::managed().await;
    let petra = [("first", "Petra"), ("last", "Novak"), ("active", "yes")];
    manager.get("/settings/employees/add").await.is(200);
    let id = manager
        .post("/settings/employees", &petra)
        .await
        .header("location")
        .rsplit('/')
        .next()
        .expect("an id")
        .to_owned();
    let row = format!("/settings/user-accounts/{id}");
    manager.get(&row).await.is(200).says("We text the Practice Code Word here.");
    manager.get("/settings/code-word/rotate").await.says("get the new word by text");
    let who = Holder::<permit::ChangePolicy>::prove(house.person(&manager).await).and_then(Holder::fresh);
    let spoken = [("code_word.delivery", Kept::Word("in_person_only".to_owned()))];
    let policy = Policy::with(Preset::Standard, spoken).expect("within bounds");
    set_policy(&house.ports, &who.expect("an Owner"), SetPolicy { seen: None, policy }).await.expect("set");
    manager.get(&row).await.is(200).says("in person or by phone only").says_not("We text the");
    manager.get("/settings/user-accounts").await.says("No text goes out: say it").says_not("We text it");
    manager.get("/settings/code-word/rotate").await.says("No text goes out").says_not("by text");
    let account = [("active", "yes"), ("email", "petra@b.example"), ("cell", "(415) 555-2672"), ("role", "front-desk")];
    manager.post(&row, &account).await.goes_to(&format!("{row}#told"));
    manager
        .get(&row)
        .await
        .says("No text goes out: say the code word")
        .says("Say the code word")
        .says_not("Did the text");
    let (link, _) = house.password_link().await;
    let mut petra = house.browser();
    petra.get(&link.replace("/reset/", "/setup/")).await.goes_to("/password");
    let opened = petra.get("/password").await;
    opened.is(200).says("Ask your office for it, in person or by phone.").says_not("in a text");
    petra.post("/password", &[]).await.goes_to("/password/code-word");
    petra.get("/password/code-word").await.is(200).says("Ask your office for it").says_not("in a text");
}
