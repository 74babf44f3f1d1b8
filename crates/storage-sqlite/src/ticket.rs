//! Lockout counters, and the tickets to check a password.

use async_trait::async_trait;
use practice_domain::lockout::{Admission, Counter, Subject, Ticket, TicketAnswer, TicketRequest};
use practice_domain::port::Fault;
use practice_domain::rate::{Taken, take_all};
use practice_domain::value::Time;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::batch::Batch;
use crate::fault::fault;
use crate::row::{Cells, scope_key};
use crate::unit::{keep_taken, look_up, stored};
use crate::writer::Task;

/// One call for a ticket.
pub(crate) struct TakeTicket {
    pub(crate) request: TicketRequest,
    pub(crate) now: Time,
}

#[async_trait]
impl Task for TakeTicket {
    type Answer = TicketAnswer;
    type Error = Fault;
    /// What came of the check is told when it is settled, which lasts, and then this does as well. Nor is a limit a promise to anybody.
    const LASTING: bool = false;

    async fn run(&self, conn: &mut SqliteConnection, last: &mut Batch) -> Result<TicketAnswer, Fault> {
        let failed = |error| fault("take a ticket", error);
        let asks = &self.request.units;
        let mut look = Batch::default();
        look_up(&mut look, asks);
        look.add(COUNTERS, |statement| statement.bind(self.request.subject.0));
        let outcomes = look.send(conn).await.map_err(failed)?;
        let mut stored = stored(asks, &outcomes).map_err(failed)?;
        if let Taken::Refused { possible_at } = take_all(&mut stored, asks, self.now) {
            return Ok(TicketAnswer::TooOften { possible_at });
        }
        let counters = read(outcomes.last().map_or(&[][..], |last| last.rows.as_slice()), self.request.subject)?;
        let answer = self.request.answer(&counters, self.now);
        keep_taken(last, asks, &stored, self.now);
        match &answer {
            TicketAnswer::Asked { admission: Admission::Granted(ticket), .. } => {
                self.keep_ticket(last, Some(ticket.lease_ends));
            }
            TicketAnswer::Asked { admission: Admission::Locked, .. } => self.keep_ticket(last, None),
            TicketAnswer::Asked { admission: Admission::Busy, .. } | TicketAnswer::TooOften { .. } => {}
        }
        Ok(answer)
    }
}

impl TakeTicket {
    /// The ticket; a trigger makes the counter that it hangs on. Nothing without a lease, but asked for all the same (`EN-02`).
    fn keep_ticket(&self, batch: &mut Batch, lease_ends: Option<Time>) {
        let (scope, device) = scope_key(self.request.scope);
        let sql = "INSERT INTO ticket (subject, scope, device, id, lease_ends)
            SELECT ?, ?, ?, ?, ? WHERE ? IS NOT NULL";
        batch.add(sql, |statement| {
            let statement = statement.bind(self.request.subject.0).bind(scope).bind(device).bind(self.request.ticket.0);
            statement.bind(lease_ends.map(Time::micros)).bind(lease_ends.map(Time::micros))
        });
    }
}

/// Every counter of a subject, with its tickets.
pub(crate) async fn all_counters(conn: &mut SqliteConnection, subject: Subject) -> Result<Vec<Counter>, Fault> {
    let rows = sqlx::query(COUNTERS).bind(subject.0).fetch_all(conn).await;
    read(&rows.map_err(|error| fault("read counters", error))?, subject)
}

fn read(rows: &[SqliteRow], subject: Subject) -> Result<Vec<Counter>, Fault> {
    let mut counters: Vec<Counter> = Vec::new();
    for row in rows {
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

const COUNTERS: &str = "SELECT c.scope, c.device, c.version, c.failures, c.locked_at, c.unforgiven, t.id, t.lease_ends
    FROM counter AS c LEFT JOIN ticket AS t USING (subject, scope, device)
    WHERE c.subject = ? ORDER BY t.lease_ends, t.id";
