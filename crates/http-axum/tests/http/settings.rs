//! Settings: employees, user accounts and the code word, as an administrator sees them.

use std::time::Duration;

use axum::http::Method;
use practice_domain::fact::Log;
use practice_domain::notice::About;
use practice_domain::port::{Keys as _, Reader as _, Store as _};
use practice_testkit::fakes::FakeKeys;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser, encode};
use crate::house::{House, PASSWORD};
use crate::managing::with_anika;

const PETRA: [(&str, &str); 4] =
    [("active", "yes"), ("email", "petra@brightwater.example"), ("cell", "(415) 555-2672"), ("role", "front-desk")];

/// The practice's code word, as nobody but the store and the keys knows it.
async fn word(house: &House) -> String {
    let kept = house.memory.code_word(house.practice).await.expect("memory").expect("a code word");
    let word = FakeKeys.open_code_word(house.practice, kept.serial, &kept.sealed).expect("our own");
    word.expose().to_owned()
}

/// A manager, and an employee who was added by hand.
async fn with_petra() -> (House, Browser, String) {
    let (house, mut manager) = House::managed().await;
    manager.get("/settings/employees/add").await.is(200).says("Add Employee");
    let petra = [("first", "Petra"), ("last", "Novak"), ("ends", ""), ("active", "yes")];
    let added = manager.post("/settings/employees", &petra).await;
    let id = added.is(303).header("location").rsplit('/').next().expect("an id").to_owned();
    manager.get(&format!("/settings/employees/{id}")).await.is(200).says("Petra Novak added.");
    (house, manager, id)
}

/// EMP-1
#[tokio::test]
async fn an_administrator_adds_changes_deactivates_and_reactivates_an_employee() {
    let (_, mut manager, id) = with_petra().await;
    manager.get("/dashboard").await.is(200).says("href=\"/settings\"");
    manager.get("/settings").await.is(200).says("User Accounts").says("Employees");
    manager.get("/settings/employees").await.is(200).says("Petra Novak").says("Not an employee").says("No account");
    let row = format!("/settings/employees/{id}");
    let odd = [("version", "0"), ("first", ""), ("last", ""), ("ends", "2026-02-30")];
    manager.post(&row, &odd).await.is(422).says("Enter a day like").says("value=\"2026-02-30\"");
    let nobody = [("version", "0"), ("first", ""), ("last", "")];
    manager.post(&row, &nobody).await.is(422).says("Enter a name.");
    let until = [("version", "0"), ("first", "Petra"), ("last", "Novák"), ("ends", "2199-06-30")];
    manager.post(&row, &until).await.goes_to("/settings/employees");
    manager.get("/settings/employees").await.says("Petra Novák saved.").says("Not an employee, until Jun 30, 2199");
    manager.post(&row, &until).await.is(412).says("Somebody else changed this person meanwhile");
    manager.get(&format!("{row}/deactivate")).await.is(200).says("Deactivate Petra Novák?");
    manager.post(&format!("{row}/deactivate"), &[]).await.goes_to("/settings/employees");
    manager.get("/settings/employees").await.says("cannot sign in here any more.").says_not(&format!("id=\"e{id}\""));
    manager.get("/settings/employees?show=inactive").await.says("Not possible while inactive");
    manager.post(&format!("/settings/user-accounts/{id}"), &PETRA).await.is(409).says("only active employees");
    manager.post(&format!("{row}/reactivate"), &[]).await.goes_to(&row);
    manager.get("/settings/employees").await.is(200).says(&format!("id=\"e{id}\""));
}

/// EMP-2, EMP-3, EMP-4, CODE-2
#[tokio::test]
async fn a_user_account_is_set_up_sent_again_told_and_taken_away() {
    let (house, mut manager, id) = with_petra().await;
    let row = format!("/settings/user-accounts/{id}");
    manager.get(&row).await.is(200).says("We text the Practice Code Word here.");
    let blank = [("active", "yes"), ("email", "nonsense"), ("cell", "12"), ("role", "front-desk")];
    manager.post(&row, &blank).await.is(422).says("We send the code word to it.").says("value=\"nonsense\"");
    manager.post(&row, &PETRA).await.goes_to("/settings/user-accounts");
    let list = manager.get("/settings/user-accounts").await;
    list.is(200).says("Setup email and code word text sent to Petra Novak.").says("Front Desk").says("Setup sent");
    let told = |house: &House| {
        house.memory.notices().iter().filter(|notice| matches!(notice.about, About::CodeWord { .. })).count()
    };
    assert_eq!(told(&house), 1);
    manager.post(&format!("{row}/reset"), &[]).await.goes_to("/settings/user-accounts");
    assert_eq!(told(&house), 2);
    manager.post(&format!("{row}/reset"), &[]).await.is(303);
    manager.post(&format!("{row}/reset"), &[]).await.is(429).says("Too many links went out.");
    manager.post(&format!("{row}/told"), &[("how", "by-mail")]).await.is(422);
    manager.post(&format!("{row}/told"), &[("how", "by-phone")]).await.goes_to(&row);
    manager.get(&row).await.is(200).says("Recorded: you told Petra Novak the code word.");
    manager.post(&row, &PETRA[1..]).await.goes_to(&format!("{row}/deactivate"));
    manager.get(&format!("{row}/deactivate")).await.is(200).says("Deactivate the user account of Petra Novak?");
    manager.post(&format!("{row}/deactivate"), &[]).await.goes_to("/settings/user-accounts");
    let list = manager.get("/settings/user-accounts").await;
    list.is(200).says("Petra Novak cannot sign in here any more.").says("We recommend that you rotate it.");
    list.says("No account");
}

