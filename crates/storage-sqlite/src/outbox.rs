use std::time::Duration;

use async_trait::async_trait;
use practice_domain::notice::{About, Notice};
use practice_domain::person::{MailState, Undeliverable};
use practice_domain::port::{Backlog, Fault, Leased, Outbox, Parked, Queue, Settlement};
use practice_domain::value::{InvitationId, NoticeId, Time};
use rusqlite::Connection;
use uuid::Uuid;

use crate::Sqlite;
use crate::code::Code;
use crate::commit::{QUEUE, queue};
use crate::row::{Cells, Value, notice_columns};
use crate::statement::Statement;
use crate::writer::Work;

#[async_trait]
impl Outbox for Sqlite {
    async fn lease(
        &self,
        queue: Queue,
        worker: Uuid,
        now: Time,
        lease: Duration,
        most: usize,
    ) -> Result<Vec<Leased>, Fault> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        self.writer.run(Lease { queue, worker, now, until: now.plus(lease), most }).await
    }

    async fn settle(&self, leased: &Leased, settlement: Settlement, now: Time) -> Result<bool, Fault> {
        self.writer.run(Settle { leased: leased.clone(), settlement, others: Vec::new(), now }).await
    }

    async fn pass_on(&self, leased: &Leased, others: &[Notice], now: Time) -> Result<bool, Fault> {
        let (leased, others) = (leased.clone(), others.to_vec());
        self.writer.run(Settle { leased, settlement: Settlement::Sent, others, now }).await
    }

    async fn parked(&self, most: usize) -> Result<Vec<Parked>, Fault> {
        let sql = concat!(
            "SELECT ",
            notice_columns!(""),
            ", outcome, settled_at FROM notice WHERE outcome IN ('refused', 'gave-up') ORDER BY settled_at DESC, id LIMIT ?"
        );
        self.all(Statement::new(sql).bind(i64::try_from(most).unwrap_or(i64::MAX))).await
    }

    async fn backlog(&self) -> Result<Backlog, Fault> {
        let sql = "SELECT (SELECT count(*) FROM notice WHERE due_at IS NOT NULL AND endpoint IS NULL)
                    + (SELECT count(*) FROM notice WHERE due_at IS NOT NULL AND endpoint IS NOT NULL),
                (SELECT min(first) FROM (
                    SELECT min(due_at) AS first FROM notice WHERE due_at IS NOT NULL AND endpoint IS NULL
                    UNION ALL SELECT min(due_at) FROM notice WHERE due_at IS NOT NULL AND endpoint IS NOT NULL) AS queues),
                (SELECT count(*) FROM notice WHERE outcome IN ('refused', 'gave-up'))";
        Ok(self.one(Statement::new(sql)).await?.unwrap_or_default())
    }

    async fn retry(&self, notice: NoticeId, now: Time) -> Result<bool, Fault> {
        self.writer.run(Retry { notice, now }).await
    }
}

struct Lease {
    queue: Queue,
    worker: Uuid,
    now: Time,
    until: Time,
    most: i64,
}

impl Work for Lease {
    type Answer = Vec<Leased>;
    type Error = Fault;

    /// Both statements pick the same notices, because nothing comes between them.
    fn run(&self, conn: &Connection) -> Result<Vec<Leased>, Fault> {
        let (find, take, endpoint) = match self.queue {
            Queue::People => (FIND_LETTERS, TAKE_LETTERS, None),
            Queue::Events(product) => (FIND_EVENTS, TAKE_EVENTS, Some(product.code())),
        };
        let due = Statement::new(find).bind(self.now.micros()).bind(self.most).bind(endpoint);
        let mut leased = Vec::new();
        due.each(conn, "lease notices", |row| {
            let mut cells = Cells::new(row, "notice");
            leased.push(Leased { notice: cells.value()?, worker: self.worker, attempt: cells.number()? });
            Ok(true)
        })?;
        if !leased.is_empty() {
            let statement = Statement::new(take).bind(self.now.micros()).bind(self.most).bind(endpoint);
            statement.bind(self.until.micros()).bind(self.worker).execute(conn, "lease notices")?;
        }
        Ok(leased)
    }
}

/// What finds the notices of a queue that are due, and what takes them; each queue has an index of its own.
macro_rules! queue {
    ($find:ident, $take:ident, $due:literal) => {
        const $find: &str = concat!(
            "SELECT ",
            notice_columns!(""),
            ", attempt + 1 FROM notice INDEXED BY ",
            $due,
            " AND NOT EXISTS (SELECT 1 FROM life WHERE held_since IS NOT NULL) ORDER BY due_at, id LIMIT ?2"
        );
        const $take: &str = concat!(
            "UPDATE notice SET due_at = ?4, worker = ?5, attempt = attempt + 1 WHERE id IN
                (SELECT id FROM notice INDEXED BY ",
            $due,
            " ORDER BY due_at, id LIMIT ?2)"
        );
    };
}

queue!(FIND_LETTERS, TAKE_LETTERS, "notice_due WHERE due_at <= ?1 AND endpoint IS NULL AND ?3 IS NULL");
queue!(FIND_EVENTS, TAKE_EVENTS, "event_due WHERE due_at <= ?1 AND endpoint = ?3");

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

impl Work for Retry {
    type Answer = bool;
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<bool, Fault> {
        let sql = concat!(
            "UPDATE notice SET due_at = ?2, outcome = NULL, settled_at = NULL
            WHERE id = ?1 AND outcome IN ('refused', 'gave-up') AND expires_at > ?2 RETURNING ",
            notice_columns!("")
        );
        let again = Statement::new(sql).bind(self.notice.0).bind(self.now.micros());
        let Some(notice) = again.one::<Notice>(conn, "retry a notice")? else { return Ok(false) };
        if let About::Invitation { invitation, generation } = notice.about {
            show(conn, invitation, generation, MailState::Queued)?;
        }
        Ok(true)
    }
}

struct Settle {
    leased: Leased,
    settlement: Settlement,
    /// What is ordered in its place.
    others: Vec<Notice>,
    now: Time,
}

impl Work for Settle {
    type Answer = bool;
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<bool, Fault> {
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
        let noted = Statement::new(
            "UPDATE notice SET worker = NULL, due_at = ?4, outcome = ?5, settled_at = iif(?5 IS NULL, NULL, ?6)
            WHERE id = ?1 AND worker = ?2 AND attempt = ?3",
        )
        .bind(self.leased.notice.id.0)
        .bind(self.leased.worker)
        .bind(self.leased.attempt)
        .bind(due_at.map(Time::micros))
        .bind(outcome)
        .bind(self.now.micros())
        .execute(conn, "settle a notice")?;
        if noted == 0 {
            return Ok(false);
        }
        for other in &self.others {
            queue(Statement::new(QUEUE), other).execute(conn, "settle a notice")?;
        }
        if let (About::Invitation { invitation, generation }, Some(mail)) = (self.leased.notice.about, mail) {
            show(conn, invitation, generation, mail)?;
        }
        Ok(true)
    }
}

/// The row of an invited person shows how the mail with the newest link fares.
fn show(conn: &Connection, invitation: InvitationId, generation: u32, mail: MailState) -> Result<(), Fault> {
    let sql = "UPDATE person SET mail = ?3 WHERE id = ?1 AND standing = 'not-registered'
        AND practice = (SELECT practice FROM invitation WHERE id = ?1 AND generation = ?2)";
    let shown = Statement::new(sql).bind(invitation.0).bind(generation).bind(mail.code());
    shown.execute(conn, "show how a mail fares").map(drop)
}
