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
        self.take(conn).await.map_err(|error| fault("take units", error))
    }
}

impl TakeUnits {
    async fn take(&self, conn: &mut SqliteConnection) -> Result<Taken, sqlx::Error> {
        let mut stored = self.stored(conn).await?;
        let taken = take_all(&mut stored, &self.asks, self.now);
        if taken == Taken::Granted && !stored.is_empty() {
            let mut insert = QueryBuilder::new("INSERT INTO unit (key, back_at) ");
            insert.push_values(stored, |mut row, (key, back_at)| {
                row.push_bind(key.to_vec()).push_bind(back_at.micros());
            });
            insert.push(" ON CONFLICT DO UPDATE SET back_at = excluded.back_at");
            insert.build().execute(&mut *conn).await?;
            if self.now.micros() % FORGETS == 0 {
                forget(conn, self.now).await?;
            }
        }
        Ok(taken)
    }

    /// What is known of the keys.
    async fn stored(&self, conn: &mut SqliteConnection) -> Result<BTreeMap<Digest, Time>, sqlx::Error> {
        let mut select = QueryBuilder::new("SELECT key, back_at FROM unit WHERE key IN (");
        let mut keys = select.separated(", ");
        for ask in &self.asks {
            keys.push_bind(ask.key.to_vec());
        }
        select.push(")");
        let rows = select.build().fetch_all(conn).await?;
        rows.iter().map(|row| Ok((digest(row.try_get(0)?)?, Time::from_micros(row.try_get(1)?)))).collect()
    }
}

fn digest(key: &[u8]) -> Result<Digest, sqlx::Error> {
    key.try_into().map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Forgets keys that have been whole again for a day, more than the calls since the last time can have added.
async fn forget(conn: &mut SqliteConnection, now: Time) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM unit WHERE key IN (SELECT key FROM unit INDEXED BY unit_back WHERE back_at < ? LIMIT 256)",
    )
    .bind(now.minus(DAY).micros())
    .execute(conn)
    .await?;
    Ok(())
}

/// One call in so many forgets: which one, the clock says.
const FORGETS: i64 = 16;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
