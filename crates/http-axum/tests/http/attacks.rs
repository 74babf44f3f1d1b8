//! What somebody tries who means ill.

use axum::http::Method;
use practice_domain::channel::Product;
use practice_http_axum::{Settings, Who, router, routes};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::browser::{Answer, Browser};
use crate::house::{House, MANAGER, PASSWORD};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Status, headers and body, without what names this one request and the form.
fn likeness(answer: &Answer, id: &str) -> (u16, Vec<String>, String) {
    let name = answer.header("x-request-id");
    let headers = answer.headers.iter().filter(|(header, _)| *header != "x-request-id");
    let mut headers: Vec<String> = headers.map(|(header, value)| format!("{header}: {value:?}")).collect();
    headers.sort();
    (answer.status.as_u16(), headers, answer.body.replace(name, "").replace(id, ""))
}

/// A User Manager whose browser knows the token of the session.
async fn signed_in() -> (House, Browser) {
    let (house, mut manager) = House::managed().await;
    manager.get("/profile").await.is(200);
    (house, manager)
}

/// `HT-03`
#[tokio::test]
async fn every_route_that_changes_something_refuses_foreign_pages_and_foreign_tokens() {
    let (house, mut manager) = signed_in().await;
    let mut stranger = house.browser();
    stranger.sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
    stranger.get("/profile").await.is(200);
    let own = manager.token.clone();
    assert_ne!(own, stranger.token);
    for route in routes().iter().filter(|route| route.method != "GET") {
        let path = route.path.replace("{practice}", &house.practice.to_string());
        let path = path
            .replace("{id}", &Uuid::from_u128(9).to_string())
            .replace("{session}", &Uuid::from_u128(9).to_string())
            .replace("{role}", "front-desk");
        let method: Method = route.method.parse().expect("a method");
        for foreign in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "https://portal.example.evil.example"),
            ("origin", "null"),
        ] {
            let headers = [foreign, FORM, ("x-csrf-token", own.as_str())];
            let answer = manager.send(method.clone(), &path, &headers, format!("csrf={own}")).await;
            answer.is(403);
        }
        let anonymous = ["/api/v1/session", "/api/v1/password-resets"].contains(&path.as_str());
        let proven_otherwise = path.ends_with("/invitations")
            || (anonymous && method == Method::POST)
            || path == "/api/v1/email-changes"
            || path.starts_with("/webhooks/")
            || route.may == Who::HalfWay;
        for token in ["", "wrong", stranger.token.as_str()] {
            let headers = [FORM, ("x-csrf-token", token)];
            let answer = manager.send(method.clone(), &path, &headers, format!("csrf={token}")).await;
            assert!(answer.status == 403 || proven_otherwise, "{} {path}: {}", route.method, answer.status);
        }
    }
    manager.get("/profile").await.is(200);
}

#[tokio::test]
async fn no_form_can_sign_a_browser_in_through_the_api() {
    let (house, _) = House::managed().await;
    let body = json!({"email": MANAGER, "password": PASSWORD}).to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""] {
        let mut victim = house.browser();
        let answer = victim.send(Method::POST, "/api/v1/session", &[("content-type", kind)], body.clone()).await;
        answer.refuses(415, "unsupported-media-type");
        assert!(victim.cookies.is_empty());
    }
}

