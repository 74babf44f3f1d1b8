//! Two server processes on one PostgreSQL cluster, which is killed when it suits the test.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use practice_testkit::cluster::Cluster;
use reqwest::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;

use crate::lockout::{STAFF, storm};
use crate::races::{AT_ONCE, listed, password, up_to_the_password, without_codes};
use crate::server::Server;
use crate::visitor::{Visitor, client, token};

pub(crate) const MANAGER: &str = "marisol.vega@brightwater-dental.example";

/// Two servers with the same keys on the same database.
pub(crate) struct Pair {
    pub(crate) servers: [Server; 2],
    pub(crate) cluster: Cluster,
}

impl Pair {
    pub(crate) fn start() -> Self {
        let cluster = Cluster::start(Path::new(env!("CARGO_TARGET_TMPDIR")));
        let url = cluster.url(&cluster.database(None));
        let first = Server::start_on(&url, None);
        let second = Server::start_on(&url, Some(&first));
        Self { servers: [first, second], cluster }
    }

    pub(crate) fn base(&self, n: usize) -> &str {
        &self.servers[n % 2].base
    }

    pub(crate) fn verify_audit(&self) {
        let verified = self.servers[0].command(&["audit", "verify"]);
        assert!(verified.status.success(), "{verified:?}");
    }
}

/// The path of the link of this kind in the mail to an address, whichever server sent it.
pub(crate) async fn link_from(servers: &[Server; 2], email: &str, kind: &str) -> String {
    for _ in 0..400 {
        for server in servers {
            if let Some(mail) = Visitor::new(&server.base).mails(email).await.first() {
                let text = mail["text"].as_str().expect("a text part");
                let at = text.find(kind).unwrap_or_else(|| panic!("a link in {text}"));
                return text[at..].split_whitespace().next().expect("a path").to_owned();
            }
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("no mail to {email}")
}

/// LK-02: wrong passwords that come in over both are counted together.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_wrong_passwords_over_two_servers_seven_are_checked() {
    let pair = Pair::start();
    let bases = [pair.base(0), pair.base(1)];
    let answers = storm(&bases, STAFF, 200, |n| format!("wrong password number {n}")).await;
    assert!(answers.iter().all(|(status, _)| matches!(*status, 401 | 503)), "{answers:?}");
    let failed = "SELECT count(*) FROM audit WHERE text::jsonb ->> 'code' = 'sign-in.failed'";
    assert_eq!(pair.cluster.sql("portal_0", failed), "7");
    pair.verify_audit();
}

/// REG-6: of fifty browsers with the same link, half of them at either server, one makes the account.
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_parallel_completions_over_two_servers_one_makes_the_account() {
    let pair = Pair::start();
    without_codes(&pair.servers[0]).await;
    let email = "racing.person@mail.example";
    let (practice, key) = (pair.servers[0].told("Practice id:"), pair.servers[0].told("API key (SecureMail):"));
    let body = json!({"inviter": MANAGER, "email": email, "kind": "staff", "placement": "in-practice"});
    let answer = Visitor::new(pair.base(1)).invite(&practice, &key, &body).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::CREATED);
    let link = link_from(&pair.servers, email, "/register/").await;
    let mut ready = Vec::new();
    for n in 0..AT_ONCE {
        let browser = Visitor::new(pair.base(n));
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
    for n in 0..2 {
        assert!(Visitor::new(pair.base(n)).sign_in(email, &password(won[0])).await, "at server {n}");
    }
    let accounts = format!("SELECT count(*) FROM account WHERE email_key = '{email}'");
    assert_eq!(pair.cluster.sql("portal_0", &accounts), "1");
    assert_eq!(listed(&pair.servers[1], email).await.len(), 1);
    pair.verify_audit();
}

/// F-01, F-04, F-11: a server is killed, then the database, while both invite people. What was acknowledged stays, servers say when
/// they are not ready, find the database again by themselves, and the audit log holds together.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_a_server_or_the_database_is_killed() {
    let mut pair = Pair::start();
    let (practice, key) = (pair.servers[0].told("Practice id:"), pair.servers[0].told("API key (TruForm):"));
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    for round in 0..4_u64 {
        let mut clients = JoinSet::new();
        for client in 0..4 {
            let (base, practice, key) = (pair.base(client).to_owned(), practice.clone(), key.clone());
            let acknowledged = acknowledged.clone();
            clients.spawn(async move {
                let product = Visitor::new(&base);
                for n in 0..60 {
                    let email = format!("cut-{round}-{client}-{n}@mail.example");
                    let body = json!({"inviter": MANAGER, "email": email, "kind": "patient", "placement": "outside"});
                    match product.invite(&practice, &key, &body).await {
                        Ok(answer) if answer.status() == StatusCode::CREATED => {
                            acknowledged.lock().expect("no panic").insert(email);
                        }
                        Ok(answer) if answer.status() == StatusCode::SERVICE_UNAVAILABLE => {}
                        Ok(answer) => panic!("{}: {}", answer.status(), answer.text().await.unwrap_or_default()),
                        Err(_) => break,
                    }
                }
            });
        }
        tokio::time::sleep(Duration::from_millis(150 + 100 * round)).await;
        if round % 2 == 0 {
            pair.servers[1].kill();
            clients.join_all().await;
            pair.servers[1].start_again();
        } else {
            pair.cluster.kill();
            assert_eq!(ready(pair.base(0)).await, 503, "round {round}");
            pair.cluster.revive();
            clients.join_all().await;
        }
        for n in 0..2 {
            assert_eq!(ready(pair.base(n)).await, 200, "round {round}, server {n}");
        }
    }
    let acknowledged = acknowledged.lock().expect("no panic").clone();
    assert!(acknowledged.len() > 20, "only {} were acknowledged", acknowledged.len());
    let kept = pair.cluster.sql("portal_0", "SELECT email FROM invitation WHERE email LIKE 'cut-%'");
    let kept: BTreeSet<String> = kept.lines().map(str::to_owned).collect();
    let lost: Vec<_> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {} like {:?}", lost.len(), lost[0]);
    pair.verify_audit();
}

/// What `/readyz` says.
pub(crate) async fn ready(base: &str) -> u16 {
    let answer = client().build().expect("a client").get(format!("{base}/readyz")).send().await;
    answer.expect("an answer").status().as_u16()
}
