//! The network between a server and its database swallows everything: from the beginning of a request, in a commit, or on connections
//! that rest.

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::cuts::{Behind, is_away};
use crate::instances::{MANAGER, ready};
use crate::outages::{RECOVERED, TOLD, is_ready_within};
use crate::proxy::Manner;
use crate::visitor::{Visitor, token};

/// F-01, P9: whatever is sent to the database is lost without a word, and with it the connections. Whatever people ask for, they are told
/// in time, and the database is found again.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_answers_nothing_is_found_again() {
    let behind = Behind::start().await;
    let base = &behind.server.base;
    let boss = Visitor::new(base);
    assert!(boss.sign_in(MANAGER, "harbor lamp seventeen").await);
    let somebody = Visitor::new(base);
    let (_, page) = somebody.get("/login").await;
    for what in ["a page", "a sign-in", "an invitation"] {
        use_every_connection(&behind, &boss).await;
        behind.proxy.set(Manner::Swallow);
        let began = Instant::now();
        let answer = match what {
            "a page" => boss.ask("/manage").await,
            "a sign-in" => {
                let fields = [("email", MANAGER), ("password", "harbor lamp seventeen")];
                somebody.form(&token(&page), "/login", &fields).send().await.expect("an answer")
            }
            _ => behind.invite("silence@mail.example", "silence").await,
        };
        let took = began.elapsed();
        println!("{what} was told {} after {took:?}", answer.status());
        assert!(took < 3 * TOLD, "{what} was told after {took:?}");
        is_away(&answer);
        assert_eq!(boss.ask("/healthz").await.status(), StatusCode::OK);
        let began = Instant::now();
        assert_eq!(ready(base).await, 503);
        assert!(began.elapsed() < 3 * TOLD, "not ready after {:?}", began.elapsed());
        behind.proxy.set(Manner::Pass);
        is_ready_within(base, Instant::now(), 3 * RECOVERED).await;
    }
    assert_eq!(behind.count("invitation WHERE email = 'silence@mail.example'"), 0);
    assert_eq!(behind.invite("silence@mail.example", "silence").await.status(), StatusCode::CREATED);
    behind.is_sound().await;
}

/// F-03: the link falls silent when a commit is kept. Whoever asked is told in time, and not that nothing was saved; asking again finds it.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_silence_swallows_is_unknown_and_found_again() {
    let behind = Behind::start().await;
    behind.proxy.fall_silent_at_commit(1, "INSERT INTO invitation");
    let began = Instant::now();
    let first = behind.invite("swallowed@mail.example", "swallowed").await;
    println!("told {} after {:?}", first.status(), began.elapsed());
    assert!(began.elapsed() < 3 * TOLD, "told after {:?}", began.elapsed());
    is_away(&first);
    let problem: serde_json::Value = first.json().await.expect("a problem");
    assert_eq!(problem["type"], "/problems/unavailable");
    assert!(!problem.to_string().contains("Nothing was saved"), "it was: {problem}");
    assert_eq!(behind.proxy.lost(), (1, 0));
    behind.proxy.set(Manner::Pass);
    is_ready_within(&behind.server.base, Instant::now(), 3 * RECOVERED).await;
    let again = behind.invite("swallowed@mail.example", "swallowed").await;
    assert_eq!(again.status(), StatusCode::CREATED);
    assert_eq!(behind.count("invitation WHERE email = 'swallowed@mail.example'"), 1);
    behind.is_sound().await;
}

/// Lets so many people look at once that each connection was in use a moment ago.
async fn use_every_connection(behind: &Behind, boss: &Visitor) {
    let connected = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'practice-portal' AND
        state_change > now() - interval '500 milliseconds'";
    for _ in 0..20 {
        let mut pages = JoinSet::new();
        for _ in 0..40 {
            let boss = boss.clone();
            pages.spawn(async move { boss.get("/manage").await.0 });
        }
        assert!(pages.join_all().await.iter().all(|status| *status == StatusCode::OK));
        if behind.sql(connected) == "10" {
            return;
        }
    }
    panic!("{} connections", behind.sql(connected));
}

/// F-01: something between the server and the database has forgotten all connections, as a firewall does with those at rest. They do not
/// stand in the way one after the other.
#[tokio::test(flavor = "multi_thread")]
async fn connections_that_were_forgotten_are_given_up_together() {
    let behind = Behind::start().await;
    let boss = Visitor::new(&behind.server.base);
    assert!(boss.sign_in(MANAGER, "harbor lamp seventeen").await);
    use_every_connection(&behind, &boss).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    behind.proxy.forget();
    let (began, mut told) = (Instant::now(), 0);
    while boss.ask("/manage").await.status() != StatusCode::OK {
        told += 1;
        assert!(told < 3, "still away after {:?}", began.elapsed());
    }
    println!("ready again after {:?}, and 503 {told} times", began.elapsed());
    behind.is_sound().await;
}