/// ROLE-2
#[tokio::test]
async fn another_role_is_given_and_an_owner_only_after_the_password() {
    let (house, mut manager, anika) = with_anika().await;
    house.register(&mut house.browser(), anika, 1).await;
    let list =
        manager.get("/api/v1/practices/{p}/employees".replace("{p}", &house.practice.to_string()).as_str()).await;
    let employees = list.is(200).json()["employees"].as_array().expect("a list").clone();
    let of = |first: &str| {
        let found = employees.iter().find(|one| one["first_name"] == first).expect("listed");
        found["id"].as_str().expect("an id").to_owned()
    };
    let row = format!("/settings/user-accounts/{}", of("Anika"));
    manager
        .get(&row)
        .await
        .is(200)
        .says("Only the person can change this.")
        .says("Where Anika Bhattacharya is signed in");
    let as_role = |role| [("active", "yes"), ("role", role)];
    manager.post(&row, &as_role("front-desk")).await.goes_to("/settings/user-accounts");
    manager.get("/settings/user-accounts").await.says("Anika Bhattacharya has another role now.");
    manager.post(&row, &as_role("nonsense")).await.is(422).says("Choose a role.");
    house.clock.advance(Duration::from_secs(301));
    let confirm = format!("/confirm-password?next={}", encode(&row));
    manager.post(&row, &as_role("owner")).await.goes_to(&confirm);
    manager.post("/confirm-password", &[("next", &row), ("password", PASSWORD)]).await.goes_to(&row);
    manager.get(&row).await.is(200);
    manager.post(&row, &as_role("owner")).await.goes_to("/settings/user-accounts");
    manager.post(&row, &as_role("front-desk")).await.is(303);
    let own = format!("/settings/user-accounts/{}", of("Marisol"));
    manager.post(&own, &as_role("front-desk")).await.is(409).says("at least one Owner");
    manager.post(&format!("{own}/deactivate"), &[]).await.is(409).says("at least one Owner");
}

/// EMP-2: the pages are for those who may manage user logins.
#[tokio::test]
async fn settings_are_closed_to_those_who_may_not_manage_user_logins() {
    let (house, _, anika) = with_anika().await;
    house.register(&mut house.browser(), anika, 1).await;
    let mut anika = house.browser();
    anika.sign_in("anika@brightwater.example", PASSWORD).await.goes_to("/dashboard");
    anika.get("/dashboard").await.is(200).says_not("href=\"/settings\"");
    for path in ["/settings", "/settings/employees", "/settings/user-accounts", "/settings/code-word"] {
        anika.get(path).await.is(403).says("You cannot open this page").says("Ask an Owner");
    }
    anika.post("/settings/code-word/rotate", &[]).await.is(403);
    let api = format!("/api/v1/practices/{}/employees", house.practice);
    anika.get(&api).await.refuses(403, "not-permitted");
}

