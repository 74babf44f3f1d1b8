//! When somebody was last here: on their session, and on their row of the list.

use async_trait::async_trait;
use practice_domain::port::Fault;
use practice_domain::value::{AccountId, PracticeId, SessionId, Time};
use sqlx::PgConnection;

use crate::commit::LIST_ACTIVE;
use crate::fault::fault;
use crate::link::Link;
use crate::reach::{Door, Reach};
use crate::row::Cells;
use crate::work::{Work, transact};

/// Each in a transaction of its own: neither holds a lock while it waits for another.
pub(crate) async fn note(link: &Link, session: SessionId, at: Time) -> Result<(), Fault> {
    match transact(link, Seen { session, at }).await? {
        Some((account, Some(practice))) => transact(link, Active { account, practice, at }).await,
        Some((_, None)) | None => Ok(()),
    }
}

/// A session is used; which one, its cookie has said.
struct Seen {
    session: SessionId,
    at: Time,
}

#[async_trait]
impl Work for Seen {
    type Answer = Option<(AccountId, Option<PracticeId>)>;
    type Error = Fault;

    fn reach(&self) -> Reach {
        Reach::by(Door::Visit)
    }

    async fn run(&self, conn: &mut PgConnection) -> Result<Self::Answer, Fault> {
        let sql = "UPDATE session SET seen_at = greatest(seen_at, $2) WHERE id = $1 AND ended_at IS NULL
            RETURNING account, practice";
        let seen = sqlx::query(sql).bind(self.session.0).bind(self.at.micros()).fetch_optional(conn).await;
        let Some(row) = seen.map_err(|error| fault("note a visit", error))? else { return Ok(None) };
        let mut cells = Cells::new(&row, "session");
        Ok(Some((cells.id()?, cells.optional_id()?)))
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

/// Somebody works in a practice.
struct Active {
    account: AccountId,
    practice: PracticeId,
    at: Time,
}

#[async_trait]
impl Work for Active {
    type Answer = ();
    type Error = Fault;

    fn reach(&self) -> Reach {
        Reach::practice(self.practice)
    }

    async fn run(&self, conn: &mut PgConnection) -> Result<(), Fault> {
        let statement = sqlx::query(LIST_ACTIVE).bind(self.account.0).bind(self.practice.0).bind(self.at.micros());
        statement.execute(conn).await.map(drop).map_err(|error| fault("note a visit", error))
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}
