//! The connections to the server. Each is lent to one caller at a time, and given back by hand: the driver's own pool asks every
//! connection that comes back for a sign of life, which is a second question for each. Here one that has rested is asked when it is
//! lent again.

use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep, timeout};

use crate::fault::is_not_now;
use crate::link::Pulse;

/// Connections to lend, opened when they are needed, and trusted as the pulse says.
pub(crate) struct Connections {
    options: PgConnectOptions,
    pulse: Arc<Pulse>,
    /// The one that came back last stands last, and is lent first.
    idle: Mutex<Vec<Resting>>,
    free: Semaphore,
    most: u32,
}

struct Resting {
    conn: PgConnection,
    made: Instant,
    since: Instant,
}

impl Connections {
    /// So many at most, of which one is open.
    pub(crate) fn new(options: PgConnectOptions, pulse: Arc<Pulse>, most: u32, first: PgConnection) -> Self {
        let free = Semaphore::new(usize::try_from(most).unwrap_or(Semaphore::MAX_PERMITS));
        let now = Instant::now();
        let idle = Mutex::new(vec![Resting { conn: first, made: now, since: now }]);
        Self { options, pulse, idle, free, most }
    }

    /// What they are opened with.
    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.options
    }

    /// How many there are at most: so many may be dead without anybody knowing.
    pub(crate) fn most(&self) -> u32 {
        self.most
    }

    /// A connection that is trusted; [`sqlx::Error::PoolTimedOut`] when there is none in time.
    pub(crate) async fn lend(&self) -> Result<Lent<'_>, sqlx::Error> {
        timeout(PATIENCE, self.next()).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
    }

    async fn next(&self) -> Result<Lent<'_>, sqlx::Error> {
        let permit = self.free.acquire().await.map_err(|_| sqlx::Error::PoolClosed)?;
        while let Some(Resting { mut conn, made, since }) = self.pop() {
            let age = made.elapsed();
            if age < LIFE && self.pulse.trusts(&mut conn, since.elapsed(), age).await {
                return Ok(Lent { conn, made, from: self, permit });
            }
        }
        Ok(Lent { conn: self.open().await?, made: Instant::now(), from: self, permit })
    }

    /// A new connection. A server that starts is waited for.
    async fn open(&self) -> Result<PgConnection, sqlx::Error> {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.options.connect().await {
                Err(sqlx::Error::Io(error)) if error.kind() == ErrorKind::ConnectionRefused => {}
                Err(error) if is_not_now(&error) => {}
                done => return done,
            }
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// Waits until all are back, and closes them. Nobody is lent one any more.
    pub(crate) async fn close(&self) {
        let all = self.free.acquire_many(self.most).await;
        self.free.close();
        drop(all);
        let idle = std::mem::take(&mut *self.idle());
        let _ = timeout(FAREWELL, join_all(idle.into_iter().map(|resting| resting.conn.close()))).await;
    }

    fn pop(&self) -> Option<Resting> {
        self.idle().pop()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Resting>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan. What is not given back is closed: it may be in the middle of something, or wait for a peer that is gone.
pub(crate) struct Lent<'c> {
    pub(crate) conn: PgConnection,
    made: Instant,
    from: &'c Connections,
    permit: SemaphorePermit<'c>,
}

impl Lent<'_> {
    /// Lets the next one have it. Those that have not been needed for long are closed.
    pub(crate) fn give_back(self) {
        let Self { conn, made, from, permit } = self;
        let now = Instant::now();
        let mut idle = from.idle();
        let needed = idle.partition_point(|resting| now.duration_since(resting.since) > LONG);
        let old: Vec<_> = idle.drain(..needed).collect();
        idle.push(Resting { conn, made, since: now });
        drop(idle);
        drop((old, permit));
    }
}

/// How long a request waits for a connection.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long a connection is used: what the server has gathered for it goes with it.
const LIFE: Duration = Duration::from_secs(30 * 60);

/// How long one rests that nobody needs.
const LONG: Duration = Duration::from_secs(10 * 60);

/// Between tries to reach a server that starts.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LONGEST_PAUSE: Duration = Duration::from_millis(400);

/// How long it may take to take leave of the server.
const FAREWELL: Duration = Duration::from_secs(1);
