use std::sync::Arc;
use std::time::Duration;

use practice_domain::commit::Commit;
use practice_domain::policy::Policy;
use practice_domain::port::{CommitError, Fault, Seal};
use practice_domain::value::PracticeId;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{Connection, Executor, PgConnection, Row, SqlSafeStr};
use tokio::time::timeout;

use crate::commit;
use crate::companion::Companion;
use crate::fault::{commit_fault, is_deadlock, is_not_now};
use crate::lending::Connections;
use crate::link::{Link, Pulse};
use crate::reach::Reach;
use crate::row::Cells;
use crate::settings::{BadUrl, PostgresSettings};
use crate::work::{Work, transact};

/// A database in a PostgreSQL cluster. Any number of processes may have it open.
pub struct Postgres {
    pub(crate) link: Link,
    pub(crate) seal: Arc<dyn Seal>,
    pub(crate) companion: Option<Arc<dyn Companion>>,
    unbound: Option<&'static str>,
    behind: bool,
}

/// Why a database was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The URL is not taken.
    #[error("the URL")]
    Url(#[from] BadUrl),
    /// The server is of a version that this was never tried with.
    #[error("PostgreSQL {found} is too old: {} or later is needed", LEAST / 10_000)]
    TooOld {
        /// What it calls itself.
        found: String,
    },
    /// The server does not keep what it acknowledged, or holds text in another form than UTF-8.
    #[error("the database must have {setting}")]
    Setting {
        /// What it must have.
        setting: &'static str,
    },
    /// The role is one that the walls between practices do not hold, and the settings ask for another.
    #[error("the role that serves must not be {0}")]
    Role(&'static str),
    /// The tables were changed otherwise, or bringing them up to date failed.
    #[error("cannot bring the database up to date")]
    Migrate(#[from] MigrateError),
    /// A later version has taken away what this one needs (`F-33`).
    #[error("the database is of a later version, which this one cannot work beside any more")]
    Later,
    /// A practice's policy is outside its bounds: somebody edited the table, or it is of a later version.
    #[error("practice {0} has a policy that cannot be used")]
    Policy(PracticeId, #[source] Fault),
    /// The server cannot be reached, or refuses.
    #[error("cannot open the database")]
    Open(#[from] sqlx::Error),
}

impl OpenError {
    /// Whether the server was not there, or not ready: it may be another time.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Open(sqlx::Error::Io(_)) => true,
            Self::Open(error) => is_not_now(error),
            // Whoever serves meanwhile looks at tables in another order.
            Self::Migrate(MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _)) => {
                is_deadlock(error)
            }
            _ => false,
        }
    }
}

impl Postgres {
    /// Connects to a database and brings it up to date; when several start at once, one does and the others wait. Audit entries are
    /// sealed with `seal`.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what is wrong with the settings, the server or the database.
    pub async fn open(settings: &PostgresSettings, seal: Arc<dyn Seal>) -> Result<Self, OpenError> {
        let options = settings.options()?;
        let connected = timeout(CONNECT, PgConnection::connect_with(&options)).await;
        let mut conn = connected.unwrap_or_else(|elapsed| Err(sqlx::Error::Io(elapsed.into())))?;
        check(&mut conn).await?;
        let behind = migrate(&mut conn).await?;
        let unbound = unbound(&mut conn).await?;
        if let Some(why) = unbound.filter(|_| settings.walled) {
            return Err(OpenError::Role(why));
        }
        read_policies(&mut conn).await?;
        let pulse = Arc::new(Pulse::default());
        let connections = Connections::new(options, pulse.clone(), settings.connections.max(2), conn);
        let link = Link::new(connections, pulse, settings.pooler);
        Ok(Self { link, seal, companion: None, unbound, behind })
    }

    /// What the role is that the walls between practices do not hold (`SC-03`); none when they hold it.
    #[must_use]
    pub fn unbound(&self) -> Option<&'static str> {
        self.unbound
    }

    /// Whether the tables are of a later version, beside which this one goes on until it is replaced (`F-33`).
    #[must_use]
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// Lets tables of one's own change with every commit, in its transaction.
    #[must_use]
    pub fn with_companion(self, companion: Arc<dyn Companion>) -> Self {
        Self { companion: Some(companion), ..self }
    }

    /// Does a unit of work of one's own in one transaction.
    ///
    /// # Errors
    ///
    /// The work's own; nothing of it is kept then.
    pub async fn transact<W: Work>(&self, work: W) -> Result<W::Answer, W::Error> {
        transact(&self.link, work).await
    }

    /// Applies a commit in the transaction that this connection is in: for units of work that change other tables as well. From then on
    /// the transaction may write what the commit may ([`Reach::of`]), whatever the unit of work has said.
    ///
    /// # Errors
    ///
    /// [`CommitError`]; the unit of work must then fail, too.
    pub async fn commit_in(conn: &mut PgConnection, commit: &Commit, seal: &dyn Seal) -> Result<(), CommitError> {
        conn.execute(Reach::of(commit).said_after("SET LOCAL portal.door = ''")).await.map_err(commit_fault)?;
        commit::apply(conn, commit, seal).await
    }

    /// Lets go of every connection, after what is being done on it.
    pub async fn close(&self) {
        self.link.close().await;
    }
}

