//! The network between a server and its database swallows everything: from the beginning of a request, in a commit, on connections
//! that rest, or on one connection alone.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::cuts::{Behind, is_away};
use crate::instances::{MANAGER, ready};
use crate::outages::{RECOVERED, TOLD, is_ready_within};
use crate::proxy::{Ending, Manner};
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
    behind.proxy.end_at_commit(1, "INSERT INTO invitation", Ending::Silent);
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

/// Lets so many people look at once that each connection was in use a moment ago. Answers of the database are late meanwhile, so that nobody
/// is done before the others have begun; and what they look at is small, so that it is the database for which they wait.
#[expect(clippy::disallowed_methods, reason = "the clock of this machine is the database's")]
async fn use_every_connection(behind: &Behind, boss: &Visitor) {
    let mut connected = String::new();
    for _ in 0..20 {
        behind.proxy.set(Manner::Delay(Duration::from_millis(150)));
        let mut pages = JoinSet::new();
        for _ in 0..20 {
            let boss = boss.clone();
            pages.spawn(async move { boss.ask("/api/v1/session").await.status() });
        }
        assert!(pages.join_all().await.iter().all(|status| *status == StatusCode::OK));
        let ended = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_micros();
        behind.proxy.set(Manner::Pass);
        // As it was then: what asks may take its time to start.
        connected = behind.sql(&format!(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'practice-portal'
                AND extract(epoch FROM state_change) * 1000000 > {ended} - 500000"
        ));
        if connected == "10" {
            return;
        }
    }
    panic!("{connected} connections");
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

/// F-01: one connection falls silent, and others go on. Where nothing was asked for on it but to read or to begin, another one is asked,
/// and nobody learns of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_lost_on_one_connection_is_asked_on_another() {
    let behind = Behind::start().await;
    let boss = Visitor::new(&behind.server.base);
    assert!(boss.sign_in(MANAGER, "harbor lamp seventeen").await);
    let others = tokio::spawn(look_again_and_again(boss.clone()));
    for n in 0..3 {
        behind.proxy.lose_question("FROM person");
        let began = Instant::now();
        let answer = boss.ask("/manage").await;
        let read = began.elapsed();
        assert_eq!(answer.status(), StatusCode::OK, "after {read:?}");
        let practice = format!("portal.practices = '{{00000000-0000-0000-0000-000000000000,{}", behind.practice());
        behind.proxy.lose_question(&practice);
        let (began, email) = (Instant::now(), format!("alone-{n}@mail.example"));
        let answer = behind.invite(&email, &email).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "after {:?}", began.elapsed());
        println!("read after {read:?}, written after {:?}", began.elapsed());
        assert!(behind.proxy.lost_question(), "nobody asked");
        assert!(read.max(began.elapsed()) < 3 * TOLD, "{read:?}, {:?}", began.elapsed());
        assert_eq!(behind.count(&format!("invitation WHERE email = '{email}'")), 1);
    }
    others.abort();
    let longest = others.await.expect_err("it was ended");
    assert!(longest.is_cancelled(), "others were served all the while: {longest}");
    behind.is_sound().await;
}

/// F-03: a COMMIT that is lost on one connection, or its answer, is unknown while others go on. What it held is free when people are told.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_lost_on_one_connection_is_unknown_and_holds_nothing() {
    let behind = Behind::start().await;
    let boss = Visitor::new(&behind.server.base);
    assert!(boss.sign_in(MANAGER, "harbor lamp seventeen").await);
    let others = tokio::spawn(look_again_and_again(boss));
    for (ending, kept) in [(Ending::Alone, 1), (Ending::Unheard, 0)] {
        let email = format!("{ending:?}@mail.example").to_lowercase();
        behind.proxy.end_at_commit(1, "INSERT INTO invitation", ending);
        let began = Instant::now();
        let first = behind.invite(&email, &email).await;
        println!("told {} after {:?}", first.status(), began.elapsed());
        assert!(began.elapsed() < 3 * TOLD, "told after {:?}", began.elapsed());
        is_away(&first);
        assert!(behind.proxy.lost_one());
        assert_eq!(behind.count(&format!("invitation WHERE email = '{email}'")), kept);
        let held = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%' AND
            state_change < now() - interval '300 milliseconds'";
        assert_eq!(behind.sql(held), "0");
        assert_eq!(behind.invite(&email, &email).await.status(), StatusCode::CREATED);
        assert_eq!(behind.count(&format!("invitation WHERE email = '{email}'")), 1);
    }
    others.abort();
    assert!(others.await.expect_err("it was ended").is_cancelled(), "others were served all the while");
    behind.is_sound().await;
}

/// F-01: whatever the database works on is waited for, much longer than silence is: a statement that waits for a table, one that takes
/// long in a transaction, and a COMMIT.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_works_on_is_waited_for() {
    let behind = Behind::start().await;
    let boss = Visitor::new(&behind.server.base);
    assert!(boss.sign_in(MANAGER, "harbor lamp seventeen").await);
    let behind = tokio::task::spawn_blocking(move || {
        behind.sql(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(3); RETURN new; END $$",
        );
        behind
    });
    let behind = behind.await.expect("no panic");
    let began = Instant::now();
    let holding = "BEGIN; LOCK TABLE person; SELECT pg_sleep(3.5); COMMIT";
    let (status, behind) = tokio::join!(
        async {
            tokio::time::sleep(Duration::from_millis(400)).await;
            boss.ask("/manage").await.status()
        },
        async { tokio::task::spawn_blocking(move || (behind.sql(holding), behind)).await.expect("no panic").1 }
    );
    assert_eq!(status, StatusCode::OK, "after {:?}", began.elapsed());
    for (how, email) in [("", "statement@mail.example"), ("CONSTRAINT", "commit@mail.example")] {
        let deferred = if how.is_empty() { "" } else { "DEFERRABLE INITIALLY DEFERRED" };
        behind.sql(&format!(
            "DROP TRIGGER IF EXISTS slow ON invitation;
            CREATE {how} TRIGGER slow AFTER INSERT ON invitation {deferred} FOR EACH ROW EXECUTE FUNCTION slow()"
        ));
        let began = Instant::now();
        let answer = behind.invite(email, email).await;
        println!("told {} after {:?}", answer.status(), began.elapsed());
        assert_eq!(answer.status(), StatusCode::CREATED, "after {:?}", began.elapsed());
        assert!(began.elapsed() >= Duration::from_secs(3), "it was slow");
        assert_eq!(behind.count(&format!("invitation WHERE email = '{email}'")), 1);
    }
    behind.sql("DROP TRIGGER slow ON invitation");
    behind.is_sound().await;
}

/// Somebody to whom nothing happens.
async fn look_again_and_again(boss: Visitor) {
    loop {
        assert_eq!(boss.ask("/api/v1/session").await.status(), StatusCode::OK);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
