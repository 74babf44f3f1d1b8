//! Units of limits: when all of a key will be back.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::port::Fault;
use practice_domain::rate::{Ask, Taken, take_all};
use practice_domain::value::{Digest, Time};
use sqlx::{QueryBuilder, Row, SqliteConnection};

use crate::fault::fault;
use crate::writer::Work;

/// One call for units.
pub(crate) struct TakeUnits {
    pub(crate) asks: Vec<Ask>,
    pub(crate) now: Time,
}

#[async_trait]
impl Work for TakeUnits {
    type Answer = Taken;
    type Error = Fault;
    /// A limit is no promise to anybody: at worst a machine that lost power allows a few more.
    const LASTING: bool = false;

    async fn run(&self, conn: &mut SqliteConnection) -> Result<Taken, Fault> {
        take_units(conn, &self.asks, self.now).await
    }
}

/// Takes one unit of each, or none at all.
pub(crate) async fn take_units(conn: &mut SqliteConnection, asks: &[Ask], now: Time) -> Result<Taken, Fault> {
    if asks.is_empty() {
        return Ok(Taken::Granted);
    }
    take(conn, asks, now).await.map_err(|error| fault("take units", error))
}

async fn take(conn: &mut SqliteConnection, asks: &[Ask], now: Time) -> Result<Taken, sqlx::Error> {
    let mut stored = stored(conn, asks).await?;
    let taken = take_all(&mut stored, asks, now);
    if taken == Taken::Granted && !stored.is_empty() {
        let mut insert = QueryBuilder::new("INSERT INTO unit (key, back_at) ");
        insert.push_values(stored, |mut row, (key, back_at)| {
            row.push_bind(key.to_vec()).push_bind(back_at.micros());
        });
        insert.push(" ON CONFLICT DO UPDATE SET back_at = excluded.back_at");
        insert.build().execute(&mut *conn).await?;
        if let Some(Ask { key: after, .. }) = asks.last()
            && now.micros() % FORGETS == 0
        {
            forget(conn, after, now).await?;
        }
    }
    Ok(taken)
}

/// What is known of the keys.
async fn stored(conn: &mut SqliteConnection, asks: &[Ask]) -> Result<BTreeMap<Digest, Time>, sqlx::Error> {
    let mut select = QueryBuilder::new("SELECT key, back_at FROM unit WHERE key IN (");
    let mut keys = select.separated(", ");
    for ask in asks {
        keys.push_bind(ask.key.to_vec());
    }
    select.push(")");
    let rows = select.build().fetch_all(conn).await?;
    rows.iter().map(|row| Ok((digest(row.try_get(0)?)?, Time::from_micros(row.try_get(1)?)))).collect()
}

fn digest(key: &[u8]) -> Result<Digest, sqlx::Error> {
    key.try_into().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Forgets keys that have been whole again for a day, of those that follow one in order, and of the first. Keys are digests, so the one
/// that is asked for lies anywhere, and more are looked at than the calls since the last time can have added.
async fn forget(conn: &mut SqliteConnection, after: &Digest, now: Time) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM unit WHERE back_at < ?2 AND key IN (
            SELECT key FROM (SELECT key FROM unit WHERE key > ?1 ORDER BY key LIMIT 64)
            UNION ALL SELECT key FROM (SELECT key FROM unit ORDER BY key LIMIT 64))",
    )
    .bind(after.to_vec())
    .bind(now.minus(DAY).micros())
    .execute(conn)
    .await?;
    Ok(())
}

/// One call in so many forgets: which one, the clock says.
const FORGETS: i64 = 16;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
