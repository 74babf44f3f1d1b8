//! Lockout counters, and the tickets to check a password.

use async_trait::async_trait;
use practice_domain::lockout::{self, Admission, Counter, Scope, Subject, Ticket};
use practice_domain::policy::LockoutPolicy;
use practice_domain::port::Fault;
use practice_domain::value::{TicketId, Time};
use sqlx::SqliteConnection;

use crate::fault::fault;
use crate::row::{Cells, scope_key};
use crate::writer::Work;

/// One call for a ticket.
pub(crate) struct TakeTicket {
    pub(crate) subject: Subject,
    pub(crate) scope: Scope,
    pub(crate) ticket: TicketId,
    pub(crate) now: Time,
    pub(crate) policy: LockoutPolicy,
}

#[async_trait]
impl Work for TakeTicket {
    type Answer = Admission;
    type Error = Fault;
    /// What came of the check is told when it is settled, which lasts, and then this does as well.
    const LASTING: bool = false;

    async fn run(&self, conn: &mut SqliteConnection) -> Result<Admission, Fault> {
        let counters = all_counters(conn, self.subject).await?;
        let admission = lockout::admit(&counters, self.scope, self.ticket, self.now, self.policy);
        let lease_ends = match admission {
            Admission::Granted(ticket) => Some(ticket.lease_ends),
            Admission::Locked => None,
            Admission::Busy => return Ok(admission),
        };
        self.keep(conn, lease_ends).await.map_err(|error| fault("take a ticket", error))?;
        Ok(admission)
    }
}

impl TakeTicket {
    /// The ticket, with a counter for it to hang on; neither without a lease, but asked for all the same (`EN-02`).
    async fn keep(&self, conn: &mut SqliteConnection, lease_ends: Option<Time>) -> Result<(), sqlx::Error> {
        let (scope, device) = scope_key(self.scope);
        sqlx::query(
            "INSERT INTO counter (subject, scope, device, version, failures) SELECT ?, ?, ?, 0, 0 WHERE ?
            ON CONFLICT DO NOTHING",
        )
        .bind(self.subject.0)
        .bind(scope)
        .bind(device.clone())
        .bind(lease_ends.is_some())
        .execute(&mut *conn)
        .await?;
        sqlx::query(
            "INSERT INTO ticket (subject, scope, device, id, lease_ends) SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?5 IS NOT NULL",
        )
        .bind(self.subject.0)
        .bind(scope)
        .bind(device)
        .bind(self.ticket.0)
        .bind(lease_ends.map(Time::micros))
        .execute(conn)
        .await?;
        Ok(())
    }
}

/// The account's own counter, then the scope's when that is another; fresh where there is none.
pub(crate) async fn counters(
    conn: &mut SqliteConnection,
    subject: Subject,
    scope: Scope,
) -> Result<Vec<Counter>, Fault> {
    let stored = all_counters(conn, subject).await?;
    let find = |scope| {
        let found = stored.iter().find(|counter: &&Counter| counter.scope == scope).cloned();
        found.unwrap_or_else(|| Counter::fresh(subject, scope))
    };
    let own = find(Scope::Account);
    Ok(if scope == Scope::Account { vec![own] } else { vec![own, find(scope)] })
}

/// Every counter of a subject, with its tickets.
pub(crate) async fn all_counters(conn: &mut SqliteConnection, subject: Subject) -> Result<Vec<Counter>, Fault> {
    let rows = sqlx::query(
        "SELECT c.scope, c.device, c.version, c.failures, c.locked_at, c.unforgiven,
            t.id, t.lease_ends
        FROM counter AS c LEFT JOIN ticket AS t USING (subject, scope, device)
        WHERE c.subject = ? ORDER BY t.lease_ends, t.id",
    )
    .bind(subject.0)
    .fetch_all(conn)
    .await
    .map_err(|error| fault("read counters", error))?;
    let mut counters: Vec<Counter> = Vec::new();
    for row in &rows {
        let mut cells = Cells::new(row, "counter");
        let scope = cells.scope()?;
        let (version, failures) = (cells.version()?, cells.number()?);
        let (locked_at, unforgiven) = (cells.optional_time()?, cells.number()?);
        let ticket = cells.optional_id()?.zip(cells.optional_time()?);
        let ticket = ticket.map(|(id, lease_ends)| Ticket { id, lease_ends });
        match counters.iter_mut().find(|counter| counter.scope == scope) {
            Some(counter) => counter.tickets.extend(ticket),
            None => {
                let tickets = ticket.into_iter().collect();
                counters.push(Counter { subject, scope, version, failures, locked_at, unforgiven, tickets });
            }
        }
    }
    counters.sort_by_key(|counter| counter.scope);
    Ok(counters)
}
