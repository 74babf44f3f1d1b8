//! F-03: PostgreSQL keeps a commit, and the link to it is cut before anybody learns of it. Nothing is done twice, whoever asked is told the
//! truth or 503, and asking again is safe.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use practice_testkit::cluster::Cluster;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::instances::MANAGER;
use crate::proxy::Proxy;
use crate::races::{up_to_the_password, without_codes};
use crate::server::Server;
use crate::visitor::{Visitor, client, token};

/// A server whose link to its database fails on purpose.
pub(crate) struct Behind {
    pub(crate) server: Server,
    pub(crate) proxy: Proxy,
    pub(crate) cluster: Cluster,
}

impl Behind {
    pub(crate) async fn start() -> Self {
        let cluster = Cluster::start(Path::new(env!("CARGO_TARGET_TMPDIR")));
        let proxy = Proxy::before(&cluster).await;
        let server = Server::start_on(&proxy.url(&cluster.database(None)), None);
        Self { server, proxy, cluster }
    }

    pub(crate) fn sql(&self, sql: &str) -> String {
        self.cluster.sql("portal_0", sql)
    }

    /// How many rows there are.
    pub(crate) fn count(&self, of: &str) -> u32 {
        self.sql(&format!("SELECT count(*) FROM {of}")).parse().expect("a number")
    }

    /// The practice that the demo has.
    pub(crate) fn practice(&self) -> String {
        self.server.told("Practice id:")
    }

    /// A product's invitation with an idempotency key.
    pub(crate) async fn invite(&self, email: &str, key: &str) -> Response {
        let (practice, secret) = (self.practice(), self.server.told("API key (TruForm):"));
        invite(&self.server.base, (&practice, &secret), email, key).await.expect("an answer")
    }

    /// What holds whenever everything is over.
    pub(crate) async fn is_sound(&self) {
        let verified = self.server.command(&["audit", "verify"]);
        assert!(verified.status.success(), "{verified:?}");
        let mails = Visitor::new(&self.server.base).mails("").await;
        let notices: BTreeSet<_> = mails.iter().map(|mail| mail["notice"].as_str()).collect();
        assert_eq!(notices.len(), mails.len(), "a mail went out twice");
    }

    /// The one mail to an address, after whatever might follow it had its time.
    async fn one_mail(&self, email: &str) {
        let visitor = Visitor::new(&self.server.base);
        visitor.link(email, &[]).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(visitor.mails(email).await.len(), 1, "{email}");
    }
}

/// A product's invitation, sent to one of several servers.
pub(crate) async fn invite(
    base: &str,
    (practice, secret): (&str, &str),
    email: &str,
    key: &str,
) -> Result<Response, reqwest::Error> {
    let body = json!({"inviter": MANAGER, "email": email, "kind": "patient", "placement": "outside"});
    let request = client().build()?.post(format!("{base}/api/v1/practices/{practice}/invitations"));
    request.bearer_auth(secret).header("Idempotency-Key", format!("\"{key}\"")).json(&body).send().await
}

/// Away for a moment, and says so as it should.
#[track_caller]
pub(crate) fn is_away(answer: &Response) {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let after = answer.headers().get("retry-after").and_then(|after| after.to_str().ok()).unwrap_or_default();
    assert!(after.parse::<u32>().is_ok_and(|seconds| (1..=60).contains(&seconds)), "Retry-After: {after}");
}

/// I12, INV-2: the product is told 503, and its repetition finds what was kept.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_whose_commit_is_not_answered_is_made_once() {
    let behind = Behind::start().await;
    for n in 0..3 {
        let (email, key) = (format!("cut-{n}@mail.example"), format!("key {n}"));
        behind.proxy.lose_commit(1, "INSERT INTO invitation");
        let first = behind.invite(&email, &key).await;
        is_away(&first);
        let problem: Value = first.json().await.expect("a problem");
        assert_eq!(problem["type"], "/problems/unavailable");
        assert!(!problem.to_string().contains("Nothing was saved"), "it was: {problem}");
        assert!(behind.proxy.lost_one());
        let mut ids = BTreeSet::new();
        for _ in 0..2 {
            let again = behind.invite(&email, &key).await;
            assert_eq!(again.status(), StatusCode::CREATED);
            ids.insert(again.json::<Value>().await.expect("JSON")["id"].as_str().expect("an id").to_owned());
        }
        assert_eq!(ids.len(), 1, "the same answer: {ids:?}");
        assert_eq!(behind.count(&format!("invitation WHERE email = '{email}'")), 1);
        behind.one_mail(&email).await;
    }
    assert_eq!(behind.proxy.lost(), (3, 0), "each was kept");
    behind.is_sound().await;
}

