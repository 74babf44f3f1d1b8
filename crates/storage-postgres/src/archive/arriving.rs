//! Rows that come.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::port::{Arrival, ArrivalError, Batch, Datum, Ending, Fault, Seal, Stage};
use practice_domain::value::Time;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::archive::shape::{Kind, Table, are_empty, tables};
use crate::archive::{kept, life};
use crate::fault::fault;
use crate::reach::{Door, Reach};
use crate::record::Statement;

/// Rows on their way in, on a connection of their own that is in a transaction.
pub(super) struct Arriving {
    conn: PgConnection,
    seal: Arc<dyn Seal>,
    source: Option<Uuid>,
    tables: Vec<Table>,
    before: BTreeMap<String, u64>,
    come: BTreeMap<String, u64>,
}

impl Arriving {
    pub(super) async fn begin(
        mut conn: PgConnection,
        seal: Arc<dyn Seal>,
        source: Option<Uuid>,
    ) -> Result<Self, ArrivalError> {
        let failed = |error| fault("begin to take rows", error);
        conn.execute(Reach::by(Door::Archive).said_after(BEGIN)).await.map_err(failed)?;
        let tables = tables(&mut conn).await.map_err(failed)?;
        let stage = life(&mut conn).await.map_err(failed)?.stage;
        let theirs = sqlx::query_scalar("SELECT source FROM life").fetch_one(&mut conn).await;
        let theirs: Option<Uuid> = theirs.map_err(failed)?;
        let before = match stage {
            Stage::Whole if are_empty(&mut conn, &tables).await.map_err(failed)? => BTreeMap::new(),
            Stage::Whole | Stage::Moved => return Err(ArrivalError::NotEmpty),
            Stage::Filling if source.is_some() && theirs == source => {
                let rows = sqlx::query_as("SELECT name, number FROM arrival").fetch_all(&mut conn).await;
                let rows: Vec<(String, i64)> = rows.map_err(failed)?;
                rows.into_iter().map(|(name, number)| (name, number.unsigned_abs())).collect()
            }
            Stage::Filling => return Err(ArrivalError::OtherSource),
        };
        let come = before.clone();
        Ok(Self { conn, seal, source, tables, before, come })
    }

    async fn insert(&mut self, batch: &Batch) -> Result<(), ArrivalError> {
        let failed = |error| fault("take rows", error);
        let found = self.tables.iter().find(|table| table.name == batch.table);
        let table = found.ok_or_else(|| ArrivalError::Unknown(batch.table.clone()))?;
        let column = |name: &String| {
            let found = table.columns.iter().find(|column| column.name == *name);
            found.ok_or_else(|| ArrivalError::Unknown(format!("{}.{name}", batch.table)))
        };
        let columns = batch.columns.iter().map(column).collect::<Result<Vec<_>, _>>()?;
        if batch.rows.is_empty() {
            return Ok(());
        }
        let mut statement: Statement = sqlx::query(AssertSqlSafe(table.insert(&columns)));
        for (at, column) in columns.iter().enumerate() {
            let cells = batch.rows.iter().map(|row| row.get(at).unwrap_or(&Datum::Nothing));
            statement = match column.kind {
                Kind::Id => statement.bind(cells.map(id).collect::<Vec<_>>()),
                Kind::Flag => statement.bind(cells.map(|datum| number(datum).map(|n| n != 0)).collect::<Vec<_>>()),
                Kind::Number => statement.bind(cells.map(number).collect::<Vec<_>>()),
                Kind::Text => statement.bind(cells.map(text).collect::<Vec<_>>()),
                Kind::Bytes => statement.bind(cells.map(bytes).collect::<Vec<_>>()),
            };
        }
        statement.execute(&mut self.conn).await.map_err(failed)?;
        Ok(())
    }

