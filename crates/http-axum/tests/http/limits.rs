//! How often something may be asked for at each door, and where texts and calls may go.

use std::time::Duration;

use axum::http::Method;
use practice_domain::access::Gate;
use practice_domain::channel::Product;
use practice_domain::notice::About;
use practice_domain::rate::{Limit, Taken};
use practice_domain::value::InvitationId;
use practice_testkit::fakes::{Doorman, FakeKeys};
use serde_json::json;

use crate::account::{code, with_app};
use crate::browser::{Browser, likeness};
use crate::gates::{Guarded, from};
use crate::house::{House, MANAGER, PASSWORD};

const CLINIC: [u8; 4] = [192, 0, 2, 7];

/// Takes so many units of a limit before the test does.
async fn spend(house: &House, limit: Limit, subject: &str, units: usize) {
    let asks = vec![limit.ask(&FakeKeys, subject); units];
    let taken = house.ports.store.take_units(&asks, house.ports.clock.now()).await.expect("memory");
    assert_eq!(taken, Taken::Granted);
}

/// A signed-in browser of the clinic; limits hold from here on.
async fn signed_in(guarded: &Guarded) -> Browser {
    let mut browser = from(&guarded.house.router, CLINIC);
    browser.get("/login").await.is(200);
    let answer = Doorman::answer(Gate::SignIn, 500);
    let fields = [("email", MANAGER), ("password", PASSWORD), ("altcha", answer.as_str())];
    browser.post("/login", &fields).await.goes_to("/dashboard");
    browser
}

/// Somebody whose next step is to choose how the code comes.
async fn choosing(guarded: &Guarded) -> Browser {
    let (_, invitation) = guarded.house.another().await;
    let mut browser = from(&guarded.house.router, CLINIC);
    browser.get(&guarded.house.link(invitation, 1)).await.goes_to("/register");
    browser.get("/register").await.is(200);
    let answer = Doorman::answer(Gate::Registration, 1);
    browser.post("/register", &[("altcha", &answer)]).await.goes_to("/register/phone");
    browser
}

fn codes(house: &House) -> usize {
    house.memory.notices().iter().filter(|notice| matches!(notice.about, About::SecretCode { .. })).count()
}

/// RL-01: giving the password again counts like a sign-in, on the page and in the API, and no password is looked at beyond the limit.
#[tokio::test]
async fn giving_the_password_again_is_limited_like_a_sign_in() {
    let guarded = Guarded::new(false).await;
    let mut browser = signed_in(&guarded).await;
    browser.get("/confirm-password").await.is(200);
    spend(&guarded.house, Limit::SignInsFromNetwork, "192.0.2.7", 29).await;
    let checks = || guarded.house.passwords.real_checks() + guarded.house.passwords.dummy_checks();
    let before = checks();
    browser.post("/confirm-password", &[("password", PASSWORD)]).await.is(429);
    let change = [("current_password", PASSWORD), ("new_password", "x"), ("again", "x")];
    browser.post("/profile/password", &change).await.is(429);
    let body = json!({"password": PASSWORD});
    let answer = browser.json(Method::POST, "/api/v1/session/confirm", &[], &body).await;
    answer.refuses(429, "rate-limited");
    let body = json!({"current_password": PASSWORD, "new_password": "x"});
    browser.json(Method::PUT, "/api/v1/profile/password", &[], &body).await.refuses(429, "rate-limited");
    assert_eq!(checks(), before);
    guarded.house.clock.advance(Duration::from_secs(2));
    browser.post("/confirm-password", &[("password", PASSWORD)]).await.goes_to("/dashboard");
}

/// SESS-3, RL-01: a network has so many codes of the second step, on the page and in the API; beyond that not even a right one is looked at.
#[tokio::test]
async fn a_network_that_gives_too_many_second_codes_waits() {
    let guarded = Guarded::new(false).await;
    let house = &guarded.house;
    let (key, _) = with_app(house, &mut signed_in(&guarded).await).await;
    house.clock.advance(Duration::from_secs(60));
    let mut browser = from(&house.router, CLINIC);
    browser.get("/login").await.is(200);
    let answer = Doorman::answer(Gate::SignIn, 501);
    let fields = [("email", MANAGER), ("password", PASSWORD), ("altcha", answer.as_str())];
    browser.post("/login", &fields).await.goes_to("/login/code");
    browser.get("/login/code").await.is(200);
    spend(house, Limit::SecondFactorsFromNetwork, "192.0.2.7", 30).await;
    let right = code(house, &key);
    browser.post("/login/code", &[("code", &right)]).await.is(429);
    let body = json!({"code": right});
    browser.json(Method::POST, "/api/v1/session/second-factor", &[], &body).await.refuses(429, "rate-limited");
    house.clock.advance(Duration::from_secs(2));
    browser.post("/login/code", &[("code", &right)]).await.goes_to("/dashboard");
}

