//! The audit log as people read it, out of the sealed texts.

use practice_domain::channel::Product;
use practice_domain::fact::{Actor, FactKind};
use practice_domain::port::{Fault, HistoryMark, HistoryPage, HistoryQuery, HistoryScan, LogLine};
use practice_domain::value::{AccountId, Time};
use rusqlite::Connection;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::code::Code;
use crate::row::{Cells, Value, log_key};
use crate::statement::Statement;

/// Reads a portion at a time, until the page is full or ends.
pub(crate) fn page(conn: &Connection, query: &HistoryQuery) -> Result<HistoryPage, Fault> {
    let sql = "SELECT number, text FROM audit INDEXED BY audit_at
        WHERE log = ?1 AND (at, number) < (?2, ?3) AND at >= ?4 ORDER BY at DESC, number DESC LIMIT ?5";
    let (from, until) = (query.filter.from.map_or(i64::MIN, Time::micros), query.filter.until);
    let end = until.map(|until| HistoryMark { at: until, number: 0 });
    let mut before = [query.before, end].into_iter().flatten().min();
    let mut scan = HistoryScan::new(query);
    loop {
        let (at, number) = before.map_or((i64::MAX, i64::MAX), |mark| (mark.at.micros(), number(mark.number)));
        let statement = Statement::new(sql).bind(log_key(query.log)).bind(at).bind(number).bind(from).bind(PORTION);
        let lines: Vec<LogLine> = statement.all(conn, "read")?;
        let ended = lines.len() < PORTION as usize;
        before = lines.last().map(LogLine::mark);
        if !lines.into_iter().all(|line| scan.take(line)) || ended {
            return Ok(scan.page());
        }
    }
}

impl Value for LogLine {
    const WHAT: &str = "audit entry";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let number: i64 = cells.next()?;
        let text: &str = cells.next()?;
        let json = serde_json::from_str(text).map_err(|error| Fault::corrupt(Self::WHAT, error))?;
        line(number.unsigned_abs(), &json).ok_or_else(|| Fault::corrupt(Self::WHAT, format!("entry {number} is odd")))
    }
}

/// Reads a sealed text as [`crate::audit`] writes it; none when it is not one, or of a later version.
fn line(number: u64, json: &Json) -> Option<LogLine> {
    let detail = |(name, value): (&String, &Json)| Some((name.clone(), value.as_str()?.to_owned()));
    let mut details: Vec<_> = json["details"].as_object()?.iter().map(detail).collect::<Option<_>>()?;
    details.sort();
    let address = match &json["address"] {
        Json::Null => None,
        address => Some(address.as_str()?.parse().ok()?),
    };
    let at = Time::from_micros(json["at"].as_i64()?);
    let kind = FactKind::with_code(json["code"].as_str()?)?;
    Some(LogLine { number, at, kind, actor: actor(json["actor"].as_str()?)?, address, details })
}

fn actor(text: &str) -> Option<Actor> {
    let (sort, rest) = text.split_once(':').unwrap_or((text, ""));
    Some(match sort {
        "account" => Actor::Account(AccountId(Uuid::try_parse(rest).ok()?)),
        "visitor" => Actor::Visitor,
        "product" => Actor::Product(Product::decode(rest)?),
        "operator" => Actor::Operator(rest.to_owned()),
        "payments" => Actor::Payments,
        _ => return None,
    })
}

fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Entries read at a time.
const PORTION: i64 = 500;

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use crate::statement::Statement;

    /// However long a log is, a page is found along its index.
    #[test]
    fn a_page_is_a_search_along_the_index() {
        let conn = Connection::open_in_memory().expect("memory");
        for migration in [include_str!("../migrations/0001_init.sql"), include_str!("../migrations/0009_history.sql")] {
            conn.execute_batch(migration).expect("the tables");
        }
        let sql = "EXPLAIN QUERY PLAN SELECT number, text FROM audit INDEXED BY audit_at
            WHERE log = ?1 AND (at, number) < (?2, ?3) AND at >= ?4 ORDER BY at DESC, number DESC LIMIT ?5";
        let mut plan: Vec<String> = Vec::new();
        let taken = Statement::new(sql).each(&conn, "test", |row| {
            plan.push(row.get("detail").expect("a step"));
            Ok(true)
        });
        taken.expect("a plan");
        assert!(
            matches!(plan.as_slice(), [one] if one.starts_with("SEARCH audit USING INDEX audit_at (log=?")),
            "{plan:?}"
        );
    }
}
