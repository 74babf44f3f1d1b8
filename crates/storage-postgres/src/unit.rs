//! Units of limits: when all of a key will be back.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::port::Fault;
use practice_domain::rate::{Ask, Taken, take_all};
use practice_domain::value::{Digest, Time};
use sqlx::{PgConnection, Row};

use crate::fault::fault;
use crate::work::Work;

/// One call for units.
pub(crate) struct TakeUnits {
    pub(crate) asks: Vec<Ask>,
    pub(crate) now: Time,
}

#[async_trait]
impl Work for TakeUnits {
    type Answer = Taken;
    type Error = Fault;

    async fn run(&self, conn: &mut PgConnection) -> Result<Taken, Fault> {
        take_units(conn, &self.asks, self.now).await
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

/// Takes one unit of each, or none at all.
pub(crate) async fn take_units(conn: &mut PgConnection, asks: &[Ask], now: Time) -> Result<Taken, Fault> {
    if asks.is_empty() {
        return Ok(Taken::Granted);
    }
    take(conn, asks, now).await.map_err(|error| fault("take units", error))
}

/// The keys are locked in one order, whether they are known or not, so calls wait for each other and none is given too many.
async fn take(conn: &mut PgConnection, asks: &[Ask], now: Time) -> Result<Taken, sqlx::Error> {
    let mut keys: Vec<Vec<u8>> = asks.iter().map(|ask| ask.key.to_vec()).collect();
    keys.sort();
    keys.dedup();
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended('unit ' || encode(key, 'hex'), 0))
            FROM unnest($1::bytea[]) AS l (key)";
    sqlx::query(lock).bind(keys.clone()).execute(&mut *conn).await?;
    let mut stored: BTreeMap<Digest, Time> = BTreeMap::new();
    let rows =
        sqlx::query("SELECT key, back_at FROM unit WHERE key = ANY($1)").bind(keys).fetch_all(&mut *conn).await?;
    for row in rows {
        let key: &[u8] = row.try_get(0)?;
        let key = key.try_into().map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        stored.insert(key, Time::from_micros(row.try_get(1)?));
    }
    let taken = take_all(&mut stored, asks, now);
    if taken == Taken::Granted {
        let (keys, back): (Vec<Vec<u8>>, Vec<i64>) =
            stored.into_iter().map(|(key, back_at)| (key.to_vec(), back_at.micros())).unzip();
        sqlx::query(
            "INSERT INTO unit (key, back_at) SELECT * FROM unnest($1::bytea[], $2::bigint[])
                ON CONFLICT (key) DO UPDATE SET back_at = excluded.back_at",
        )
        .bind(keys)
        .bind(back)
        .execute(&mut *conn)
        .await?;
        forget(conn, now).await?;
    }
    Ok(taken)
}

/// Forgets a few keys that have been whole again for a day, more than one call can add; none that somebody else is at.
async fn forget(conn: &mut PgConnection, now: Time) -> Result<(), sqlx::Error> {
    let sql = "DELETE FROM unit WHERE key IN
        (SELECT key FROM unit WHERE back_at < $1 ORDER BY back_at LIMIT 16 FOR UPDATE SKIP LOCKED)";
    sqlx::query(sql).bind(now.minus(DAY).micros()).execute(conn).await?;
    Ok(())
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
