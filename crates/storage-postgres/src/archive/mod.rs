//! Everything that is kept, as rows that leave and come. Which tables and columns there are is asked of the database itself.

mod arriving;
mod shape;

use std::io;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use practice_domain::commit::Commit;
use practice_domain::notice::Notice;
use practice_domain::port::{
    Archive, Arrival, ArrivalError, BATCH, Batch, CommitError, Datum, Fault, Life, Seal, Stage, Take,
};
use practice_domain::value::{NoticeId, Time};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, Row};
use uuid::Uuid;

use crate::Postgres;
use crate::archive::arriving::Arriving;
use crate::archive::shape::{Kind, Table, tables};
use crate::asked::Asked;
use crate::commit;
use crate::fault::fault;
use crate::reach::{Door, Reach};
use crate::row::notice_columns;
use crate::settings::SERVER;
use crate::work::{READING, Work};

#[async_trait]
impl Archive for Postgres {
    async fn life(&self) -> Result<Life, Fault> {
        let failed = |error| fault("look at the store's life", error);
        let look = async {
            let mut lent = self.link.lend().await?;
            let life = life(&mut lent.conn).await?;
            lent.give_back();
            Ok(life)
        };
        let answer = self.link.hear(READING, &Asked::default(), look).await;
        answer.unwrap_or_else(|silence| Err(sqlx::Error::Io(io::Error::other(silence)))).map_err(failed)
    }

    async fn hand_over(&self, to: &mut dyn Take) -> Result<(), Fault> {
        let failed = |error| fault("hand rows over", error);
        let mut conn = self.own_connection().await.map_err(failed)?;
        conn.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await.map_err(failed)?;
        conn.execute(Reach::by(Door::Archive).said_after(NO_HURRY)).await.map_err(failed)?;
        give(&mut conn, to).await?;
        to.all_taken().await?;
        conn.close().await.map_err(failed)
    }

    async fn leave(&self, to: &mut dyn Take) -> Result<(), Fault> {
        let failed = |error| fault("move the rows", error);
        let mut conn = self.own_connection().await.map_err(failed)?;
        let names: Vec<String> =
            tables(&mut conn).await.map_err(failed)?.into_iter().map(|table| format!("\"{}\"", table.name)).collect();
        conn.execute("BEGIN ISOLATION LEVEL READ COMMITTED").await.map_err(failed)?;
        conn.execute(Reach::by(Door::Archive).said_after(NO_HURRY)).await.map_err(failed)?;
        let lock = AssertSqlSafe(format!("LOCK TABLE life, {} IN EXCLUSIVE MODE", names.join(", ")));
        conn.execute(lock).await.map_err(failed)?;
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
        self.transact(work).await
    }
}

impl Postgres {
    /// Whether a server, here or elsewhere, has this database open.
    ///
    /// # Errors
    ///
    /// A [`Fault`] when the database does not say.
    pub async fn is_served(&self) -> Result<bool, Fault> {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1";
        let servers: Option<i64> = self.one(sqlx::query(sql).bind(SERVER)).await?;
        Ok(servers != Some(0))
    }

    async fn own_connection(&self) -> Result<PgConnection, sqlx::Error> {
        self.link.options().connect().await
    }
}

async fn life(conn: &mut PgConnection) -> Result<Life, sqlx::Error> {
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
async fn give(conn: &mut PgConnection, to: &mut dyn Take) -> Result<(), Fault> {
    for table in tables(conn).await.map_err(|error| fault("list the tables", error))? {
        let failed = |error| fault("read rows", error);
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let empty = || Batch { table: table.name.clone(), columns: columns.clone(), rows: Vec::new() };
        let (mut batch, mut weight) = (empty(), 0);
        let mut rows = sqlx::query(AssertSqlSafe(table.select())).fetch(&mut *conn);
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            let row = data(&row, &table).map_err(failed)?;
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

fn data(row: &PgRow, table: &Table) -> Result<Vec<Datum>, sqlx::Error> {
    let datum = |(at, kind): (usize, Kind)| {
        Ok(match kind {
            Kind::Id => row
                .try_get::<Option<Uuid>, _>(at)?
                .map(|id| Datum::Bytes(if id.is_nil() { Vec::new() } else { id.as_bytes().to_vec() })),
            Kind::Flag => row.try_get::<Option<bool>, _>(at)?.map(|flag| Datum::Number(i64::from(flag))),
            Kind::Number => row.try_get::<Option<i64>, _>(at)?.map(Datum::Number),
            Kind::Text => row.try_get::<Option<String>, _>(at)?.map(Datum::Text),
            Kind::Bytes => row.try_get::<Option<Vec<u8>>, _>(at)?.map(Datum::Bytes),
        }
        .unwrap_or(Datum::Nothing))
    };
    table.columns.iter().map(|column| column.kind).enumerate().map(datum).collect()
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

    fn reach(&self) -> Reach {
        Reach::of(&self.commit).and_by(Door::Relay)
    }

    async fn run(&self, conn: &mut PgConnection) -> Result<bool, Fault> {
        let failed = |error| fault("release what is held", error);
        let held = "UPDATE life SET held_since = NULL WHERE held_since IS NOT NULL";
        if sqlx::query(held).execute(&mut *conn).await.map_err(failed)?.rows_affected() == 0 {
            return Ok(false);
        }
        let drop = "UPDATE notice SET due_at = NULL, worker = NULL, outcome = 'obsolete', settled_at = $2
            WHERE id = ANY($1) AND due_at IS NOT NULL";
        let dropped: Vec<Uuid> = self.dropped.iter().map(|id| id.0).collect();
        sqlx::query(drop).bind(dropped).bind(self.now.micros()).execute(&mut *conn).await.map_err(failed)?;
        kept(conn, &self.commit, &*self.seal).await?;
        Ok(true)
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

/// Applies a commit that only records.
async fn kept(conn: &mut PgConnection, commit: &Commit, seal: &dyn Seal) -> Result<(), Fault> {
    commit::apply(conn, commit, seal).await.map_err(|error| match error {
        CommitError::Fault(fault) => fault,
        other => Fault::unavailable("record what was done", other),
    })
}

/// Everything takes longer than what people wait for.
const NO_HURRY: &str = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0";

/// Rows that weigh more are handed over at once, however few.
const HEAVY: usize = 1024 * 1024;
