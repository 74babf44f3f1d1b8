//! Units of work: each in a transaction and a task of its own. A unit runs to its end even when nobody waits for it any more, and a
//! connection that may still be inside a transaction is closed, never handed to somebody else.

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::port::{CommitError, Fault};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::{Execute, Executor, PgConnection, SqlStr};
use tokio::time::sleep;

use crate::asked::{self, Asked};
use crate::fault::{fault, leaves_whole, stood_in_the_way, was_dead};
use crate::lending::Lent;
use crate::link::{Link, Silence};
use crate::reach::Reach;
use crate::record::Statement;

/// Something that happens in one transaction, whole or not at all.
#[async_trait]
pub trait Work: Send + Sync + 'static {
    /// What comes of it.
    type Answer: Send + 'static;
    /// Why nothing came of it.
    type Error: From<Fault> + Send + 'static;

    /// Whose rows it may write; it is said when the transaction begins.
    fn reach(&self) -> Reach {
        Reach::nobody()
    }

    /// Does it. After an error nothing of it stays, and the error of a statement must be handed on. It may be done again when it could
    /// not be kept, so it must not change `self`; nor may it begin or end a transaction. It waits for nothing but the database: a
    /// transaction with which nobody goes on for a second is one whose connection is dead.
    async fn run(&self, conn: &mut PgConnection) -> Result<Self::Answer, Self::Error>;

    /// The fault that an error is, if it is one: two transactions that stand in each other's way are known by it, and this one is done
    /// again.
    fn fault_in(error: &Self::Error) -> Option<&Fault>;
}

/// The fault in an answer to a commit.
pub(crate) fn fault_in_commit(error: &CommitError) -> Option<&Fault> {
    match error {
        CommitError::Fault(fault) => Some(fault),
        CommitError::Stale | CommitError::Taken(_) | CommitError::Spent(_) => None,
    }
}

/// Does a unit of work, and comes back when it is on disk.
pub(crate) async fn transact<W: Work>(link: &Link, work: W) -> Result<W::Answer, W::Error> {
    let link = link.clone();
    let task = tokio::spawn(async move { persist(&link, &work).await });
    task.await.unwrap_or_else(|error| Err(Fault::unavailable("write", error).into()))
}

/// Tries again, a few times, while others stand in the way.
async fn persist<W: Work>(link: &Link, work: &W) -> Result<W::Answer, W::Error> {
    for pause in PAUSES {
        match once(link, work).await {
            Err(error) if W::fault_in(&error).is_some_and(stood_in_the_way) => sleep(jitter(pause)).await,
            outcome => return outcome,
        }
    }
    match once(link, work).await {
        Err(error) if W::fault_in(&error).is_some_and(stood_in_the_way) => Err(Fault::busy("write").into()),
        outcome => outcome,
    }
}

async fn once<W: Work>(link: &Link, work: &W) -> Result<W::Answer, W::Error> {
    let begin = work.reach().said_after(BEGIN);
    let asked = Asked::default();
    let unit = || async { begun(link, &asked, &begin).await.map_err(|error| fault("write", error))?.unit(work).await };
    let mut outcome = link.hear(PATIENCE, &asked, unit()).await;
    if matches!(outcome, Err(Silence::Lost)) && !asked.has_begun() {
        outcome = link.hear(PATIENCE, &asked, unit()).await;
    }
    // Where it was given up during COMMIT nobody knows whether it was kept.
    outcome.unwrap_or_else(|silence| Err(Fault::unavailable("write", silence).into()))
}

/// A connection in a transaction. Those that died while they rested are passed over: nothing was asked of them.
async fn begun<'l>(link: &'l Link, asked: &Asked, begin: &SqlStr) -> Result<Held<'l>, sqlx::Error> {
    for _ in 0..link.most() {
        let mut held = Held::take(link, asked).await?;
        match held.begin(asked, begin).await {
            Err(error) if was_dead(&error) => {}
            done => return done.map(|()| held),
        }
    }
    let mut held = Held::take(link, asked).await?;
    held.begin(asked, begin).await?;
    Ok(held)
}

/// Every row that a statement finds. It only reads, so it may be asked again when a connection died while it rested, or when tables
/// changed in another order than it looks at them. Where it names whose rows it may see, it is asked in a transaction.
pub(crate) async fn read(link: &Link, reach: Option<Reach>, mut statement: Statement) -> Result<Vec<PgRow>, Fault> {
    let begin = reach.map(|reach| reach.said_after(READ));
    let values = statement.take_arguments().map_err(|error| Fault::unavailable("read", error))?.unwrap_or_default();
    let reading = Reading { begin, sql: statement.sql(), values };
    for pause in PAUSES {
        match reading.answer(link).await {
            Err(fault) if stood_in_the_way(&fault) => sleep(jitter(pause)).await,
            answer => return answer,
        }
    }
    reading.answer(link).await
}

