//! Rows that come.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::port::{Arrival, ArrivalError, Batch, Datum, Ending, Fault, Seal, Stage};
use practice_domain::value::Time;
use sqlx::{AssertSqlSafe, Connection, Executor, SqlSafeStr, SqliteConnection};
use uuid::Uuid;

use crate::archive::shape::{PEOPLE, Table, are_empty, tables};
use crate::archive::{kept, life};
use crate::fault::fault;
use crate::grams;
use crate::record::Statement;

/// Rows on their way in, on a connection of their own that is in a transaction.
pub(super) struct Arriving {
    conn: SqliteConnection,
    seal: Arc<dyn Seal>,
    source: Option<Uuid>,
    tables: Vec<Table>,
    before: BTreeMap<String, u64>,
    come: BTreeMap<String, u64>,
}

impl Arriving {
    pub(super) async fn begin(
        mut conn: SqliteConnection,
        seal: Arc<dyn Seal>,
        source: Option<Uuid>,
    ) -> Result<Self, ArrivalError> {
        let failed = |error| fault("begin to take rows", error);
        conn.execute(BEGIN).await.map_err(failed)?;
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
        if let Some(column) = batch.columns.iter().find(|column| !table.columns.contains(column)) {
            return Err(ArrivalError::Unknown(format!("{}.{column}", batch.table)));
        }
        let sql = AssertSqlSafe(table.insert(&batch.columns)).into_sql_str();
        let place = |name: &str| batch.columns.iter().position(|column| column == name);
        let people = (batch.table == PEOPLE).then(|| (place("practice"), place("search_key")));
        for row in &batch.rows {
            let Some((practice, search_key)) = people else {
                bound(sqlx::query(sql.clone()), row).execute(&mut self.conn).await.map_err(failed)?;
                continue;
            };
            let (Some(Datum::Bytes(practice)), Some(Datum::Text(search_key))) =
                (practice.and_then(|at| row.get(at)), search_key.and_then(|at| row.get(at)))
            else {
                return Err(ArrivalError::Unknown("a person without a practice".to_owned()));
            };
            let shelf = sqlx::query("INSERT INTO shelf (practice) VALUES (?) ON CONFLICT DO NOTHING");
            shelf.bind(practice.clone()).execute(&mut self.conn).await.map_err(failed)?;
            let statement = bound(sqlx::query(sql.clone()).bind(practice.clone()), row);
            let placed = statement.fetch_one(&mut self.conn).await.map_err(failed)?;
            let seq = sqlx::Row::try_get(&placed, 0).map_err(failed)?;
            grams::write(seq, search_key).execute(&mut self.conn).await.map_err(failed)?;
        }
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
        sqlx::query("UPDATE life SET epoch = ?, held_since = ?, stage = 'whole', source = NULL")
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
            let sql = "INSERT INTO arrival (name, number) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET number = ?2";
            let number = i64::try_from(*number).unwrap_or(i64::MAX);
            sqlx::query(sql).bind(table.clone()).bind(number).execute(&mut self.conn).await.map_err(failed)?;
        }
        let life = sqlx::query("UPDATE life SET stage = 'filling', source = ?").bind(self.source);
        life.execute(&mut self.conn).await.map_err(failed)?;
        self.conn.execute("COMMIT").await.map_err(failed)?;
        self.conn.execute(BEGIN).await.map_err(failed)?;
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
        self.conn.execute("COMMIT").await.map_err(failed)?;
        self.conn.close().await.map_err(failed)
    }
}

fn bound(mut statement: Statement, row: &[Datum]) -> Statement {
    for datum in row {
        statement = match datum {
            Datum::Nothing => statement.bind(None::<i64>),
            Datum::Number(number) => statement.bind(*number),
            Datum::Text(text) => statement.bind(text.clone()),
            Datum::Bytes(bytes) => statement.bind(bytes.clone()),
        };
    }
    statement
}

/// Rows of one table come before those that refer to them, but within a table in any order.
const BEGIN: &str = "BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON";

/// What a restore ends or makes sure of (`BK-02`). An order whose end is open may have been charged since: it is looked up first.
const AFTER_A_RESTORE: [&str; 8] = [
    "UPDATE session SET ended_at = ?1 WHERE ended_at IS NULL",
    "UPDATE registration SET expires_at = min(expires_at, ?1) WHERE step <> 'done'",
    "UPDATE password_run SET expires_at = min(expires_at, ?1) WHERE step <> 'done'",
    "UPDATE quote SET expires_at = min(expires_at, ?1)",
    "UPDATE import SET stage = 'stopped', leased_until = NULL WHERE stage = 'going' AND ?1 IS NOT NULL",
    "UPDATE purchase SET state = 'unknown', step = 0, doubt = 'no-answer', tries = 0 WHERE state = 'pending' AND ?1 IS NOT NULL",
    "UPDATE purchase SET due_at = ?1 WHERE due_at IS NOT NULL",
    "UPDATE notice SET worker = NULL, due_at = ?1 WHERE due_at IS NOT NULL",
];
