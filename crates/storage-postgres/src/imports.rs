//! Uploaded files, and how far they have come.

use async_trait::async_trait;
use practice_domain::channel::Product;
use practice_domain::import::{Came, Content, Halt, Import, Outcome, Stage};
use practice_domain::port::Fault;
use practice_domain::value::Time;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::code::Code;
use crate::fault::fault;
use crate::reach::{Door, Reach};
use crate::row::{Cells, Value};
use crate::work::Work;

/// A file that was uploaded.
pub(crate) struct AddImport(pub(crate) Import);

/// A file as it is now.
pub(crate) struct KeepImport {
    pub(crate) import: Import,
    pub(crate) leased: Option<Time>,
}

/// Somebody wants work.
pub(crate) struct LeaseImport {
    pub(crate) now: Time,
    pub(crate) until: Time,
}

#[async_trait]
impl Work for AddImport {
    type Answer = ();
    type Error = Fault;

    fn reach(&self) -> Reach {
        Reach::practice(self.0.practice)
    }

    async fn run(&self, conn: &mut PgConnection) -> Result<(), Fault> {
        self.add(conn).await.map_err(|error| fault("add import", error))
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

#[async_trait]
impl Work for KeepImport {
    type Answer = bool;
    type Error = Fault;

    fn reach(&self) -> Reach {
        Reach::practice(self.import.practice)
    }

    async fn run(&self, conn: &mut PgConnection) -> Result<bool, Fault> {
        self.keep(conn).await.map_err(|error| fault("keep import", error))
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

#[async_trait]
impl Work for LeaseImport {
    type Answer = Option<Import>;
    type Error = Fault;

    fn reach(&self) -> Reach {
        Reach::by(Door::Imports)
    }

    async fn run(&self, conn: &mut PgConnection) -> Result<Option<Import>, Fault> {
        let gone =
            sqlx::query("DELETE FROM import WHERE uploaded_at <= $1").bind(self.now.minus(Import::KEPT).micros());
        gone.execute(&mut *conn).await.map_err(|error| fault("lease import", error))?;
        let sql = "UPDATE import SET leased_until = $2, version = version + 1 WHERE (practice, id) IN
            (SELECT practice, id FROM import AS i
            WHERE stage = 'going' AND (leased_until IS NULL OR leased_until <= $1) AND NOT EXISTS
                (SELECT 1 FROM import AS o WHERE o.practice = i.practice AND o.stage = 'going' AND o.leased_until > $1)
            ORDER BY uploaded_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING practice, id";
        let statement = sqlx::query(sql).bind(self.now.micros()).bind(self.until.micros());
        let leased = statement.fetch_optional(&mut *conn).await.map_err(|error| fault("lease import", error))?;
        let Some(row) = leased else { return Ok(None) };
        let (practice, id): (Uuid, Uuid) = (row.get(0), row.get(1));
        let row = sqlx::query(IMPORT).bind(practice).bind(id).fetch_one(conn).await;
        row.map_err(|error| fault("lease import", error)).and_then(|row| Cells::read(&row).map(Some))
    }

    fn fault_in(error: &Fault) -> Option<&Fault> {
        Some(error)
    }
}

impl AddImport {
    async fn add(&self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        let Self(import) = self;
        let (practice, id) = (import.practice.0, import.id.0);
        sqlx::query("DELETE FROM import WHERE practice = $1 AND account = $2 AND stage = 'judged'")
            .bind(practice)
            .bind(import.account.0)
            .execute(&mut *conn)
            .await?;
        sqlx::query(
            "INSERT INTO import (practice, id, version, account, cookie, content, name, stage, uploaded_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(practice)
        .bind(id)
        .bind(i64::from(import.version.0))
        .bind(import.account.0)
        .bind(import.cookie.to_vec())
        .bind(content_code(import.content))
        .bind(import.name.clone())
        .bind(import.stage.code())
        .bind(import.uploaded_at.micros())
        .execute(&mut *conn)
        .await?;
        sqlx::query("INSERT INTO import_text (practice, import, text, plan) VALUES ($1, $2, $3, $4)")
            .bind(practice)
            .bind(id)
            .bind(import.text.clone())
            .bind(written(&import.plan))
            .execute(&mut *conn)
            .await?;
        note(conn, import, 0).await
    }
}

impl KeepImport {
    async fn keep(&self, conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let Self { import, leased } = self;
        let (practice, id) = (import.practice.0, import.id.0);
        let kept = sqlx::query(
            "UPDATE import SET version = version + 1, account = $4, cookie = $5, stage = $6, leased_until = $7
            WHERE practice = $1 AND id = $2 AND version = $3",
        )
        .bind(practice)
        .bind(id)
        .bind(i64::from(import.version.0))
        .bind(import.account.0)
        .bind(import.cookie.to_vec())
        .bind(import.stage.code())
        .bind(leased.map(Time::micros))
        .execute(&mut *conn)
        .await?;
        if kept.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query("UPDATE import_text SET plan = $3 WHERE practice = $1 AND import = $2 AND plan <> $3")
            .bind(practice)
            .bind(id)
            .bind(written(&import.plan))
            .execute(&mut *conn)
            .await?;
        let noted = "SELECT coalesce(max(number) + 1, 0) FROM import_outcome WHERE practice = $1 AND import = $2";
        let noted: i64 = sqlx::query_scalar(noted).bind(practice).bind(id).fetch_one(&mut *conn).await?;
        note(conn, import, usize::try_from(noted).unwrap_or(usize::MAX)).await?;
        Ok(true)
    }
}

/// Writes what became of rows from this place of the plan on.
async fn note(conn: &mut PgConnection, import: &Import, from: usize) -> Result<(), sqlx::Error> {
    for (number, outcome) in import.done.iter().enumerate().skip(from) {
        let (came, why) = match &outcome.came {
            Came::Created => ("created", ""),
            Came::AlreadyThere => ("already-there", ""),
            Came::Changed => ("changed", ""),
            Came::Refused(why) => ("refused", why.as_str()),
        };
        sqlx::query(
            "INSERT INTO import_outcome (practice, import, number, line, came, why) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(import.practice.0)
        .bind(import.id.0)
        .bind(i64::try_from(number).unwrap_or(i64::MAX))
        .bind(i64::try_from(outcome.line).unwrap_or(i64::MAX))
        .bind(came)
        .bind(why.to_owned())
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// The file with this identity, by one statement: what became of its rows is as old as the rest.
pub(crate) const IMPORT: &str = "SELECT i.id, i.version, i.practice, i.account, i.cookie, i.content, i.name, i.stage, i.uploaded_at,
        t.text, t.plan,
        (SELECT coalesce(json_agg(json_build_array(line, came, why) ORDER BY number), '[]')::text FROM import_outcome AS o
            WHERE o.practice = i.practice AND o.import = i.id)
    FROM import AS i JOIN import_text AS t ON t.practice = i.practice AND t.import = i.id
    WHERE i.practice = $1 AND i.id = $2";

impl Value for Import {
    const WHAT: &str = "import";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: cells.id()?,
            version: cells.version()?,
            practice: cells.id()?,
            account: cells.id()?,
            cookie: cells.digest()?,
            content: content(cells.next()?)?,
            name: cells.next()?,
            stage: cells.code()?,
            uploaded_at: cells.time()?,
            text: cells.next()?,
            plan: plan(cells.next()?)?,
            done: outcomes(cells.next()?)?,
        })
    }
}

/// What became of rows: of each its line, how it came, and why not.
fn outcomes(json: &str) -> Result<Vec<Outcome>, Fault> {
    let rows: Vec<(u64, String, String)> =
        serde_json::from_str(json).map_err(|error| Fault::corrupt("import", error))?;
    let outcome = |(line, came, why): (u64, String, String)| {
        let came = match came.as_str() {
            "created" => Came::Created,
            "already-there" => Came::AlreadyThere,
            "changed" => Came::Changed,
            "refused" => Came::Refused(why),
            other => return Err(Fault::corrupt("import", format!("unknown code {other:?}"))),
        };
        Ok(Outcome { line, came })
    };
    rows.into_iter().map(outcome).collect()
}

impl Code for Stage {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::Judged, "judged"),
        (Self::Going, "going"),
        (Self::Stopped(Halt::Asked), "stopped"),
        (Self::Stopped(Halt::NotAllowed), "not-allowed"),
        (Self::Done, "done"),
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Judged => "judged",
            Self::Going => "going",
            Self::Stopped(Halt::Asked) => "stopped",
            Self::Stopped(Halt::NotAllowed) => "not-allowed",
            Self::Done => "done",
        }
    }
}

fn content_code(content: Content) -> &'static str {
    match content {
        Content::Employees => "employees",
        Content::Invitations(product) => product.code(),
    }
}

fn content(code: &str) -> Result<Content, Fault> {
    if code == "employees" {
        return Ok(Content::Employees);
    }
    let product = Product::decode(code).ok_or_else(|| Fault::corrupt("import", format!("unknown code {code:?}")))?;
    Ok(Content::Invitations(product))
}

/// The numbers of a plan, one after the other.
fn written(plan: &[u64]) -> String {
    plan.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

fn plan(text: &str) -> Result<Vec<u64>, Fault> {
    let numbers = text.split_whitespace().map(str::parse);
    numbers.collect::<Result<_, _>>().map_err(|error| Fault::corrupt("import", error))
}
