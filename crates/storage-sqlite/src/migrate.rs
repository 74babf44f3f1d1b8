//! How the tables of a file are brought up to date.

use std::collections::BTreeMap;

use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest as _, Sha384};

use crate::open::OpenError;
use crate::statement::{Statement, batch};

/// A change of the tables.
struct Change {
    version: i64,
    name: &'static str,
    sql: &'static str,
}

/// Makes the changes that the file has not had yet, each in a transaction of its own.
pub(crate) fn migrate(conn: &mut Connection) -> Result<(), OpenError> {
    make(conn, CHANGES)
}

fn make(conn: &mut Connection, changes: &[Change]) -> Result<(), OpenError> {
    batch(conn, NOTED)?;
    let had: BTreeMap<i64, Vec<u8>> =
        Statement::new("SELECT version, checksum FROM _sqlx_migrations").all(conn, MIGRATE)?.into_iter().collect();
    if let Some(unknown) = had.keys().find(|had| changes.iter().all(|change| change.version != **had)) {
        return Err(OpenError::Later(*unknown));
    }
    for change in changes {
        match had.get(&change.version) {
            Some(checksum) if *checksum == change.checksum() => {}
            Some(_) => return Err(OpenError::Changed(change.version)),
            None => change.make(conn)?,
        }
    }
    Ok(())
}

impl Change {
    /// What tells it from any other text.
    fn checksum(&self) -> Vec<u8> {
        Sha384::digest(self.sql).to_vec()
    }

    fn make(&self, conn: &mut Connection) -> Result<(), OpenError> {
        let failed = |error| OpenError::Migrate(self.version, error);
        let work = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let another_was_first = Statement::new("SELECT 1 FROM _sqlx_migrations WHERE version = ?").bind(self.version);
        if another_was_first.finds(&work, MIGRATE)? {
            return Ok(());
        }
        batch(&work, self.sql).map_err(failed)?;
        let note = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
            VALUES (?, ?, 1, ?, 0)";
        let note = Statement::new(note).bind(self.version).bind(self.name).bind(self.checksum());
        note.run(&work).map_err(failed)?;
        work.commit().map_err(failed)
    }
}

const MIGRATE: &str = "bring the tables up to date";

/// Where a file notes the changes that it has had: as sqlx does it, which made them before and makes those of PostgreSQL.
const NOTED: &str =
    "CREATE TABLE IF NOT EXISTS _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL)";

const CHANGES: &[Change] = &[
    Change { version: 1, name: "init", sql: include_str!("../migrations/0001_init.sql") },
    Change { version: 2, name: "fives", sql: include_str!("../migrations/0002_fives.sql") },
    Change { version: 3, name: "policy", sql: include_str!("../migrations/0003_policy.sql") },
    Change { version: 4, name: "signin", sql: include_str!("../migrations/0004_signin.sql") },
    Change { version: 5, name: "roles", sql: include_str!("../migrations/0005_roles.sql") },
    Change { version: 6, name: "employees", sql: include_str!("../migrations/0006_employees.sql") },
    Change { version: 7, name: "billing", sql: include_str!("../migrations/0007_billing.sql") },
    Change { version: 8, name: "notices", sql: include_str!("../migrations/0008_notices.sql") },
    Change { version: 9, name: "history", sql: include_str!("../migrations/0009_history.sql") },
    Change { version: 10, name: "texts", sql: include_str!("../migrations/0010_texts.sql") },
    Change { version: 13, name: "imports", sql: include_str!("../migrations/0013_imports.sql") },
    Change { version: 15, name: "passkeys", sql: include_str!("../migrations/0015_passkeys.sql") },
    Change { version: 16, name: "life", sql: include_str!("../migrations/0016_life.sql") },
    Change { version: 17, name: "support", sql: include_str!("../migrations/0017_support.sql") },
    Change { version: 18, name: "events", sql: include_str!("../migrations/0018_events.sql") },
    Change { version: 19, name: "told later", sql: include_str!("../migrations/0019_told_later.sql") },
    Change { version: 22, name: "signin", sql: include_str!("../migrations/0022_signin.sql") },
];

#[cfg(test)]
mod tests {
    use practice_domain::policy::Policy;
    use uuid::Uuid;

    use super::*;

    /// LIST-9, PRA-6: what a practice had switched before it had a policy of its own stays.
    #[test]
    fn older_switches_become_values_of_the_policy() {
        let mut conn = Connection::open_in_memory().expect("a database");
        make(&mut conn, &CHANGES[..1]).expect("as it was");
        for (n, doctors, patients) in [(1, true, true), (2, false, true), (3, true, false), (4, false, false)] {
            let insert = "INSERT INTO practice VALUES (?, 0, 'Practice', NULL, 'office', ?, ?, 1, 0)";
            let row = Statement::new(insert).bind(Uuid::from_u128(n)).bind(doctors).bind(patients);
            row.run(&conn).expect("a row");
        }
        migrate(&mut conn).expect("as it is");
        let policies = Statement::new("SELECT preset, policy FROM practice ORDER BY id");
        let policies: Vec<Policy> = policies.all(&conn, "test").expect("policies");
        let switches: Vec<_> = policies.iter().map(|p| (p.two_step.doctors, p.two_step.patients)).collect();
        assert_eq!(switches, [(true, true), (false, true), (true, false), (false, false)]);
    }
}
