use axum::http::Method;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use practice_domain::channel::Product;
use practice_domain::fact::Log;
use practice_domain::port::Reader as _;
use serde_json::json;

use crate::browser::Answer;
use crate::house::{House, MANAGER, PASSWORD};

/// What is the same whatever the cause: status, headers but the request's name, body but token and name.
fn likeness(answer: &Answer) -> (u16, Vec<String>, String) {
    let mut headers: Vec<String> =
        answer.headers.iter().filter(|(name, _)| *name != "x-request-id").map(|(n, v)| format!("{n}: {v:?}")).collect();
    headers.sort();
    let token = answer.body.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let body = answer.body.replace(token.unwrap_or("\u{0}"), "");
    let body = body.split("\"instance\"").next().unwrap_or_default().to_owned();
    (answer.status.as_u16(), headers, body)
}

/// `LOCK-3`, `EN-01`, `EN-02`
#[tokio::test]
async fn unknown_wrong_locked_and_unregistered_get_one_answer_for_the_same_work() {
    let (house, _) = House::managed().await;
    let (_, owner) = house.another().await;
    let mut registered = house.browser();
    house.register(&mut registered, owner, 1).await;
    let mut attacker = house.browser();
    for _ in 0..8 {
        attacker.sign_in("owner@elsewhere.example", "wrong wrong wrong").await.is(401);
    }
    let key = house.key(Product::Collaborator).await;
    let asked = json!({"inviter": MANAGER, "email": "new@x.example", "kind": "doctor", "placement": "in-practice"});
    let path = format!("/api/v1/practices/{}/invitations", house.practice);
    let bearer = format!("Bearer {key}");
    house.browser().json(Method::POST, &path, &[("authorization", &bearer)], &asked).await.is(201);
    let cases = [
        ("nobody@x.example", PASSWORD),
        (MANAGER, "wrong wrong wrong"),
        ("owner@elsewhere.example", PASSWORD),
        ("new@x.example", PASSWORD),
    ];
    let (mut pages, mut documents) = (Vec::new(), Vec::new());
    for (email, password) in cases {
        let checks = || house.passwords.real_checks() + house.passwords.dummy_checks();
        let before = checks();
        let page = house.browser().sign_in(email, password).await;
        assert_eq!(checks() - before, 1, "{email}");
        page.says("We could not sign you in.").says("After several failed attempts an account locks.");
        assert_eq!(page.header("www-authenticate"), "Session realm=\"portal\"");
        pages.push(likeness(&page));
        let body = json!({"email": email, "password": password});
        let document = house.browser().json(Method::POST, "/api/v1/session", &[], &body).await;
        document.refuses(401, "invalid-credentials");
        documents.push(likeness(&document));
    }
    assert!(pages.iter().all(|page| *page == pages[0]), "{pages:#?}");
    assert!(documents.iter().all(|document| *document == documents[0]));
}

#[tokio::test]
async fn a_malformed_address_is_a_field_to_put_right() {
    let house = House::new().await;
    let mut browser = house.browser();
    browser.get("/login").await;
    let page = browser.post("/login", &[("email", "nonsense"), ("password", "x")]).await;
    page.is(422).says("name@example.com").says("value=\"nonsense\"").says_not("After several failed attempts");
    assert_eq!(house.passwords.dummy_checks(), 0);
}

/// `HT-05`
#[tokio::test]
async fn next_is_only_ever_a_place_of_our_own() {
    let (house, _) = House::managed().await;
    for evil in ["//evil.example", "https://evil.example", "/\\evil.example", "%2f%2fevil", "/\t/evil", "\\\\evil"] {
        let mut browser = house.browser();
        browser.get(&format!("/login?next={}", crate::browser::encode(evil))).await.is(200).says_not("name=\"next\"");
        let fields = [("email", MANAGER), ("password", PASSWORD), ("next", evil)];
        browser.post("/login", &fields).await.goes_to("/dashboard");
        browser.get(&format!("/login?next={}", crate::browser::encode(evil))).await.goes_to("/dashboard");
    }
    let mut browser = house.browser();
    browser.get("/manage?q=a").await.goes_to("/login?next=%2Fmanage%3Fq%3Da");
    browser.get("/login?next=%2Fmanage%3Fq%3Da").await.says("value=\"/manage?q=a\"");
    let fields = [("email", MANAGER), ("password", PASSWORD), ("next", "/manage?q=a")];
    browser.post("/login", &fields).await.goes_to("/manage?q=a");
}

