//! Everything that is kept, as rows that leave and come. Which tables and columns there are is asked of the file itself.

mod arriving;
mod shape;

use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::commit::Commit;
use practice_domain::notice::Notice;
use practice_domain::port::{
    Archive, Arrival, ArrivalError, BATCH, Batch, CommitError, Datum, Fault, Life, Seal, Stage, Take,
};
use practice_domain::value::{NoticeId, Time};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::Sqlite;
use crate::archive::arriving::Arriving;
use crate::archive::shape::tables;
use crate::commit;
use crate::connect::connect_beside;
use crate::fault::fault;
use crate::lending::aside;
use crate::row::{Cells, Value, notice_columns};
use crate::statement::Statement;
use crate::writer::Work;

#[async_trait]
impl Archive for Sqlite {
    async fn life(&self) -> Result<Life, Fault> {
        self.readers.ask(life).await
    }

    async fn hand_over(&self, to: &mut dyn Take) -> Result<(), Fault> {
        let (batches, coming) = mpsc::channel(1);
        let giving = self.readers.ask(move |conn| {
            let failed = |error| fault("hand rows over", error);
            let work = conn.unchecked_transaction().map_err(failed)?;
            give(&work, &batches)?;
            work.rollback().map_err(failed)
        });
        let (given, taken) = tokio::join!(giving, take(coming, to));
        taken?;
        given?;
        to.all_taken().await
    }

    /// The transaction stays open until all rows are where they go.
    async fn leave(&self, to: &mut dyn Take) -> Result<(), Fault> {
        let (batches, coming) = mpsc::channel(1);
        let (all_given, given) = oneshot::channel();
        let (all_taken, taken) = oneshot::channel();
        let path = self.path.clone();
        let leaving = aside(move || {
            let failed = |error| fault("move the rows", error);
            let mut conn = connect_beside(&path).map_err(failed)?;
            let work = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
            give(&work, &batches)?;
            drop(batches);
            let left_alone = || Fault::unavailable("move the rows", "they were not taken");
            all_given.send(()).map_err(|()| left_alone())?;
            taken.blocking_recv().map_err(|_| left_alone())?;
            Statement::new("UPDATE life SET stage = 'moved'").execute(&work, "move the rows")?;
            work.commit().map_err(failed)
        });
        let taking = async move {
            take(coming, &mut *to).await?;
            if given.await.is_ok() {
                to.all_taken().await?;
                let _ = all_taken.send(());
            }
            Ok(())
        };
        let (left, taken) = tokio::join!(leaving, taking);
        taken.and(left)
    }

    async fn arrival(&self, source: Option<Uuid>) -> Result<Box<dyn Arrival>, ArrivalError> {
        let (path, seal) = (self.path.clone(), self.seal.clone());
        let arriving = aside(move || Arriving::begin(&path, seal, source)).await?;
        Ok(Box::new(arriving))
    }

    async fn waiting(&self) -> Result<Vec<Notice>, Fault> {
        let sql =
            concat!("SELECT ", notice_columns!(""), " FROM notice WHERE due_at IS NOT NULL ORDER BY ordered_at, id");
        self.all(Statement::new(sql)).await
    }

    async fn release(&self, dropped: &[NoticeId], commit: &Commit, now: Time) -> Result<bool, Fault> {
        let work = Release { dropped: dropped.to_vec(), commit: commit.clone(), now, seal: self.seal.clone() };
        self.writer.run(work).await
    }
}

impl Sqlite {
    /// What SQLite itself finds wrong with the file, in its own words; nothing when all is well.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the file cannot be read.
    pub async fn examine(&self) -> Result<Vec<String>, Fault> {
        self.readers.ask(wrong).await
    }
}

fn wrong(conn: &Connection) -> Result<Vec<String>, Fault> {
    let mut found: Vec<String> = Statement::new("PRAGMA integrity_check").all(conn, EXAMINE)?;
    found.retain(|line| line != "ok");
    let astray: Vec<String> = Statement::new("PRAGMA foreign_key_check").all(conn, EXAMINE)?;
    found.extend(astray.into_iter().map(|table| format!("a row of {table} refers to nothing")));
    Ok(found)
}

