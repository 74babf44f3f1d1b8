use std::time::Duration;

use async_trait::async_trait;
use practice_domain::notice::Notice;
use practice_domain::person::{MailState, Undeliverable};
use practice_domain::port::{Backlog, Fault, Leased, Outbox, Parked, Queue, Settlement};
use practice_domain::value::{NoticeId, Time};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::Postgres;
use crate::code::Code;
use crate::commit::queue;
use crate::fault::fault;
use crate::reach::{Door, Reach};
use crate::row::{Cells, Value, notice_columns};
use crate::work::{Work, transact};

#[async_trait]
impl Outbox for Postgres {
    async fn lease(
        &self,
        queue: Queue,
        worker: Uuid,
        now: Time,
        lease: Duration,
        most: usize,
    ) -> Result<Vec<Leased>, Fault> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        transact(&self.link, Lease { queue, worker, now, until: now.plus(lease), most }).await
    }

    async fn settle(&self, leased: &Leased, settlement: Settlement, now: Time) -> Result<bool, Fault> {
        transact(&self.link, Settle { leased: leased.clone(), settlement, others: Vec::new(), now }).await
    }

    async fn pass_on(&self, leased: &Leased, others: &[Notice], now: Time) -> Result<bool, Fault> {
        let (leased, others) = (leased.clone(), others.to_vec());
        transact(&self.link, Settle { leased, settlement: Settlement::Sent, others, now }).await
    }

    async fn parked(&self, most: usize) -> Result<Vec<Parked>, Fault> {
        let sql = concat!(
            "SELECT ",
            notice_columns!(""),
            ", outcome, settled_at FROM notice WHERE outcome IN ('refused', 'gave-up')
            ORDER BY settled_at DESC, id LIMIT $1"
        );
        self.all(sqlx::query(sql).bind(i64::try_from(most).unwrap_or(i64::MAX))).await
    }

    async fn backlog(&self) -> Result<Backlog, Fault> {
        let sql = "SELECT (SELECT count(*) FROM notice WHERE due_at IS NOT NULL AND endpoint IS NULL)
                    + (SELECT count(*) FROM notice WHERE due_at IS NOT NULL AND endpoint IS NOT NULL),
                (SELECT min(first) FROM (
                    SELECT min(due_at) AS first FROM notice WHERE due_at IS NOT NULL AND endpoint IS NULL
                    UNION ALL SELECT min(due_at) FROM notice WHERE due_at IS NOT NULL AND endpoint IS NOT NULL) AS queues),
                (SELECT count(*) FROM notice WHERE outcome IN ('refused', 'gave-up'))";
        Ok(self.one(sqlx::query(sql)).await?.unwrap_or_default())
    }

    async fn retry(&self, notice: NoticeId, now: Time) -> Result<bool, Fault> {
        transact(&self.link, Retry { notice, now }).await
    }
}

struct Lease {
    queue: Queue,
    worker: Uuid,
    now: Time,
    until: Time,
    most: i64,
}

/// What leases the notices of one queue; each has an index of its own.
macro_rules! lease {
    ($queue:literal) => {
        concat!(
            "WITH due AS (
                SELECT id, due_at AS since FROM notice WHERE due_at <= $1 AND ",
            $queue,
            " AND NOT EXISTS (SELECT 1 FROM life WHERE held_since IS NOT NULL) ORDER BY due_at, id LIMIT $2
                FOR UPDATE SKIP LOCKED
            ), leased AS (
                UPDATE notice AS n SET due_at = $3, worker = $4, attempt = n.attempt + 1 FROM due
                WHERE n.id = due.id RETURNING n.*, due.since
            ) SELECT ",
            notice_columns!(""),
            ", attempt FROM leased ORDER BY since, id"
        )
    };
}

#[async_trait]
impl Work for Lease {
    type Answer = Vec<Leased>;
    type Error = Fault;

    fn reach(&self) -> Reach {
        Reach::by(Door::Relay)
    }

