//! The one connection that writes, on a thread of its own. Units of work queue for it; those that wait together share one transaction,
//! and are answered when it is on disk. Where one of them comes to nothing, each is done again in a transaction of its own. A unit runs to
//! its end even when nobody waits for it any more.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{io, thread};

use practice_domain::port::Fault;
use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use crate::fault::fault;
use crate::statement::{Statement, batch};

/// Something that happens in one transaction, whole or not at all. It has the thread that writes while it is done, so everybody else
/// who writes waits for it.
pub trait Work: Send + 'static {
    /// What comes of it.
    type Answer: Send;
    /// Why nothing came of it.
    type Error: From<Fault> + Send;

    /// Whether it must be on the disk before anybody is answered. What need not be is on the disk with the next that must: a process
    /// that dies loses none of it, a machine that loses power may.
    const LASTING: bool = true;

    /// Does it. After an error nothing of it stays. It may be done again when it could not be kept, so it must not change `self`;
    /// nor may it begin or end a transaction.
    ///
    /// # Errors
    ///
    /// Its own; nothing of it is kept then.
    fn run(&self, conn: &Connection) -> Result<Self::Answer, Self::Error>;
}

/// The way to the connection that writes.
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
}

impl Writer {
    /// Gives the connection its thread. `lock` is let go when the connection is closed.
    pub(crate) fn start(conn: Connection, lock: Option<File>) -> io::Result<Self> {
        let (queue, messages) = mpsc::channel(BATCH);
        thread::Builder::new().name("database".to_owned()).spawn(move || serve(conn, lock, messages))?;
        Ok(Self { queue })
    }

    /// Does a unit of work, and comes back when it is kept: on the disk, where it is to last.
    pub(crate) async fn run<W: Work>(&self, work: W) -> Result<W::Answer, W::Error> {
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

fn serve(conn: Connection, lock: Option<File>, mut messages: mpsc::Receiver<Message>) {
    let mut closing = None;
    let mut lasting = true;
    while closing.is_none()
        && let Some(first) = messages.blocking_recv()
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
        settle(&conn, jobs, &mut lasting);
    }
    let _ = batch(&conn, "PRAGMA wal_checkpoint(TRUNCATE)");
    let _ = batch(&conn, "PRAGMA optimize");
    drop(conn);
    drop(lock);
    if let Some(reply) = closing {
        let _ = reply.send(());
    }
}

/// Does jobs in one transaction; where one of them comes to nothing, each in its own, so that none pays for another.
fn settle(conn: &Connection, mut jobs: Vec<Box<dyn Job>>, lasting: &mut bool) {
    if jobs.len() > 1 && matches!(transact(conn, &mut jobs, lasting), Ok(true)) {
        return jobs.into_iter().for_each(|job| job.answer(None));
    }
    for job in jobs {
        let mut alone = [job];
        let failure = transact(conn, &mut alone, lasting).err().map(|error| fault("write", error));
        let [job] = alone;
        job.answer(failure);
    }
}

/// One transaction; says whether it was kept, which it is where every job came to something. `lasting` says whether the connection waits
/// for the disk, which it does where one of the jobs is to last.
fn transact(conn: &Connection, jobs: &mut [Box<dyn Job>], lasting: &mut bool) -> rusqlite::Result<bool> {
    let must_last = jobs.iter().any(|job| job.lasts());
    if *lasting != must_last {
        batch(conn, if must_last { "PRAGMA synchronous = FULL" } else { "PRAGMA synchronous = NORMAL" })?;
        *lasting = must_last;
    }
    Statement::new("BEGIN IMMEDIATE").run(conn)?;
    let keep = jobs.iter_mut().all(|job| job.run(conn));
    let ended = Statement::new(if keep { "COMMIT" } else { ROLLBACK }).run(conn);
    if !conn.is_autocommit() {
        let _ = Statement::new(ROLLBACK).run(conn);
    }
    ended.map(|_| keep)
}

/// A unit of work, with whoever waits for it.
trait Job: Send {
    /// Whether it must be on the disk before it is answered.
    fn lasts(&self) -> bool;

    /// Does it; says whether to keep it.
    fn run(&mut self, conn: &Connection) -> bool;

    /// Answers, now that the transaction is over: it could not be kept for this reason, if any.
    fn answer(self: Box<Self>, failure: Option<Fault>);
}

struct Unit<W: Work> {
    work: W,
    outcome: Option<Result<W::Answer, W::Error>>,
    reply: oneshot::Sender<Result<W::Answer, W::Error>>,
}

impl<W: Work> Job for Unit<W> {
    fn lasts(&self) -> bool {
        W::LASTING
    }

    fn run(&mut self, conn: &Connection) -> bool {
        // Others still want to write after a unit that panics.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.work.run(conn)));
        let outcome = outcome.unwrap_or_else(|_| Err(Fault::unavailable("write", "it panicked").into()));
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

const ROLLBACK: &str = "ROLLBACK";

/// Units that may share a transaction, and that may wait.
const BATCH: usize = 64;
