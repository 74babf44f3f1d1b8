//! A role that serves and owns nothing, made by the statements in `docs/operating.md`.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::fact::Log;
use practice_domain::port::{Fault, Reader, Store};
use practice_storage_postgres::{Postgres, PostgresSettings, Work};
use practice_testkit::contract::{self, Harness, Stores};
use sqlx::{Executor, PgConnection};

use crate::cluster::{founding, id};
use crate::support::Database;

/// AU-03: who serves can add to the audit log, and neither change nor shorten it, also where the trigger is not asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_serves_cannot_touch_the_audit_log() {
    let database = Database::alone().await;
    let postgres = serving(&database).await;
    postgres.commit(&founding(1)).await.expect("a new practice");
    database.sql("ALTER TABLE audit DISABLE TRIGGER audit_never_changes");
    let wishes = [
        "UPDATE audit SET text = ''",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "ALTER TABLE audit ENABLE TRIGGER audit_never_changes",
        "DROP TABLE audit",
        "DELETE FROM _sqlx_migrations",
        "CREATE TABLE mine ()",
    ];
    for wish in wishes {
        let fault = postgres.transact(Wish(wish)).await.expect_err(wish);
        let why = fault.source().expect("a cause").to_string();
        assert!(why.contains("permission denied") || why.contains("must be owner"), "{wish}: {why}");
    }
    assert_eq!(postgres.entries(Log::Platform, 1, 9).await.expect("readable").len(), 1);
    assert!(postgres.practice(id(1)).await.expect("readable").is_some());
}

/// The role may do all that serving takes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn laws_hold_for_a_role_that_serves() {
    contract::a_commit_is_read_back(&Serving).await;
    contract::facts_are_numbered_and_sealed_per_log(&Serving).await;
    contract::an_unlisted_person_is_gone_from_list_search_and_tally(&Serving).await;
    contract::a_file_is_kept_as_it_came_on(&Serving).await;
    contract::only_old_events_are_forgotten(&Serving).await;
}

struct Serving;

#[async_trait]
impl Harness for Serving {
    async fn fresh(&self) -> Stores {
        let database = Database::alone().await;
        let postgres = serving(&database).await;
        Stores {
            store: postgres.clone(),
            ledger: postgres.clone(),
            reader: postgres.clone(),
            outbox: postgres,
            seal: database.seal(),
            keep: Box::new(database),
        }
    }
}

/// Opens a database as the role that `docs/operating.md` makes.
async fn serving(database: &Database) -> Arc<Postgres> {
    let made = OPERATING.split("```sql\n").find(|block| block.starts_with("CREATE ROLE portal_serving"));
    database.sql(made.and_then(|block| block.split("```").next()).expect("the statements"));
    let url = database.url().replace("portal@", "portal_serving@");
    let settings = PostgresSettings::new(url.into());
    Arc::new(Postgres::open(&settings, database.seal()).await.expect("opened by who serves"))
}

struct Wish(&'static str);

#[async_trait]
impl Work for Wish {
    type Answer = ();
    type Error = Fault;

    async fn run(&self, conn: &mut PgConnection) -> Result<(), Fault> {
        conn.execute(self.0).await.map(drop).map_err(|error| Fault::unavailable("test", error))
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

const OPERATING: &str = include_str!("../../../../docs/operating.md");
