use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use practice_domain::commit::Commit;
use practice_domain::policy::Policy;
use practice_domain::port::{CommitError, Fault, Seal};
use practice_domain::value::PracticeId;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, Row, SqlSafeStr, SqliteConnection};

use crate::commit;
use crate::companion::Companion;
use crate::grams;
use crate::lending::Readers;
use crate::row::Cells;
use crate::writer::{Work, Writer};

/// One open database file. It is the only one: a second process, or a second `Sqlite`, is refused.
pub struct Sqlite {
    pub(crate) writer: Writer,
    pub(crate) readers: Readers,
    pub(crate) seal: Arc<dyn Seal>,
    pub(crate) companion: Option<Arc<dyn Companion>>,
}

/// Why a database file was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another `Sqlite` in this one, has it open.
    #[error("database-in-use: {0} is open elsewhere")]
    InUse(PathBuf),
    /// The lock file beside it cannot be made.
    #[error("cannot lock {0}")]
    Lock(PathBuf, #[source] io::Error),
    /// The linked SQLite has a known defect that can lose data.
    #[error("SQLite {found} is too old: {}.{}.{} or later is needed", LEAST.0, LEAST.1, LEAST.2)]
    TooOld {
        /// The version that is linked.
        found: String,
    },
    /// The file cannot be kept the way that durability needs, for example on a network drive.
    #[error("the database refuses {setting}")]
    Setting {
        /// What it refuses.
        setting: &'static str,
    },
    /// The file is of a later version, or its changes failed.
    #[error("cannot bring the database up to date")]
    Migrate(#[from] MigrateError),
    /// A practice's policy is outside its bounds: somebody edited the file, or it is of a later version.
    #[error("practice {0} has a policy that cannot be used")]
    Policy(PracticeId, #[source] Fault),
    /// The machine gives no thread to write on.
    #[error("cannot start the thread that writes")]
    Thread(#[source] io::Error),
    /// The file cannot be opened.
    #[error("cannot open the database")]
    Open(#[from] sqlx::Error),
}

impl Sqlite {
    /// Opens a file, or makes it, and brings it up to date. Audit entries are sealed with `seal`.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what is wrong with the file or the machine.
    pub async fn open(path: impl AsRef<Path>, seal: Arc<dyn Seal>) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let lock = lock(path)?;
        Self::open_with(path, seal, Some(lock)).await
    }

    /// Opens a file that another process may have open: for a command beside a running server. SQLite's own locks, and the versions
    /// in every write, keep the two apart.
    ///
    /// # Errors
    ///
    /// [`OpenError`], but never [`OpenError::InUse`].
    pub async fn open_beside(path: impl AsRef<Path>, seal: Arc<dyn Seal>) -> Result<Self, OpenError> {
        Self::open_with(path.as_ref(), seal, None).await
    }

    async fn open_with(path: &Path, seal: Arc<dyn Seal>, lock: Option<File>) -> Result<Self, OpenError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .statement_cache_capacity(STATEMENTS);
        let mut conn = SqliteConnection::connect_with(&options.clone().optimize_on_close(true, None)).await?;
        check(&mut conn).await?;
        migrate(&mut conn).await?;
        grams::refill(&mut conn).await?;
        read_policies(&mut conn).await?;
        let reading = options.create_if_missing(false).pragma("query_only", "on").pragma("cache_size", PAGES);
        let readers = Readers::open(reading).await?;
        let writer = Writer::start(conn, lock).map_err(OpenError::Thread)?;
        Ok(Self { writer, readers, seal, companion: None })
    }

    /// Lets tables of one's own change with every commit, in its transaction.
    #[must_use]
    pub fn with_companion(self, companion: Arc<dyn Companion>) -> Self {
        Self { companion: Some(companion), ..self }
    }

    /// Does a unit of work of one's own in one transaction, in turn with everybody else's.
    ///
    /// # Errors
    ///
    /// The work's own; nothing of it is kept then.
    pub async fn transact<W: Work>(&self, work: W) -> Result<W::Answer, W::Error> {
        self.writer.run(work).await
    }

    /// Applies a commit in the transaction that this connection is in: for units of work that change other tables as well.
    ///
    /// # Errors
    ///
    /// [`CommitError`]; the unit of work must then fail, too.
    pub async fn commit_in(conn: &mut SqliteConnection, commit: &Commit, seal: &dyn Seal) -> Result<(), CommitError> {
        commit::apply(conn, commit, seal).await
    }

    /// Finishes what is queued, moves the write-ahead log into the file and lets go of it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn lock(path: &Path) -> Result<File, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let open = File::options().create(true).truncate(false).write(true).open(&name);
    let file = open.map_err(|error| OpenError::Lock(name.clone(), error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::Lock(name, error)),
    }
}

async fn check(conn: &mut SqliteConnection) -> Result<(), OpenError> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut *conn).await?;
    if !is_new_enough(&found) {
        return Err(OpenError::TooOld { found });
    }
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *conn).await?;
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *conn).await?;
    let foreign_keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(&mut *conn).await?;
    for (held, setting) in [
        (mode == "wal", "journal_mode = WAL"),
        (synchronous == 2, "synchronous = FULL"),
        (foreign_keys == 1, "foreign_keys = ON"),
    ] {
        if !held {
            return Err(OpenError::Setting { setting });
        }
    }
    Ok(())
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut part = || parts.next().unwrap_or(0);
    (part(), part(), part()) >= LEAST
}

