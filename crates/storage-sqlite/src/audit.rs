use std::collections::{BTreeMap, BTreeSet};

use practice_domain::fact::{Actor, Entry, Log, product_code};
use practice_domain::port::{CommitError, Seal};
use practice_domain::value::Digest;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::fault::commit_fault;
use crate::record::Statement;
use crate::row;
use crate::steps::{Demand, Steps};

/// Adds entries to their logs, each numbered and sealed after the one before it.
pub(crate) async fn append(steps: &mut Steps<'_>, entries: &[Entry], seal: &dyn Seal) -> Result<(), CommitError> {
    let logs: BTreeSet<Log> = entries.iter().map(|entry| entry.log).collect();
    for log in &logs {
        let newest = "SELECT number, seal FROM audit WHERE log = ? ORDER BY number DESC LIMIT 1";
        steps.add(newest, Demand::Look, |statement| statement.bind(row::log_key(*log))).await?;
    }
    let mut newest = BTreeMap::new();
    for (log, found) in logs.into_iter().zip(steps.found().await?) {
        newest.insert(log, found.as_ref().map(end).transpose().map_err(commit_fault)?.unwrap_or_default());
    }
    for entry in entries {
        let (number, before) = newest.entry(entry.log).or_default();
        *number += 1;
        let text = text(entry);
        *before = seal.seal(number.unsigned_abs(), before, &text);
        let (number, sealed) = (*number, before.to_vec());
        let sql = "INSERT INTO audit (log, number, text, seal) VALUES (?, ?, ?, ?)";
        let bind = |statement: Statement| statement.bind(row::log_key(entry.log)).bind(number).bind(text).bind(sealed);
        steps.add(sql, Demand::Nothing, bind).await?;
    }
    Ok(())
}

/// Where a log ends.
fn end(found: &SqliteRow) -> Result<(i64, Digest), sqlx::Error> {
    let seal: &[u8] = found.try_get(1)?;
    let seal = seal.try_into().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok((found.try_get(0)?, seal))
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
