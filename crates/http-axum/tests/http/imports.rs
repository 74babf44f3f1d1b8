//! Files of employees and invitations, as an administrator brings them in.

use std::time::Duration;

use axum::http::Method;
use practice_domain::usecase::import::carry_on_imports;
use serde_json::{Value, json};

use crate::browser::{Answer, Browser, encode};
use crate::house::House;

const STAFF: &str = "First Name,Last Name,Email,Cell Phone,Role\r\n\
    Petra,Novak,petra@brightwater.example,(415) 555-2672,Front Desk\r\n\
    Tunde,Oyelaran,,,\r\n\
    \"<b>Bo</b>\",Li,bo@brightwater.example,555-01,Dentist\r\n\
    Tundе,Oyelaran,,,\r\n";

/// A form with a file, as browsers send it.
async fn send(browser: &mut Browser, token: &str, content: &str, file: Option<&str>, text: &str) -> Answer {
    let mut body = String::new();
    for (name, value) in [("csrf", token), ("content", content), ("text", text)] {
        body.push_str(&format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
    }
    let (name, bytes) = file.map_or(("", ""), |bytes| ("staff.csv", bytes));
    let head = "Content-Disposition: form-data; name=\"file\"; filename=";
    body.push_str(&format!("--edge\r\n{head}\"{name}\"\r\nContent-Type: text/csv\r\n\r\n{bytes}\r\n--edge--\r\n"));
    let kind = [("content-type", "multipart/form-data; boundary=edge")];
    browser.send(Method::POST, "/settings/import", &kind, body).await
}

fn hidden<'a>(answer: &'a Answer, name: &str) -> &'a str {
    let rest = answer.body.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("a hidden field");
    rest.split('"').next().expect("a value")
}

/// EMP-1, EMP-2
#[tokio::test]
async fn a_file_is_shown_before_anything_is_done_and_then_carried_out() {
    let (house, mut manager) = House::managed().await;
    manager.get("/settings/import").await.is(200).says("Employees").says("Invitations through TruForm");
    let token = manager.token.clone();
    send(&mut manager, "", "employees", Some(STAFF), "").await.is(403);
    send(&mut manager, &token, "shoes", Some(STAFF), "").await.is(422).says("Choose what the file holds.");
    send(&mut manager, &token, "employees", None, "").await.is(422).says("Choose a file, or paste its rows below.");
    let odd = send(&mut manager, &token, "truform", None, "Email\nkept@x.example").await;
    odd.is(422).says("The column Kind is missing").says("kept@x.example");
    let large = "x".repeat(4 * 1024 * 1024 + 10);
    send(&mut manager, &token, "employees", Some(&large), "").await.is(413).says("too large");
    let huge = "x".repeat(5 * 1024 * 1024);
    send(&mut manager, &token, "employees", Some(&huge), "").await.is(413);

    let sent = send(&mut manager, &token, "employees", Some(STAFF), "").await;
    let at = sent.is(303).header("location").to_owned();
    let shown = manager.get(&at).await;
    shown.is(200).says("Nothing is done yet").says("Import of staff.csv").says("Add 1 employee<").says("555-01");
    shown.says("&#60;b&#62;Bo").says("Looks like row 5, and is not the same.").says_not("Petra Novak saved");
    assert_eq!(shown.header("refresh"), "");
    manager.get("/settings/employees").await.says_not("Novak");
    let seen = hidden(&shown, "seen").to_owned();

    manager.get("/settings/employees/add").await;
    manager.post("/settings/employees", &[("first", "Tunde"), ("last", "Oyelaran"), ("active", "yes")]).await.is(303);
    let changed = manager.post(&format!("{at}/go"), &[("seen", &seen)]).await;
    changed.is(409).says("The practice has changed since you looked");
    let seen = hidden(&changed, "seen").to_owned();
    manager.post(&format!("{at}/go"), &[("seen", &seen), ("look", "5")]).await.goes_to(&at);
    let going = manager.get(&at).await;
    going.is(200).says("0 of 2 rows done").says("Stop");
    assert_eq!(going.header("refresh"), "2");
    manager.post(&format!("{at}/stop"), &[]).await.goes_to(&at);
    manager.get(&at).await.is(200).says("Somebody stopped it.").says("Go On");
    assert!(!carry_on_imports(&house.ports).await.expect("memory"));
    manager.post(&format!("{at}/resume"), &[]).await.goes_to(&at);
    assert!(carry_on_imports(&house.ports).await.expect("memory"));
    manager.get(&at).await.is(200).says("<strong>2</strong> done").says_not("Left out");
    manager.get("/settings/employees").await.is(200).says("Petra Novak").says("Setup sent");
    manager.post(&format!("{at}/go"), &[("seen", &seen)]).await.goes_to(&at);

    let token = manager.token.clone();
    let again = send(&mut manager, &token, "employees", None, STAFF).await;
    let again = again.is(303).header("location").to_owned();
    manager.get(&again).await.is(200).says("Import of Pasted text").says("There is nothing new in this file.");
    manager.get("/settings/import/00000000-0000-0000-0000-000000000000").await.is(404);
}

