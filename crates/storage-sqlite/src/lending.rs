//! The connections that only read. Each is lent to one reader at a time, and given back by hand: the driver's own pool wakes two
//! threads more after every statement, to ask the connection whether it still answers.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{Semaphore, SemaphorePermit};

/// Connections to lend, opened when they are first needed.
pub(crate) struct Readers {
    options: SqliteConnectOptions,
    /// The one that came back last is lent first: what it read last is still at hand.
    idle: Mutex<Vec<SqliteConnection>>,
    free: Semaphore,
}

impl Readers {
    /// Opens the first connection.
    pub(crate) async fn open(options: SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let first = options.connect().await?;
        Ok(Self { options, idle: Mutex::new(vec![first]), free: Semaphore::new(READERS) })
    }

    /// What the connections are opened with.
    pub(crate) fn options(&self) -> &SqliteConnectOptions {
        &self.options
    }

    /// A connection, when one is free; [`sqlx::Error::PoolTimedOut`] when none is for half a minute.
    pub(crate) async fn lend(&self) -> Result<Lent<'_>, sqlx::Error> {
        let permit = match self.free.try_acquire() {
            Ok(permit) => permit,
            Err(_) => tokio::time::timeout(PATIENCE, self.free.acquire())
                .await
                .map_err(|_| sqlx::Error::PoolTimedOut)?
                .map_err(|_| sqlx::Error::PoolClosed)?,
        };
        let idle = self.idle().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => self.options.connect().await?,
        };
        Ok(Lent { conn, readers: self, permit })
    }

    /// Waits until all are back, and closes them. Nobody is lent one any more.
    pub(crate) async fn close(&self) {
        let all = self.free.acquire_many(u32::try_from(READERS).unwrap_or(u32::MAX)).await;
        self.free.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        for conn in idle {
            let _ = conn.close().await;
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan. What is not given back, because a statement failed or nobody waits for its answer any more, is closed.
pub(crate) struct Lent<'r> {
    pub(crate) conn: SqliteConnection,
    readers: &'r Readers,
    permit: SemaphorePermit<'r>,
}

impl Lent<'_> {
    /// Lets the next one have it.
    pub(crate) fn give_back(self) {
        let Self { conn, readers, permit } = self;
        readers.idle().push(conn);
        drop(permit);
    }
}

/// So many at most.
const READERS: usize = 4;

/// How long to wait for one.
const PATIENCE: Duration = Duration::from_secs(30);