    /// Passes over what another worker is just leasing.
    async fn run(&self, conn: &mut PgConnection) -> Result<Vec<Leased>, Fault> {
        let (sql, endpoint) = match self.queue {
            Queue::People => (lease!("endpoint IS NULL AND $5::text IS NULL"), None),
            Queue::Events(product) => (lease!("endpoint = $5"), Some(product.code())),
        };
        let statement = sqlx::query(sql).bind(self.now.micros()).bind(self.most);
        let statement = statement.bind(self.until.micros()).bind(self.worker).bind(endpoint);
        let leased = statement.fetch_all(conn).await.map_err(|error| fault("lease notices", error))?;
        let read = |row| {
            let mut cells = Cells::new(row, "notice");
            Ok(Leased { notice: cells.value()?, worker: self.worker, attempt: cells.number()? })
        };
        // What cannot be read a later version has ordered (F-33): it is left to that, and holds up nothing until its lease ends.
        leased.iter().map(read).filter(|read| !matches!(read, Err(Fault::Corrupt { .. }))).collect()
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

impl Value for Backlog {
    const WHAT: &str = "outbox backlog";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let waiting = cells.next::<i64>()?.unsigned_abs();
        Ok(Self { waiting, oldest: cells.optional_time()?, parked: cells.next::<i64>()?.unsigned_abs() })
    }
}

impl Value for Parked {
    const WHAT: &str = "notice";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let notice = cells.value()?;
        let why = if cells.next::<&str>()? == "refused" { Undeliverable::Refused } else { Undeliverable::GaveUp };
        Ok(Self { notice, why, since: cells.time()? })
    }
}

struct Retry {
    notice: NoticeId,
    now: Time,
}

#[async_trait]
impl Work for Retry {
    type Answer = bool;
    type Error = Fault;

    fn reach(&self) -> Reach {
        Reach::by(Door::Relay)
    }

    /// The row of an invited person shows that the mail with the newest link waits again.
    async fn run(&self, conn: &mut PgConnection) -> Result<bool, Fault> {
        let sql = "WITH again AS (
                UPDATE notice SET due_at = $2, outcome = NULL, settled_at = NULL
                WHERE id = $1 AND outcome IN ('refused', 'gave-up') AND expires_at > $2 RETURNING about, subject, ordinal
            ), shown AS (
                UPDATE person AS p SET mail = $3 FROM again JOIN invitation AS i
                    ON again.about = 'invitation' AND i.id = again.subject AND i.generation = again.ordinal
                WHERE p.practice = i.practice AND p.id = i.id AND p.standing = 'not-registered'
            ) SELECT count(*) FROM again";
        let statement = sqlx::query(sql).bind(self.notice.0).bind(self.now.micros()).bind(MailState::Queued.code());
        let again = statement.fetch_one(conn).await.map_err(|error| fault("retry a notice", error))?;
        let again: i64 = again.try_get(0).map_err(|error| fault("retry a notice", error))?;
        Ok(again > 0)
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

struct Settle {
    leased: Leased,
    settlement: Settlement,
    /// What is ordered in its place.
    others: Vec<Notice>,
    now: Time,
}

#[async_trait]
impl Work for Settle {
    type Answer = bool;
    type Error = Fault;

    fn reach(&self) -> Reach {
        Reach::by(Door::Relay)
    }

    async fn run(&self, conn: &mut PgConnection) -> Result<bool, Fault> {
        self.note(conn).await.map_err(|error| fault("settle a notice", error))
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

impl Settle {
    /// The row of an invited person shows how the mail with the newest link fares.
    async fn note(&self, conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let (due_at, outcome, mail) = match self.settlement {
            Settlement::Retry(at) => (Some(at), None, Some(MailState::Queued)),
            Settlement::Sent => (None, Some("sent"), Some(MailState::Sent)),
            Settlement::Obsolete => (None, Some("obsolete"), None),
            Settlement::Parked(why) => {
                let outcome = match why {
                    Undeliverable::Refused => "refused",
                    Undeliverable::GaveUp => "gave-up",
                };
                (None, Some(outcome), Some(MailState::Undeliverable(why)))
            }
        };
        let noted = sqlx::query(
            "WITH noted AS (
                UPDATE notice SET worker = NULL, due_at = $4, outcome = $5,
                    settled_at = CASE WHEN $5 IS NULL THEN NULL ELSE $6 END
                WHERE id = $1 AND worker = $2 AND attempt = $3 RETURNING about, subject, ordinal
            ), shown AS (
                UPDATE person AS p SET mail = $7 FROM noted JOIN invitation AS i
                    ON noted.about = 'invitation' AND i.id = noted.subject AND i.generation = noted.ordinal
                WHERE $7 IS NOT NULL AND p.practice = i.practice AND p.id = i.id AND p.standing = 'not-registered'
            ) SELECT count(*) FROM noted",
        )
        .bind(self.leased.notice.id.0)
        .bind(self.leased.worker)
        .bind(i64::from(self.leased.attempt))
        .bind(due_at.map(Time::micros))
        .bind(outcome)
        .bind(self.now.micros())
        .bind(mail.map(MailState::code))
        .fetch_one(&mut *conn)
        .await?;
        if noted.try_get::<i64, _>(0)? == 0 {
            return Ok(false);
        }
        for other in &self.others {
            queue(other).execute(&mut *conn).await?;
        }
        Ok(true)
    }
}
