use axum::http::Method;
use practice_http_axum::{Settings, router};

use crate::browser::{Answer, Browser};
use crate::house::{House, PASSWORD};

/// `HT-01`, `HT-02`
#[track_caller]
fn is_guarded(answer: &Answer, cached: bool) {
    let expected = [
        ("strict-transport-security", "max-age=31536000; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             font-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'",
        ),
    ];
    for (name, value) in expected {
        assert_eq!(answer.header(name), value);
    }
    assert!(answer.header("permissions-policy").contains("camera=()"));
    assert_eq!(answer.header("cache-control") == "no-store", !cached, "{}", answer.header("cache-control"));
    assert_eq!(answer.header("x-request-id").len(), 32);
    assert!(!answer.headers.contains_key("server") && !answer.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn every_route_answers_with_the_headers_whatever_the_status() {
    let (house, mut manager) = House::managed().await;
    let mut seen = std::collections::BTreeSet::new();
    for route in practice_http_axum::routes() {
        let path = filled(route.path, &house);
        let method: Method = route.method.parse().expect("a method");
        for browser in [&mut manager, &mut house.browser()] {
            if route.path == "/logout" {
                continue;
            }
            let answer = browser.send(method.clone(), &path, &[], String::new()).await;
            is_guarded(&answer, route.path.starts_with("/assets") && answer.status == 200);
            seen.insert(answer.status.as_u16());
        }
        let odd = house.browser().send(Method::TRACE, &path, &[], String::new()).await;
        odd.is(405);
        assert!(odd.header("allow").contains(route.method), "{path}: {}", odd.header("allow"));
        is_guarded(&odd, false);
    }
    assert!([200, 303, 401, 403, 410, 415].iter().all(|status| seen.contains(status)), "{seen:?}");
}

fn filled(path: &str, house: &House) -> String {
    let path = path.replace("{practice}", &house.practice.to_string()).replace("{*file}", "portal.css");
    path.replace("{id}", &house.first.to_string())
        .replace("{session}", &house.first.to_string())
        .replace("{role}", "front-desk")
        .replace("{token}", "abc")
}

#[tokio::test]
async fn refusals_of_the_layers_are_worded_and_guarded() {
    let house = House::new().await;
    let mut browser = house.browser();
    let missing = browser.get("/nowhere").await;
    missing.is(404).says("We cannot find that page");
    let big = "x".repeat(70_000);
    let large = browser.send(Method::POST, "/login", &[("content-length", "70000")], big.clone()).await;
    large.is(413).says("That is more than we take at once.");
    let streamed = browser.post_bare("/login", &[("csrf", &big)], &[]).await;
    streamed.is(413);
    let foreign = browser.send(Method::GET, "/login", &[("host", "evil.example")], String::new()).await;
    foreign.is(421);
    let api = browser.get("/api/v1/nothing").await;
    api.refuses(404, "not-found");
    let odd = browser.send(Method::PUT, "/api/v1/session", &[], String::new()).await;
    odd.refuses(405, "method-not-allowed");
    for answer in [missing, large, streamed, foreign, api, odd] {
        is_guarded(&answer, false);
    }
    let logout = browser.get("/logout").await;
    assert_eq!((logout.status.as_u16(), logout.header("allow")), (405, "POST"));
    let health = browser.send(Method::GET, "/healthz", &[("host", "10.0.0.9")], String::new()).await;
    assert_eq!((health.status.as_u16(), health.body.as_str()), (200, "ok"));
    browser.get("/readyz").await.is(200);
}

#[tokio::test]
async fn assets_are_kept_by_browsers_for_as_long_as_they_are_the_same() {
    let house = House::new().await;
    let mut browser = house.browser();
    let page = browser.get("/help").await;
    let href =
        page.body.split("href=\"/assets/portal.css").nth(1).and_then(|rest| rest.split('"').next()).expect("a sheet");
    let sheet = browser.get(&format!("/assets/portal.css{href}")).await;
    sheet.is(200);
    assert_eq!(sheet.header("content-type"), "text/css");
    assert_eq!(sheet.header("cache-control"), "public, max-age=31536000, immutable");
    let plain = browser.get("/assets/portal.css").await;
    assert_eq!(plain.header("cache-control"), "public, no-cache");
    let known = [("if-none-match", plain.header("etag"))];
    browser.send(Method::GET, "/assets/portal.css", &known, String::new()).await.is(304);
    browser.get("/assets/nothing.css").await.is(404);
    browser.get("/assets/../Cargo.toml").await.is(404);
}

#[tokio::test]
async fn on_plain_http_cookies_have_no_prefix_and_there_is_no_hsts() {
    let house = House::new().await;
    let settings = Settings { base_url: "http://127.0.0.1:8080".to_owned(), ..Settings::default() };
    let mut browser = Browser::new(router(house.ports.clone(), settings));
    let host = [("host", "127.0.0.1:8080")];
    let answer = browser.send(Method::GET, "/login", &host, String::new()).await;
    answer.is(200);
    assert!(answer.header("set-cookie").starts_with("visit=") && !answer.header("set-cookie").contains("Secure"));
    assert_eq!(answer.header("strict-transport-security"), "");
}

#[tokio::test]
async fn pages_hold_nothing_that_the_policy_forbids() {
    let (_, mut manager) = House::managed().await;
    for path in ["/login", "/dashboard", "/manage", "/profile", "/confirm-password", "/help", "/terms", "/nowhere"] {
        let page = manager.get(path).await;
        for inline in [" style=", "<style", " onclick=", "<script>", "javascript:", PASSWORD] {
            page.says_not(inline);
        }
    }
}

/// SE-05, SESS-1: every page of somebody who is signed in offers to sign out; a page for anybody is none of these.
#[tokio::test]
async fn every_page_of_somebody_signed_in_offers_to_sign_out() {
    let (house, mut manager) = House::managed().await;
    let anybody = ["/forgot", "/forgot/sent", "/help", "/privacy", "/terms", "/accessibility", "/api/openapi.json"];
    let mut offers = 0;
    for route in
        practice_http_axum::routes().iter().filter(|route| route.method == "GET" && !anybody.contains(&route.path))
    {
        let page = manager.get(&filled(route.path, &house)).await;
        if page.status == 200 && page.header("content-type").starts_with("text/html") {
            page.says("action=\"/logout\"");
            offers += 1;
        }
    }
    assert!(offers > 20, "{offers} pages");
}
