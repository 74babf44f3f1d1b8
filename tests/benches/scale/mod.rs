//! `cargo xtask bench scale`: Manage Account, signing in and inviting on PostgreSQL, in practices of 1,000, 100,000 and 1,000,000
//! people among 100,000 others, beside the same question as SQL written by hand and asked of the same server.
//!
//! The cluster is of its own and in memory, so nothing waits for a disk, on either side.

mod acts;
mod ask;
mod crowd;
mod load;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use practice_domain::value::PracticeId;
use practice_keyring::{Key, Keyring};
use practice_storage_postgres::{Postgres, PostgresSettings};
use practice_testkit::cluster::Cluster;
use secrecy::ExposeSecret;
use sqlx::Connection;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

/// `SCALE=100000` leaves out what is larger.
const SIZES: [usize; 3] = [1_000, 100_000, 1_000_000];
/// What a server for so many would have.
const MEMORY: [&str; 3] = ["shared_buffers=3GB", "max_wal_size=16GB", "checkpoint_timeout=1h"];
/// It says how to make a role that serves.
const OPERATING: &str = include_str!("../../../docs/operating.md");
const OTHERS: usize = 100_000;

pub(crate) async fn run() {
    let cluster = Cluster::start_with(Path::new(env!("CARGO_TARGET_TMPDIR")), &MEMORY);
    let name = cluster.database(None);
    let url = cluster.url(&name);
    let key = Key::parse(Key::fresh_text().expose_secret()).expect("a key");
    let keyring = Arc::new(Keyring::new(key, Vec::new()).expect("one key"));
    let settings = PostgresSettings::new(url.clone().into());
    Postgres::open(&settings, keyring.clone()).await.expect("a database").close().await;
    // As a server would: behind the walls between practices, which whoever asks by hand stands inside of.
    let role = OPERATING.split("```sql\n").find(|block| block.starts_with("CREATE ROLE portal_serving"));
    cluster.sql(&name, role.and_then(|block| block.split("```").next()).expect("the statements"));
    let mut settings = PostgresSettings::new(url.replace("portal@", "portal_serving@").into());
    settings.walled = true;
    let store = Arc::new(Postgres::open(&settings, keyring.clone()).await.expect("a database"));
    let mut conn = PgConnection::connect(&url).await.expect("the cluster");
    let most = std::env::var("SCALE").ok().and_then(|most| most.parse().ok()).unwrap_or(usize::MAX);
    let sizes = SIZES.into_iter().filter(|size| *size <= most);
    let practices: Vec<_> = sizes.map(|size| (PracticeId(Uuid::from_u128(size as u128)), size)).collect();
    let kept = load::load(&mut conn, &practices, OTHERS).await;
    load::verify(&store, &mut conn, &kept).await;
    println!("loaded: {}", cluster.sql(&name, "SELECT pg_size_pretty(pg_database_size(current_database()))"));
    let mut all = Vec::new();
    for &(practice, size) in &practices {
        let began = Instant::now();
        let mut costs = ask::lists(&store, &mut conn, practice).await;
        costs.extend(acts::acts(&store, &keyring, &mut conn, practice, &kept).await);
        println!("{size} people: asked for {:.0} s", began.elapsed().as_secs_f64());
        all.push(costs);
    }
    let sizes: Vec<usize> = practices.iter().map(|(_, size)| *size).collect();
    report(&sizes, &all);
}

/// What one question cost, in milliseconds.
struct Cost {
    name: String,
    ours: Times,
    by_hand: Times,
}

/// How long something took, each time.
#[derive(Default)]
struct Times(Vec<f64>);

impl Times {
    fn note(&mut self, from: Instant) {
        self.0.push(from.elapsed().as_secs_f64() * 1_000.0);
    }

    fn sorted(&mut self) {
        self.0.sort_by(f64::total_cmp);
    }

    fn p50(&self) -> f64 {
        self.0[self.0.len() / 2]
    }

    fn p99(&self) -> f64 {
        self.0[self.0.len() * 99 / 100]
    }
}

impl Cost {
    fn new(name: String, mut ours: Times, mut by_hand: Times) -> Self {
        ours.sorted();
        by_hand.sorted();
        Self { name, ours, by_hand }
    }
}

fn report(sizes: &[usize], all: &[Vec<Cost>]) {
    println!("\nms; by hand is the median of the better of what one would type; growth from the first to the last");
    print!("{:34}", "");
    for size in sizes {
        print!(" |{:>36}", format!("among {size} people"));
    }
    println!(" |");
    print!("{:34}", "");
    for _ in sizes {
        print!(" |{:>9}{:>9}{:>10}{:>8}", "p50", "p99", "by hand", "ratio");
    }
    println!(" |{:>8}", "growth");
    for at in 0..all[0].len() {
        print!("{:34}", all[0][at].name);
        for costs in all {
            let Cost { ours, by_hand, .. } = &costs[at];
            let ratio = ours.p50() / by_hand.p50();
            print!(" |{:9.3}{:9.3}{:10.3}{ratio:8.2}", ours.p50(), ours.p99(), by_hand.p50());
        }
        println!(" |{:8.2}", all[all.len() - 1][at].ours.p50() / all[0][at].ours.p50());
    }
    println!("wanted: ratio and growth at most 1.5, p99 below 50 ms");
}

/// Of fewer the 99th percentile would be the slowest one.
const ENOUGH: usize = 101;

/// So often at most, and when there are enough no longer than this.
const TIMES: usize = 201;
const PATIENCE: Duration = Duration::from_millis(1_500);
