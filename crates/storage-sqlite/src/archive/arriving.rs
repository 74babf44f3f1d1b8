//! Rows that come.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::port::{Arrival, ArrivalError, Batch, Datum, Ending, Fault, Seal, Stage};
use practice_domain::value::Time;
use rusqlite::Connection;
use uuid::Uuid;

use crate::archive::shape::{PEOPLE, Table, are_empty, tables};
use crate::archive::{kept, life};
use crate::connect::connect_beside;
use crate::fault::fault;
use crate::grams;
use crate::lending::aside;
use crate::statement::{Statement, batch};

/// Rows on their way in, on a connection of their own that is in a transaction.
pub(super) struct Arriving {
    /// None where something failed while it was used, or nobody waited for it any more.
    conn: Option<Connection>,
    seal: Arc<dyn Seal>,
    source: Option<Uuid>,
    tables: Arc<Vec<Table>>,
    before: BTreeMap<String, u64>,
    come: BTreeMap<String, u64>,
}

impl Arriving {
    pub(super) fn begin(path: &Path, seal: Arc<dyn Seal>, source: Option<Uuid>) -> Result<Self, ArrivalError> {
        let failed = |error| fault(TAKE, error);
        let conn = connect_beside(path).map_err(failed)?;
        batch(&conn, BEGIN).map_err(failed)?;
        let tables = tables(&conn)?;
        let theirs = Statement::new("SELECT source FROM life").one::<Option<Uuid>>(&conn, TAKE)?.flatten();
        let before = match life(&conn)?.stage {
            Stage::Whole if are_empty(&conn, &tables)? => BTreeMap::new(),
            Stage::Whole | Stage::Moved => return Err(ArrivalError::NotEmpty),
            Stage::Filling if source.is_some() && theirs == source => {
                let rows: Vec<(String, i64)> = Statement::new("SELECT name, number FROM arrival").all(&conn, TAKE)?;
                rows.into_iter().map(|(name, number)| (name, number.unsigned_abs())).collect()
            }
            Stage::Filling => return Err(ArrivalError::OtherSource),
        };
        let come = before.clone();
        Ok(Self { conn: Some(conn), seal, source, tables: Arc::new(tables), before, come })
    }

    /// Uses the connection, on a thread for what blocks.
    async fn with_conn<E: From<Fault> + Send + 'static>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<(), E> + Send + 'static,
    ) -> Result<(), E> {
        let conn = self.conn.take().ok_or_else(|| Fault::unavailable("go on taking rows", "it failed before"))?;
        let conn = aside(move || work(&conn).map(|()| conn)).await?;
        self.conn = Some(conn);
        Ok(())
    }
}

#[async_trait]
impl Arrival for Arriving {
    fn kept(&self, table: &str) -> u64 {
        self.before.get(table).copied().unwrap_or_default()
    }

    async fn add(&mut self, batch: &Batch) -> Result<(), ArrivalError> {
        let (tables, rows) = (self.tables.clone(), batch.clone());
        self.with_conn(move |conn| insert(conn, &tables, rows)).await?;
        *self.come.entry(batch.table.clone()).or_default() += batch.rows.len() as u64;
        Ok(())
    }

    async fn keep(&mut self) -> Result<(), Fault> {
        let (come, source) = (self.come.clone(), self.source);
        self.with_conn(move |conn| {
            for (table, number) in come {
                let sql = "INSERT INTO arrival (name, number) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET number = ?2";
                let number = i64::try_from(number).unwrap_or(i64::MAX);
                Statement::new(sql).bind(table).bind(number).execute(conn, KEEP)?;
            }
            Statement::new("UPDATE life SET stage = 'filling', source = ?").bind(source).execute(conn, KEEP)?;
            batch(conn, COMMIT).and_then(|()| batch(conn, BEGIN)).map_err(|error| fault(KEEP, error))
        })
        .await
    }

    async fn end(mut self: Box<Self>, ending: &Ending) -> Result<(), Fault> {
        let (seal, ending) = (self.seal.clone(), ending.clone());
        self.with_conn(move |conn| {
            finish(conn, &ending)?;
            match &ending {
                Ending::Restored { commit, .. } | Ending::Moved { commit: Some(commit), .. } => {
                    kept(conn, commit, &*seal)?;
                }
                Ending::Moved { commit: None, .. } => {}
            }
            batch(conn, COMMIT).map_err(|error| fault(KEEP, error))
        })
        .await
    }
}

fn insert(conn: &Connection, tables: &[Table], batch: Batch) -> Result<(), ArrivalError> {
    let found = tables.iter().find(|table| table.name == batch.table);
    let table = found.ok_or_else(|| ArrivalError::Unknown(batch.table.clone()))?;
    if let Some(column) = batch.columns.iter().find(|column| !table.columns.contains(column)) {
        return Err(ArrivalError::Unknown(format!("{}.{column}", batch.table)));
    }
    let insert = table.insert(&batch.columns);
    let place = |name: &str| batch.columns.iter().position(|column| column == name);
    let people = (batch.table == PEOPLE).then(|| (place("practice"), place("search_key")));
    for row in batch.rows {
        let statement = Statement::of_names(insert.clone());
        let Some((practice, search_key)) = people else {
            bound(statement, row).execute(conn, TAKE)?;
            continue;
        };
        let (Some(Datum::Bytes(practice)), Some(Datum::Text(search_key))) =
            (practice.and_then(|at| row.get(at)), search_key.and_then(|at| row.get(at)))
        else {
            return Err(ArrivalError::Unknown("a person without a practice".to_owned()));
        };
        let (practice, search_key) = (practice.clone(), search_key.clone());
        let shelf = Statement::new("INSERT INTO shelf (practice) VALUES (?) ON CONFLICT DO NOTHING");
        shelf.bind(practice.clone()).execute(conn, TAKE)?;
        let seq = bound(statement.bind(practice), row).one::<i64>(conn, TAKE)?;
        let seq = seq.ok_or_else(|| Fault::corrupt("person", "a row has no number"))?;
        grams::write(seq, &search_key).execute(conn, TAKE)?;
    }
    Ok(())
}

fn finish(conn: &Connection, ending: &Ending) -> Result<(), Fault> {
    let (epoch, held_since) = match ending {
        Ending::Moved { life, .. } => (life.epoch, life.held_since),
        Ending::Restored { epoch, at, .. } => {
            for sql in AFTER_A_RESTORE {
                Statement::new(sql).bind(at.micros()).execute(conn, KEEP)?;
            }
            (Some(*epoch), Some(*at))
        }
    };
    Statement::new("DELETE FROM arrival").execute(conn, KEEP)?;
    Statement::new("UPDATE life SET epoch = ?, held_since = ?, stage = 'whole', source = NULL")
        .bind(epoch)
        .bind(held_since.map(Time::micros))
        .execute(conn, KEEP)
        .map(drop)
}

fn bound(statement: Statement, row: Vec<Datum>) -> Statement {
    row.into_iter().fold(statement, |statement, datum| match datum {
        Datum::Nothing => statement.bind(None::<i64>),
        Datum::Number(number) => statement.bind(number),
        Datum::Text(text) => statement.bind(text),
        Datum::Bytes(bytes) => statement.bind(bytes),
    })
}

const TAKE: &str = "take rows";
const KEEP: &str = "keep rows";

const COMMIT: &str = "COMMIT";

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
