//! Units of limits: when all of a key will be back.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::port::Fault;
use practice_domain::rate::{Ask, Taken, take_all};
use practice_domain::value::{Digest, Time};
use sqlx::{Row, SqliteConnection};

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

    async fn run(&self, conn: &mut SqliteConnection) -> Result<Taken, Fault> {
        self.take(conn).await.map_err(|error| fault("take units", error))
    }
}

impl TakeUnits {
    async fn take(&self, conn: &mut SqliteConnection) -> Result<Taken, sqlx::Error> {
        let mut stored: BTreeMap<Digest, Time> = BTreeMap::new();
        for ask in &self.asks {
            let row = sqlx::query("SELECT back_at FROM unit WHERE key = ?");
            if let Some(row) = row.bind(ask.key.to_vec()).fetch_optional(&mut *conn).await? {
                stored.insert(ask.key, Time::from_micros(row.try_get(0)?));
            }
        }
        let taken = take_all(&mut stored, &self.asks, self.now);
        if taken == Taken::Granted {
            for (key, back_at) in stored {
                sqlx::query("INSERT INTO unit (key, back_at) VALUES (?, ?) ON CONFLICT DO UPDATE SET back_at = excluded.back_at")
                    .bind(key.to_vec())
                    .bind(back_at.micros())
                    .execute(&mut *conn)
                    .await?;
            }
            forget(conn, self.now).await?;
        }
        Ok(taken)
    }
}

/// Forgets a few keys that have been whole again for a day, more than one call can add.
async fn forget(conn: &mut SqliteConnection, now: Time) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM unit WHERE key IN (SELECT key FROM unit INDEXED BY unit_back WHERE back_at < ? LIMIT 16)")
        .bind(now.minus(DAY).micros())
        .execute(conn)
        .await?;
    Ok(())
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