/// SE-03, SESS-1: a page that loads itself again, and a program that asks how far a file is, keep nobody signed in.
#[tokio::test]
async fn watching_a_file_keeps_nobody_signed_in() {
    let (house, mut manager) = House::managed().await;
    manager.get("/settings/import").await.is(200);
    let token = manager.token.clone();
    let at = send(&mut manager, &token, "employees", Some(STAFF), "").await.is(303).header("location").to_owned();
    let api = at.replace("/settings/import/", &format!("/api/v1/practices/{}/imports/", house.practice));
    for _ in 0..29 {
        house.clock.advance(Duration::from_secs(60));
        manager.get(&at).await.is(200);
        manager.get(&api).await.is(200);
    }
    house.clock.advance(Duration::from_secs(60));
    manager.get(&api).await.refuses(401, "not-signed-in");
    manager.get(&at).await.goes_to(&format!("/login?next={}", encode(&at)));
}

/// INV-1, INV-2
#[tokio::test]
async fn the_api_takes_a_file_of_invitations_and_says_how_far_it_is() {
    let (house, mut manager) = House::managed().await;
    manager.get("/settings/import").await.is(200);
    let base = format!("/api/v1/practices/{}/imports", house.practice);
    let token = manager.token.clone();
    let csv = |kind: &'static str| [("content-type", kind), ("x-csrf-token", token.as_str())];
    let text = "Email,Kind,Placement\nann@y.example,Patient,Outside\nbea@y.example,Patient,Here\ncem@y.example,Patient,Outside\n";
    let post = Method::POST;
    let at = format!("{base}?content=truform&name=guests.csv");
    manager
        .send(post.clone(), &at, &csv("application/json"), text.to_owned())
        .await
        .refuses(415, "unsupported-media-type");
    manager.send(post.clone(), &base, &csv("text/csv"), text.to_owned()).await.refuses(422, "invalid-query");
    manager.send(post.clone(), &at, &csv("text/csv"), "Email\n".to_owned()).await.refuses(422, "import-empty");
    manager.send(post.clone(), &at, &csv("text/csv"), "Email\nx\n".to_owned()).await.refuses(422, "import-columns");
    let made = manager.send(post.clone(), &at, &csv("text/csv"), text.to_owned()).await;
    let (at, import) = (made.is(201).header("location").to_owned(), made.json());
    assert_eq!(
        (&import["stage"], &import["content"], &import["name"]),
        (&json!("judged"), &json!("truform"), &json!("guests.csv"))
    );
    let verdicts = &import["verdicts"];
    assert_eq!((&verdicts["look_alike"], &verdicts["bad"], &verdicts["new"]), (&json!(0), &json!(1), &json!(2)));
    let rows = manager.get(&format!("{at}/rows?after=2")).await.is(200).json();
    assert_eq!((&rows["rows"][0]["line"], &rows["rows"][0]["verdict"]), (&json!(3), &json!("bad")));
    assert_eq!(rows["rows"][0]["details"][0], "Placement: Say In Practice or Outside.");
    assert_eq!(rows["next"], Value::Null);
    manager.get(&format!("{at}/rows?after=x")).await.refuses(422, "invalid-query");
    let go = format!("{at}/go");
    manager.json(post.clone(), &go, &[], &json!({ "seen": "x" })).await.refuses(409, "import-changed");
    manager.json(post.clone(), &format!("{at}/stop"), &[], &Value::Null).await.refuses(409, "import-out-of-step");
    manager.json(post.clone(), &go, &[], &json!({ "seen": verdicts["seen"] })).await.is(202);
    manager.json(post.clone(), &go, &[], &json!({ "seen": verdicts["seen"] })).await.refuses(409, "import-out-of-step");
    assert_eq!(manager.get(&at).await.is(200).json()["stage"], "going");
    assert!(carry_on_imports(&house.ports).await.expect("memory"));
    let done = manager.get(&at).await.is(200).json();
    assert_eq!((&done["stage"], &done["planned"], &done["created"]), (&json!("done"), &json!(2), &json!(2)));
    assert_eq!(manager.get(&format!("{at}/rows")).await.json()["rows"][0]["verdict"], "created");
    let (other, _) = house.another().await;
    let elsewhere = at.replace(&house.practice.to_string(), &other.to_string());
    manager.get(&elsewhere).await.refuses(404, "not-found");
}
