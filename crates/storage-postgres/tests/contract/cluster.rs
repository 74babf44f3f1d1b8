//! What only a cluster can do: be shared, deadlock, go away in the middle and come back.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::commit::{Commit, Guard, Name};
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::lockout::{Admission, Scope, Subject, TicketRequest};
use practice_domain::policy::{LockoutPolicy, Policy, Preset};
use practice_domain::port::{CommitError, Fault, Reader, Store};
use practice_domain::practice::Practice;
use practice_domain::rate::{Ask, Quota, Taken};
use practice_domain::value::{PracticeId, PracticeName, Time, Version};
use practice_storage_postgres::{OpenError, Postgres, Work};
use practice_testkit::fakes::FakeSeal;
use sqlx::{Executor, PgConnection};
use uuid::Uuid;

use crate::support::Database;

const NOW: Time = Time::from_micros(1_782_129_600_000_000);

#[tokio::test]
async fn several_that_start_at_once_make_the_tables_once() {
    let database = Database::empty().await;
    let starts = (0..4).map(|_| {
        let settings = database.settings();
        tokio::spawn(async move { Postgres::open(&settings, Arc::new(FakeSeal)).await })
    });
    for (n, start) in (1..).zip(starts.collect::<Vec<_>>()) {
        let postgres = start.await.expect("no panic").expect("opened");
        postgres.commit(&founding(n)).await.expect("a new practice");
    }
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).expect("the migrations").count();
    assert_eq!(database.sql("SELECT count(*) FROM _sqlx_migrations"), files.to_string());
    assert_eq!(database.open().await.entries(Log::Platform, 1, 9).await.expect("readable").len(), 4);
}

#[tokio::test]
async fn a_database_that_is_not_safe_or_not_ours_is_left_alone() {
    let database = Database::fresh().await;
    database.sql("ALTER DATABASE :name SET synchronous_commit = off");
    let unsafe_one = Postgres::open(&database.settings(), Arc::new(FakeSeal)).await.err().expect("refused");
    assert_eq!(unsafe_one.to_string(), "the database must have synchronous_commit other than off");
    database.sql("ALTER DATABASE :name RESET synchronous_commit");
    database.sql("UPDATE _sqlx_migrations SET checksum = 'other' WHERE version = 1");
    let other = Postgres::open(&database.settings(), Arc::new(FakeSeal)).await;
    assert!(matches!(other, Err(OpenError::Migrate(_))));
}

/// F-01: what takes long is waited for while the server is there: only silence is cut short.
#[tokio::test]
async fn what_takes_long_is_waited_for_while_the_server_is_there() {
    let database = Database::fresh().await;
    let postgres = database.open().await;
    postgres.transact(Sql("SELECT pg_sleep(4)")).await.expect("done in the end");
}

/// PRA-6, POL-00: a policy that nobody may have is neither read nor opened.
#[tokio::test]
async fn a_policy_outside_its_bounds_is_neither_read_nor_opened() {
    let database = Database::fresh().await;
    let postgres = database.open().await;
    postgres.commit(&founding(7)).await.expect("a new practice");
    let policy = Policy::restore(Preset::Office, "session.idle_minutes=20").expect("within bounds");
    postgres.commit(&entry().update(practice(7).with_policy(policy))).await.expect("changed");
    assert_eq!(database.open().await.practice(id(7)).await.expect("readable").expect("there").policy(), policy);
    database.sql("UPDATE practice SET policy = 'session.idle_minutes=61'");
    assert!(matches!(postgres.practice(id(7)).await, Err(Fault::Corrupt { .. })));
    let refused = Postgres::open(&database.settings(), Arc::new(FakeSeal)).await;
    assert!(matches!(refused, Err(OpenError::Policy(found, _)) if found == id(7)));
}

#[tokio::test]
async fn the_audit_log_refuses_changes() {
    let database = Database::fresh().await;
    let postgres = database.open().await;
    postgres.commit(&founding(1)).await.expect("a new practice");
    for sql in ["UPDATE audit SET text = ''", "DELETE FROM audit", "TRUNCATE audit"] {
        assert!(postgres.transact(Sql(sql)).await.is_err(), "{sql}");
    }
    assert_eq!(postgres.entries(Log::Platform, 1, 9).await.expect("readable").len(), 1);
}

