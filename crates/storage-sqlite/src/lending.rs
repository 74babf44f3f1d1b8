//! The connections that only read, each lent to one question at a time. A question is asked on one of the runtime's threads for what
//! blocks, and runs to its end even when nobody waits for its answer any more.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use practice_domain::port::Fault;
use rusqlite::Connection;
use tokio::sync::Semaphore;

use crate::connect::connect_to_read;
use crate::fault::fault;

/// Connections to lend, opened when they are first needed.
pub(crate) struct Readers {
    lent: Arc<Lent>,
    free: Arc<Semaphore>,
}

struct Lent {
    path: PathBuf,
    /// Those that came back. The last of them is lent first: what it read last is still at hand.
    back: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { lent: Arc::new(Lent { path, back: Mutex::default() }), free: Arc::new(Semaphore::new(READERS)) }
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
        let lent = self.lent.clone();
        aside(move || {
            let conn = lent.take()?;
            let answer = question(&conn);
            // Where the database fails, the next one gets a new connection.
            if !matches!(answer, Err(Fault::Unavailable { .. })) {
                lent.back().push(conn);
            }
            drop(permit);
            answer
        })
        .await
    }

    /// Waits until all are back, and closes them. Nobody is lent one any more.
    pub(crate) async fn close(&self) {
        let all = self.free.acquire_many(u32::try_from(READERS).unwrap_or(u32::MAX)).await;
        self.free.close();
        drop(all);
        self.lent.back().clear();
    }
}

impl Lent {
    /// One of those that came back, or a new one.
    fn take(&self) -> Result<Connection, Fault> {
        let back = self.back().pop();
        back.map_or_else(|| connect_to_read(&self.path), Ok).map_err(|error| fault("read", error))
    }

    fn back(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.back.lock().unwrap_or_else(PoisonError::into_inner)
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
