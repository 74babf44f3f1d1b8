use std::time::Duration;

use axum::http::Method;
use practice_domain::notice::About;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::browser::{Browser, encode};
use crate::house::{House, MANAGER, PASSWORD};
use crate::managing::with_anika;

const ANIKA: &str = "anika@brightwater.example";

/// A manager, and a registered member who is signed in twice: the member's row, and their browsers.
async fn two_at_work() -> (House, Browser, String, [Browser; 2]) {
    let (house, mut manager, anika) = with_anika().await;
    house.register(&mut house.browser(), anika, 1).await;
    let mut theirs = [house.browser(), house.browser()];
    for browser in &mut theirs {
        browser.sign_in(ANIKA, PASSWORD).await.goes_to("/dashboard");
    }
    let list = manager.get("/manage?q=anika").await;
    let row = list.is(200).body.split("<tr role=\"row\" id=\"u").nth(1).map(|rest| rest[..36].to_owned());
    (house, manager, row.expect("listed"), theirs)
}

fn ends(body: &str) -> Vec<String> {
    let actions = body.split("action=\"").skip(1).filter_map(|rest| rest.split('"').next());
    actions
        .filter(|action| action.contains("/sessions/") && !action.contains("/sessions/end"))
        .map(str::to_owned)
        .collect()
}

fn told(house: &House) -> usize {
    house.memory.notices().iter().filter(|notice| matches!(notice.about, About::SessionsEnded { .. })).count()
}

/// `SESS-1`, `SESS-2`, `LIST-5`
#[tokio::test]
async fn a_manager_ends_the_sessions_of_a_member_after_giving_the_password_again() {
    let (house, mut manager, id, mut theirs) = two_at_work().await;
    let (row, place) = (format!("/manage/users/{id}"), "?q=anika");
    let back = format!("{row}{place}#sessions");
    let page = manager.get(&format!("{row}{place}")).await;
    page.is(200).says("Where Anika Bhattacharya is signed in").says("Firefox on Windows").says("End All Sessions");
    let each = ends(&page.body);
    assert_eq!(each.len(), 2, "{each:?}");

    house.clock.advance(Duration::from_secs(301));
    let confirm = format!("/confirm-password?next={}", encode(&back));
    manager.get(&format!("{row}{place}")).await.is(200).says(&confirm).says_not("Firefox on Windows");
    for path in [&each[0], &format!("{row}/sessions/end{place}")] {
        manager.post(path, &[]).await.goes_to(&confirm);
    }
    for browser in &mut theirs {
        browser.get("/dashboard").await.is(200);
    }
    let asked = manager.get(&confirm).await;
    asked.is(200).says("see and end the sessions of other people").says(&format!("href=\"{row}{place}#sessions\""));
    manager.post("/confirm-password", &[("next", &back), ("password", PASSWORD)]).await.goes_to(&back);

    manager.get(&format!("{row}{place}")).await.is(200).says("Firefox on Windows");
    manager.post(&each[0], &[]).await.goes_to(&back);
    let page = manager.get(&format!("{row}{place}")).await;
    page.is(200).says("That session has ended.");
    assert_eq!((ends(&page.body).len(), told(&house)), (1, 1));
    let mut out = 0;
    for browser in &mut theirs {
        out += usize::from(browser.get("/dashboard").await.status == 303);
    }
    assert_eq!(out, 1);

    let all = format!("{row}/sessions/end{place}");
    for _ in 0..2 {
        manager.post(&all, &[]).await.goes_to(&back);
        manager.get(&format!("{row}{place}")).await.says("All sessions of Anika Bhattacharya have ended.");
    }
    manager.get(&row).await.is(200).says("Anika Bhattacharya is not signed in now.").says_not("End All Sessions");
    for browser in &mut theirs {
        browser.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    }
    assert_eq!(told(&house), 2);
}

/// `SESS-1`
#[tokio::test]
async fn a_manager_s_own_page_keeps_the_session_that_looks_at_it() {
    let (house, mut manager) = House::managed().await;
    let mut second = house.browser();
    second.sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
    let list = manager.get("/manage").await;
    let id = list.body.split("<tr role=\"row\" id=\"u").nth(1).map(|rest| rest[..36].to_owned()).expect("listed");
    let row = format!("/manage/users/{id}");
    let page = manager.get(&row).await;
    page.is(200).says("This session").says("End All Other Sessions").says_not("is told by email");
    assert_eq!(ends(&page.body).len(), 1);
    manager.post(&format!("{row}/sessions/end"), &[]).await.goes_to(&format!("{row}#sessions"));
    manager.get(&row).await.is(200).says("Your other sessions have ended.").says_not("End All");
    second.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    assert_eq!(told(&house), 0);
}