/// RL-02, EN-03: the eleventh reset from one network is answered like the others, and nothing is sent; another network has its own.
#[tokio::test]
async fn a_network_that_asks_for_too_many_resets_is_told_nothing() {
    let guarded = Guarded::new(false).await;
    let house = &guarded.house;
    let mut clinic = from(&house.router, CLINIC);
    let ask = async |browser: &mut Browser, email: &str, number: u32| {
        browser.get("/forgot").await.is(200);
        let answer = Doorman::answer(Gate::Reset, number);
        browser.post("/forgot", &[("email", email), ("altcha", &answer)]).await.goes_to("/forgot/sent");
    };
    let links = async || house.make_resets().await;
    for number in 0..10 {
        ask(&mut clinic, "nobody@nowhere.example", number).await;
    }
    let refusals = || house.memory.audit().iter().filter(|entry| entry.fact.code() == "password-link.not-sent").count();
    let before = refusals();
    ask(&mut clinic, MANAGER, 10).await;
    assert_eq!((links().await, refusals()), (0, before + 1));
    let answer = Doorman::answer(Gate::Reset, 11);
    let body = json!({"email": MANAGER});
    clinic.json(Method::POST, "/api/v1/password-resets", &[("x-security-check", &answer)], &body).await.is(202);
    assert_eq!((links().await, refusals()), (0, before + 2));
    ask(&mut from(&house.router, [192, 0, 2, 8]), MANAGER, 12).await;
    assert_eq!(links().await, 1);
    house.clock.advance(Duration::from_secs(360));
    ask(&mut clinic, MANAGER, 13).await;
    assert_eq!(links().await, 2);
}

/// RL-03: `+1` alone opens nothing: Jamaica and numbers that cost the caller are refused where they are given, and nothing is sent.
#[tokio::test]
async fn numbers_of_other_plans_are_refused_where_they_are_given() {
    let guarded = Guarded::new(false).await;
    let mut browser = choosing(&guarded).await;
    let before = codes(&guarded.house);
    for number in ["+18765551234", "+19005551234", "+4930901820"] {
        let answer = browser.post("/register/phone", &[("cell", number)]).await;
        answer.is(422).says("We cannot text or call numbers of that kind or country").says(number);
    }
    browser.post("/register/phone", &[("cell", "(415) 555-2672")]).await.goes_to("/register/verify-identity");
    assert_eq!(codes(&guarded.house), before);

    let mut boss = signed_in(&guarded).await;
    let session = boss.get("/api/v1/session").await.json();
    session["csrf_token"].as_str().expect("a token").clone_into(&mut boss.token);
    let list = format!("/api/v1/practices/{}/employees", guarded.house.practice);
    let body = json!({"first_name": "Petra", "employment": "employed"});
    let added = boss.json(Method::POST, &list, &[], &body).await.is(201).json();
    let account = format!("{list}/{}/user-account", added["id"].as_str().expect("an id"));
    let body = json!({"email": "petra@x.example", "cell": "+18765551234", "role": "front-desk"});
    let problem = boss.json(Method::PUT, &account, &[], &body).await.refuses(422, "phone-region");
    assert_eq!(problem["errors"][0]["field"], "cell");
}

/// RL-03: a number that an invitation brought is refused when a text or call to it is asked for.
#[tokio::test]
async fn a_number_of_another_plan_that_an_invitation_brought_is_not_texted() {
    let (house, _) = House::managed().await;
    let bearer = format!("Bearer {}", house.key(Product::TruForm).await);
    let body = json!({"inviter": MANAGER, "email": "far@x.example", "kind": "patient", "placement": "outside",
        "cell": "+18765551234"});
    let path = format!("/api/v1/practices/{}/invitations", house.practice);
    let headers = [("authorization", bearer.as_str())];
    let invited = house.browser().json(Method::POST, &path, &headers, &body).await.is(201).json();
    let id = invited["id"].as_str().and_then(|id| id.parse().ok()).map(InvitationId).expect("an id");
    let mut browser = house.browser();
    browser.get(&house.link(id, 1)).await.goes_to("/register");
    browser.get("/register").await.is(200);
    browser.post("/register", &[]).await.goes_to("/register/verify-identity");
    browser.get("/register/verify-identity").await.is(200);
    let before = codes(&house);
    for method in ["text-cell", "call-cell"] {
        let answer = browser.post("/register/verify-identity", &[("method", method)]).await;
        answer.is(422).says("ask whoever invited you to correct it");
    }
    assert_eq!(codes(&house), before);
}

/// RL-03: when the platform has sent all its texts of the day nothing more is ordered, and whoever asks is told to come later.
#[tokio::test]
async fn the_budget_of_the_platform_stops_texts() {
    let guarded = Guarded::new(false).await;
    let mut browser = choosing(&guarded).await;
    browser.post("/register/phone", &[("cell", "(415) 555-2672")]).await.goes_to("/register/verify-identity");
    let before = codes(&guarded.house);
    spend(&guarded.house, Limit::TextsOfPlatform, "", 2_000).await;
    let answer = browser.post("/register/verify-identity", &[("method", "text-cell")]).await;
    answer.is(503).says("We cannot text or call anybody right now");
    assert!(!answer.header("retry-after").is_empty());
    assert_eq!(codes(&guarded.house), before);
}

