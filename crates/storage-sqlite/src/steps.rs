//! What a commit asks of the database, in order: as much as can be known beforehand goes in one batch.

use practice_domain::port::CommitError;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::batch::{Batch, Outcome};
use crate::fault::commit_fault;
use crate::record::Statement;

/// Statements that wait to be asked together, and what each must come to.
pub(crate) struct Steps<'c> {
    conn: &'c mut SqliteConnection,
    waiting: Batch,
    demands: Vec<Demand>,
    found: Vec<Option<SqliteRow>>,
}

/// What a statement must come to, or why the commit is refused.
pub(crate) enum Demand {
    /// Whatever it likes.
    Nothing,
    /// It finds a row.
    Row(CommitError),
    /// It changes one row.
    Change(CommitError),
    /// Nothing; but the row that it finds, if any, is handed out by [`Steps::found`].
    Look,
}

impl<'c> Steps<'c> {
    pub(crate) fn new(conn: &'c mut SqliteConnection) -> Self {
        Self { conn, waiting: Batch::default(), demands: Vec::new(), found: Vec::new() }
    }

    /// Adds a statement; `bind` gives it its values.
    pub(crate) async fn add(
        &mut self,
        sql: &'static str,
        demand: Demand,
        bind: impl FnOnce(Statement) -> Statement + Send,
    ) -> Result<(), CommitError> {
        self.waiting.add(sql, bind);
        self.demands.push(demand);
        if self.demands.len() == MOST { self.send().await } else { Ok(()) }
    }

    /// The rows that were looked for, in order.
    pub(crate) async fn found(&mut self) -> Result<Vec<Option<SqliteRow>>, CommitError> {
        self.send().await?;
        Ok(std::mem::take(&mut self.found))
    }

    /// The connection, after all that waits: for what cannot be known beforehand.
    pub(crate) async fn conn(&mut self) -> Result<&mut SqliteConnection, CommitError> {
        self.send().await?;
        Ok(&mut *self.conn)
    }

    /// What waits, where nobody looks at what it comes to; asks it otherwise.
    pub(crate) async fn rest(mut self) -> Result<Batch, CommitError> {
        if self.demands.iter().any(|demand| !matches!(demand, Demand::Nothing)) {
            self.send().await?;
        }
        Ok(self.waiting)
    }

    /// Asks what waits. The first that did not come to what it must says why nothing of the commit may stay; those after it were done
    /// in vain.
    pub(crate) async fn send(&mut self) -> Result<(), CommitError> {
        let (outcomes, done) = std::mem::take(&mut self.waiting).send_until_one_fails(self.conn).await;
        for (Outcome { rows, changed }, demand) in outcomes.into_iter().zip(self.demands.drain(..)) {
            match demand {
                Demand::Row(refusal) if rows.is_empty() => return Err(refusal),
                Demand::Change(refusal) if changed != 1 => return Err(refusal),
                Demand::Look => self.found.push(rows.into_iter().next()),
                Demand::Nothing | Demand::Row(_) | Demand::Change(_) => {}
            }
        }
        done.map_err(commit_fault)
    }
}

/// So many are asked at once. What is asked often is less.
const MOST: usize = 16;
