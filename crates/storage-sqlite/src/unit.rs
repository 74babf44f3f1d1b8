//! Units of limits: when all of a key will be back.

use std::collections::BTreeMap;
use std::time::Duration;

use practice_domain::port::Fault;
use practice_domain::rate::{Ask, Taken, take_all};
use practice_domain::value::{Digest, Time};
use rusqlite::Connection;

use crate::statement::Statement;
use crate::writer::Work;

/// One call for units.
pub(crate) struct TakeUnits {
    pub(crate) asks: Vec<Ask>,
    pub(crate) now: Time,
}

impl Work for TakeUnits {
    type Answer = Taken;
    type Error = Fault;
    /// A limit is no promise to anybody: at worst a machine that lost power allows a few more.
    const LASTING: bool = false;

    fn run(&self, conn: &Connection) -> Result<Taken, Fault> {
        let mut stored = look_up(conn, &self.asks)?;
        let taken = take_all(&mut stored, &self.asks, self.now);
        if taken == Taken::Granted {
            keep_taken(conn, &self.asks, &stored, self.now)?;
        }
        Ok(taken)
    }
}

/// What is known of each key.
pub(crate) fn look_up(conn: &Connection, asks: &[Ask]) -> Result<BTreeMap<Digest, Time>, Fault> {
    let mut known = BTreeMap::new();
    for ask in asks {
        let back_at = Statement::new("SELECT back_at FROM unit WHERE key = ?").bind(ask.key.to_vec());
        known.extend(back_at.one(conn, "look up units")?.map(|micros| (ask.key, Time::from_micros(micros))));
    }
    Ok(known)
}

/// Keeps what is known of them now.
pub(crate) fn keep_taken(
    conn: &Connection,
    asks: &[Ask],
    stored: &BTreeMap<Digest, Time>,
    now: Time,
) -> Result<(), Fault> {
    for (key, back_at) in stored {
        let sql = "INSERT INTO unit (key, back_at) VALUES (?, ?) ON CONFLICT DO UPDATE SET back_at = excluded.back_at";
        Statement::new(sql).bind(key.to_vec()).bind(back_at.micros()).execute(conn, "take units")?;
    }
    match asks.last() {
        Some(Ask { key: after, .. }) if now.micros() % FORGETS == 0 => forget(conn, after, now),
        _ => Ok(()),
    }
}

/// Forgets keys that have been whole again for a day, of those that follow one in order, and of the first. Keys are digests, so the one
/// that is asked for lies anywhere, and more are looked at than the calls since the last time can have added.
fn forget(conn: &Connection, after: &Digest, now: Time) -> Result<(), Fault> {
    let sql = "DELETE FROM unit WHERE key IN (
            SELECT key FROM (SELECT key FROM unit WHERE key > ? ORDER BY key LIMIT 64)
            UNION ALL SELECT key FROM (SELECT key FROM unit ORDER BY key LIMIT 64)) AND back_at < ?";
    Statement::new(sql).bind(after.to_vec()).bind(now.minus(DAY).micros()).execute(conn, "forget units").map(drop)
}

/// One call in so many forgets: which one, the clock says.
const FORGETS: i64 = 16;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
