//! Whose rows a transaction may write: it says so when it begins, and PostgreSQL holds it to that (`0011_wall.sql`).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use practice_domain::billing::BillingRecord;
use practice_domain::commit::{Claim, Commit, Record, Write};
use practice_domain::fact::Log;
use practice_domain::notice::About;
use practice_domain::value::{AccountId, PracticeId};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use uuid::Uuid;

use crate::commit::{budget_key, name_key};

/// Whose rows a unit of work may write. What it does not name is refused, for a role that owns nothing; who names nothing writes in no
/// practice at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Zeros stand for what belongs to no practice.
    practices: BTreeSet<Uuid>,
    accounts: BTreeSet<Uuid>,
    door: Option<Door>,
}

/// How somebody comes in who knows no practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// The last activity of a session, known by its id.
    Visit,
    /// Notices on their way out, and how their mail fares.
    Relay,
    /// Uploaded files that wait for a worker, or are old.
    Imports,
    /// Everything, on its way in from another store.
    Archive,
}

impl Reach {
    /// Nobody's rows.
    #[must_use]
    pub fn nobody() -> Self {
        Self::default()
    }

    /// The rows of one practice, and those that belong to none.
    #[must_use]
    pub fn practice(practice: PracticeId) -> Self {
        Self { practices: [Uuid::nil(), practice.0].into(), ..Self::default() }
    }

    /// The rows that a commit may write: of practices whose logs it adds to, and of accounts that it is about, in whatever practice. What
    /// is recorded in the platform's log may be about any practice, so then it is those that its own writes name.
    #[must_use]
    pub fn of(commit: &Commit) -> Self {
        let mut reach = Self { practices: [Uuid::nil()].into(), ..Self::default() };
        for entry in commit.entries() {
            match entry.log {
                Log::Practice(practice) => _ = reach.practices.insert(practice.0),
                Log::Platform => reach.practices.extend(named(commit)),
            }
        }
        reach.accounts.extend(commit.writes().iter().filter_map(account).map(Uuid::from));
        reach
    }

    /// What somebody reaches who comes by a door.
    pub(crate) fn by(door: Door) -> Self {
        Self { practices: [Uuid::nil()].into(), door: Some(door), ..Self::default() }
    }

    /// As well what somebody reaches who comes by a door.
    pub(crate) fn and_by(self, door: Door) -> Self {
        Self { door: Some(door), ..self }
    }

    /// Statements, and those that say it for the rest of the transaction: one round trip for all. It adds ids and fixed words only.
    pub(crate) fn said_after(&self, statements: &str) -> SqlStr {
        let mut said = statements.to_owned();
        for (what, ids) in [("practices", &self.practices), ("accounts", &self.accounts)] {
            if !ids.is_empty() {
                let ids: Vec<String> = ids.iter().map(Uuid::to_string).collect();
                let _ = write!(said, "; SET LOCAL portal.{what} = '{{{}}}'", ids.join(","));
            }
        }
        if let Some(door) = self.door {
            let _ = write!(said, "; SET LOCAL portal.door = '{}'", door.name());
        }
        AssertSqlSafe(said).into_sql_str()
    }
}

impl Door {
    fn name(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Relay => "relay",
            Self::Imports => "imports",
            Self::Archive => "archive",
        }
    }
}

/// The practices that writes, names, budgets and notices of a commit name themselves.
fn named(commit: &Commit) -> impl Iterator<Item = Uuid> + '_ {
    let written = commit.writes().iter().filter_map(|write| match write {
        Write::Insert(record) | Write::Update(record) => practice_of(record),
        Write::List(person) => Some(person.practice),
        Write::Unlist(practice, _) => Some(*practice),
        Write::Count { .. }
        | Write::ListLocked(..)
        | Write::ListActive(..)
        | Write::EndSessions { .. }
        | Write::CapSessions { .. } => None,
    });
    let claimed = commit.claims().iter().map(|claim| {
        let (Claim::Hold(name, _) | Claim::Release(name, _)) = claim;
        name_key(name).0
    });
    let spent = commit.spends().iter().map(|spend| budget_key(&spend.budget).0);
    let told = commit.notices().iter().filter_map(|notice| match notice.about {
        About::PlainNotice { practice, .. }
        | About::CodeWordsPaused { practice, .. }
        | About::SessionsEnded { practice, .. }
        | About::UserManagersChanged { practice, .. }
        | About::TwoStepChanged { practice, .. }
        | About::Support { practice, .. }
        | About::Event { practice, .. } => Some(practice.0),
        About::Invitation { .. }
        | About::SecretCode { .. }
        | About::PasswordLink { .. }
        | About::CodeWord { .. }
        | About::Locked { .. }
        | About::LockToTell { .. }
        | About::Unlocked { .. }
        | About::Account { .. }
        | About::Billing(_) => None,
    });
    written.map(|practice| practice.0).chain(claimed).chain(spent).chain(told)
}

fn practice_of(record: &Record) -> Option<PracticeId> {
    match record {
        Record::Practice(r) => Some(r.id),
        Record::Member(r) => Some(r.practice),
        Record::RoleDefinition(r) => Some(r.practice),
        Record::Invitation(r) => Some(r.practice),
        Record::Registration(r) => Some(r.practice),
        Record::Employee(r) => Some(r.practice),
        Record::PasswordLink(r) => r.practice,
        Record::CodeWord(r) => Some(r.practice),
        Record::Session(r) => r.practice,
        Record::ApiKey(r) => Some(r.practice),
        Record::Billing(r) => match &**r {
            BillingRecord::Quote(r) => Some(r.practice),
            BillingRecord::Purchase(r) => Some(r.practice),
            BillingRecord::Subscription(r) => Some(r.practice),
            BillingRecord::Invoice(r) => Some(r.practice),
            BillingRecord::Wallet(_) => None,
        },
        Record::Account(_)
        | Record::SecondFactor(_)
        | Record::EmailChange(_)
        | Record::PasswordRun(_)
        | Record::Replay(_) => None,
    }
}

/// The account whose own rows a write changes: its sessions, and its place in each list.
fn account(write: &Write) -> Option<AccountId> {
    match write {
        Write::Insert(Record::Account(r)) | Write::Update(Record::Account(r)) => Some(r.id),
        Write::Insert(Record::Session(r)) | Write::Update(Record::Session(r)) => Some(r.account),
        Write::ListLocked(account, _)
        | Write::ListActive(account, ..)
        | Write::EndSessions { account, .. }
        | Write::CapSessions { account, .. } => Some(*account),
        Write::Insert(_) | Write::Update(_) | Write::Count { .. } | Write::List(_) | Write::Unlist(..) => None,
    }
}
