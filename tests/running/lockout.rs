use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::server::Server;
use crate::visitor::{Visitor, token};

const MANAGER: &str = "marisol.vega@brightwater-dental.example";
pub(crate) const STAFF: &str = "theo.lindqvist@brightwater-dental.example";
const PASSWORD: &str = "harbor lamp seventeen";

/// LOCK-1, LOCK-2, LOCK-3
#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_parallel_wrong_passwords_seven_are_checked() {
    let server = Server::start();
    let answers = storm(&[&server.base], STAFF, 100, |n| format!("wrong password number {n}")).await;
    assert!(answers.iter().all(|(status, _)| matches!(*status, 401 | 503)), "{answers:?}");
    let log = String::from_utf8(server.command(&["audit", "verify"]).stdout).expect("text");
    assert!(log.contains("verified"), "{log}");
    assert_eq!(server.audited("sign-in.failed"), 7);

    let visitor = Visitor::new(&server.base);
    let (_, page) = visitor.get("/login").await;
    let right = visitor.send(&token(&page), "/login", &[("email", STAFF), ("password", PASSWORD)]).await;
    let unknown = [("email", "nobody@nowhere.example"), ("password", PASSWORD)];
    let unknown = visitor.send(&token(&page), "/login", &unknown).await;
    assert_eq!(right.0, StatusCode::UNAUTHORIZED);
    let without_address = |page: String, email: &str| page.replace(email, "");
    assert_eq!(without_address(right.1, STAFF), without_address(unknown.1, "nobody@nowhere.example"));

    let manager = Visitor::new(&server.base);
    assert!(manager.sign_in(MANAGER, PASSWORD).await);
    let (_, list) = manager.get("/manage?q=theo.lindqvist").await;
    let action = list.split("action=\"").find(|part| part.contains("/unlock")).expect("an Unlock button");
    let action = action.split('"').next().expect("a path").to_owned();
    let (_, after) = manager.send(&token(&list), &action, &[]).await;
    assert!(after.contains("Theo Lindqvist is unlocked and can sign in now."), "{after}");
    assert!(visitor.sign_in(STAFF, PASSWORD).await);
}

/// LOCK-1, LK-03
#[tokio::test(flavor = "multi_thread")]
async fn twenty_parallel_right_passwords_all_sign_in() {
    let server = Server::start();
    let answers = storm(&[&server.base], STAFF, 20, |_| PASSWORD.to_owned()).await;
    assert!(answers.iter().all(|(status, _)| *status == 303), "{answers:?}");
}

/// Sends so many sign-ins at the same moment, each from a browser of its own, to each server in turn.
pub(crate) async fn storm(
    bases: &[&str],
    email: &'static str,
    many: usize,
    password: impl Fn(usize) -> String,
) -> Vec<(u16, String)> {
    let mut ready = Vec::new();
    for n in 0..many {
        let visitor = Visitor::new(bases[n % bases.len()]);
        let (_, page) = visitor.get("/login").await;
        ready.push(visitor.form(&token(&page), "/login", &[("email", email), ("password", &password(n))]));
    }
    let mut running = JoinSet::new();
    for form in ready {
        running.spawn(async move {
            let response = form.send().await.expect("an answer");
            (response.status().as_u16(), response.text().await.expect("a page"))
        });
    }
    running.join_all().await
}
