//! The workers that look after money: what is due, what no event told, and the simulator's webhooks.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::HOST;
use axum::http::{Request, StatusCode};
use practice_domain::port::Fault;
use practice_domain::usecase::billing::{Till, catch_up, forget_events, reconcile_payments, walk_subscriptions};
use practice_domain::value::Time;
use practice_sandbox::{Bank, Posting};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tower::ServiceExt;

/// Runs the workers until `stop` says so, beside those that are running already.
pub(crate) fn start(
    running: &mut JoinSet<()>,
    till: &Till,
    bank: Option<&Arc<Bank>>,
    router: &Router,
    stop: &watch::Receiver<bool>,
) {
    running.spawn(look_after(till.clone(), stop.clone()));
    running.spawn(walk(till.clone(), stop.clone()));
    if let Some(bank) = bank {
        running.spawn(post(bank.clone(), router.clone(), stop.clone()));
    }
}

/// Looks after what is due, every few seconds (`BILL-3`, `BILL-8`).
async fn look_after(till: Till, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match reconcile_payments(&till).await {
            Ok(done) => {
                crate::metrics::payments(done.due, done.faults.len());
                if done.due > 0 {
                    tracing::info!(due = done.due, failed = done.faults.len(), "payments looked after");
                }
                done.faults.iter().for_each(|fault| note(fault, "a payment cannot be looked after"));
            }
            Err(fault) => note(&fault, "what is due cannot be listed"),
        }
        rest(BETWEEN_LOOKS, &mut stop).await;
    }
}

/// Once an hour, looks at the events that never came here and asks the provider about every live subscription, so that what no event
/// told is found (`WH-04`); and forgets events that nobody will send again.
async fn walk(till: Till, mut stop: watch::Receiver<bool>) {
    let mut caught_up: Option<Time> = None;
    while !*stop.borrow() {
        let (began, now) = (Instant::now(), till.ports.clock.now());
        match catch_up(&till, caught_up).await {
            Ok(done) => {
                done.faults.iter().for_each(|fault| note(fault, "an event cannot be looked at"));
                if done.faults.is_empty() {
                    caught_up = Some(now.minus(OVERLAP));
                }
            }
            Err(fault) => note(&fault, "the provider cannot list its events"),
        }
        let mut after = None;
        loop {
            after = match walk_subscriptions(&till, after).await {
                Ok(Some(next)) => Some(next),
                Ok(None) => break,
                Err(fault) => {
                    note(&fault, "subscriptions cannot be compared with the provider's");
                    break;
                }
            };
            rest(BETWEEN_PAGES, &mut stop).await;
            if *stop.borrow() {
                return;
            }
        }
        match forget_events(&till).await {
            Ok(0) => {}
            Ok(forgotten) => tracing::info!(forgotten, "events of the payment provider forgotten"),
            Err(fault) => note(&fault, "old events cannot be forgotten"),
        }
        rest(BETWEEN_WALKS.saturating_sub(began.elapsed()), &mut stop).await;
    }
}

/// Posts what the simulator has to tell, as its webhooks, to our own door for them.
async fn post(bank: Arc<Bank>, router: Router, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        match bank.postings() {
            Ok(postings) => {
                for posting in postings {
                    let arrived = deliver(&bank, &router, &posting).await;
                    if let Err(fault) = bank.told(&posting, arrived) {
                        note(&fault, "the simulator cannot keep its books");
                    }
                }
            }
            Err(fault) => note(&fault, "the simulator cannot read its books"),
        }
        rest(BETWEEN_POSTS, &mut stop).await;
    }
}

async fn deliver(bank: &Bank, router: &Router, posting: &Posting) -> bool {
    let request = Request::post("/webhooks/payments")
        .header(HOST, bank.portal())
        .header(Bank::SIGNATURE, &posting.signature)
        .header("content-type", "application/json")
        .body(Body::from(posting.body.clone()));
    let Ok(request) = request else { return false };
    let Ok(answer) = router.clone().oneshot(request).await;
    answer.status() == StatusCode::OK
}

fn note(fault: &Fault, what: &str) {
    let cause = fault.source().map(ToString::to_string);
    tracing::error!(fault = %fault, cause, "{what}");
}

async fn rest(pause: Duration, stop: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = sleep(pause) => {}
        _ = stop.changed() => {}
    }
}

const BETWEEN_LOOKS: Duration = Duration::from_secs(5);
const BETWEEN_POSTS: Duration = Duration::from_millis(400);
const BETWEEN_PAGES: Duration = Duration::from_secs(1);
const BETWEEN_WALKS: Duration = Duration::from_secs(60 * 60);

/// An event may be listed some time after it happened.
const OVERLAP: Duration = Duration::from_secs(60 * 60);
