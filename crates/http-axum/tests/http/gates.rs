//! What stands before forms that anybody may send: security checks and limits.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Method;
use practice_domain::access::{Gate, Operator};
use practice_domain::usecase::distrust_password;
use practice_domain::value::{Email, Reason};
use practice_http_axum::{Bots, Gates, Settings, Watched, router};
use practice_testkit::fakes::Doorman;
use serde_json::json;

use crate::browser::{Answer, Browser};
use crate::house::{House, MANAGER, PASSWORD, settings};

/// A house with checks and limits, and who stands at its gates.
pub(crate) struct Guarded {
    pub(crate) house: House,
    own: Arc<Doorman>,
    pub(crate) third_party: Arc<Doorman>,
    patience: Arc<Doorman>,
    /// The third party, as the router watches it.
    pub(crate) watched: Option<Arc<Watched>>,
}

impl Guarded {
    /// Somebody has registered; from now on gates are guarded.
    pub(crate) async fn new(third_party: bool) -> Self {
        let (mut house, _) = House::managed().await;
        let doormen: [Arc<Doorman>; 3] = std::array::from_fn(|_| Arc::new(Doorman::default()));
        let [own, third, patience] = doormen;
        let watched = third_party.then(|| Arc::new(Watched::new(third.clone())));
        let wait = Duration::from_secs(5);
        let bots = Bots { own: own.clone(), third_party: watched.clone(), patience: patience.clone(), wait };
        let gates = Gates { bots: Some(bots), unlimited: false };
        house.router = router(house.ports.clone(), Settings { gates, ..settings() });
        house.clock.advance(Duration::from_secs(3_600));
        Self { house, own, third_party: third, patience, watched }
    }

    fn checks(&self) -> u64 {
        self.house.passwords.real_checks() + self.house.passwords.dummy_checks()
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str, answers: &[(&str, &str)]) -> Answer {
        let mut browser = self.house.browser();
        browser.get("/login").await.is(200);
        let mut fields = vec![("email", email), ("password", password)];
        fields.extend_from_slice(answers);
        browser.post("/login", &fields).await
    }
}

pub(crate) fn good(number: u32) -> String {
    Doorman::answer(Gate::SignIn, number)
}

pub(crate) fn from(router: &Router, address: [u8; 4]) -> Browser {
    let peer = SocketAddr::new(IpAddr::from(address), 4_000);
    Browser::new(router.clone().layer(axum::Extension(ConnectInfo(peer))))
}

/// BOT-1, BC-01: no password is looked at, whoever it is said to be; nor is anybody locked.
#[tokio::test]
async fn without_a_good_answer_no_password_is_looked_at() {
    let guarded = Guarded::new(false).await;
    let before = guarded.checks();
    for email in [MANAGER, "nobody@nowhere.example", "not an address"] {
        for _ in 0..8 {
            let answer = guarded.sign_in(email, "wrong", &[]).await;
            answer.is(403).says("Please complete the security check").says("id=\"security-check\"");
        }
    }
    let reset = Doorman::answer(Gate::Reset, 1);
    guarded.sign_in(MANAGER, PASSWORD, &[("altcha", &reset)]).await.is(403);
    assert_eq!(guarded.checks(), before);

    guarded.sign_in(MANAGER, PASSWORD, &[("altcha", &good(1))]).await.goes_to("/dashboard");
    guarded.sign_in(MANAGER, PASSWORD, &[("altcha", &good(1))]).await.is(403);
    assert_eq!(guarded.checks(), before + 1);
}

/// BC-04, BOT-1, BOT-3: that the check was not passed says nothing of a password that must be renewed; with it only the right one does.
#[tokio::test]
async fn the_check_says_nothing_of_an_outdated_password() {
    let guarded = Guarded::new(false).await;
    let reason = Reason::parse("seen in a leak").expect("plain");
    let operator = Operator::at_the_command_line("test".to_owned(), Some(reason));
    let email = Email::parse(MANAGER).expect("plain");
    distrust_password(&guarded.house.ports, &operator, &email).await.expect("an account");
    let renew = "Your password must be renewed";
    for password in [PASSWORD, "wrong wrong wrong"] {
        let unchecked = guarded.sign_in(MANAGER, password, &[]).await;
        unchecked.is(403).says("Please complete the security check").says_not(renew);
    }
    guarded.sign_in(MANAGER, "wrong wrong wrong", &[("altcha", &good(1))]).await.is(401).says_not(renew);
    guarded.sign_in(MANAGER, PASSWORD, &[("altcha", &good(2))]).await.is(403).says(renew);
}

