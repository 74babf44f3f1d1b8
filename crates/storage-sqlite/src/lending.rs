//! The connections that only read, each lent to one question at a time. A question is asked on one of the runtime's threads for what
//! blocks, and runs to its end even when nobody waits for its answer any more.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use practice_domain::port::Fault;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::connect::{connect, connect_to_read};
use crate::fault::fault;

/// Connections to lend, opened when they are first needed.
pub(crate) struct Readers {
    shelf: Arc<Shelf>,
    free: Arc<Semaphore>,
}

struct Shelf {
    path: PathBuf,
    /// The one that came back last is lent first: what it read last is still at hand.
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Self {
        let shelf = Shelf { path, idle: Mutex::default() };
        Self { shelf: Arc::new(shelf), free: Arc::new(Semaphore::new(READERS)) }
    }

    /// Asks something, when a connection is free; [`Fault::Busy`] when none is for half a minute.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let permit = match self.free.clone().try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => tokio::time::timeout(PATIENCE, self.free.clone().acquire_owned())
                .await
                .map_err(|_| Fault::busy("read"))?
                .map_err(|_| Fault::unavailable("read", "the database is closed"))?,
        };
        let shelf = self.shelf.clone();
        aside(move || {
            let conn = shelf.take()?;
            let answer = question(&conn)?;
            shelf.idle().push(conn);
            drop(permit);
            Ok(answer)
        })
        .await
    }

    /// A connection of one's own, that may write beside the one that does.
    pub(crate) fn another(&self) -> impl FnOnce() -> Result<Connection, Fault> + Send + 'static {
        let path = self.shelf.path.clone();
        move || connect(&path, false).map_err(|error| fault("open another connection", error))
    }

    /// Waits until all are back, and closes them. Nobody is lent one any more.
    pub(crate) async fn close(&self) {
        let all = self.free.acquire_many(u32::try_from(READERS).unwrap_or(u32::MAX)).await;
        self.free.close();
        drop(all);
        self.shelf.idle().clear();
    }
}

impl Shelf {
    /// One of those that came back, or a new one. One whose question failed does not come back.
    fn take(&self) -> Result<Connection, Fault> {
        let idle = self.idle().pop();
        idle.map_or_else(|| connect_to_read(&self.path), Ok).map_err(|error| fault("read", error))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Does what blocks on a thread for it.
pub(crate) async fn aside<T: Send + 'static, E: From<Fault> + Send + 'static>(
    work: impl FnOnce() -> Result<T, E> + Send + 'static,
) -> Result<T, E> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(Fault::unavailable("use the database", error).into()))
}

/// So many at most.
const READERS: usize = 4;

/// How long to wait for one.
const PATIENCE: Duration = Duration::from_secs(30);
