use async_trait::async_trait;

use crate::fact::Log;
use crate::member::Tier;
use crate::person::{Column, Enrolment, Person, SortKey, Status};
use crate::policy::TwoStep;
use crate::port::fault::unanswered;
use crate::port::{EmployeeQuery, EmployeeRow, EmployeesPage, Fault, HistoryPage, HistoryQuery};
use crate::value::{AccountId, Digest, EmployeeId, PersonId, PracticeId, SessionId, Time};

/// Answers the questions of pages: lists, searches, counts. It decides nothing.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Reader: Send + Sync {
    /// One page of Manage Account (`LIST-1` to `LIST-6`). Touches no more rows than the page needs, whatever the practice's size.
    async fn people(&self, query: &PeopleQuery) -> Result<PeoplePage, Fault> {
        unanswered("people", query)
    }

    /// One row of Manage Account.
    async fn person(&self, practice: PracticeId, id: PersonId) -> Result<Option<Person>, Fault> {
        unanswered("person", (practice, id))
    }

    /// How many rows there are of each sort; kept up to date with each commit, not counted.
    async fn tally(&self, practice: PracticeId) -> Result<Tally, Fault> {
        unanswered("tally", practice)
    }

    /// One page of the practice's employees, by name, each with their user account (`EMP-1`, `EMP-2`).
    async fn employees(&self, query: &EmployeeQuery) -> Result<EmployeesPage, Fault> {
        unanswered("employees", query)
    }

    /// One employee of the practice, with their user account.
    async fn employee_row(&self, practice: PracticeId, id: EmployeeId) -> Result<Option<EmployeeRow>, Fault> {
        unanswered("employee row", (practice, id))
    }

    /// The live sessions of an account, newest first; not those that are only half-way there.
    async fn sessions(&self, account: AccountId) -> Result<Vec<SessionFace>, Fault> {
        unanswered("sessions", account)
    }

    /// Where each log that has entries ends, in the order of the logs. Passes over all other entries.
    async fn heads(&self) -> Result<Vec<Head>, Fault> {
        unanswered("heads", ())
    }

    /// Up to `most` entries of a log from number `from` on, in order.
    async fn entries(&self, log: Log, from: u64, most: usize) -> Result<Vec<SealedEntry>, Fault> {
        unanswered("entries", (log, from, most))
    }

    /// One page of a log as people read it, newest first, by [`HistoryScan`](crate::port::HistoryScan).
    async fn history(&self, query: &HistoryQuery) -> Result<HistoryPage, Fault> {
        unanswered("history", query)
    }
}

/// Which page of whose list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleQuery {
    /// The practice.
    pub practice: PracticeId,
    /// What a search box holds; empty for everybody. Matched as a part of first name, last name or address, folded (`LIST-3`).
    pub search: String,
    /// What to leave out.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// From where on; a cursor of another column means from the start.
    pub from: Option<Cursor>,
    /// Rows wanted: 1 to 200.
    pub size: u16,
}

/// What to leave out of a list (`LIST-3`); what is none leaves nothing out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Filter {
    /// Only rows of these cells; of none when there are none to choose from.
    pub cells: Option<Vec<Cell>>,
    /// Only this tier.
    pub tier: Option<Tier>,
    /// Only locked rows, or only others.
    pub locked: Option<bool>,
}

/// Rows that have come equally far and are alike in being patients or not: what statuses are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// How far.
    pub standing: Enrolment,
    /// Patients, or doctors and staff.
    pub patient: bool,
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Sort {
    /// By what.
    pub by: Column,
    /// Whether from the end to the start.
    pub descending: bool,
}

/// A place between two rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which side of that row is wanted.
    pub side: Side,
    /// The row at the edge.
    pub mark: Mark,
}

/// A row, as far as the order needs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mark {
    /// What it sorts by.
    pub key: SortKey,
    /// What breaks ties.
    pub name: String,
    /// What breaks the last ties.
    pub id: PersonId,
}

/// A side of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The rows that follow it in the order of the page.
    After,
    /// The rows that come before it in the order of the page.
    Before,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeoplePage {
    /// Its rows, in order.
    pub people: Vec<Person>,
    /// Where the page before it ends, when there is one.
    pub before: Option<Cursor>,
    /// Where the page after it begins, when there is one.
    pub after: Option<Cursor>,
}

/// How many rows a list has of each sort.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// Rows that are alike: their cell, whether they are locked, and their number.
    pub groups: Vec<(Cell, bool, u64)>,
}

/// A session, as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionFace {
    /// Its identity.
    pub id: SessionId,
    /// In which practice the person works there: who manages that one sees the session, and nobody else's managers do (`PRA-5`).
    pub practice: Option<PracticeId>,
    /// The browser's words.
    pub agent: String,
    /// When it began.
    pub started_at: Time,
    /// The last request.
    pub seen_at: Time,
}

/// An entry as it is stored, with its seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEntry {
    /// Its place in the log, from 1 on, without gaps.
    pub number: u64,
    /// The sealed text.
    pub text: String,
    /// The seal.
    pub seal: Digest,
}

/// The newest entry of a log, without its text: who keeps it elsewhere can tell later whether the log was cut short (`AU-04`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Which log.
    pub log: Log,
    /// The entry's number, which is how many entries the log has.
    pub number: u64,
    /// The entry's seal.
    pub seal: Digest,
}

impl Cell {
    /// Every cell.
    pub const ALL: [Self; 6] = [
        Self { standing: Enrolment::NotRegistered, patient: false },
        Self { standing: Enrolment::NotRegistered, patient: true },
        Self { standing: Enrolment::Unproven, patient: false },
        Self { standing: Enrolment::Unproven, patient: true },
        Self { standing: Enrolment::Proven, patient: false },
        Self { standing: Enrolment::Proven, patient: true },
    ];

    /// The status that a practice with these switches sees.
    #[must_use]
    pub fn status(self, two_step: TwoStep) -> Status {
        let asked = if self.patient { two_step.patients } else { two_step.doctors };
        match self.standing {
            Enrolment::NotRegistered => Status::NotRegistered,
            Enrolment::Unproven if asked => Status::TwoStepPending,
            Enrolment::Unproven | Enrolment::Proven => Status::Registered,
        }
    }
}

impl Filter {
    /// Whether rows of this cell stay in.
    #[must_use]
    pub fn keeps(&self, cell: Cell) -> bool {
        self.cells.as_ref().is_none_or(|cells| cells.contains(&cell))
    }

    /// The cells of this status, or of any, and of only patients, only others, or both.
    #[must_use]
    pub fn cells(status: Option<Status>, patients: Option<bool>, two_step: TwoStep) -> Option<Vec<Cell>> {
        if status.is_none() && patients.is_none() {
            return None;
        }
        let fits = |cell: &Cell| {
            status.is_none_or(|s| cell.status(two_step) == s) && patients.is_none_or(|p| cell.patient == p)
        };
        Some(Cell::ALL.into_iter().filter(fits).collect())
    }
}

impl Tally {
    /// Everybody.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.groups.iter().map(|g| g.2).sum()
    }

    /// Those who are locked out.
    #[must_use]
    pub fn locked(&self) -> u64 {
        self.groups.iter().filter(|g| g.1).map(|g| g.2).sum()
    }

    /// Those whom a practice with these switches sees in this status.
    #[must_use]
    pub fn with(&self, status: Status, two_step: TwoStep) -> u64 {
        self.groups.iter().filter(|g| g.0.status(two_step) == status).map(|g| g.2).sum()
    }
}