/// BOT-1: the page brings what the check needs, and what a browser without script needs.
#[tokio::test]
async fn the_page_brings_the_check() {
    let guarded = Guarded::new(false).await;
    let page = guarded.house.browser().get("/login").await;
    page.says("/api/v1/challenge?gate=sign-in").says("name=\"altcha\"").says("name=\"patience\"");
    page.says("value=\"a task for sign-in\"").says_not("challenges.cloudflare.com");
    assert!(!page.header("content-security-policy").contains("cloudflare"));
}

/// BOT-2, HT-02: a third party's script is on the pages that ask for its check, and only these let a browser load it.
#[tokio::test]
async fn only_a_page_with_the_check_lets_in_a_third_party() {
    let guarded = Guarded::new(true).await;
    let lets_in = |answer: &Answer| {
        let policy = answer.header("content-security-policy");
        let theirs = "https://challenges.cloudflare.com";
        let (script, frame) = (format!("script-src 'self' {theirs};"), format!("frame-src {theirs}"));
        assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe-"), "{policy}");
        assert_eq!(
            (policy.contains(&script), policy.contains(&frame)),
            (policy.contains(theirs), policy.contains(theirs))
        );
        assert_ne!(policy.contains(theirs), policy.contains("require-trusted-types-for 'script'"), "{policy}");
        policy.contains(theirs)
    };
    let mut browser = guarded.house.browser();
    for (path, gate) in [("/login", "sign-in"), ("/forgot", "reset")] {
        let page = browser.get(path).await;
        page.is(200).says(&format!("data-sitekey=\"a task for {gate}\"")).says(&format!("data-action=\"{gate}\""));
        page.says("<script src=\"https://challenges.cloudflare.com/turnstile/v0/api.js\" defer></script>");
        assert!(lets_in(&page), "{path}");
    }
    let refused = browser.post("/login", &[("email", MANAGER), ("password", PASSWORD)]).await;
    refused.is(403).says("Please complete the security check").says("data-sitekey");
    assert!(lets_in(&refused), "the page that asks again");
    for path in ["/help", "/dashboard", "/nowhere", "/assets/portal.css", "/api/v1/session"] {
        let answer = browser.get(path).await;
        assert!(!lets_in(&answer) && !answer.body.contains("cloudflare"), "{path}");
    }
    guarded.sign_in(MANAGER, PASSWORD, &[("turnstile", &good(1))]).await.goes_to("/dashboard");
    let (_, invitation) = guarded.house.another().await;
    let mut invited = guarded.house.browser();
    invited.get(&guarded.house.link(invitation, 1)).await.goes_to("/register");
    let page = invited.get("/register").await;
    assert!(lets_in(page.is(200).says("data-action=\"registration\"")));
}

/// BOT-2, BC-03: while the third party is away, our own check signs in; registration stays shut.
#[tokio::test]
async fn an_outage_of_the_third_party_leaves_sign_in_open() {
    let guarded = Guarded::new(true).await;
    guarded.sign_in(MANAGER, PASSWORD, &[("altcha", &good(1))]).await.is(403);
    guarded.sign_in(MANAGER, PASSWORD, &[("turnstile", &good(2))]).await.goes_to("/dashboard");
    guarded.third_party.is_out_of_order(true);
    guarded.sign_in(MANAGER, PASSWORD, &[("turnstile", "x")]).await.is(403);
    guarded.sign_in(MANAGER, PASSWORD, &[("altcha", &good(3))]).await.goes_to("/dashboard");
    guarded.own.is_out_of_order(true);
    let answer = guarded.sign_in(MANAGER, PASSWORD, &[("altcha", &good(4))]).await;
    answer.is(503).says("The security check is not available");
    assert!(guarded.patience.asked() == 0);
}

/// BOT-1: registration begins with a check, too.
#[tokio::test]
async fn a_registration_begins_with_the_check() {
    let guarded = Guarded::new(false).await;
    let (_, invitation) = guarded.house.another().await;
    let mut browser = guarded.house.browser();
    browser.get(&guarded.house.link(invitation, 1)).await.goes_to("/register");
    browser.get("/register").await.is(200).says("/api/v1/challenge?gate=registration");
    browser.post("/register", &[]).await.is(403).says("Please complete the security check");
    browser.post("/register", &[("altcha", &good(1))]).await.is(403);
    let answer = Doorman::answer(Gate::Registration, 1);
    browser.post("/register", &[("altcha", &answer)]).await.goes_to("/register/phone");
}