/// RL-03: a network has ten texts an hour, a practice two hundred a day.
#[tokio::test]
async fn networks_and_practices_have_their_share_of_texts() {
    for (limit, units) in [(Limit::TextsFromNetwork, 10), (Limit::TextsForPractice, 200)] {
        let guarded = Guarded::new(false).await;
        let mut browser = choosing(&guarded).await;
        browser.post("/register/phone", &[("cell", "(415) 555-2672")]).await.goes_to("/register/verify-identity");
        let newest = guarded.house.memory.audit().last().expect("an entry").log;
        let practice = match newest {
            practice_domain::fact::Log::Practice(id) => id.to_string(),
            practice_domain::fact::Log::Platform => panic!("not a practice's"),
        };
        let subject = if limit == Limit::TextsFromNetwork { "192.0.2.7".to_owned() } else { practice };
        spend(&guarded.house, limit, &subject, units).await;
        let before = codes(&guarded.house);
        browser.post("/register/verify-identity", &[("method", "text-cell")]).await.is(429);
        assert_eq!(codes(&guarded.house), before, "{limit:?}");
    }
}

/// EN-05, EN-01: an address that nobody has meets the limit at the same try as one that somebody has, and hears the same; in between both
/// lock, and hear the same of that, too.
#[tokio::test]
async fn the_limit_of_an_address_tells_nothing_of_it() {
    let guarded = Guarded::new(false).await;
    let checks = || guarded.house.passwords.real_checks() + guarded.house.passwords.dummy_checks();
    let mut heard = [Vec::new(), Vec::new()];
    let mut number = 0;
    for (place, email) in [MANAGER, "nobody@nowhere.example"].into_iter().enumerate() {
        for network in 0..62_u8 {
            let before = checks();
            let mut browser = from(&guarded.house.router, [198, 51, 100, network]);
            browser.get("/login").await.is(200);
            number += 1;
            let answer = Doorman::answer(Gate::SignIn, number);
            let fields = [("email", email), ("password", "wrong wrong wrong"), ("altcha", answer.as_str())];
            let page = browser.post("/login", &fields).await;
            let tried = likeness(&page, email);
            let mut program = from(&guarded.house.router, [198, 51, 101, network]);
            number += 1;
            let answer = Doorman::answer(Gate::SignIn, number);
            let body = json!({"email": email, "password": "wrong wrong wrong"});
            let document = program.json(Method::POST, "/api/v1/session", &[("x-security-check", &answer)], &body).await;
            heard[place].push((tried, likeness(&document, email), checks() - before));
        }
    }
    let [known, unknown] = heard;
    let first = |heard: &[((u16, Vec<String>, String), _, _)]| heard.iter().position(|(page, ..)| page.0 == 429);
    assert_eq!((first(&known), first(&unknown)), (Some(30), Some(30)), "two tries each, sixty in all");
    let differs = known.iter().zip(&unknown).position(|(known, unknown)| known != unknown);
    assert_eq!(differs, None, "the try at which the answers differ");
    assert_eq!((known[29].2, known[30].2), (2, 0), "beyond the limit no password is looked at");
}

/// TK-10: of links that are none of ours a network brings twenty; the next one waits, whatever it is and wherever it is brought. A good
/// link opens all the same, and another network has its own.
#[tokio::test]
async fn a_network_that_guesses_links_waits() {
    let guarded = Guarded::new(false).await;
    let (_, invitation) = guarded.house.another().await;
    let mut guesser = from(&guarded.house.router, CLINIC);
    let guesses = ["/register/nonsense", "/reset/nonsense", "/setup/x", "/email/nonsense"];
    for n in 0..20 {
        let path = guesses[n % guesses.len()];
        let opened = guesser.get(path).await;
        let kept = opened.is(303).header("location").to_owned();
        let page = guesser.get(&kept).await;
        page.is(410);
    }
    for path in ["/register", "/password", "/email"] {
        guesser.get(path).await.is(429);
    }
    guesser.get(&format!("/reset/{}", "A".repeat(4096))).await.is(429);
    let body = json!({"token": "nonsense"});
    let told = guesser.json(Method::POST, "/api/v1/email-changes", &[], &body).await;
    told.refuses(429, "rate-limited");
    assert!(told.header("retry-after").parse::<u32>().is_ok_and(|seconds| (1..=30).contains(&seconds)));
    guesser.get(&guarded.house.link(invitation, 1)).await.goes_to("/register");
    guesser.get("/register").await.is(200).says("Elsewhere Dental");
    let mut other = from(&guarded.house.router, [198, 51, 100, 7]);
    other.get("/password").await.is(410);
    guarded.house.clock.advance(Duration::from_secs(30));
    guesser.get("/password").await.is(410);
    guesser.get("/password").await.is(429);
}
