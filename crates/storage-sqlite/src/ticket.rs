//! Lockout counters, and the tickets to check a password.

use practice_domain::lockout::{Admission, Counter, Subject, Ticket, TicketAnswer, TicketRequest};
use practice_domain::port::Fault;
use practice_domain::rate::{Taken, take_all};
use practice_domain::value::Time;
use rusqlite::Connection;

use crate::row::{Cells, scope_key};
use crate::statement::Statement;
use crate::unit::{keep_taken, look_up};
use crate::writer::Work;

/// One call for a ticket.
pub(crate) struct TakeTicket {
    pub(crate) request: TicketRequest,
    pub(crate) now: Time,
}

impl Work for TakeTicket {
    type Answer = TicketAnswer;
    type Error = Fault;
    /// What came of the check is told when it is settled, which lasts, and then this does as well. Nor is a limit a promise to anybody.
    const LASTING: bool = false;

    fn run(&self, conn: &Connection) -> Result<TicketAnswer, Fault> {
        let asks = &self.request.units;
        let mut stored = look_up(conn, asks)?;
        if let Taken::Refused { possible_at } = take_all(&mut stored, asks, self.now) {
            return Ok(TicketAnswer::TooOften { possible_at });
        }
        keep_taken(conn, asks, &stored, self.now)?;
        let answer = self.request.answer(&all_counters(conn, self.request.subject)?, self.now);
        match &answer {
            TicketAnswer::Asked { admission: Admission::Granted(ticket), .. } => {
                self.keep_ticket(conn, Some(ticket.lease_ends))?;
            }
            TicketAnswer::Asked { admission: Admission::Locked, .. } => self.keep_ticket(conn, None)?,
            TicketAnswer::Asked { admission: Admission::Busy, .. } | TicketAnswer::TooOften { .. } => {}
        }
        Ok(answer)
    }
}

impl TakeTicket {
    /// The ticket; a trigger makes the counter that it hangs on. Nothing without a lease, but asked for all the same (`EN-02`).
    fn keep_ticket(&self, conn: &Connection, lease_ends: Option<Time>) -> Result<(), Fault> {
        let (scope, device) = scope_key(self.request.scope);
        let sql = "INSERT INTO ticket (subject, scope, device, id, lease_ends)
            SELECT ?1, ?2, ?3, ?4, ?5 WHERE ?5 IS NOT NULL";
        let insert = Statement::new(sql).bind(self.request.subject.0).bind(scope).bind(device);
        let insert = insert.bind(self.request.ticket.0).bind(lease_ends.map(Time::micros));
        insert.execute(conn, "take a ticket").map(drop)
    }
}

/// Every counter of a subject, with its tickets.
pub(crate) fn all_counters(conn: &Connection, subject: Subject) -> Result<Vec<Counter>, Fault> {
    let mut counters: Vec<Counter> = Vec::new();
    Statement::new(COUNTERS).bind(subject.0).each(conn, "read counters", |row| {
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
        Ok(true)
    })?;
    counters.sort_by_key(|counter| counter.scope);
    Ok(counters)
}

const COUNTERS: &str = "SELECT c.scope, c.device, c.version, c.failures, c.locked_at, c.unforgiven, t.id, t.lease_ends
    FROM counter AS c LEFT JOIN ticket AS t USING (subject, scope, device)
    WHERE c.subject = ? ORDER BY t.lease_ends, t.id";