/// `SESS-1`, `SESS-2`, `PRA-5`
#[tokio::test]
async fn the_api_lists_and_ends_the_sessions_of_a_member() {
    let (house, mut manager, id, mut theirs) = two_at_work().await;
    let session = manager.get("/api/v1/session").await;
    session.is(200).json()["csrf_token"].as_str().expect("a token").clone_into(&mut manager.token);
    let person = format!("/api/v1/practices/{}/people/{id}", house.practice);
    let list = format!("{person}/sessions");
    let allowed = manager.get(&person).await;
    assert_eq!(allowed.is(200).json()["actions"]["end_sessions"], json!({"allowed": true}));
    let sessions = manager.get(&list).await.is(200).json()["sessions"].as_array().expect("sessions").clone();
    assert_eq!(sessions.len(), 2);
    assert!(
        sessions.iter().all(|session| session["current"] == false && session["agent"] == "Firefox/140.0 (Windows)")
    );
    let first = sessions[0]["id"].as_str().expect("an id");

    let nothing = Uuid::from_u128(9);
    let mine = session.json()["id"].as_str().expect("an id").to_owned();
    for odd in [nothing.to_string(), mine, "x".to_owned()] {
        manager.json(Method::DELETE, &format!("{list}/{odd}"), &[], &Value::Null).await.refuses(404, "not-found");
    }
    for _ in 0..2 {
        manager.json(Method::DELETE, &format!("{list}/{first}"), &[], &Value::Null).await.is(204);
    }
    assert_eq!(manager.get(&list).await.json()["sessions"].as_array().map(Vec::len), Some(1));
    house.clock.advance(Duration::from_secs(301));
    manager.get(&list).await.refuses(403, "reauth-required");
    for path in [&list, &format!("{list}/{first}")] {
        manager.json(Method::DELETE, path, &[], &Value::Null).await.refuses(403, "reauth-required");
    }
    let again = json!({"password": PASSWORD});
    let session = manager.json(Method::POST, "/api/v1/session/confirm", &[], &again).await;
    session.is(200).json()["csrf_token"].as_str().expect("a token").clone_into(&mut manager.token);
    for _ in 0..2 {
        manager.json(Method::DELETE, &list, &[], &Value::Null).await.is(204);
    }
    assert_eq!(manager.get(&list).await.is(200).json(), json!({"sessions": []}));
    for browser in &mut theirs {
        browser.get("/dashboard").await.goes_to("/login?next=%2Fdashboard");
    }
    assert_eq!(told(&house), 2);
}

/// `SESS-1`
#[tokio::test]
async fn somebody_who_has_not_registered_has_no_sessions() {
    let (house, mut manager, anika) = with_anika().await;
    let session = manager.get("/api/v1/session").await;
    session.json()["csrf_token"].as_str().expect("a token").clone_into(&mut manager.token);
    let person = format!("/api/v1/practices/{}/people/{anika}", house.practice);
    let list = format!("{person}/sessions");
    let refused = manager.get(&person).await.is(200).json();
    assert_eq!(refused["actions"]["end_sessions"], json!({"allowed": false, "reason": "not-registered"}));
    manager.get(&list).await.refuses(409, "not-registered");
    for path in [list.clone(), format!("{list}/{}", Uuid::from_u128(9))] {
        manager.json(Method::DELETE, &path, &[], &Value::Null).await.refuses(409, "not-registered");
    }
    let page = manager.get(&format!("/manage/users/{anika}")).await;
    page.is(200).says_not("sessions");
    manager.post(&format!("/manage/users/{anika}/sessions/end"), &[]).await.is(404);
}

/// `LOCK-5`, `INV-2`: the page of a member says who invited them, and since when they are locked.
#[tokio::test]
async fn a_member_s_page_says_who_invited_them_and_since_when_they_are_locked() {
    let (house, mut manager, id, _) = two_at_work().await;
    let page = manager.get(&format!("/manage/users/{id}")).await;
    page.is(200).says(" by Marisol Vega").says_not("Locked:");
    for _ in 0..7 {
        house.browser().sign_in(ANIKA, "guess after guess 17").await.is(401);
    }
    manager.get(&format!("/manage/users/{id}")).await.is(200).says("is locked out").says("Locked: <time");
}
