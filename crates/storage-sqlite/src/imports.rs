//! Uploaded files, and how far they have come.

use practice_domain::channel::Product;
use practice_domain::import::{Came, Content, Halt, Import, Outcome, Stage};
use practice_domain::port::Fault;
use practice_domain::value::{ImportId, PracticeId, Time};
use rusqlite::Connection;
use uuid::Uuid;

use crate::code::Code;
use crate::row::{Cells, Value};
use crate::statement::Statement;
use crate::writer::Work;

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

impl Work for AddImport {
    type Answer = ();
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<(), Fault> {
        let Self(import) = self;
        let (practice, id) = (import.practice.0, import.id.0);
        Statement::new("DELETE FROM import WHERE practice = ? AND account = ? AND stage = 'judged'")
            .bind(practice)
            .bind(import.account.0)
            .execute(conn, ADD)?;
        Statement::new(
            "INSERT INTO import (practice, id, version, account, cookie, content, name, stage, uploaded_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(practice)
        .bind(id)
        .bind(import.version.0)
        .bind(import.account.0)
        .bind(import.cookie.to_vec())
        .bind(content_code(import.content))
        .bind(import.name.clone())
        .bind(import.stage.code())
        .bind(import.uploaded_at.micros())
        .execute(conn, ADD)?;
        Statement::new("INSERT INTO import_text (practice, import, text, plan) VALUES (?, ?, ?, ?)")
            .bind(practice)
            .bind(id)
            .bind(import.text.clone())
            .bind(written(&import.plan))
            .execute(conn, ADD)?;
        note(conn, import, 0)
    }
}

impl Work for KeepImport {
    type Answer = bool;
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<bool, Fault> {
        let Self { import, leased } = self;
        let (practice, id) = (import.practice.0, import.id.0);
        let kept = Statement::new(
            "UPDATE import SET version = version + 1, account = ?4, cookie = ?5, stage = ?6, leased_until = ?7
            WHERE practice = ?1 AND id = ?2 AND version = ?3",
        )
        .bind(practice)
        .bind(id)
        .bind(import.version.0)
        .bind(import.account.0)
        .bind(import.cookie.to_vec())
        .bind(import.stage.code())
        .bind(leased.map(Time::micros))
        .execute(conn, KEEP)?;
        if kept == 0 {
            return Ok(false);
        }
        Statement::new("UPDATE import_text SET plan = ?3 WHERE practice = ?1 AND import = ?2 AND plan <> ?3")
            .bind(practice)
            .bind(id)
            .bind(written(&import.plan))
            .execute(conn, KEEP)?;
        let noted = "SELECT coalesce(max(number) + 1, 0) FROM import_outcome WHERE practice = ? AND import = ?";
        let noted: Option<i64> = Statement::new(noted).bind(practice).bind(id).one(conn, KEEP)?;
        note(conn, import, usize::try_from(noted.unwrap_or(0)).unwrap_or(usize::MAX))?;
        Ok(true)
    }
}

impl Work for LeaseImport {
    type Answer = Option<Import>;
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<Option<Import>, Fault> {
        let gone = Statement::new("DELETE FROM import WHERE uploaded_at <= ?");
        gone.bind(self.now.minus(Import::KEPT).micros()).execute(conn, LEASE)?;
        let sql = "UPDATE import SET leased_until = ?2, version = version + 1 WHERE (practice, id) IN
            (SELECT practice, id FROM import AS i INDEXED BY import_going
            WHERE stage = 'going' AND (leased_until IS NULL OR leased_until <= ?1) AND NOT EXISTS
                (SELECT 1 FROM import AS o WHERE o.practice = i.practice AND o.stage = 'going' AND o.leased_until > ?1)
            ORDER BY uploaded_at, id LIMIT 1)
            RETURNING practice, id";
        let leased = Statement::new(sql).bind(self.now.micros()).bind(self.until.micros());
        match leased.one::<(Uuid, Uuid)>(conn, LEASE)? {
            Some((practice, id)) => read(conn, PracticeId(practice), ImportId(id)),
            None => Ok(None),
        }
    }
}

/// Writes what became of rows from this place of the plan on.
fn note(conn: &Connection, import: &Import, from: usize) -> Result<(), Fault> {
    for (number, outcome) in import.done.iter().enumerate().skip(from) {
        let (came, why) = match &outcome.came {
            Came::Created => ("created", ""),
            Came::AlreadyThere => ("already-there", ""),
            Came::Changed => ("changed", ""),
            Came::Refused(why) => ("refused", why.as_str()),
        };
        let sql = "INSERT INTO import_outcome (practice, import, number, line, came, why) VALUES (?, ?, ?, ?, ?, ?)";
        Statement::new(sql)
            .bind(import.practice.0)
            .bind(import.id.0)
            .bind(i64::try_from(number).unwrap_or(i64::MAX))
            .bind(i64::try_from(outcome.line).unwrap_or(i64::MAX))
            .bind(came)
            .bind(why.to_owned())
            .execute(conn, "note what became of a row")?;
    }
    Ok(())
}

/// The file with this identity.
pub(crate) fn read(conn: &Connection, practice: PracticeId, id: ImportId) -> Result<Option<Import>, Fault> {
    let sql = "SELECT i.id, i.version, i.practice, i.account, i.cookie, i.content, i.name, i.stage, i.uploaded_at, t.text, t.plan
        FROM import AS i JOIN import_text AS t ON t.practice = i.practice AND t.import = i.id
        WHERE i.practice = ? AND i.id = ?";
    let found = Statement::new(sql).bind(practice.0).bind(id.0).one::<Import>(conn, READ)?;
    let Some(mut import) = found else { return Ok(None) };
    let sql = "SELECT line, came, why FROM import_outcome WHERE practice = ? AND import = ? ORDER BY number";
    import.done = Statement::new(sql).bind(practice.0).bind(id.0).all(conn, READ)?;
    Ok(Some(import))
}

const ADD: &str = "add an import";
const KEEP: &str = "keep an import";
const LEASE: &str = "lease an import";
const READ: &str = "read an import";

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
            done: Vec::new(),
        })
    }
}

impl Value for Outcome {
    const WHAT: &str = "import";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let line = cells.number()?;
        let (came, why): (&str, String) = (cells.next()?, cells.next()?);
        let came = match came {
            "created" => Came::Created,
            "already-there" => Came::AlreadyThere,
            "changed" => Came::Changed,
            "refused" => Came::Refused(why),
            other => return Err(Fault::corrupt("import", format!("unknown code {other:?}"))),
        };
        Ok(Self { line, came })
    }
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
