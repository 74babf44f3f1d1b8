//! F-33: servers of two versions on the same tables.

use std::sync::Arc;

use practice_domain::port::Store;
use practice_storage_postgres::{OpenError, Postgres};
use practice_testkit::fakes::FakeSeal;

use crate::cluster::{founding, id};
use crate::support::Database;

/// As a later version does that has only added something; and then as one that has taken something away.
#[tokio::test]
async fn a_later_version_says_whom_it_still_works_beside() {
    let database = Database::fresh().await;
    let now = database.open().await;
    assert!(!now.is_behind());
    database.sql(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (99, 'later', true, '', 0)",
    );
    for older in [database.open().await, database.open_to_serve().await] {
        assert!(older.is_behind());
        assert_eq!(older.practice(id(1)).await.expect("readable"), None);
    }
    database.open().await.commit(&founding(1)).await.expect("a new practice");
    database.sql(
        "CREATE OR REPLACE FUNCTION oldest_migration() RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 99::bigint'",
    );
    let older = Postgres::open(&database.settings(), Arc::new(FakeSeal)).await;
    assert!(matches!(older, Err(OpenError::Later)));
}

/// A migration that takes something away says from which on servers may go on: from itself.
#[test]
fn a_migration_that_takes_something_away_says_so() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let mut seen = Vec::new();
    for file in std::fs::read_dir(folder).expect("the migrations") {
        let file = file.expect("a file");
        let number: u32 = file.file_name().to_string_lossy()[..4].parse().expect("a number");
        let sql = std::fs::read_to_string(file.path()).expect("a migration");
        let says = sql.contains("FUNCTION oldest_migration()") && sql.contains(&format!("SELECT {number}::bigint"));
        assert!(number <= FIRST || !takes_away(&sql) || says, "{number} takes something away, and does not say so");
        seen.push((number, takes_away(&sql), says));
    }
    // The first that says anything; one from before that has taken something away, and one that has not.
    for known in [(FIRST, false, true), (10, true, false), (8, false, false)] {
        assert!(seen.contains(&known), "{known:?} among {seen:?}");
    }
    for (sql, takes) in [
        ("ALTER TABLE member RENAME COLUMN kind TO sort;", true),
        ("ALTER TABLE member ADD COLUMN later text NOT NULL;", true),
        ("ALTER TABLE member ADD COLUMN later text NOT NULL DEFAULT '';", false),
        ("-- DROP TABLE member\nCREATE TABLE later (id uuid PRIMARY KEY, name text NOT NULL);", false),
    ] {
        assert_eq!(takes_away(sql), takes, "{sql}");
    }
}

/// Whether a server that does not know these statements may miss something after them, or be refused what it writes.
fn takes_away(sql: &str) -> bool {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    let sql = lines.collect::<Vec<_>>().join(" ").to_uppercase();
    sql.split(';').any(|statement| {
        let has = |word: &str| statement.contains(word);
        let added = statement.split("ADD COLUMN").skip(1).any(|one| {
            let one = one.split(", ADD ").next().unwrap_or_default();
            one.contains("NOT NULL") && !one.contains("DEFAULT")
        });
        added || TAKING.iter().any(|word| has(word)) || (has("ALTER COLUMN") && (has(" TYPE ") || has("SET NOT NULL")))
    })
}

/// The first migration that says from which on servers may go on.
const FIRST: u32 = 15;

const TAKING: [&str; 7] =
    ["DROP TABLE", "DROP COLUMN", "DROP FUNCTION", "DROP VIEW", "DROP DEFAULT", " RENAME ", "REVOKE "];