/// `HT-03`
#[tokio::test]
async fn a_form_needs_its_token_and_our_own_origin() {
    let (house, mut manager) = House::managed().await;
    manager.get("/manage").await;
    let token = manager.token.clone();
    let field = [("csrf", token.as_str()), ("patients", "on")];
    let path = "/manage/two-step";
    for headers in [
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
        [("origin", "https://evil.example")],
        [("origin", "null")],
    ] {
        manager.post_bare(path, &field, &headers).await.is(403);
    }
    for headers in [[("sec-fetch-site", "same-origin")], [("origin", "https://portal.example")]] {
        manager.post_bare(path, &field, &headers).await.is(303);
        manager.post_bare(path, &[("csrf", "wrong")], &headers).await.is(403);
    }
    let stale = manager.post_bare(path, &[("patients", "on")], &[]).await;
    stale.is(403).says("Your session ended").says("Sign in again; this form was not saved.");
    house.browser().post_bare(path, &field, &[]).await.is(403).says("Sign in again; this form was not saved.");
    let credentials = [("email", MANAGER), ("password", PASSWORD)];
    house.browser().post_bare("/login", &credentials, &[]).await.is(403);
    let mut other = house.browser();
    other.get("/login").await;
    let foreign = [("csrf", token.as_str()), ("email", MANAGER), ("password", PASSWORD)];
    other.post_bare("/login", &foreign, &[]).await.is(403);
    let json = json!({"doctors": true, "patients": false});
    let two_step = format!("/api/v1/practices/{}/two-step", house.practice);
    "wrong".clone_into(&mut manager.token);
    manager.json(Method::PUT, &two_step, &[], &json).await.refuses(403, "csrf");
    manager.token = token;
    manager.json(Method::PUT, &two_step, &[], &json).await.is(200);
}

/// SE-01, SE-02, LK-07: the session's cookie is what the norm says it is, and not one that the browser brought; it goes with the browser, and
/// what an account knows it by stays for half a year. Its value is in nothing else that the portal says, and opens nothing as a digest.
#[tokio::test]
async fn sign_in_sets_cookies_that_belong_to_this_host_alone() {
    let (house, _) = House::managed().await;
    let mut browser = house.browser();
    let planted = "A".repeat(43);
    browser.cookies.insert("__Host-session".to_owned(), planted.clone());
    let answer = browser.sign_in(MANAGER, PASSWORD).await;
    let lines: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("text")).collect();
    let session = lines.iter().find(|line| line.starts_with("__Host-session=")).expect("a session");
    let (value, rest) = session.split_once("; ").expect("attributes");
    assert_eq!(value.len(), "__Host-session=".len() + 43);
    assert_ne!(value, format!("__Host-session={planted}"));
    assert_eq!(rest, "Path=/; Secure; HttpOnly; SameSite=Lax");
    assert!(
        lines.iter().all(|line| line.contains("; Path=/; Secure; HttpOnly; SameSite=Lax") && !line.contains("Domain"))
    );
    let device = lines.iter().find(|line| line.starts_with("__Host-dev=")).expect("a device");
    assert!(device.ends_with("; Max-Age=15552000"), "{device}");
    let secret = browser.cookies["__Host-session"].clone();
    for path in ["/dashboard", "/profile", "/manage", "/settings/audit", "/api/v1/session", "/api/v1/sessions"] {
        let answer = browser.get(path).await;
        answer.is(200).says_not(&secret);
        assert!(
            answer.headers.iter().all(|(_, value)| !value.as_bytes().windows(43).any(|part| part == secret.as_bytes()))
        );
    }
    let log = house.memory.entries(Log::Practice(house.practice), 1, 200).await.expect("memory");
    assert!(log.iter().all(|entry| !entry.text.contains(&secret)));
    let kept = house.ports.keys.digest(&URL_SAFE_NO_PAD.decode(&secret).expect("base64"));
    let mut thief = house.browser();
    thief.cookies.insert("__Host-session".to_owned(), URL_SAFE_NO_PAD.encode(kept));
    thief.get("/api/v1/session").await.refuses(401, "not-signed-in");
}
