//! Everything that is kept, as rows that leave and come. Which tables and columns there are is asked of the file itself.

mod arriving;
mod shape;

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use practice_domain::commit::Commit;
use practice_domain::notice::Notice;
use practice_domain::port::{
    Archive, Arrival, ArrivalError, BATCH, Batch, CommitError, Datum, Fault, Life, Seal, Stage, Take,
};
use practice_domain::value::{NoticeId, Time};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, Row, SqliteConnection, TypeInfo, ValueRef};
use uuid::Uuid;

use crate::Sqlite;
use crate::archive::arriving::Arriving;
use crate::archive::shape::tables;
use crate::commit;
use crate::fault::fault;
use crate::row::notice_columns;
use crate::writer::Work;

#[async_trait]
impl Archive for Sqlite {
    async fn life(&self) -> Result<Life, Fault> {
        let mut lent = self.reader().await?;
        let life = life(&mut lent.conn).await.map_err(|error| fault("look at the store's life", error))?;
        lent.give_back();
        Ok(life)
    }

    async fn hand_over(&self, to: &mut dyn Take) -> Result<(), Fault> {
        let failed = |error| fault("hand rows over", error);
        let mut lent = self.reader().await?;
        let mut work = lent.conn.begin().await.map_err(failed)?;
        give(&mut work, to).await?;
        work.rollback().await.map_err(failed)?;
        lent.give_back();
        to.all_taken().await
    }

    async fn leave(&self, to: &mut dyn Take) -> Result<(), Fault> {
        let failed = |error| fault("move the rows", error);
        let mut conn = self.own_connection().await.map_err(failed)?;
        conn.execute("BEGIN IMMEDIATE").await.map_err(failed)?;
        give(&mut conn, to).await?;
        to.all_taken().await?;
        conn.execute("UPDATE life SET stage = 'moved'").await.map_err(failed)?;
        conn.execute("COMMIT").await.map_err(failed)?;
        conn.close().await.map_err(failed)
    }

    async fn arrival(&self, source: Option<Uuid>) -> Result<Box<dyn Arrival>, ArrivalError> {
        let conn = self.own_connection().await.map_err(|error| fault("begin to take rows", error))?;
        Ok(Box::new(Arriving::begin(conn, self.seal.clone(), source).await?))
    }

    async fn waiting(&self) -> Result<Vec<Notice>, Fault> {
        let sql =
            concat!("SELECT ", notice_columns!(""), " FROM notice WHERE due_at IS NOT NULL ORDER BY ordered_at, id");
        self.all(sqlx::query(sql)).await
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
        self.wrong().await.map_err(|error| fault("examine the file", error))
    }

    /// A connection that may write, beside the one that does.
    async fn own_connection(&self) -> Result<SqliteConnection, sqlx::Error> {
        self.readers.options().clone().pragma("query_only", "off").connect().await
    }

    async fn wrong(&self) -> Result<Vec<String>, sqlx::Error> {
        let mut lent = self.readers.lend().await?;
        let mut found: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut lent.conn).await?;
        found.retain(|line| line != "ok");
        for row in sqlx::query("PRAGMA foreign_key_check").fetch_all(&mut lent.conn).await? {
            found.push(format!("a row of {} refers to nothing", row.try_get::<String, _>(0)?));
        }
        lent.give_back();
        Ok(found)
    }
}

pub(crate) async fn life(conn: &mut SqliteConnection) -> Result<Life, sqlx::Error> {
    let row = sqlx::query("SELECT id, epoch, held_since, stage FROM life").fetch_one(conn).await?;
    let stage = match row.try_get::<&str, _>(3)? {
        "whole" => Stage::Whole,
        "filling" => Stage::Filling,
        _ => Stage::Moved,
    };
    let held_since: Option<i64> = row.try_get(2)?;
    Ok(Life { id: row.try_get(0)?, epoch: row.try_get(1)?, held_since: held_since.map(Time::from_micros), stage })
}

/// Reads every table, in the transaction that the connection is in.
async fn give(conn: &mut SqliteConnection, to: &mut dyn Take) -> Result<(), Fault> {
    for table in tables(conn).await.map_err(|error| fault("list the tables", error))? {
        let failed = |error| fault("read rows", error);
        let empty = || Batch { table: table.name.clone(), columns: table.columns.clone(), rows: Vec::new() };
        let (mut batch, mut weight) = (empty(), 0);
        let mut rows = sqlx::query(AssertSqlSafe(table.select())).fetch(&mut *conn);
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            let row =
                (0..table.columns.len()).map(|at| datum(&row, at)).collect::<Result<Vec<_>, _>>().map_err(failed)?;
            weight += row.iter().map(Datum::weight).sum::<usize>();
            batch.rows.push(row);
            if batch.rows.len() == BATCH || weight > HEAVY {
                to.take(std::mem::replace(&mut batch, empty())).await?;
                weight = 0;
            }
        }
        to.take(batch).await?;
    }
    Ok(())
}

fn datum(row: &SqliteRow, at: usize) -> Result<Datum, sqlx::Error> {
    let value = row.try_get_raw(at)?;
    if value.is_null() {
        return Ok(Datum::Nothing);
    }
    match value.type_info().name() {
        "INTEGER" => row.try_get_unchecked(at).map(Datum::Number),
        "TEXT" => row.try_get_unchecked(at).map(Datum::Text),
        _ => row.try_get_unchecked(at).map(Datum::Bytes),
    }
}

struct Release {
    dropped: Vec<NoticeId>,
    commit: Commit,
    now: Time,
    seal: Arc<dyn Seal>,
}

#[async_trait]
impl Work for Release {
    type Answer = bool;
    type Error = Fault;

    async fn run(&self, conn: &mut SqliteConnection) -> Result<bool, Fault> {
        let failed = |error| fault("release what is held", error);
        let held = "UPDATE life SET held_since = NULL WHERE held_since IS NOT NULL";
        if sqlx::query(held).execute(&mut *conn).await.map_err(failed)?.rows_affected() == 0 {
            return Ok(false);
        }
        for notice in &self.dropped {
            let drop = "UPDATE notice SET due_at = NULL, worker = NULL, outcome = 'obsolete', settled_at = ?2
                WHERE id = ?1 AND due_at IS NOT NULL";
            sqlx::query(drop).bind(notice.0).bind(self.now.micros()).execute(&mut *conn).await.map_err(failed)?;
        }
        kept(conn, &self.commit, &*self.seal).await?;
        Ok(true)
    }
}

/// Applies a commit that only records.
async fn kept(conn: &mut SqliteConnection, commit: &Commit, seal: &dyn Seal) -> Result<(), Fault> {
    commit::apply(conn, commit, seal).await.map_err(|error| match error {
        CommitError::Fault(fault) => fault,
        other => Fault::unavailable("record what was done", other),
    })
}

/// Rows that weigh more are handed over at once, however few.
const HEAVY: usize = 1024 * 1024;
