use practice_domain::fact::{Actor, Entry, Log, product_code};
use practice_domain::port::Seal;
use practice_domain::value::Digest;
use sqlx::{PgConnection, Row};

use crate::row;

/// Adds entries to their logs, each numbered and sealed after the one before it.
pub(crate) async fn append(conn: &mut PgConnection, entries: &[Entry], seal: &dyn Seal) -> Result<(), sqlx::Error> {
    let mut last: Option<(Log, i64, Digest)> = None;
    for entry in entries {
        let (number, before) = match last {
            Some((log, number, seal)) if log == entry.log => (number, seal),
            _ => newest(conn, entry.log).await?,
        };
        let number = number + 1;
        let text = text(entry);
        let sealed = seal.seal(number.unsigned_abs(), &before, &text);
        sqlx::query("INSERT INTO audit (log, number, text, seal) VALUES ($1, $2, $3, $4)")
            .bind(row::log_key(entry.log))
            .bind(number)
            .bind(text)
            .bind(sealed.to_vec())
            .execute(&mut *conn)
            .await?;
        last = Some((entry.log, number, sealed));
    }
    Ok(())
}

async fn newest(conn: &mut PgConnection, log: Log) -> Result<(i64, Digest), sqlx::Error> {
    let found = sqlx::query("SELECT number, seal FROM audit WHERE log = $1 ORDER BY number DESC LIMIT 1")
        .bind(row::log_key(log))
        .fetch_optional(conn)
        .await?;
    let Some(found) = found else { return Ok((0, [0; 32])) };
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
