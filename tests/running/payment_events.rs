//! What the payment provider tells, to two servers on one PostgreSQL cluster that is killed when it suits the test.

use std::path::Path;

use practice_testkit::cluster::Cluster;
use reqwest::StatusCode;
use tokio::task::JoinSet;

use crate::server::Server;
use crate::stand_in::server::Server as StandIn;
use crate::stripe::{PAID, a_paid_seat, deleted, ends, send, settings, signed};
use crate::visitor::{Visitor, client};

/// A practice that buys through Stripe, at two servers.
struct Shop {
    servers: [Server; 2],
    stripe: StandIn,
    boss: Visitor,
    /// The page of somebody who is paid for.
    row: String,
    /// What was written down before the first event.
    before: Written,
    cluster: Cluster,
}

impl Shop {
    async fn open() -> Self {
        let cluster = Cluster::start(Path::new(env!("CARGO_TARGET_TMPDIR")));
        let url = cluster.url(&cluster.database(None));
        let stripe = StandIn::start().await;
        let mut first = Server::start_on(&url, None);
        let mut second = Server::start_on(&url, Some(&first));
        first.kill();
        second.kill();
        // The demo's cards and plans are the simulator's: at Stripe nobody knows them.
        cluster.sql("portal_0", "DELETE FROM wallet; DELETE FROM subscription");
        first.serve(&settings(&stripe.origin()));
        second.serve(&settings(&stripe.origin()));
        let (boss, row) = a_paid_seat(&first, &stripe).await;
        let before = Written::read(&cluster, &row);
        Self { servers: [first, second], stripe, boss, row, before, cluster }
    }

    async fn is_paid(&self) -> bool {
        let (status, page) = self.boss.get(&self.row).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        page.contains(PAID)
    }

    /// What was written down since, and that it holds together.
    fn written(&self) -> Written {
        let verified = self.servers[0].command(&["audit", "verify"]);
        assert!(verified.status.success(), "{verified:?}");
        let (now, before) = (Written::read(&self.cluster, &self.row), &self.before);
        Written {
            ended: now.ended - before.ended,
            dropped: now.dropped - before.dropped,
            events: now.events - before.events,
        }
    }
}

/// What was written down because of events.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    /// Facts that a subscription ended.
    ended: u32,
    /// Facts that somebody's tier changed.
    dropped: u32,
    /// Events that were looked at.
    events: u32,
}

impl Written {
    /// What is written of the seat with this page. One look at all of it, because the reconciler may be at work.
    fn read(cluster: &Cluster, row: &str) -> Self {
        let person = row.rsplit('/').next().expect("a person");
        let found = cluster.sql(
            "portal_0",
            &format!(
                "SELECT
                    count(*) FILTER (WHERE text::jsonb ->> 'code' = 'subscription.ended' AND text::jsonb #>> '{{details,subscription}}'
                        IN (SELECT id::text FROM subscription WHERE member = '{person}')),
                    count(*) FILTER (WHERE text::jsonb ->> 'code' = 'tier.changed'
                        AND text::jsonb #>> '{{details,member}}' = '{person}'),
                    (SELECT count(*) FROM claim WHERE kind = 'payment-event')
                FROM audit"
            ),
        );
        let mut numbers = found.split('|').map(|number| number.trim().parse().expect("a number"));
        let mut next = || numbers.next().expect("three numbers");
        Self { ended: next(), dropped: next(), events: next() }
    }
}

/// That it ended, and with it the tier.
const ONCE: Written = Written { ended: 1, dropped: 1, events: 1 };

/// WH-02, F-25: while the database is away an event is asked for again, nothing of it is done, and it is taken when it comes again.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_asked_for_again_while_the_database_is_down() {
    let mut shop = Shop::open().await;
    let body = deleted(&ends(&shop.stripe));
    let asked = shop.stripe.heard().len();
    shop.cluster.kill();
    for server in &shop.servers {
        let (body, signature) = signed(&body);
        let answer = send(server, &body, &signature).await;
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(answer.headers().contains_key("retry-after"));
        assert!(!answer.text().await.expect("a body").contains("postgres"), "no insides are told");
        let (_, forged) = signed("another body");
        assert_eq!(send(server, &body, &forged).await.status(), StatusCode::BAD_REQUEST, "nobody is asked about these");
    }
    shop.cluster.revive();
    let written = shop.written();
    let untouched = Written { ended: 0, dropped: 0, events: 0 };
    assert!(
        written == untouched || written == Written { events: 0, ..ONCE },
        "whole, by the reconciler, or not at all: {written:?}"
    );

    // Stripe signs what it sends again anew.
    for server in &shop.servers {
        let (body, signature) = signed(&body);
        assert_eq!(send(server, &body, &signature).await.status(), StatusCode::OK);
        assert!(!shop.is_paid().await, "it ended at Stripe");
    }
    assert_eq!(shop.written(), ONCE);
    assert!(shop.stripe.heard().len() > asked, "Stripe was asked how things are");
    assert_eq!(shop.stripe.books(|books| books.kept()), (1_000, 1));
}

/// WH-02: one event that comes a hundred times at once, to either server, is taken each time and acted on once.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_a_hundred_times_at_once_is_acted_on_once() {
    let shop = Shop::open().await;
    let (body, signature) = signed(&deleted(&ends(&shop.stripe)));
    let mut all = JoinSet::new();
    for n in 0..100 {
        let url = format!("{}/webhooks/payments", shop.servers[n % 2].base);
        let request = client().build().expect("a client").post(url).header("stripe-signature", &signature);
        let request = request.header("content-type", "application/json").body(body.clone());
        all.spawn(async move { request.send().await.expect("an answer").status().as_u16() });
    }
    let answers = all.join_all().await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 100, "{answers:?}");
    assert!(!shop.is_paid().await, "it ended at Stripe");
    assert_eq!(shop.written(), ONCE);
    assert_eq!(shop.stripe.books(|books| books.kept()), (1_000, 1));
    assert!(shop.stripe.heard().iter().all(|request| request.method != "DELETE"), "nothing is ended that is over");
}
