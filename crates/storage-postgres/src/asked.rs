//! What was asked of the server, and whether it works on it: what takes long is worked on, and what was lost is not.

use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row, SqlStr};
use tokio::time::Instant;

/// What one call waits for.
#[derive(Default)]
pub(crate) struct Asked(RwLock<Option<(Instant, Question)>>);

#[derive(Clone)]
enum Question {
    /// A statement outside of transactions.
    Alone(SqlStr),
    /// Whatever is asked in this transaction.
    In(Transaction),
}

/// A transaction of the server: the process that it is in, and when it began by the server's clock. Behind a pooler the process may have
/// been another's before, and will be afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Transaction {
    process: i32,
    began: i64,
}

/// What the processes of a server did that we may know of, at some moment.
pub(crate) struct Activity {
    looked: Instant,
    backends: Vec<Backend>,
}

/// A process that works, or is in a transaction.
struct Backend {
    transaction: Option<Transaction>,
    /// Since when it does what it does, by the server's clock.
    since: Option<i64>,
    works: bool,
    /// The beginning of the statement, at least.
    statement: String,
}

/// The server did not work on what somebody waits for.
pub(crate) struct Doubt {
    asked: Instant,
    from: Instant,
    left: Option<Left>,
}

/// A transaction with which nobody goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    transaction: Transaction,
    since: Option<i64>,
}

impl Asked {
    /// Nothing, while one waits for a connection.
    pub(crate) fn nothing(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// A statement outside of transactions.
    pub(crate) fn alone(&self, statement: SqlStr) {
        self.note(Question::Alone(statement));
    }

    /// From here on, whatever is asked in the transaction whose [`NAME`] these rows begin with.
    pub(crate) fn within(&self, rows: &[PgRow]) -> Result<(), sqlx::Error> {
        let row = rows.first().ok_or(sqlx::Error::RowNotFound)?;
        self.note(Question::In(Transaction { process: row.try_get(0)?, began: row.try_get(1)? }));
        Ok(())
    }

    /// Whether a transaction had begun.
    pub(crate) fn has_begun(&self) -> bool {
        matches!(&*self.0.read().unwrap_or_else(PoisonError::into_inner), Some((_, Question::In(_))))
    }

    fn note(&self, question: Question) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), question));
    }
}

impl Activity {
    /// Asks the server, if it keeps account of it.
    pub(crate) async fn read(conn: &mut PgConnection) -> Result<Option<Self>, sqlx::Error> {
        let looked = Instant::now();
        let rows = sqlx::raw_sql(ACTIVITY).fetch_all(conn).await?;
        let mut backends = Vec::new();
        for row in rows {
            if row.try_get::<bool, _>(5)? {
                return Ok(None);
            }
            let (process, began): (i32, Option<i64>) = (row.try_get(0)?, row.try_get(1)?);
            backends.push(Backend {
                transaction: began.map(|began| Transaction { process, began }),
                since: row.try_get(2)?,
                works: row.try_get(3)?,
                statement: row.try_get(4)?,
            });
        }
        Ok(Some(Self { looked, backends }))
    }

    /// Whether what was asked is not worked on. Behind a pooler that is only known of transactions: a statement outside of them may wait
    /// there for a connection.
    pub(crate) fn doubt(&self, asked: &Asked, pooled: bool) -> Option<Doubt> {
        let (asked, question) = asked.0.read().unwrap_or_else(PoisonError::into_inner).clone()?;
        let left = match question {
            Question::Alone(_) if pooled => return None,
            Question::Alone(statement) => {
                let asks = |shown: &str| !shown.is_empty() && statement.as_str().starts_with(shown);
                if self.backends.iter().any(|backend| backend.works && asks(&backend.statement)) {
                    return None;
                }
                None
            }
            Question::In(transaction) => {
                match self.backends.iter().find(|backend| backend.transaction == Some(transaction)) {
                    Some(backend) if backend.works => return None,
                    Some(backend) => Some(Left { transaction, since: backend.since }),
                    // It has ended, and so the answer is on its way, or lost.
                    None => None,
                }
            }
        };
        Some(Doubt { asked, from: asked.max(self.looked), left })
    }
}

impl Doubt {
    /// Whether it was doubted before, for the same reason, and so long that an answer would have come.
    pub(crate) fn confirms(&self, before: &Self, pause: Duration) -> bool {
        self.is_like(before) && self.from.duration_since(before.from) >= pause
    }