/// A statement that only reads, and how its transaction begins, if it needs one.
struct Reading {
    begin: Option<SqlStr>,
    sql: SqlStr,
    values: PgArguments,
}

impl Reading {
    async fn answer(&self, link: &Link) -> Result<Vec<PgRow>, Fault> {
        let asked = Asked::default();
        let call = || async {
            for _ in 0..link.most() {
                match Held::take(link, &asked).await?.read(&asked, self).await {
                    Err(error) if was_dead(&error) => {}
                    answer => return answer,
                }
            }
            Held::take(link, &asked).await?.read(&asked, self).await
        };
        let mut answer = link.hear(READING, &asked, call()).await;
        if matches!(answer, Err(Silence::Lost)) {
            answer = link.hear(READING, &asked, call()).await;
        }
        match answer {
            Ok(answer) => answer.map_err(|error| fault("read", error)),
            Err(silence) => Err(Fault::unavailable("read", silence)),
        }
    }

    fn statement(&self) -> Statement {
        sqlx::query_with(self.sql.clone(), self.values.clone())
    }
}

/// A connection in use. It is given back when its answer is there, and its transaction has surely ended.
struct Held<'l> {
    lent: Lent<'l>,
    link: &'l Link,
}

impl<'l> Held<'l> {
    async fn take(link: &'l Link, asked: &Asked) -> Result<Self, sqlx::Error> {
        asked.nothing();
        Ok(Self { lent: link.lend().await?, link })
    }

    async fn begin(&mut self, asked: &Asked, begin: &SqlStr) -> Result<(), sqlx::Error> {
        asked.alone(begin.clone());
        asked.within(&self.lent.conn.fetch_all(begin.clone()).await?)
    }

    async fn read(mut self, asked: &Asked, reading: &Reading) -> Result<Vec<PgRow>, sqlx::Error> {
        let Some(begin) = &reading.begin else {
            asked.alone(reading.sql.clone());
            let answer = reading.statement().fetch_all(&mut self.lent.conn).await;
            if answer.as_ref().err().is_none_or(leaves_whole) {
                self.give_back();
            }
            return answer;
        };
        self.begin(asked, begin).await?;
        let answer = reading.statement().fetch_all(&mut self.lent.conn).await;
        if self.lent.conn.execute(ROLLBACK).await.is_ok() {
            self.give_back();
        }
        answer
    }

    async fn unit<W: Work>(mut self, work: &W) -> Result<W::Answer, W::Error> {
        let outcome = work.run(&mut self.lent.conn).await;
        match (self.lent.conn.execute(if outcome.is_ok() { COMMIT } else { ROLLBACK }).await, &outcome) {
            (Ok(_), _) => self.give_back(),
            (Err(error), Ok(_)) => return Err(fault("write", error).into()),
            (Err(_), Err(_)) => {}
        }
        outcome
    }

    fn give_back(self) {
        self.link.heard();
        self.lent.give_back();
    }
}

/// Between a half and all of a pause, so that those who met do not meet again.
fn jitter(pause: Duration) -> Duration {
    let chance = RandomState::new().hash_one(()) % 512;
    pause.mul_f64(0.5 + f64::from(u32::try_from(chance).unwrap_or(0)) / 1024.0)
}

const BEGIN: &str = concat!("BEGIN ISOLATION LEVEL READ COMMITTED; ", asked::name!());

const READ: &str = concat!("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY; ", asked::name!());

/// What is checked at the end is checked first. A transaction in which a statement failed is refused by that, and not silently undone.
const COMMIT: &str = "SET CONSTRAINTS ALL IMMEDIATE; COMMIT";

const ROLLBACK: &str = "ROLLBACK";

/// Between tries.
const PAUSES: [Duration; 3] = [Duration::from_millis(10), Duration::from_millis(40), Duration::from_millis(160)];

/// After so long the answer to a question will not come any more, though the server is there: it ends a statement after ten seconds.
pub(crate) const READING: Duration = Duration::from_secs(12);

/// After so long nobody waits for a unit of work any more. The server ends a statement itself much sooner.
const PATIENCE: Duration = Duration::from_secs(20);