const EXAMINE: &str = "examine the file";

pub(crate) fn life(conn: &Connection) -> Result<Life, Fault> {
    let life = Statement::new("SELECT id, epoch, held_since, stage FROM life").one(conn, "look at the store's life")?;
    life.ok_or_else(|| Fault::corrupt(Life::WHAT, "no row"))
}

impl Value for Life {
    const WHAT: &str = "life";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let (id, epoch, held_since) = (cells.next()?, cells.next()?, cells.optional_time()?);
        let stage = match cells.next()? {
            "whole" => Stage::Whole,
            "filling" => Stage::Filling,
            _ => Stage::Moved,
        };
        Ok(Self { id, epoch, held_since, stage })
    }
}

/// Reads every table, in the transaction that the connection is in.
fn give(conn: &Connection, to: &mpsc::Sender<Batch>) -> Result<(), Fault> {
    let send = |batch| to.blocking_send(batch).map_err(|_| Fault::unavailable("hand rows over", "nobody takes them"));
    for table in tables(conn)? {
        let empty = || Batch { table: table.name.clone(), columns: table.columns.clone(), rows: Vec::new() };
        let (mut batch, mut weight) = (empty(), 0);
        Statement::of_names(table.select()).each(conn, "read rows", |row| {
            let row = (0..table.columns.len()).map(|at| datum(row, at)).collect::<Result<Vec<_>, _>>()?;
            weight += row.iter().map(Datum::weight).sum::<usize>();
            batch.rows.push(row);
            if batch.rows.len() == BATCH || weight > HEAVY {
                send(std::mem::replace(&mut batch, empty()))?;
                weight = 0;
            }
            Ok(true)
        })?;
        send(batch)?;
    }
    Ok(())
}

/// Takes what comes until nothing comes any more.
async fn take(mut coming: mpsc::Receiver<Batch>, to: &mut dyn Take) -> Result<(), Fault> {
    while let Some(batch) = coming.recv().await {
        to.take(batch).await?;
    }
    Ok(())
}

fn datum(row: &Row<'_>, at: usize) -> Result<Datum, Fault> {
    let odd = |what: &str| Fault::corrupt("row", format!("column {at} holds {what}"));
    Ok(match row.get_ref(at).map_err(|error| fault("read rows", error))? {
        ValueRef::Null => Datum::Nothing,
        ValueRef::Integer(number) => Datum::Number(number),
        ValueRef::Text(text) => {
            Datum::Text(std::str::from_utf8(text).map_err(|_| odd("a text that is not UTF-8"))?.to_owned())
        }
        ValueRef::Blob(bytes) => Datum::Bytes(bytes.to_vec()),
        ValueRef::Real(_) => return Err(odd("a fraction")),
    })
}

struct Release {
    dropped: Vec<NoticeId>,
    commit: Commit,
    now: Time,
    seal: Arc<dyn Seal>,
}

impl Work for Release {
    type Answer = bool;
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<bool, Fault> {
        let held = Statement::new("UPDATE life SET held_since = NULL WHERE held_since IS NOT NULL");
        if held.execute(conn, "release what is held")? == 0 {
            return Ok(false);
        }
        for notice in &self.dropped {
            let drop = "UPDATE notice SET due_at = NULL, worker = NULL, outcome = 'obsolete', settled_at = ?2
                WHERE id = ?1 AND due_at IS NOT NULL";
            Statement::new(drop).bind(notice.0).bind(self.now.micros()).execute(conn, "release what is held")?;
        }
        kept(conn, &self.commit, &*self.seal)?;
        Ok(true)
    }
}

/// Applies a commit that only records.
fn kept(conn: &Connection, commit: &Commit, seal: &dyn Seal) -> Result<(), Fault> {
    commit::apply(conn, commit, seal).map_err(|error| match error {
        CommitError::Fault(fault) => fault,
        other => Fault::unavailable("record what was done", other),
    })
}

/// Rows that weigh more are handed over at once, however few.
const HEAVY: usize = 1024 * 1024;