    /// Whether nothing has happened in between.
    pub(crate) fn is_like(&self, before: &Self) -> bool {
        (self.asked, self.left) == (before.asked, before.left)
    }

    /// The transaction that waits for somebody who is cut off, if there is one.
    pub(crate) fn left(&self) -> Option<Left> {
        self.left
    }
}

impl Left {
    /// Ends it, unless somebody goes on with it: until then it would hold its locks.
    pub(crate) async fn end(self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Self { transaction: Transaction { process, began }, since } = self;
        sqlx::query(END).bind(process).bind(began).bind(since).execute(conn).await.map(drop)
    }
}

/// What a transaction is known by; said when it begins.
macro_rules! name {
    () => {
        "SELECT pg_backend_pid(), (extract(epoch FROM now()) * 1000000)::bigint"
    };
}
pub(crate) use name;

/// A process that waits for more from its client has not heard all of a statement.
const ACTIVITY: &str = "SELECT pid, (extract(epoch FROM xact_start) * 1000000)::bigint,
        (extract(epoch FROM state_change) * 1000000)::bigint,
        state = 'active' AND wait_event IS DISTINCT FROM 'ClientRead', coalesce(query, ''), state = 'disabled'
    FROM pg_stat_activity WHERE datname = current_database() AND usename = session_user AND state <> 'idle'";

const END: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND usename = session_user
    AND (extract(epoch FROM xact_start) * 1000000)::bigint = $2
    AND (extract(epoch FROM state_change) * 1000000)::bigint = $3";

#[cfg(test)]
mod tests {
    use super::*;

    const MOMENT: Duration = Duration::from_millis(500);

    /// What is asked in transaction 1 of process 7.
    fn asked() -> Asked {
        let asked = Asked::default();
        asked.note(Question::In(Transaction { process: 7, began: 1 }));
        asked
    }

    fn seen(after: u32, process: i32, began: i64, works: bool, since: i64) -> Activity {
        let transaction = Some(Transaction { process, began });
        let backend = Backend { transaction, since: Some(since), works, statement: "SELECT 1".to_owned() };
        Activity { looked: Instant::now() + MOMENT * after, backends: vec![backend] }
    }

    #[test]
    fn a_transaction_that_is_worked_on_is_not_doubted() {
        assert!(seen(1, 7, 1, true, 5).doubt(&asked(), false).is_none());
        assert!(seen(1, 7, 1, true, 5).doubt(&asked(), true).is_none());
        for (process, began) in [(7, 2), (8, 1)] {
            assert!(seen(1, process, began, true, 5).doubt(&asked(), true).is_some(), "it is another's");
        }
    }

    #[test]
    fn a_doubt_is_confirmed_when_nothing_has_happened_for_a_while() {
        let asked = asked();
        let doubt = |after, works, since| seen(after, 7, 1, works, since).doubt(&asked, false);
        let (Some(first), Some(again), Some(other)) = (doubt(1, false, 5), doubt(3, false, 5), doubt(3, false, 6))
        else {
            panic!("it waits for its client");
        };
        assert!(again.confirms(&first, MOMENT) && again.left().is_some());
        assert!(!again.confirms(&first, 3 * MOMENT), "too soon");
        assert!(!other.is_like(&first) && !other.confirms(&first, MOMENT), "something was done in between");
        asked.note(Question::In(Transaction { process: 7, began: 1 }));
        let later = doubt(5, false, 5).expect("it waits for its client");
        assert!(!later.is_like(&again), "something was asked in between");
    }

    #[test]
    fn a_statement_is_known_by_as_much_of_it_as_is_shown() {
        let asked = Asked::default();
        assert!(seen(1, 7, 1, false, 5).doubt(&asked, false).is_none(), "nothing was asked");
        asked.alone(SqlStr::from_static("SELECT 1 FROM person"));
        assert!(seen(1, 9, 3, true, 5).doubt(&asked, false).is_none());
        assert!(seen(1, 9, 3, false, 5).doubt(&asked, false).is_some_and(|doubt| doubt.left().is_none()));
        assert!(seen(1, 9, 3, false, 5).doubt(&asked, true).is_none(), "it may wait at the pooler");
        asked.alone(SqlStr::from_static("SELECT 2 FROM person"));
        assert!(seen(1, 9, 3, true, 5).doubt(&asked, false).is_some());
        asked.nothing();
        assert!(seen(1, 9, 3, true, 5).doubt(&asked, false).is_none());
    }
}