#[tokio::test]
async fn a_statement_that_fails_in_the_middle_of_a_commit_leaves_nothing_of_it() {
    let database = Database::fresh().await;
    let postgres = database.open().await;
    database.sql(
        "CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''trap''; END';
        CREATE TRIGGER trap BEFORE INSERT ON practice FOR EACH ROW WHEN (new.name = 'Practice 5')
            EXECUTE FUNCTION trap()",
    );
    let refused = postgres.commit(&founding(4).insert(practice(5)).insert(practice(6))).await;
    assert!(matches!(refused, Err(CommitError::Fault(Fault::Unavailable { .. }))), "{refused:?}");
    for n in [4, 5, 6] {
        assert_eq!(postgres.practice(id(n)).await.expect("readable"), None);
    }
    assert!(postgres.entries(Log::Platform, 1, 9).await.expect("readable").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_dropped_leaves_no_open_transaction() {
    let database = Database::fresh().await;
    let mut settings = database.settings();
    settings.connections = 2;
    let postgres = Arc::new(Postgres::open(&settings, Arc::new(FakeSeal)).await.expect("opened"));
    for n in 1..=60_u64 {
        let (other, commit) = (postgres.clone(), founding(u128::from(n)));
        let request = tokio::spawn(async move {
            let _ = other.practice(id(1)).await;
            other.commit(&commit).await
        });
        tokio::time::sleep(Duration::from_micros(n * 100)).await;
        request.abort();
    }
    postgres.commit(&founding(1_000)).await.expect("a new practice");
    let mut kept = 1;
    for n in 1..=60 {
        kept += usize::from(postgres.practice(id(n)).await.expect("readable").is_some());
    }
    assert_eq!(postgres.entries(Log::Platform, 1, 99).await.expect("readable").len(), kept);
    assert_eq!(database.sql("SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in%'"), "0");
}

/// Two rows of one owner can be reached in two orders: one of the two is tried again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_tried_again() {
    let database = Database::fresh().await;
    let postgres = database.open().await;
    for n in [1, 2] {
        postgres.commit(&founding(n)).await.expect("a new practice");
    }
    let crossing = [(1, 2), (2, 1)].map(|(first, second)| {
        let postgres = postgres.clone();
        tokio::spawn(async move { postgres.transact(Touch { first, second }).await })
    });
    for touched in crossing {
        touched.await.expect("no panic").expect("kept in the end");
    }
    assert_eq!(database.sql("SELECT sum(user_managers) FROM practice"), "4");
}

/// What is kept of a unit whose statement failed is nothing, also when the unit does not say so.
#[tokio::test]
async fn a_failure_that_is_passed_over_is_not_acknowledged() {
    let database = Database::fresh().await;
    let postgres = database.open().await;
    assert!(postgres.transact(Careless).await.is_err());
    assert_eq!(postgres.practice(id(1)).await.expect("readable"), None);
    postgres.commit(&founding(1)).await.expect("the next one is not harmed");
}

/// A guard excludes whoever writes the same thing, also where there is no row yet, also on another instance.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_that_rest_on_each_other_one_is_kept() {
    let database = Database::fresh().await;
    let instances = [database.open().await, database.open().await];
    let name = |n| Name::FirstUserManager(id(n));
    for n in 1..=20_u128 {
        let (mine, yours) = (n * 2, n * 2 + 1);
        let crossing = [(mine, yours), (yours, mine)].map(|(held, free)| {
            let postgres = instances[usize::from(held == mine)].clone();
            let commit = founding(held).guard(Guard::Free(name(free))).hold(name(held), Uuid::from_u128(1));
            tokio::spawn(async move { postgres.commit(&commit).await })
        });
        let mut kept = 0;
        for commit in crossing {
            match commit.await.expect("no panic") {
                Ok(()) => kept += 1,
                Err(CommitError::Stale) => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        assert_eq!(kept, 1, "round {n}");
    }
}

/// LK-02, RL-05: tickets and units are counted for all instances together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tickets_and_units_are_exact_for_all_instances_together() {
    let database = Database::fresh().await;
    let instances = [database.open().await, database.open().await];
    let subject = Subject(Uuid::from_u128(1));
    let policy = LockoutPolicy { lock_at_failure: 7, device_aware: true, reset_unlocks: true };
    let asks = (0..200_u128).map(|n| {
        let postgres = instances[usize::from(n % 2 == 0)].clone();
        tokio::spawn(async move {
            let ticket = Uuid::from_u128(n).into();
            let request = TicketRequest { subject, scope: Scope::Account, ticket, policy, units: Vec::new() };
            let answer = postgres.take_ticket(&request, NOW).await;
            let ask = Ask { key: [7; 32], quota: Quota { burst: 30, every: Duration::from_secs(1) } };
            let taken = postgres.take_units(&[ask], NOW).await;
            let granted = matches!(answer.expect("an answer").admission(), Some(Admission::Granted(_)));
            (granted, taken.expect("an answer") == Taken::Granted)
        })
    });
    let (mut tickets, mut units) = (0, 0);
    for ask in asks.collect::<Vec<_>>() {
        let (ticket, unit) = ask.await.expect("no panic");
        (tickets, units) = (tickets + usize::from(ticket), units + usize::from(unit));
    }
    assert_eq!((tickets, units), (7, 30));
}

/// F-01, F-04: what was acknowledged is there after the server was killed in the middle, and nothing has to be started anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_loses_nothing_that_was_acknowledged() {
    let mut database = Database::alone().await;
    let postgres = database.open().await;
    let writers = (0..4_u128).map(|lane| {
        let postgres = postgres.clone();
        tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            for n in 1.. {
                let number = lane * 1_000_000 + n;
                match postgres.commit(&founding(number)).await {
                    Ok(()) => acknowledged.push(number),
                    Err(CommitError::Fault(_)) => break,
                    Err(error) => panic!("{error:?}"),
                }
            }
            acknowledged
        })
    });
    let writers: Vec<_> = writers.collect();
    tokio::time::sleep(Duration::from_millis(700)).await;
    database.kill();
    let mut acknowledged = Vec::new();
    for writer in writers {
        acknowledged.extend(writer.await.expect("no panic"));
    }
    assert!(acknowledged.len() > 20, "it was killed in the middle: {}", acknowledged.len());
    assert!(postgres.practice(id(1)).await.is_err(), "it is away");
    database.revive();
    for number in &acknowledged {
        let found = postgres.practice(id(*number)).await.expect("found again");
        assert!(found.is_some(), "practice {number} was acknowledged");
    }
    let entries = postgres.entries(Log::Platform, 1, usize::MAX).await.expect("readable");
    assert!(entries.len() >= acknowledged.len() && entries.len() <= acknowledged.len() + 4);
    assert!(entries.iter().zip(1..).all(|(entry, number)| entry.number == number), "no gap");
}

