use reqwest::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;

use crate::server::Server;
use crate::visitor::{Visitor, token};

const MANAGER: &str = "marisol.vega@brightwater-dental.example";
const PASSWORD: &str = "harbor lamp seventeen";
pub(crate) const AT_ONCE: usize = 50;

/// REG-6: fifty browsers, each with a registration of its own that the same link began, choose a password at the same moment.
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_parallel_completions_one_makes_the_account() {
    let server = Server::start();
    without_codes(&server).await;
    let email = "racing.person@mail.example";
    let link = invited(&server, email).await;
    let mut ready = Vec::new();
    for n in 0..AT_ONCE {
        let browser = Visitor::new(&server.base);
        let page = up_to_the_password(&browser, &link).await;
        ready.push((browser, token(&page), password(n)));
    }
    let mut running = JoinSet::new();
    for (n, (browser, token, password)) in ready.into_iter().enumerate() {
        running.spawn(async move {
            let fields = [("new_password", password.as_str()), ("again", password.as_str())];
            let answer = browser.form(&token, "/register/password", &fields).send().await.expect("an answer");
            let to = answer.headers().get("location").and_then(|to| to.to_str().ok()).unwrap_or_default().to_owned();
            (n, answer.status(), to)
        });
    }
    let answers = running.join_all().await;
    let won: Vec<usize> = answers.iter().filter(|(_, _, to)| to == "/login").map(|(n, ..)| *n).collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    let refused = |status: StatusCode| matches!(status.as_u16(), 303 | 409 | 410 | 503);
    assert!(answers.iter().all(|(_, status, _)| refused(*status)), "{answers:?}");
    assert!(
        Visitor::new(&server.base).sign_in(email, &password(won[0])).await,
        "the winner's password is the account's"
    );
    assert!(!Visitor::new(&server.base).sign_in(email, &password((won[0] + 1) % AT_ONCE)).await);
    let row = listed(&server, email).await;
    assert_eq!((row.len(), row[0]["status"] == "not-registered"), (1, false), "{row:?}");
    assert!(server.command(&["audit", "verify"]).status.success());
}

/// INV-7, HT-07, TK-07: a User Manager corrects the address while the person chooses a password: one of them wins, and the other is refused.
#[tokio::test(flavor = "multi_thread")]
async fn of_a_correction_and_a_registration_at_the_same_moment_one_wins() {
    let server = Server::start();
    without_codes(&server).await;
    let manager = Api::sign_in(&server).await;
    let mut corrections = 0;
    for round in 0..12 {
        let (old, new) = (format!("old-{round}@mail.example"), format!("new-{round}@mail.example"));
        let link = invited(&server, &old).await;
        let browser = Visitor::new(&server.base);
        let page = up_to_the_password(&browser, &link).await;
        let id = listed(&server, &old).await[0]["id"].as_str().expect("an id").to_owned();
        let (token, password) = (token(&page), password(round));
        let fields = [("new_password", password.as_str()), ("again", password.as_str())];
        let register = browser.form(&token, "/register/password", &fields);
        let correct = manager.correct(&id, &new);
        let delayed = async {
            tokio::time::sleep(std::time::Duration::from_millis(8 * round as u64)).await;
            correct.send().await
        };
        let (registered, corrected) = tokio::join!(register.send(), delayed);
        let (registered, corrected) = (registered.expect("an answer"), corrected.expect("an answer"));
        let made = registered.headers().get("location").is_some_and(|to| to == "/login");
        let changed = corrected.status() == StatusCode::OK;
        assert!(made != changed, "{round}: {} and {}", registered.status(), corrected.status());
        corrections += usize::from(changed);

        let (old_rows, new_rows) = (listed(&server, &old).await, listed(&server, &new).await);
        let (stays, goes) = if made { (&old_rows, &new_rows) } else { (&new_rows, &old_rows) };
        assert_eq!((stays.len(), goes.len()), (1, 0), "{round}: {old_rows:?} {new_rows:?}");
        assert_eq!(stays[0]["status"] == "not-registered", changed, "{round}: {stays:?}");
        assert_eq!(Visitor::new(&server.base).sign_in(&old, &password).await, made, "{round}");
        assert!(!Visitor::new(&server.base).sign_in(&new, &password).await, "{round}");
    }
    assert!(corrections < 12, "the registration was never first");
    assert!(server.command(&["audit", "verify"]).status.success());
}

pub(crate) fn password(n: usize) -> String {
    format!("a password of its own {n}")
}

/// Lets staff register without a code, so that few steps lead up to the password.
pub(crate) async fn without_codes(server: &Server) {
    let manager = Api::sign_in(server).await;
    let off = json!({"doctors": false, "patients": true});
    let change = manager.client.put(format!("{}/two-step", manager.practice)).header("X-CSRF-Token", &manager.csrf);
    assert_eq!(change.json(&off).send().await.expect("an answer").status(), StatusCode::OK);
}

/// Has somebody invited who needs no code, and returns the path of the link.
async fn invited(server: &Server, email: &str) -> String {
    let (practice, key) = (server.told("Practice id:"), server.told("API key (SecureMail):"));
    let body = json!({"inviter": MANAGER, "email": email, "kind": "staff", "placement": "in-practice"});
    let product = Visitor::new(&server.base);
    let answer = product.invite(&practice, &key, &body).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    product.link(email, &[]).await
}

/// Takes every step but the last, and returns the page that asks for a password.
pub(crate) async fn up_to_the_password(browser: &Visitor, link: &str) -> String {
    let (_, opened) = browser.get(link).await;
    let (_, terms) = browser.send(&token(&opened), "/register", &[]).await;
    accept_terms(browser, &terms).await
}

/// Accepts the terms on this page, and returns the page that asks for a password.
pub(crate) async fn accept_terms(browser: &Visitor, terms: &str) -> String {
    let version =
        terms.split("name=\"version\" value=\"").nth(1).unwrap_or_else(|| panic!("no code is asked for: {terms}"));
    let version = version.split('"').next().expect("a value");
    let (_, page) = browser.send(&token(terms), "/register/terms", &[("version", version), ("read", "yes")]).await;
    assert!(page.contains("name=\"new_password\""), "{page}");
    page
}

/// The rows of the list that an address finds.
pub(crate) async fn listed(server: &Server, email: &str) -> Vec<serde_json::Value> {
    let page = Api::sign_in(server).await.get(&format!("/people?q={email}")).await;
    page["people"].as_array().expect("people").clone()
}

/// The User Manager, at the API.
struct Api {
    client: reqwest::Client,
    practice: String,
    csrf: String,
}

impl Api {
    async fn sign_in(server: &Server) -> Self {
        let client = crate::visitor::client().build().expect("a client");
        let body = json!({"email": MANAGER, "password": PASSWORD});
        let answer =
            client.post(format!("{}/api/v1/session", server.base)).json(&body).send().await.expect("an answer");
        let session: serde_json::Value = answer.json().await.expect("JSON");
        let csrf = session["csrf_token"].as_str().unwrap_or_else(|| panic!("{session}")).to_owned();
        Self { client, practice: format!("{}/api/v1/practices/{}", server.base, server.told("Practice id:")), csrf }
    }

    async fn get(&self, path: &str) -> serde_json::Value {
        let answer = self.client.get(format!("{}{path}", self.practice)).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }

    fn correct(&self, id: &str, email: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/people/{id}", self.practice);
        self.client.patch(url).header("X-CSRF-Token", &self.csrf).header("If-Match", "*").json(&json!({"email": email}))
    }
}