/// REG-6: whoever chose a password is told 503, has an account with it, and chooses no second one.
#[tokio::test(flavor = "multi_thread")]
async fn a_registration_whose_commit_is_not_answered_makes_one_account() {
    let behind = Behind::start().await;
    without_codes(&behind.server).await;
    let (email, password) = ("cut.off@mail.example", "a password of its own");
    let (practice, key) = (behind.server.told("Practice id:"), behind.server.told("API key (SecureMail):"));
    let product = Visitor::new(&behind.server.base);
    let body = json!({"inviter": MANAGER, "email": email, "kind": "staff", "placement": "in-practice"});
    let answer = product.invite(&practice, &key, &body).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    let browser = Visitor::new(&behind.server.base);
    let page = up_to_the_password(&browser, &product.link(email, &[]).await).await;
    let choose = |password: &'static str| {
        browser.form(&token(&page), "/register/password", &[("new_password", password), ("again", password)])
    };
    behind.proxy.lose_commit(1, "INSERT INTO account");
    let first = choose(password).send().await.expect("an answer");
    is_away(&first);
    assert!(!first.text().await.expect("a page").contains("Nothing was saved"), "it was");
    assert_eq!((behind.proxy.lost_one(), behind.proxy.lost()), (true, (1, 0)));
    for again in [password, "another password altogether"] {
        let answer = choose(again).send().await.expect("an answer");
        assert!(matches!(answer.status().as_u16(), 303 | 409 | 410), "{}", answer.status());
    }
    assert!(Visitor::new(&behind.server.base).sign_in(email, password).await, "what was kept is the account");
    assert!(!Visitor::new(&behind.server.base).sign_in(email, "another password altogether").await);
    assert_eq!(behind.count(&format!("account WHERE email_key = '{email}'")), 1);
    behind.is_sound().await;
}

/// LOCK-1: a sign-in is asked for again whichever of its commits was not answered, and locks nobody.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_whose_commit_is_not_answered_is_repeated() {
    let behind = Behind::start().await;
    let guesses = "audit WHERE text::jsonb ->> 'code' IN ('sign-in.failed', 'account.locked')";
    let before = behind.count(guesses);
    for said in ["INSERT INTO ticket", "INSERT INTO session"] {
        let browser = Visitor::new(&behind.server.base);
        let (_, page) = browser.get("/login").await;
        let form =
            || browser.form(&token(&page), "/login", &[("email", MANAGER), ("password", "harbor lamp seventeen")]);
        behind.proxy.lose_commit(1, said);
        let first = form().send().await.expect("an answer");
        is_away(&first);
        assert!(behind.proxy.lost_one(), "{said}");
        let (_, page) = browser.get("/manage").await;
        assert!(page.contains("name=\"password\""), "nobody is signed in: {page}");
        let again = form().send().await.expect("an answer");
        assert_eq!(again.status(), StatusCode::SEE_OTHER, "{said}");
        assert_eq!(browser.get("/manage").await.0, StatusCode::OK);
    }
    assert_eq!(behind.proxy.lost(), (2, 0));
    assert_eq!(behind.count(guesses), before, "nobody guessed");
    behind.is_sound().await;
}

/// BILL-3: whichever commit of a purchase is not answered, OK is one charge and one plan.
#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_whose_commits_are_not_answered_is_one_charge() {
    let behind = Behind::start().await;
    let boss = Visitor::manager(&behind.server.base).await;
    let people = boss.unpaid().await;
    let before = charges(&behind.server).await;
    let mut bought = 0;
    for (person, n) in people.iter().zip(1..) {
        let offer = boss.offer(person).await;
        let (_, page) = boss.get(&offer).await;
        let ok = || boss.form(&token(&page), &offer, &[]);
        behind.proxy.lose_commit(n, "INTO audit");
        let first = ok().send().await.expect("an answer");
        if first.status().is_server_error() {
            is_away(&first);
        }
        let cut = behind.proxy.lost_one();
        bought += 1;
        let again = ok().send().await.expect("an answer");
        assert!(!again.status().is_server_error() && !again.status().is_client_error(), "{}", again.status());
        paid(&behind, &boss, person).await;
        let now = charges(&behind.server).await;
        assert_eq!(now.len() - before.len(), bought, "commit {n}: {now:#?}");
        if !cut {
            break;
        }
    }
    assert!((3..=8).contains(&bought), "a purchase has {} commits", bought - 1);
    let now = charges(&behind.server).await;
    assert!(now.iter().all(|charge| charge["given_back"] == false), "{now:#?}");
    let orders: BTreeSet<_> = now.iter().filter_map(|charge| charge["purchase"].as_str()).collect();
    assert_eq!(orders.len(), now.len(), "no order was charged twice");
    behind.is_sound().await;
}

/// INV-10, P3: the mail went out, and the answer to what was noted about it did not come back.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_sent_once_though_nobody_hears_that_it_was_noted() {
    let behind = Behind::start().await;
    behind.proxy.lose_commit(1, "UPDATE notice SET worker = NULL");
    assert_eq!(behind.invite("cut@mail.example", "once").await.status(), StatusCode::CREATED);
    behind.one_mail("cut@mail.example").await;
    assert_eq!((behind.proxy.lost_one(), behind.proxy.lost()), (true, (1, 0)));
    // As if the lease had passed.
    behind.sql("UPDATE notice SET due_at = 0 WHERE due_at IS NOT NULL");
    tokio::time::sleep(Duration::from_secs(2)).await;
    behind.one_mail("cut@mail.example").await;
    behind.is_sound().await;
}

/// Waits until somebody is paid for; what waits for the provider is looked after at once.
async fn paid(behind: &Behind, boss: &Visitor, person: &str) {
    for _ in 0..200 {
        let (_, row) = boss.get(&format!("/manage/users/{person}")).await;
        if row.contains("is-paid\">Paid") {
            return;
        }
        behind.sql("UPDATE purchase SET due_at = 0 WHERE due_at IS NOT NULL");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("{person} has no plan")
}

async fn charges(server: &Server) -> Vec<Value> {
    let (_, text) = Visitor::new(&server.base).get("/sandbox/bank/books.json").await;
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