pub(crate) fn id(n: u128) -> PracticeId {
    PracticeId(Uuid::from_u128(n))
}

fn practice(n: u128) -> Practice {
    let name = PracticeName::parse(&format!("Practice {n}")).expect("a name");
    Practice { version: Version::default(), ..Practice::found(id(n), name, None, Preset::Office, NOW) }
}

fn entry() -> Commit {
    let fact = Fact::SignInRefused { account: None };
    Commit::recording(Entry { log: Log::Platform, fact, actor: Actor::Visitor, origin: Origin::default(), at: NOW })
}

pub(crate) fn founding(n: u128) -> Commit {
    entry().insert(practice(n))
}

fn failed(error: sqlx::Error) -> Fault {
    Fault::unavailable("test", error)
}

struct Sql(&'static str);

#[async_trait]
impl Work for Sql {
    type Answer = ();
    type Error = Fault;

    async fn run(&self, conn: &mut PgConnection) -> Result<(), Fault> {
        conn.execute(self.0).await.map(drop).map_err(failed)
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

/// Changes two rows, one after the other.
struct Touch {
    first: u128,
    second: u128,
}

#[async_trait]
impl Work for Touch {
    type Answer = ();
    type Error = Fault;

    async fn run(&self, conn: &mut PgConnection) -> Result<(), Fault> {
        for n in [self.first, self.second] {
            let sql = "UPDATE practice SET user_managers = user_managers + 1 WHERE id = $1";
            sqlx::query(sql).bind(id(n).0).execute(&mut *conn).await.map_err(failed)?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

/// Passes over an error.
struct Careless;

#[async_trait]
impl Work for Careless {
    type Answer = ();
    type Error = CommitError;

    async fn run(&self, conn: &mut PgConnection) -> Result<(), CommitError> {
        Postgres::commit_in(conn, &founding(1), &FakeSeal).await?;
        let _ = conn.execute("SELECT 1 / 0").await;
        Ok(())
    }

    fn fault_in(error: &CommitError) -> Option<&Fault> {
        match error {
            CommitError::Fault(fault) => Some(fault),
            _ => None,
        }
    }
}
