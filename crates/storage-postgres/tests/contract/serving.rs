//! A role that serves and owns nothing, made by the statements in `docs/operating.md`.

use std::error::Error;

use async_trait::async_trait;
use practice_domain::fact::Log;
use practice_domain::port::{Fault, Reader, Store};
use practice_storage_postgres::Work;
use sqlx::{Executor, PgConnection};

use crate::cluster::{founding, id};
use crate::support::Database;

/// AU-03: who serves can add to the audit log, and neither change nor shorten it, also where the trigger is not asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_serves_cannot_touch_the_audit_log() {
    let database = Database::fresh().await;
    let postgres = database.open_to_serve().await;
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