/// CODE-1, CODE-2, CODE-3, CW-06
#[tokio::test]
async fn the_code_word_is_shown_in_one_answer_only_and_only_after_the_password() {
    let (house, mut manager, id) = with_petra().await;
    manager.post(&format!("/settings/user-accounts/{id}"), &PETRA).await.is(303);
    let secret = word(&house).await;
    house.clock.advance(Duration::from_secs(301));
    for path in ["/settings/code-word", "/settings/code-word/rotate"] {
        manager.get(path).await.goes_to(&format!("/confirm-password?next={}", encode(path)));
    }
    manager.post("/settings/code-word/rotate", &[]).await.is(303);
    let mut elsewhere: Vec<Answer> = vec![manager.get("/confirm-password?next=%2Fsettings%2Fcode-word").await];
    elsewhere[0].says("see the Practice Code Word");
    let given = [("next", "/settings/code-word"), ("password", PASSWORD)];
    manager.post("/confirm-password", &given).await.goes_to("/settings/code-word");
    let shown = manager.get("/settings/code-word").await;
    shown.is(200).says(&secret).says("This was added to the audit log.");
    assert_eq!(shown.header("cache-control"), "no-store");
    assert!(!shown.headers.iter().any(|(_, value)| value.to_str().is_ok_and(|text| text.contains(&secret))));
    let row = format!("/settings/user-accounts/{id}");
    for path in ["/settings/user-accounts", "/settings/employees", &row, "/settings/code-word/rotate", "/dashboard"] {
        elsewhere.push(manager.get(path).await);
    }
    let api = format!("/api/v1/practices/{}", house.practice);
    elsewhere.push(manager.get(&format!("{api}/employees/{id}")).await);
    manager.post("/settings/code-word/rotate", &[]).await.goes_to("/settings/user-accounts");
    elsewhere.push(manager.get("/settings/user-accounts").await);
    let next = word(&house).await;
    assert_ne!(next, secret);
    elsewhere.push(manager.json(Method::POST, &format!("{api}/code-word/rotate"), &[], &Value::Null).await);
    assert_eq!(elsewhere.last().expect("an answer").is(200).json(), json!({"serial": 3}));
    let words = [secret, next, word(&house).await];
    for answer in &elsewhere {
        words.iter().for_each(|word| assert!(!answer.body.contains(word), "{word} in {}", answer.body));
    }
    let log = house.memory.entries(Log::Practice(house.practice), 1, 200).await.expect("memory");
    assert_eq!(log.iter().filter(|entry| entry.text.contains("code-word.shown")).count(), 1);
}

/// EMP-1 to EMP-4, ROLE-2, CODE-2
#[tokio::test]
async fn the_api_does_what_the_pages_do() {
    let (house, _) = House::managed().await;
    let mut browser = house.browser();
    browser.sign_in(crate::house::MANAGER, PASSWORD).await.goes_to("/dashboard");
    browser.get("/profile").await.is(200);
    let all = format!("/api/v1/practices/{}/employees", house.practice);
    let petra = json!({"first_name": "Petra", "last_name": "Novak", "employment": "other", "ends_on": "2199-06-30"});
    let added = browser.json(Method::POST, &all, &[], &petra).await;
    let shown = added.is(201).json();
    assert_eq!((&shown["ends_on"], &shown["account"]), (&"2199-06-30".into(), &"none".into()));
    let one = format!("{all}/{}", shown["id"].as_str().expect("an id"));
    let employed = json!({"last_name": "Novak", "employment": "employed"});
    browser.json(Method::PUT, &one, &[], &employed).await.refuses(428, "if-match-required");
    browser.json(Method::PUT, &one, &[("if-match", "\"7\"")], &employed).await.refuses(412, "changed");
    browser.json(Method::PUT, &one, &[("if-match", added.header("etag"))], &employed).await.is(200);
    let bad = json!({"last_name": "Novak", "employment": "employed", "ends_on": "2199-06-30"});
    browser.json(Method::PUT, &one, &[("if-match", "*")], &bad).await.refuses(422, "invalid-day");
    let account = json!({"email": "petra@brightwater.example", "cell": "(415) 555-2672", "role": "front-desk"});
    let path = format!("{one}/user-account");
    let sent = browser.json(Method::PUT, &path, &[], &account).await;
    assert_eq!(sent.is(200).json(), json!({"outcome": "sent", "texted": true}));
    assert_eq!(browser.get(&one).await.is(200).json()["account"], "pending");
    browser.json(Method::POST, &format!("{path}/reset"), &[], &Value::Null).await.is(200);
    let role = json!({"role": "dentist"});
    browser.json(Method::PUT, &format!("{path}/role"), &[], &role).await.refuses(409, "no-account");
    browser.json(Method::POST, &format!("{one}/code-word-told"), &[], &json!({"how": "in-person"})).await.is(204);
    let written = json!({"how": "in-writing"});
    browser.json(Method::POST, &format!("{one}/code-word-told"), &[], &written).await.refuses(422, "wrong-value");
    let left = browser.json(Method::DELETE, &path, &[], &Value::Null).await;
    assert_eq!(left.is(200).json(), json!({"code_word": "rotation-proposed"}));
    browser.json(Method::POST, &format!("{one}/deactivate"), &[], &Value::Null).await.is(200);
    browser.json(Method::PUT, &path, &[], &account).await.refuses(409, "employee-inactive");
    let back = browser.json(Method::POST, &format!("{one}/reactivate"), &[], &Value::Null).await;
    assert_eq!(back.is(200).json()["active"], true);
    house.clock.advance(Duration::from_secs(301));
    let rotate = format!("/api/v1/practices/{}/code-word/rotate", house.practice);
    browser.json(Method::POST, &rotate, &[], &Value::Null).await.refuses(403, "reauth-required");
}
