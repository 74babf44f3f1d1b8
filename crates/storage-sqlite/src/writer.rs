//! The one connection that writes. Units of work queue for it; those that wait together share one transaction, and are answered when
//! it is on disk. Where one of them comes to nothing, each is done again in a transaction of its own. A unit runs to its end even when nobody waits for it any more.

use std::fs::File;
use std::{io, mem, thread};

use async_trait::async_trait;
use practice_domain::port::Fault;
use sqlx::{Connection, Executor, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::batch::Batch;
use crate::fault::fault;

/// Something that happens in one transaction, whole or not at all.
#[async_trait]
pub trait Work: Send + Sync + 'static {
    /// What comes of it.
    type Answer: Send;
    /// Why nothing came of it.
    type Error: From<Fault> + Send;

    /// Whether it must be on the disk before anybody is answered. What need not be is on the disk with the next that must: a process
    /// that dies loses none of it, a machine that loses power may.
    const LASTING: bool = true;

    /// Does it. After an error nothing of it stays. It may be done again when it could not be kept, so it must not change `self`;
    /// nor may it begin or end a transaction.
    async fn run(&self, conn: &mut SqliteConnection) -> Result<Self::Answer, Self::Error>;
}

/// Work of ours, whose last statements may go in one call with what ends the transaction.
#[async_trait]
pub(crate) trait Task: Send + Sync + 'static {
    type Answer: Send;
    type Error: From<Fault> + Send;
    const LASTING: bool;

    /// Does it. What is left in `last` is asked before anything else is, and what it comes to is not looked at: a statement that must
    /// do something has to fail where it cannot.
    async fn run(&self, conn: &mut SqliteConnection, last: &mut Batch) -> Result<Self::Answer, Self::Error>;
}

#[async_trait]
impl<W: Work> Task for W {
    type Answer = <W as Work>::Answer;
    type Error = <W as Work>::Error;
    const LASTING: bool = <W as Work>::LASTING;

    async fn run(&self, conn: &mut SqliteConnection, _: &mut Batch) -> Result<Self::Answer, Self::Error> {
        Work::run(self, conn).await
    }
}

/// The way to the connection that writes.
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    /// Gives the connection a thread of its own, which waits for one short statement after another more cheaply than a task of the
    /// runtime does. `lock` is let go when the connection is closed.
    pub(crate) fn start(conn: SqliteConnection, lock: Option<File>) -> io::Result<Self> {
        let (queue, messages) = mpsc::channel(BATCH);
        let runtime = Handle::current();
        let thread = thread::Builder::new().name("database".to_owned());
        thread.spawn(move || runtime.block_on(serve(conn, lock, messages)))?;
        Ok(Self { queue })
    }

    /// Does a unit of work, and comes back when it is kept: on the disk, where it is to last.
    pub(crate) async fn run<W: Task>(&self, work: W) -> Result<W::Answer, W::Error> {
        let (reply, answer) = oneshot::channel();
        let unit = Unit { work, outcome: None, reply };
        let stopped = || Fault::unavailable("write", "the database is closed");
        self.queue.send(Message::Run(Box::new(unit))).await.map_err(|_| stopped())?;
        answer.await.unwrap_or_else(|_| Err(stopped().into()))
    }

    /// Closes the connection after all that is queued.
    pub(crate) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.queue.send(Message::Close(reply)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

enum Message {
    Run(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

async fn serve(mut conn: SqliteConnection, lock: Option<File>, mut messages: mpsc::Receiver<Message>) {
    let mut closing = None;
    let mut lasting = true;
    while closing.is_none()
        && let Some(first) = messages.recv().await
    {
        let mut jobs = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Run(job) => jobs.push(job),
                Message::Close(reply) => closing = Some(reply),
            }
            next = if jobs.len() < BATCH && closing.is_none() { messages.try_recv().ok() } else { None };
        }
        settle(&mut conn, jobs, &mut lasting).await;
    }
    let _ = conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let _ = conn.close().await;
    drop(lock);
    if let Some(reply) = closing {
        let _ = reply.send(());
    }
}

/// Does jobs in one transaction; where one of them comes to nothing, each in its own, so that none pays for another.
async fn settle(conn: &mut SqliteConnection, mut jobs: Vec<Box<dyn Job>>, lasting: &mut bool) {
    if jobs.len() > 1 && matches!(transact(conn, &mut jobs, lasting).await, Ok(true)) {
        return jobs.into_iter().for_each(|job| job.answer(None));
    }
    for job in jobs {
        let mut alone = [job];
        let failure = transact(conn, &mut alone, lasting).await.err().map(|error| fault("write", error));
        let [job] = alone;
        job.answer(failure);
    }
}

/// One transaction; says whether it was kept, which it is where every job came to something. `lasting` says whether the connection waits
/// for the disk, which it does where one of the jobs is to last.
async fn transact(
    conn: &mut SqliteConnection,
    jobs: &mut [Box<dyn Job>],
    lasting: &mut bool,
) -> Result<bool, sqlx::Error> {
    let must_last = jobs.iter().any(|job| job.lasts());
    match (*lasting, must_last) {
        (false, true) => conn.execute("PRAGMA synchronous = FULL; BEGIN IMMEDIATE").await?,
        (true, false) => conn.execute("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE").await?,
        (true, true) | (false, false) => sqlx::query("BEGIN IMMEDIATE").execute(&mut *conn).await?,
    };
    *lasting = must_last;
    let kept = all(conn, jobs).await;
    if !matches!(kept, Ok(true)) {
        let _ = conn.execute("ROLLBACK").await;
    }
    kept
}

/// Does each job and keeps them, unless one comes to nothing.
async fn all(conn: &mut SqliteConnection, jobs: &mut [Box<dyn Job>]) -> Result<bool, sqlx::Error> {
    let mut last = Batch::default();
    for job in jobs {
        mem::take(&mut last).send(conn).await?;
        if !job.run(conn, &mut last).await {
            return Ok(false);
        }
    }
    last.add("COMMIT", |statement| statement);
    last.send(conn).await.map(|_| true)
}

/// A unit of work, with whoever waits for it.
#[async_trait]
trait Job: Send {
    /// Whether it must be on the disk before it is answered.
    fn lasts(&self) -> bool;

    /// Does it, but for what it leaves in `last`; says whether to keep it.
    async fn run(&mut self, conn: &mut SqliteConnection, last: &mut Batch) -> bool;

    /// Answers, now that the transaction is over: it could not be kept for this reason, if any.
    fn answer(self: Box<Self>, failure: Option<Fault>);
}

struct Unit<W: Task> {
    work: W,
    outcome: Option<Result<W::Answer, W::Error>>,
    reply: oneshot::Sender<Result<W::Answer, W::Error>>,
}

#[async_trait]
impl<W: Task> Job for Unit<W> {
    fn lasts(&self) -> bool {
        W::LASTING
    }

    async fn run(&mut self, conn: &mut SqliteConnection, last: &mut Batch) -> bool {
        let outcome = self.work.run(conn, last).await;
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn answer(self: Box<Self>, failure: Option<Fault>) {
        let answer = match (self.outcome, failure) {
            (Some(Err(refused)), _) => Err(refused),
            (_, Some(failure)) => Err(failure.into()),
            (Some(done), None) => done,
            (None, None) => Err(Fault::busy("write").into()),
        };
        let _ = self.reply.send(answer);
    }
}

/// Units that may share a transaction, and that may wait.
const BATCH: usize = 64;