async fn check(conn: &mut PgConnection) -> Result<(), OpenError> {
    let sql = "SELECT current_setting('server_version_num')::integer, current_setting('server_version'),
        current_setting('server_encoding') = 'UTF8', current_setting('fsync') = 'on',
        current_setting('full_page_writes') = 'on', current_setting('synchronous_commit') <> 'off'";
    let row = sqlx::query(sql).fetch_one(conn).await?;
    if row.try_get::<i32, _>(0)? < LEAST {
        return Err(OpenError::TooOld { found: row.try_get(1)? });
    }
    let musts = ["encoding UTF8", "fsync = on", "full_page_writes = on", "synchronous_commit other than off"];
    for (at, setting) in (2..).zip(musts) {
        if !row.try_get::<bool, _>(at)? {
            return Err(OpenError::Setting { setting });
        }
    }
    Ok(())
}

/// What the role is, when no policy is asked whether it may write a row.
async fn unbound(conn: &mut PgConnection) -> Result<Option<&'static str>, sqlx::Error> {
    let sql = "SELECT CASE WHEN rolsuper THEN 1 WHEN rolbypassrls THEN 2
            WHEN NOT row_security_active('person'::regclass) THEN 3 ELSE 0 END
        FROM pg_roles WHERE rolname = current_user";
    Ok(match sqlx::query_scalar::<_, i32>(sql).fetch_one(conn).await? {
        0 => None,
        1 => Some("a superuser"),
        2 => Some("one with BYPASSRLS"),
        _ => Some("the owner of the tables"),
    })
}

/// All that is missing in one transaction, one process after the other. Where nothing is missing nothing is touched: a role that may
/// not change tables can serve. True for tables of a later version that this one may work with.
async fn migrate(conn: &mut PgConnection) -> Result<bool, OpenError> {
    let (ours, made) = (migrations(), made(conn).await?);
    let last = ours.last().map_or(0, |migration| migration.version);
    let known = ours.iter().map(|migration| (migration.version, migration.checksum.as_ref()));
    let (before, after): (Vec<_>, Vec<_>) = made.iter().partition(|(version, _)| *version <= last);
    if before.iter().map(|(version, checksum)| (*version, checksum.as_slice())).eq(known) {
        if after.is_empty() {
            return Ok(false);
        }
        let oldest: i64 = sqlx::query_scalar("SELECT oldest_migration()").fetch_one(conn).await?;
        return if oldest <= last { Ok(true) } else { Err(OpenError::Later) };
    }
    let mut work = conn.begin().await?;
    // The first of many may take its time.
    work.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").await?;
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('practice-portal migrations', 0))")
        .execute(&mut *work)
        .await?;
    let mut migrator = Migrator::with_migrations(ours);
    migrator.set_locking(false);
    migrator.run_direct(None, &mut *work, false).await?;
    work.commit().await?;
    Ok(false)
}

/// The migrations that were made, by version, with what tells that they are ours.
async fn made(conn: &mut PgConnection) -> Result<Vec<(i64, Vec<u8>)>, sqlx::Error> {
    let known: bool =
        sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(&mut *conn).await?;
    if !known {
        return Ok(Vec::new());
    }
    let sql = "SELECT version, checksum FROM _sqlx_migrations WHERE success ORDER BY version";
    sqlx::query_as(sql).fetch_all(conn).await
}

fn migrations() -> Vec<Migration> {
    [
        (1, "init", include_str!("../migrations/0001_init.sql")),
        (2, "people", include_str!("../migrations/0002_people.sql")),
        (3, "billing", include_str!("../migrations/0003_billing.sql")),
        (4, "texts", include_str!("../migrations/0004_texts.sql")),
        (5, "imports", include_str!("../migrations/0005_imports.sql")),
        (7, "passkeys", include_str!("../migrations/0007_passkeys.sql")),
        (8, "life", include_str!("../migrations/0008_life.sql")),
        (9, "support", include_str!("../migrations/0009_support.sql")),
        (10, "search", include_str!("../migrations/0010_search.sql")),
        (11, "wall", include_str!("../migrations/0011_wall.sql")),
        (12, "events", include_str!("../migrations/0012_events.sql")),
        (13, "told later", include_str!("../migrations/0013_told_later.sql")),
        (15, "oldest", include_str!("../migrations/0015_oldest.sql")),
    ]
    .into_iter()
    .map(|(n, name, sql)| Migration::new(n, name.into(), MigrationType::Simple, sql.into_sql_str(), false))
    .collect()
}

/// Reads every policy that is more than a preset: with one that nobody may have, nothing starts (`PRA-6`).
async fn read_policies(conn: &mut PgConnection) -> Result<(), OpenError> {
    let rows = sqlx::query("SELECT preset, policy, id FROM practice WHERE policy <> ''").fetch_all(conn).await?;
    for row in rows {
        Cells::read::<Policy>(&row).map_err(|fault| OpenError::Policy(PracticeId(row.get(2)), fault))?;
    }
    Ok(())
}

/// How long the server may take to let us in; after that it is as if it were not there.
const CONNECT: Duration = Duration::from_secs(10);

/// The first version that the tests ran with.
const LEAST: i32 = 15_00_00;