    async fn finish(&mut self, ending: &Ending) -> Result<(), sqlx::Error> {
        let (epoch, held_since) = match ending {
            Ending::Moved { life, .. } => (life.epoch, life.held_since),
            Ending::Restored { epoch, at, .. } => {
                self.end_what_was_begun(*at).await?;
                (Some(*epoch), Some(*at))
            }
        };
        self.conn.execute("DELETE FROM arrival").await?;
        sqlx::query("UPDATE life SET epoch = $1, held_since = $2, stage = 'whole', source = NULL")
            .bind(epoch)
            .bind(held_since.map(Time::micros))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn end_what_was_begun(&mut self, at: Time) -> Result<(), sqlx::Error> {
        for sql in AFTER_A_RESTORE {
            sqlx::query(sql).bind(at.micros()).execute(&mut self.conn).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Arrival for Arriving {
    fn kept(&self, table: &str) -> u64 {
        self.before.get(table).copied().unwrap_or_default()
    }

    async fn add(&mut self, batch: &Batch) -> Result<(), ArrivalError> {
        self.insert(batch).await?;
        *self.come.entry(batch.table.clone()).or_default() += batch.rows.len() as u64;
        Ok(())
    }

    async fn keep(&mut self) -> Result<(), Fault> {
        let failed = |error| fault("keep rows", error);
        for (table, number) in &self.come {
            let sql = "INSERT INTO arrival (name, number) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET number = $2";
            let number = i64::try_from(*number).unwrap_or(i64::MAX);
            sqlx::query(sql).bind(table.clone()).bind(number).execute(&mut self.conn).await.map_err(failed)?;
        }
        let life = sqlx::query("UPDATE life SET stage = 'filling', source = $1").bind(self.source);
        life.execute(&mut self.conn).await.map_err(failed)?;
        self.conn.execute(COMMIT).await.map_err(failed)?;
        self.conn.execute(Reach::by(Door::Archive).said_after(BEGIN)).await.map_err(failed)?;
        Ok(())
    }

    async fn end(mut self: Box<Self>, ending: &Ending) -> Result<(), Fault> {
        let failed = |error| fault("keep rows", error);
        self.finish(ending).await.map_err(failed)?;
        match ending {
            Ending::Restored { commit, .. } | Ending::Moved { commit: Some(commit), .. } => {
                kept(&mut self.conn, commit, &*self.seal).await?;
            }
            Ending::Moved { commit: None, .. } => {}
        }
        self.conn.execute(COMMIT).await.map_err(failed)?;
        self.conn.close().await.map_err(failed)
    }
}

fn number(datum: &Datum) -> Option<i64> {
    if let Datum::Number(number) = datum { Some(*number) } else { None }
}

fn text(datum: &Datum) -> Option<String> {
    if let Datum::Text(text) = datum { Some(text.clone()) } else { None }
}

fn bytes(datum: &Datum) -> Option<Vec<u8>> {
    if let Datum::Bytes(bytes) = datum { Some(bytes.clone()) } else { None }
}

/// Nobody's identity is zeros here.
fn id(datum: &Datum) -> Option<Uuid> {
    bytes(datum).map(|bytes| Uuid::from_slice(&bytes).unwrap_or_default())
}

/// Of two who would fill the same database, one waits.
const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0; LOCK TABLE life IN EXCLUSIVE MODE";

/// What is checked at the end is checked first, as for every unit of work.
const COMMIT: &str = "SET CONSTRAINTS ALL IMMEDIATE; COMMIT";

/// What a restore ends or makes sure of (`BK-02`). An order whose end is open may have been charged since: it is looked up first.
const AFTER_A_RESTORE: [&str; 8] = [
    "UPDATE session SET ended_at = $1 WHERE ended_at IS NULL",
    "UPDATE registration SET expires_at = least(expires_at, $1) WHERE step <> 'done'",
    "UPDATE password_run SET expires_at = least(expires_at, $1) WHERE step <> 'done'",
    "UPDATE quote SET expires_at = least(expires_at, $1)",
    "UPDATE import SET stage = 'stopped', leased_until = NULL WHERE stage = 'going' AND $1::bigint IS NOT NULL",
    "UPDATE purchase SET state = 'unknown', step = 0, doubt = 'no-answer', tries = 0 WHERE state = 'pending' AND $1::bigint IS NOT NULL",
    "UPDATE purchase SET due_at = $1 WHERE due_at IS NOT NULL",
    "UPDATE notice SET worker = NULL, due_at = $1 WHERE due_at IS NOT NULL",
];
