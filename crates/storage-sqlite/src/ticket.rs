//! Lockout counters, and the tickets to check a password.

use async_trait::async_trait;
use practice_domain::lockout::{Admission, Counter, Subject, Ticket, TicketAnswer, TicketRequest};
use practice_domain::port::Fault;
use practice_domain::rate::Taken;
use practice_domain::value::Time;
use sqlx::SqliteConnection;

use crate::fault::fault;
use crate::row::{Cells, scope_key};
use crate::unit::take_units;
use crate::writer::Work;

/// One call for a ticket.
pub(crate) struct TakeTicket {
    pub(crate) request: TicketRequest,
    pub(crate) now: Time,
}

#[async_trait]
impl Work for TakeTicket {
    type Answer = TicketAnswer;
    type Error = Fault;
    /// What came of the check is told when it is settled, which lasts, and then this does as well. Nor is a limit a promise to anybody.
    const LASTING: bool = false;

    async fn run(&self, conn: &mut SqliteConnection) -> Result<TicketAnswer, Fault> {
        if let Taken::Refused { possible_at } = take_units(conn, &self.request.units, self.now).await? {
            return Ok(TicketAnswer::TooOften { possible_at });
        }
        let answer = self.request.answer(&all_counters(conn, self.request.subject).await?, self.now);
        let lease_ends = match &answer {
            TicketAnswer::Asked { admission: Admission::Granted(ticket), .. } => Some(ticket.lease_ends),
            TicketAnswer::Asked { admission: Admission::Locked, .. } => None,
            TicketAnswer::Asked { admission: Admission::Busy, .. } | TicketAnswer::TooOften { .. } => {
                return Ok(answer);
            }
        };
        self.keep(conn, lease_ends).await.map_err(|error| fault("take a ticket", error))?;
        Ok(answer)
    }
}

impl TakeTicket {
    /// The ticket; a trigger makes the counter that it hangs on. Nothing without a lease, but asked for all the same (`EN-02`).
    async fn keep(&self, conn: &mut SqliteConnection, lease_ends: Option<Time>) -> Result<(), sqlx::Error> {
        let (scope, device) = scope_key(self.request.scope);
        sqlx::query(
            "INSERT INTO ticket (subject, scope, device, id, lease_ends) SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?5 IS NOT NULL",
        )
        .bind(self.request.subject.0)
        .bind(scope)
        .bind(device)
        .bind(self.request.ticket.0)
        .bind(lease_ends.map(Time::micros))
        .execute(conn)
        .await?;
        Ok(())
    }
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