#[tokio::test]
async fn what_belongs_to_another_practice_is_refused_like_what_does_not_exist() {
    let (house, mut manager) = signed_in().await;
    let (other, owner) = house.another().await;
    let (nothing, owner, other) = (Uuid::from_u128(9).to_string(), owner.to_string(), other.to_string());
    let own = house.practice.to_string();
    let key = format!("Bearer {}", house.key(Product::SecureMail).await);
    for route in routes().iter().filter(|route| route.path.contains("{practice}") || route.path.contains("{id}")) {
        let method: Method = route.method.parse().expect("a method");
        let body = match route.method {
            _ if route.path.ends_with("/go") => json!({"seen": "x"}),
            _ if route.path.ends_with("-told") => json!({"how": "in-person"}),
            _ if route.path.ends_with("/role") => json!({"role": "front-desk"}),
            _ if route.path.ends_with("/user-account") => {
                json!({"email": "a@b.example", "cell": "(415) 555-2671", "role": "front-desk"})
            }
            _ if route.path.contains("/employees") => json!({"last_name": "B", "employment": "other"}),
            "PUT" => json!({"doctors": true, "patients": true}),
            "PATCH" => json!({"cell": ""}),
            _ => Value::Null,
        };
        let mut tried = vec![(&own, &nothing), (&own, &owner)];
        if route.path.contains("{practice}") {
            tried = vec![(&other, &nothing), (&nothing, &nothing), (&other, &owner)];
            tried.extend(route.path.contains("{id}").then_some([(&own, &nothing), (&own, &owner)]).iter().flatten());
        }
        let mut answers = Vec::new();
        for (practice, id) in tried {
            let path = route
                .path
                .replace("{practice}", practice)
                .replace("{id}", id)
                .replace("{session}", &nothing)
                .replace("{role}", "front-desk");
            let answer = if path.starts_with("/api/") {
                let headers = [("if-match", "*"), ("authorization", key.as_str())];
                manager.json(method.clone(), &path, &headers, &body).await
            } else if method == Method::GET {
                manager.get(&path).await
            } else {
                manager.post(&path, &[("version", "0"), ("email", "a@b.example")]).await
            };
            answers.push(likeness(&answer, id));
        }
        assert_eq!(answers[0].0, 404, "{}", route.path);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{} {}: {answers:#?}", route.method, route.path);
    }
}

#[tokio::test]
async fn an_id_has_one_spelling() {
    let (house, mut manager) = House::managed().await;
    let list = manager.get(&format!("/api/v1/practices/{}/people", house.practice)).await.is(200).json();
    let id = list["people"][0]["id"].as_str().expect("an id").to_owned();
    let people = format!("/api/v1/practices/{}/people", house.practice);
    manager.get(&format!("{people}/{id}")).await.is(200);
    for odd in [format!("%7B{id}%7D"), format!("urn:uuid:{id}"), id.replace('-', ""), format!("{id}%00"), "%FF".into()]
    {
        manager.get(&format!("{people}/{odd}")).await.refuses(404, "not-found");
        manager.get(&format!("/manage/users/{odd}")).await.is(404);
    }
}

#[tokio::test]
async fn a_list_of_values_is_not_taken_for_an_object() {
    let (house, mut manager) = signed_in().await;
    let credentials = json!([MANAGER, PASSWORD]);
    let mut browser = house.browser();
    browser.json(Method::POST, "/api/v1/session", &[], &credentials).await.refuses(422, "wrong-value");
    let path = format!("/api/v1/practices/{}/two-step", house.practice);
    manager.json(Method::PUT, &path, &[], &json!([false, false])).await.refuses(422, "wrong-value");
    let padded = format!(" \r\n\t{}", json!({"email": MANAGER, "password": PASSWORD}));
    browser.send(Method::POST, "/api/v1/session", &[("content-type", "application/json")], padded).await.is(201);
}

#[tokio::test]
async fn what_is_longer_than_the_document_allows_is_refused_even_when_spaces_make_it_so() {
    let (house, mut manager) = House::managed().await;
    let body = json!({"email": format!("{}{MANAGER}", " ".repeat(254)), "password": PASSWORD});
    house.browser().json(Method::POST, "/api/v1/session", &[], &body).await.refuses(422, "email-invalid");
    let people = format!("/api/v1/practices/{}/people", house.practice);
    manager.get(&format!("{people}?q={}", "a".repeat(100))).await.is(200);
    manager.get(&format!("{people}?q={}", "a".repeat(101))).await.refuses(422, "invalid-query");
}

/// `HT-07`
#[tokio::test]
async fn if_match_is_read_strictly_and_only_after_the_body() {
    let (house, mut manager) = signed_in().await;
    let key = format!("Bearer {}", house.key(Product::Collaborator).await);
    let asked = json!({"inviter": MANAGER, "email": "a@x.example", "kind": "doctor", "placement": "in-practice"});
    let path = format!("/api/v1/practices/{}/invitations", house.practice);
    let answer = manager.json(Method::POST, &path, &[("authorization", &key)], &asked).await;
    answer.is(201);
    let person =
        format!("/api/v1/practices/{}/people/{}", house.practice, answer.json()["id"].as_str().expect("an id"));
    let change = json!({"last_name": "Okafor"});
    for odd in ["0", "\"0", "\"0\", *", "null", "\"a\"b\"", ""] {
        let answer = manager.json(Method::PATCH, &person, &[("if-match", odd)], &change).await;
        answer.refuses(400, "if-match-malformed");
    }
    let bad = json!({"last_name": "http://evil.example"});
    manager.json(Method::PATCH, &person, &[("if-match", "\"9\"")], &bad).await.refuses(422, "name-has-url");
    manager.json(Method::PATCH, &person, &[("if-match", "W/\"0\"")], &change).await.refuses(412, "changed");
    manager.json(Method::PATCH, &person, &[("if-match", "\"9\", \"0\"")], &change).await.is(200);
    manager.json(Method::PATCH, &person, &[("if-match", "*")], &change).await.is(200);
}

#[tokio::test]
async fn head_announces_what_get_would_send_also_when_it_refuses() {
    let (house, mut manager) = House::managed().await;
    for path in ["/nowhere", "/register", "/join", "/api/v1/nothing", "/login", "/manage", "/dashboard"] {
        for browser in [&mut manager, &mut house.browser()] {
            let get = browser.get(path).await;
            let head = browser.send(Method::HEAD, path, &[], String::new()).await;
            assert_eq!((head.status, head.body.as_str()), (get.status, ""), "{path}");
            let length = head.header("content-length");
            assert_eq!(length.parse::<usize>().unwrap_or_default(), get.body.len(), "{path}");
        }
    }
}

#[tokio::test]
async fn a_link_with_any_bit_turned_opens_nothing() {
    let house = House::new().await;
    let link = house.link(house.first, 1);
    let token = link.trim_start_matches("/register/").as_bytes();
    for at in 0..token.len() {
        for bit in 0..7 {
            let mut turned = token.to_vec();
            turned[at] ^= 1 << bit;
            let turned = String::from_utf8(turned).expect("seven bits are ASCII");
            if !turned.bytes().all(|byte| byte.is_ascii_graphic()) {
                continue;
            }
            let mut browser = house.browser();
            browser.cookies.insert("__Host-link".to_owned(), turned.clone());
            let opened = browser.send(Method::GET, "/register", &[], String::new()).await;
            assert_eq!(opened.status, 410, "{turned}");
        }
    }
}

#[tokio::test]
async fn a_registration_cannot_be_finished_twice_nor_by_another_browsers_steps() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.get(&house.link(house.first, 1)).await;
    browser.get("/register").await;
    browser.post("/register", &[]).await.goes_to("/register/phone");
    let mut thief = house.browser();
    thief.get("/login").await;
    thief.post("/register/phone", &[("cell", "4155552671")]).await.is(410);
    thief.cookies.insert("__Host-flow".to_owned(), "A".repeat(43));
    thief.post("/register/phone", &[("cell", "4155552671")]).await.is(410);
    let chosen = [("new_password", PASSWORD), ("again", PASSWORD)];
    browser.post("/register/password", &chosen).await.goes_to("/register/phone");
    browser.post("/register/phone", &[("cell", "4155552671")]).await;
    browser.post("/register/verify-identity", &[("method", "text-cell")]).await;
    browser.post("/register/password", &chosen).await.goes_to("/register/code");
    let code = house.code();
    browser.post("/register/code", &[("code", &code)]).await.goes_to("/register/terms");
    browser.post("/register/code", &[("code", &code)]).await.goes_to("/register/terms");
    browser.post("/register/terms", &[("version", "2026-05-04"), ("read", "yes")]).await.goes_to("/register/password");
    let flow = browser.cookies["__Host-flow"].clone();
    browser.get("/register/password").await.is(200);
    browser.post("/register/password", &chosen).await.goes_to("/login");
    browser.cookies.insert("__Host-flow".to_owned(), flow);
    browser.get("/login").await;
    let other = [("new_password", "another password entirely"), ("again", "another password entirely")];
    let replayed = browser.post("/register/password", &other).await;
    assert!(replayed.status == 410 || replayed.header("location") == "/login", "{}", replayed.status);
    house.browser().sign_in(MANAGER, "another password entirely").await.is(401);
    house.browser().sign_in(MANAGER, PASSWORD).await.goes_to("/dashboard");
}

#[tokio::test]
async fn the_document_names_the_cookie_that_the_portal_sets_and_every_schema_that_it_refers_to() {
    let house = House::new().await;
    let settings = Settings { base_url: "http://portal.example".to_owned(), ..Settings::default() };
    let plain = Browser::new(router(house.ports.clone(), settings));
    for (mut browser, name) in [(house.browser(), "__Host-session"), (plain, "session")] {
        let document = browser.get("/api/openapi.json").await;
        assert_eq!(document.is(200).json()["components"]["securitySchemes"]["session"]["name"], name);
        let schemas = &document.json()["components"]["schemas"];
        for part in document.body.split("\"#/components/schemas/").skip(1) {
            let schema = part.split('"').next().unwrap_or_default();
            assert!(schemas.get(schema).is_some(), "{schema} is not in the document");
        }
    }
}