/// BOT-1: the API's way: a task, and its answer in a header.
#[tokio::test]
async fn the_api_asks_for_the_check_too() {
    let guarded = Guarded::new(false).await;
    let mut program = guarded.house.browser();
    let before = guarded.checks();
    let body = json!({"email": MANAGER, "password": PASSWORD});
    program.json(Method::POST, "/api/v1/session", &[], &body).await.refuses(403, "bot-check-failed");
    assert_eq!(guarded.checks(), before);
    let task = program.get("/api/v1/challenge").await;
    assert_eq!((task.status.as_u16(), task.body.as_str()), (200, "a task for sign-in"));
    program.get("/api/v1/challenge?gate=kitchen").await.refuses(422, "no-such-gate");
    program.json(Method::POST, "/api/v1/session", &[("x-security-check", &good(1))], &body).await.is(201);
    House::new().await.browser().get("/api/v1/challenge").await.refuses(404, "not-found");
}

/// RL-01: the thirty-first sign-in from one network waits, whomever it is for, and no password is looked at.
#[tokio::test]
async fn the_thirty_first_sign_in_from_a_network_waits() {
    let guarded = Guarded::new(false).await;
    let mut clinic = from(&guarded.house.router, [192, 0, 2, 7]);
    clinic.get("/login").await.is(200);
    let before = guarded.checks();
    for number in 0..31_u32 {
        let email = format!("p{number}@brightwater.example");
        let answer = good(number);
        let fields = [("email", email.as_str()), ("password", "wrong"), ("altcha", answer.as_str())];
        let answer = clinic.post("/login", &fields).await;
        assert_eq!(answer.status.as_u16(), if number < 30 { 401 } else { 429 }, "{number}");
        if number == 30 {
            assert_eq!(answer.header("retry-after"), "2");
        }
    }
    assert_eq!(guarded.checks(), before + 30);

    let mut program = from(&guarded.house.router, [192, 0, 2, 7]);
    let body = json!({"email": MANAGER, "password": PASSWORD});
    let headers = [("x-security-check", &*good(40))];
    program.json(Method::POST, "/api/v1/session", &headers, &body).await.refuses(429, "rate-limited");
    let mut elsewhere = from(&guarded.house.router, [192, 0, 2, 8]);
    let headers = [("x-security-check", &*good(41))];
    elsewhere.json(Method::POST, "/api/v1/session", &headers, &body).await.is(201);
    guarded.house.clock.advance(Duration::from_secs(60));
    let headers = [("x-security-check", &*good(42))];
    program.json(Method::POST, "/api/v1/session", &headers, &body).await.is(201);
}

/// BOT-1, BC-03: whoever runs no script waits, and has a fifth of the sign-ins.
#[tokio::test]
async fn without_script_waiting_signs_in_a_few_times() {
    let guarded = Guarded::new(false).await;
    let mut patient = from(&guarded.house.router, [192, 0, 2, 9]);
    patient.get("/login").await.is(200);
    let mut statuses = Vec::new();
    for number in 0..7 {
        let (email, ticket) = (format!("p{number}@brightwater.example"), good(100 + number));
        let fields = [("email", email.as_str()), ("password", "wrong"), ("altcha", ""), ("patience", ticket.as_str())];
        statuses.push(patient.post("/login", &fields).await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 401, 401, 401, 429]);
}

/// RL-03: one text in half a minute, three in ten minutes.
#[tokio::test]
async fn texts_to_one_number_are_limited() {
    let guarded = Guarded::new(false).await;
    let (_, invitation) = guarded.house.another().await;
    let mut browser = from(&guarded.house.router, [192, 0, 2, 10]);
    browser.get(&guarded.house.link(invitation, 1)).await.goes_to("/register");
    browser.get("/register").await.is(200);
    let answer = Doorman::answer(Gate::Registration, 1);
    browser.post("/register", &[("altcha", &answer)]).await.goes_to("/register/phone");
    browser.post("/register/phone", &[("cell", "(415) 555-2672")]).await.goes_to("/register/verify-identity");
    browser.post("/register/verify-identity", &[("method", "text-cell")]).await.goes_to("/register/code");
    let again = browser.post("/register/code/resend", &[]).await;
    again.is(429).says("Wait 30 seconds before you ask for another code.");
    for _ in 0..2 {
        guarded.house.clock.advance(Duration::from_secs(60));
        browser.post("/register/code/resend", &[]).await.is(303);
    }
    guarded.house.clock.advance(Duration::from_secs(60));
    let before = guarded.house.memory.notices().len();
    browser.post("/register/code/resend", &[]).await.is(429).says("Wait 420 seconds");
    assert_eq!(guarded.house.memory.notices().len(), before);
}
