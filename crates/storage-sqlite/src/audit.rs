use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use practice_domain::fact::{Actor, Entry, Log, product_code};
use practice_domain::port::{Fault, Seal};
use practice_domain::value::Digest;
use rusqlite::Connection;

use crate::row::{Cells, Value, log_key};
use crate::statement::Statement;

/// Adds entries to their logs, each numbered and sealed after the one before it.
pub(crate) fn append(conn: &Connection, entries: &[Entry], seal: &dyn Seal) -> Result<(), Fault> {
    let mut ends: BTreeMap<Log, End> = BTreeMap::new();
    for entry in entries {
        let end = match ends.entry(entry.log) {
            Slot::Occupied(known) => known.into_mut(),
            Slot::Vacant(unknown) => unknown.insert(end_of(conn, entry.log)?),
        };
        let text = text(entry);
        end.number += 1;
        end.seal = seal.seal(end.number.unsigned_abs(), &end.seal, &text);
        Statement::new("INSERT INTO audit (log, number, text, seal) VALUES (?, ?, ?, ?)")
            .bind(log_key(entry.log))
            .bind(end.number)
            .bind(text)
            .bind(end.seal.to_vec())
            .execute(conn, "write to a log")?;
    }
    Ok(())
}

/// Where a log ends: nowhere yet, if it is empty.
#[derive(Default)]
struct End {
    number: i64,
    seal: Digest,
}

fn end_of(conn: &Connection, log: Log) -> Result<End, Fault> {
    let newest = Statement::new("SELECT number, seal FROM audit WHERE log = ? ORDER BY number DESC LIMIT 1");
    Ok(newest.bind(log_key(log)).one(conn, "read a log")?.unwrap_or_default())
}

impl Value for End {
    const WHAT: &str = "audit log";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self { number: cells.next()?, seal: cells.digest()? })
    }
}

/// The sealed text: one JSON object with its keys in a fixed order.
fn text(entry: &Entry) -> String {
    let actor = match &entry.actor {
        Actor::Account(id) => format!("account:{id}"),
        Actor::Visitor => "visitor".to_owned(),
        Actor::Product(product) => format!("product:{}", product_code(*product)),
        Actor::Operator(name) => format!("operator:{name}"),
        Actor::Payments => "payments".to_owned(),
    };
    let details: Vec<String> =
        entry.fact.details().iter().map(|(name, value)| format!("{}:{}", json(name), json(value))).collect();
    format!(
        r#"{{"at":{},"code":{},"actor":{},"address":{},"agent":{},"request":{},"details":{{{}}}}}"#,
        entry.at.micros(),
        json(entry.fact.code()),
        json(&actor),
        entry.origin.address.map_or_else(|| "null".to_owned(), |address| json(&address.to_string())),
        json(&entry.origin.agent),
        json(&entry.origin.request),
        details.join(","),
    )
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use practice_domain::fact::{Fact, Origin};
    use practice_domain::value::{PracticeId, Time};
    use uuid::Uuid;

    #[test]
    fn the_text_of_an_entry_never_changes_its_form() {
        let entry = Entry {
            log: Log::Platform,
            fact: Fact::PracticeFounded { practice: PracticeId(Uuid::from_u128(1)), reason: None },
            actor: Actor::Operator("pat \"x\"".to_owned()),
            origin: Origin { address: Some([192, 0, 2, 1].into()), agent: String::new(), request: "r1".to_owned() },
            at: Time::from_micros(7),
        };
        let expected = concat!(
            r#"{"at":7,"code":"practice.founded","actor":"operator:pat \"x\"","address":"192.0.2.1","agent":"","#,
            r#""request":"r1","details":{"practice":"00000000-0000-0000-0000-000000000001"}}"#
        );
        assert_eq!(text(&entry), expected);
        assert!(serde_json::from_str::<serde_json::Value>(&text(&entry)).is_ok());
    }
}