async fn migrate(conn: &mut SqliteConnection) -> Result<(), OpenError> {
    Migrator::with_migrations(migrations()).run_direct(None, conn, false).await?;
    Ok(())
}

fn migrations() -> Vec<Migration> {
    [
        (1, "init", include_str!("../migrations/0001_init.sql")),
        (2, "fives", include_str!("../migrations/0002_fives.sql")),
        (3, "policy", include_str!("../migrations/0003_policy.sql")),
        (4, "signin", include_str!("../migrations/0004_signin.sql")),
        (5, "roles", include_str!("../migrations/0005_roles.sql")),
        (6, "employees", include_str!("../migrations/0006_employees.sql")),
        (7, "billing", include_str!("../migrations/0007_billing.sql")),
        (8, "notices", include_str!("../migrations/0008_notices.sql")),
        (9, "history", include_str!("../migrations/0009_history.sql")),
        (10, "texts", include_str!("../migrations/0010_texts.sql")),
        (13, "imports", include_str!("../migrations/0013_imports.sql")),
        (15, "passkeys", include_str!("../migrations/0015_passkeys.sql")),
        (16, "life", include_str!("../migrations/0016_life.sql")),
        (17, "support", include_str!("../migrations/0017_support.sql")),
        (18, "events", include_str!("../migrations/0018_events.sql")),
        (19, "told later", include_str!("../migrations/0019_told_later.sql")),
        (22, "signin", include_str!("../migrations/0022_signin.sql")),
    ]
    .into_iter()
    .map(|(n, name, sql)| Migration::new(n, name.into(), MigrationType::Simple, sql.into_sql_str(), false))
    .collect()
}

/// Reads every policy that is more than a preset: with one that nobody may have, nothing starts (`PRA-6`).
async fn read_policies(conn: &mut SqliteConnection) -> Result<(), OpenError> {
    let rows = sqlx::query("SELECT preset, policy, id FROM practice WHERE policy <> ''").fetch_all(conn).await?;
    for row in rows {
        Cells::read::<Policy>(&row).map_err(|fault| OpenError::Policy(PracticeId(row.get(2)), fault))?;
    }
    Ok(())
}

/// The first version without the defect that could lose what a checkpoint wrote (sqlite.org/wal.html#walresetbug).
const LEAST: (u32, u32, u32) = (3, 51, 3);

/// What a connection that reads keeps of the file, at most: 8 MiB. A walk past a thousand people of a large practice touches four.
const PAGES: &str = "-8192";

/// More than there are statements, alone and in batches that are asked often, so that none of them is prepared twice.
const STATEMENTS: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    /// LIST-9, PRA-6: what a practice had switched before it had a policy of its own stays.
    #[tokio::test]
    async fn older_switches_become_values_of_the_policy() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.expect("a database");
        let first = migrations().into_iter().filter(|migration| migration.version == 1).collect();
        Migrator::with_migrations(first).run_direct(None, &mut conn, false).await.expect("as it was");
        for (n, doctors, patients) in [(1, true, true), (2, false, true), (3, true, false), (4, false, false)] {
            let insert = "INSERT INTO practice VALUES (?, 0, 'Practice', NULL, 'office', ?, ?, 1, 0)";
            let id = PracticeId(uuid::Uuid::from_u128(n));
            let row = sqlx::query(insert).bind(id.0).bind(doctors).bind(patients);
            row.execute(&mut conn).await.expect("a row");
        }
        migrate(&mut conn).await.expect("as it is");
        let rows = sqlx::query("SELECT preset, policy FROM practice ORDER BY id").fetch_all(&mut conn).await;
        let policies =
            rows.expect("rows").iter().map(|row| Cells::read::<Policy>(row).expect("a policy")).collect::<Vec<_>>();
        let switches: Vec<_> = policies.iter().map(|p| (p.two_step.doctors, p.two_step.patients)).collect();
        assert_eq!(switches, [(true, true), (false, true), (true, false), (false, false)]);
    }

    #[test]
    fn versions_with_the_defect_are_refused() {
        for (version, fine) in [("3.51.2", false), ("3.51.3", true), ("3.52.0", true), ("4.0", true), ("x", false)] {
            assert_eq!(is_new_enough(version), fine, "{version}");
        }
    }
}
