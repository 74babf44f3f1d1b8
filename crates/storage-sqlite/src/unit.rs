//! Units of limits: when all of a key will be back.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::port::Fault;
use practice_domain::rate::{Ask, Taken, take_all};
use practice_domain::value::{Digest, Time};
use sqlx::{Row, SqliteConnection};

use crate::batch::{Batch, Outcome};
use crate::fault::fault;
use crate::writer::Task;

/// One call for units.
pub(crate) struct TakeUnits {
    pub(crate) asks: Vec<Ask>,
    pub(crate) now: Time,
}

#[async_trait]
impl Task for TakeUnits {
    type Answer = Taken;
    type Error = Fault;
    /// A limit is no promise to anybody: at worst a machine that lost power allows a few more.
    const LASTING: bool = false;

    async fn run(&self, conn: &mut SqliteConnection, last: &mut Batch) -> Result<Taken, Fault> {
        let failed = |error| fault("take units", error);
        let mut look = Batch::default();
        look_up(&mut look, &self.asks);
        let outcomes = look.send(conn).await.map_err(failed)?;
        let mut stored = stored(&self.asks, &outcomes).map_err(failed)?;
        let taken = take_all(&mut stored, &self.asks, self.now);
        if taken == Taken::Granted {
            keep_taken(last, &self.asks, &stored, self.now);
        }
        Ok(taken)
    }
}

/// Asks what is known of each key.
pub(crate) fn look_up(batch: &mut Batch, asks: &[Ask]) {
    for ask in asks {
        batch.add("SELECT back_at FROM unit WHERE key = ?", |statement| statement.bind(ask.key.to_vec()));
    }
}

/// What is known of them.
pub(crate) fn stored(asks: &[Ask], outcomes: &[Outcome]) -> Result<BTreeMap<Digest, Time>, sqlx::Error> {
    let found = asks.iter().zip(outcomes).filter_map(|(ask, outcome)| Some((ask.key, outcome.rows.first()?)));
    found.map(|(key, row)| Ok((key, Time::from_micros(row.try_get(0)?)))).collect()
}

/// Keeps what is known of them now.
pub(crate) fn keep_taken(batch: &mut Batch, asks: &[Ask], stored: &BTreeMap<Digest, Time>, now: Time) {
    for (key, back_at) in stored {
        let sql = "INSERT INTO unit (key, back_at) VALUES (?, ?) ON CONFLICT DO UPDATE SET back_at = excluded.back_at";
        batch.add(sql, |statement| statement.bind(key.to_vec()).bind(back_at.micros()));
    }
    if let Some(Ask { key: after, .. }) = asks.last()
        && now.micros() % FORGETS == 0
    {
        forget(batch, after, now);
    }
}

/// Forgets keys that have been whole again for a day, of those that follow one in order, and of the first. Keys are digests, so the one
/// that is asked for lies anywhere, and more are looked at than the calls since the last time can have added.
fn forget(batch: &mut Batch, after: &Digest, now: Time) {
    let sql = "DELETE FROM unit WHERE key IN (
            SELECT key FROM (SELECT key FROM unit WHERE key > ? ORDER BY key LIMIT 64)
            UNION ALL SELECT key FROM (SELECT key FROM unit ORDER BY key LIMIT 64)) AND back_at < ?";
    batch.add(sql, |statement| statement.bind(after.to_vec()).bind(now.minus(DAY).micros()));
}

/// One call in so many forgets: which one, the clock says.
const FORGETS: i64 = 16;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
