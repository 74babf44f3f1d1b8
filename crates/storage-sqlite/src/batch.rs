//! Statements that are asked in one go. Whatever is asked wakes the driver's thread and then the one that asked, which takes longer than
//! most statements do.

use futures_util::TryStreamExt as _;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Either, Execute as _, Executor as _, SqliteConnection};

use crate::record::Statement;

/// Statements that stand in a row, with their values. Parameters have no numbers: the driver counts them through.
pub(crate) struct Batch {
    sql: String,
    values: Statement,
    number: usize,
}

/// What came of one statement: the rows that it found, and how many it changed if it is one that does.
pub(crate) struct Outcome {
    pub(crate) rows: Vec<SqliteRow>,
    pub(crate) changed: u64,
}

impl Default for Batch {
    fn default() -> Self {
        Self { sql: String::new(), values: sqlx::query(""), number: 0 }
    }
}

impl Batch {
    /// Adds a statement; `bind` gives it its values.
    pub(crate) fn add(&mut self, sql: &'static str, bind: impl FnOnce(Statement) -> Statement) {
        self.sql.push_str(sql);
        self.sql.push_str(";\n");
        self.values = bind(std::mem::replace(&mut self.values, sqlx::query("")));
        self.number += 1;
    }

    /// Asks all of them, one after the other; what came of each.
    pub(crate) async fn send(self, conn: &mut SqliteConnection) -> Result<Vec<Outcome>, sqlx::Error> {
        let (outcomes, done) = self.send_until_one_fails(conn).await;
        done.map(|()| outcomes)
    }

    /// Asks one after the other until one fails: what came of those before it, and why it failed.
    pub(crate) async fn send_until_one_fails(
        mut self,
        conn: &mut SqliteConnection,
    ) -> (Vec<Outcome>, Result<(), sqlx::Error>) {
        let mut outcomes = Vec::with_capacity(self.number);
        let done = self.ask(conn, &mut outcomes).await;
        (outcomes, done)
    }

    async fn ask(&mut self, conn: &mut SqliteConnection, outcomes: &mut Vec<Outcome>) -> Result<(), sqlx::Error> {
        if self.number == 0 {
            return Ok(());
        }
        let values = self.values.take_arguments().map_err(sqlx::Error::Encode)?.unwrap_or_default();
        let sql = AssertSqlSafe(std::mem::take(&mut self.sql));
        let all: Statement = sqlx::query_with(sql, values);
        let mut answers = conn.fetch_many(all);
        let mut rows = Vec::new();
        while let Some(answer) = answers.try_next().await? {
            match answer {
                Either::Right(row) => rows.push(row),
                Either::Left(done) => {
                    outcomes.push(Outcome { rows: std::mem::take(&mut rows), changed: done.rows_affected() });
                }
            }
        }
        Ok(())
    }
}
