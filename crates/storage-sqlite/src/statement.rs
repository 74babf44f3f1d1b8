//! A statement with its values, and how it is asked. Each is prepared once for each connection.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use practice_domain::port::Fault;
use rusqlite::types::{ToSqlOutput, Value as Stored, ValueRef};
use rusqlite::{CachedStatement, Connection, Row};
use uuid::Uuid;

use crate::fault::fault;
use crate::row::{Cells, Value};

/// A statement, and the values of its parameters in order.
pub(crate) struct Statement {
    sql: Cow<'static, str>,
    values: Vec<ToSqlOutput<'static>>,
}

impl Statement {
    pub(crate) fn new(sql: &'static str) -> Self {
        Self { sql: Cow::Borrowed(sql), values: Vec::new() }
    }

    /// One that is put together, out of names that the file itself gives: never out of what somebody typed.
    pub(crate) fn of_names(sql: String) -> Self {
        Self { sql: Cow::Owned(sql), values: Vec::new() }
    }

    /// Gives the next parameter its value.
    pub(crate) fn bind(mut self, value: impl Parameter) -> Self {
        self.values.push(value.stored());
        self
    }

    /// Does it; how many rows it changed itself.
    pub(crate) fn execute(self, conn: &Connection, operation: &'static str) -> Result<usize, Fault> {
        self.run(conn).map_err(|error| fault(operation, error))
    }

    /// Does it; how many rows it changed itself.
    pub(crate) fn run(self, conn: &Connection) -> rusqlite::Result<usize> {
        let _watch = Watch::start(&self.sql);
        self.prepare(conn)?.raw_execute()
    }

    /// Whether it finds a row.
    pub(crate) fn finds(self, conn: &Connection, operation: &'static str) -> Result<bool, Fault> {
        let mut found = false;
        self.each(conn, operation, |_| {
            found = true;
            Ok(false)
        })?;
        Ok(found)
    }

    /// The first row that it finds, as a value.
    pub(crate) fn one<T: Value>(self, conn: &Connection, operation: &'static str) -> Result<Option<T>, Fault> {
        let mut first = None;
        self.each(conn, operation, |row| {
            first = Some(Cells::read(row)?);
            Ok(false)
        })?;
        Ok(first)
    }

    /// Every row that it finds, as values.
    pub(crate) fn all<T: Value>(self, conn: &Connection, operation: &'static str) -> Result<Vec<T>, Fault> {
        let mut all = Vec::new();
        self.each(conn, operation, |row| {
            all.push(Cells::read(row)?);
            Ok(true)
        })?;
        Ok(all)
    }

    /// Hands out one row that it finds after the other, for as long as more are wanted.
    pub(crate) fn each(
        self,
        conn: &Connection,
        operation: &'static str,
        mut take: impl FnMut(&Row<'_>) -> Result<bool, Fault>,
    ) -> Result<(), Fault> {
        let failed = |error| fault(operation, error);
        let _watch = Watch::start(&self.sql);
        let mut statement = self.prepare(conn).map_err(failed)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().map_err(failed)? {
            if !take(row)? {
                break;
            }
        }
        Ok(())
    }

    fn prepare<'c>(&self, conn: &'c Connection) -> rusqlite::Result<CachedStatement<'c>> {
        let mut statement = conn.prepare_cached(&self.sql)?;
        for (at, value) in self.values.iter().enumerate() {
            statement.raw_bind_parameter(at + 1, value)?;
        }
        Ok(statement)
    }
}

/// Does statements that are not kept prepared, one after the other.
pub(crate) fn batch(conn: &Connection, sql: &'static str) -> rusqlite::Result<()> {
    let _watch = Watch::start(sql);
    conn.execute_batch(sql)
}

/// Tells whoever looks what is asked, without its values, and warns of what takes long.
struct Watch<'s> {
    sql: &'s str,
    began: Instant,
}

impl<'s> Watch<'s> {
    fn start(sql: &'s str) -> Self {
        tracing::trace!(target: "practice_storage_sqlite::statement", sql);
        Self { sql, began: Instant::now() }
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        if took >= LONG {
            tracing::warn!(sql = self.sql, milliseconds = took.as_millis(), "a statement took long");
        }
    }
}

const LONG: Duration = Duration::from_secs(1);

/// What a parameter may be given.
pub(crate) trait Parameter {
    fn stored(self) -> ToSqlOutput<'static>;
}

macro_rules! parameters {
    ($($type:ty)+) => {$(
        impl Parameter for $type {
            fn stored(self) -> ToSqlOutput<'static> {
                ToSqlOutput::Owned(Stored::from(self))
            }
        }
    )+};
}

parameters!(bool i32 i64 u8 u16 u32 String Vec<u8> Uuid);

impl Parameter for &'static str {
    fn stored(self) -> ToSqlOutput<'static> {
        ToSqlOutput::Borrowed(ValueRef::from(self))
    }
}

impl Parameter for &'static [u8] {
    fn stored(self) -> ToSqlOutput<'static> {
        ToSqlOutput::Borrowed(ValueRef::from(self))
    }
}

impl<T: Parameter> Parameter for Option<T> {
    fn stored(self) -> ToSqlOutput<'static> {
        self.map_or(ToSqlOutput::Owned(Stored::Null), T::stored)
    }
}
