use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use practice_domain::commit::Commit;
use practice_domain::policy::Policy;
use practice_domain::port::{CommitError, Fault, Seal};
use practice_domain::value::PracticeId;
use rusqlite::Connection;

use crate::commit;
use crate::companion::Companion;
use crate::connect::connect;
use crate::grams;
use crate::lending::{Readers, aside};
use crate::migrate::migrate;
use crate::row::{Cells, Value};
use crate::statement::Statement;
use crate::writer::{Work, Writer};

/// One open database file. It is the only one: a second process, or a second `Sqlite`, is refused.
pub struct Sqlite {
    pub(crate) writer: Writer,
    pub(crate) readers: Readers,
    pub(crate) path: PathBuf,
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
    /// Another version of this program has changed the file.
    #[error("the database is of another version: it has had change {0}, which is not known here")]
    Later(i64),
    /// It has had a change that was another one then.
    #[error("the database is of another version: change {0} was another one")]
    Changed(i64),
    /// Its tables cannot be brought up to date.
    #[error("change {0} of the database failed")]
    Migrate(i64, #[source] rusqlite::Error),
    /// A practice's policy is outside its bounds: somebody edited the file, or it is of a later version.
    #[error("practice {0} has a policy that cannot be used")]
    Policy(PracticeId, #[source] Fault),
    /// The machine gives no thread to write on.
    #[error("cannot start the thread that writes")]
    Thread(#[source] io::Error),
    /// The file cannot be opened.
    #[error("cannot open the database")]
    Open(#[from] rusqlite::Error),
    /// It is open, but cannot be used.
    #[error("cannot use the database")]
    Use(#[from] Fault),
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
        let path = path.to_owned();
        aside(move || {
            let mut conn = connect(&path, true)?;
            check(&conn)?;
            migrate(&mut conn)?;
            grams::refill(&mut conn)?;
            check_policies(&conn)?;
            let writer = Writer::start(conn, lock).map_err(OpenError::Thread)?;
            Ok(Self { writer, readers: Readers::new(path.clone()), path, seal, companion: None })
        })
        .await
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
    pub fn commit_in(conn: &Connection, commit: &Commit, seal: &dyn Seal) -> Result<(), CommitError> {
        commit::apply(conn, commit, seal)
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

fn check(conn: &Connection) -> Result<(), OpenError> {
    let found = rusqlite::version().to_owned();
    if !is_new_enough(&found) {
        return Err(OpenError::TooOld { found });
    }
    let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    let synchronous: i64 = conn.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    let foreign_keys: bool = conn.pragma_query_value(None, "foreign_keys", |row| row.get(0))?;
    for (held, setting) in [
        (mode == "wal", "journal_mode = WAL"),
        (synchronous == 2, "synchronous = FULL"),
        (foreign_keys, "foreign_keys = ON"),
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

/// Reads every policy that is more than a preset: with one that nobody may have, nothing starts (`PRA-6`).
fn check_policies(conn: &Connection) -> Result<(), OpenError> {
    let mut refused = None;
    let policies = Statement::new("SELECT id, preset, policy FROM practice WHERE policy <> ''");
    policies.each(conn, "read policies", |row| {
        let mut cells = Cells::new(row, Policy::WHAT);
        let practice = cells.id()?;
        refused = cells.value::<Policy>().err().map(|fault| OpenError::Policy(practice, fault));
        Ok(refused.is_none())
    })?;
    refused.map_or(Ok(()), Err)
}

/// The first version without the defect that could lose what a checkpoint wrote (sqlite.org/wal.html#walresetbug).
const LEAST: (u32, u32, u32) = (3, 51, 3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_with_the_defect_are_refused() {
        for (version, fine) in [("3.51.2", false), ("3.51.3", true), ("3.52.0", true), ("4.0", true), ("x", false)] {
            assert_eq!(is_new_enough(version), fine, "{version}");
        }
    }
}
