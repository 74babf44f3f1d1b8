//! What a commit locks before it looks at anything. A guard shares the lock of what it looks at, whoever changes that owns it; both
//! by name, so that what is not there yet can be locked, too. Everybody locks in the same order and in one statement, so commits wait
//! for each other and never in a circle; a lock ends with its transaction.

use std::collections::BTreeMap;

use practice_domain::billing::BillingRecord;
use practice_domain::commit::{Claim, Commit, Guard, Name, Record, Write};
use practice_domain::fact::Log;
use practice_domain::value::PracticeId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::commit::{budget_key, name_key};

/// Locks by name, and whether each is owned.
#[derive(Default)]
pub(crate) struct Locks(BTreeMap<String, bool>);

impl Locks {
    /// One that is owned.
    pub(crate) fn owned(name: String) -> Self {
        Self::default().own(name)
    }

    /// All that a commit needs but the one of the platform's log, which everybody shares and which is taken last.
    pub(crate) fn of(commit: &Commit) -> Self {
        let logs = commit.entries().iter().filter_map(|entry| match entry.log {
            Log::Platform => None,
            Log::Practice(practice) => Some(format!("log {practice}")),
        });
        let locks = logs.fold(Self::default(), Self::own);
        let locks = commit.guards().iter().fold(locks, Self::guard);
        let locks = commit.claims().iter().fold(locks, |locks, claim| {
            let (Claim::Hold(held, _) | Claim::Release(held, _)) = claim;
            locks.own(name(held))
        });
        let locks = commit.spends().iter().fold(locks, |locks, spend| {
            let (practice, kind, subject) = budget_key(&spend.budget);
            locks.own(format!("budget {practice} {kind} {subject}"))
        });
        commit.writes().iter().fold(locks, Self::write)
    }

    /// Waits for all of them.
    pub(crate) async fn take(self, conn: &mut PgConnection) -> Result<(), sqlx::Error> {
        if self.0.is_empty() {
            return Ok(());
        }
        let (names, owned): (Vec<String>, Vec<bool>) = self.0.into_iter().unzip();
        let sql = "SELECT CASE WHEN owned THEN pg_advisory_xact_lock(hashtextextended(name, 0))
                ELSE pg_advisory_xact_lock_shared(hashtextextended(name, 0)) END
            FROM unnest($1::text[], $2::boolean[]) AS l (name, owned)";
        sqlx::query(sql).bind(names).bind(owned).execute(conn).await.map(drop)
    }

    fn own(mut self, name: String) -> Self {
        self.0.insert(name, true);
        self
    }

    fn share(mut self, name: String) -> Self {
        self.0.entry(name).or_insert(false);
        self
    }

    fn guard(self, guard: &Guard) -> Self {
        self.share(match guard {
            Guard::Practice(id, _) => format!("practice {id}"),
            Guard::Account(id, _) => format!("account {id}"),
            Guard::Member(practice, id, _) => format!("member {practice} {id}"),
            Guard::SecondFactor(account, _) => format!("second-factor {account}"),
            Guard::RoleDefinition(practice, role, _) => format!("role {practice} {role}"),
            Guard::InRole(practice, ..) => seats(*practice),
            Guard::Invitation(id, _) => format!("invitation {id}"),
            Guard::Registration(id, _) => format!("registration {id}"),
            Guard::PasswordLink(id, _) => format!("password-link {id}"),
            Guard::CodeWord(practice, _) => format!("code-word {practice}"),
            Guard::Counter(subject, ..) => counters(subject.0),
            Guard::Subscription(id, _) => format!("subscription {id}"),
            Guard::Free(free) => name(free),
            Guard::OpenInvitations(address, _) => invited(address),
        })
    }

    fn write(self, write: &Write) -> Self {
        match write {
            Write::Insert(record) => self.record(record, false),
            Write::Update(record) => self.record(record, true),
            Write::Count { counter, .. } => self.own(counters(counter.subject.0)),
            Write::EndSessions { account, .. } | Write::CapSessions { account, .. } => {
                self.own(format!("sessions {account}"))
            }
            Write::List(_) | Write::Unlist(..) | Write::ListLocked(..) | Write::ListActive(..) => self,
        }
    }

    /// Of what is new nobody can know, so only what it adds to is locked: a guard may have counted there, or found nothing.
    fn record(self, record: &Record, is_known: bool) -> Self {
        let locks = match record {
            Record::Member(r) => self.own(seats(r.practice)),
            Record::SecondFactor(r) => self.own(format!("second-factor {}", r.account)),
            Record::RoleDefinition(r) => self.own(format!("role {} {}", r.practice, r.role)),
            Record::CodeWord(r) => self.own(format!("code-word {}", r.practice)),
            Record::Invitation(r) => self.own(invited(r.email.normal())),
            _ => self,
        };
        let known = match record {
            _ if !is_known => None,
            Record::Practice(r) => Some(format!("practice {}", r.id)),
            Record::Account(r) => Some(format!("account {}", r.id)),
            Record::EmailChange(r) => Some(format!("email-change {}", r.account)),
            Record::Member(r) => Some(format!("member {} {}", r.practice, r.id)),
            Record::Invitation(r) => Some(format!("invitation {}", r.id)),
            Record::Registration(r) => Some(format!("registration {}", r.id)),
            Record::Employee(r) => Some(format!("employee {} {}", r.practice, r.id)),
            Record::PasswordLink(r) => Some(format!("password-link {}", r.id)),
            Record::PasswordRun(r) => Some(format!("password-run {}", r.id)),
            Record::Session(r) => Some(format!("sessions {}", r.account)),
            Record::Billing(r) => match &**r {
                BillingRecord::Wallet(r) => Some(format!("wallet {}", r.account)),
                BillingRecord::Purchase(r) => Some(format!("purchase {}", r.id)),
                BillingRecord::Subscription(r) => Some(format!("subscription {}", r.id)),
                BillingRecord::Quote(_) | BillingRecord::Invoice(_) => None,
            },
            Record::ApiKey(r) => Some(format!("api-key {}", r.id)),
            Record::SecondFactor(_) | Record::RoleDefinition(_) | Record::CodeWord(_) | Record::Replay(_) => None,
        };
        known.into_iter().fold(locks, Self::own)
    }
}

/// The lock of a subject's lockout counters and tickets.
pub(crate) fn counters(subject: Uuid) -> String {
    format!("counters {subject}")
}

/// The lock of the platform's log.
pub(crate) fn platform_log() -> Locks {
    Locks::owned("log".to_owned())
}

fn seats(practice: PracticeId) -> String {
    format!("seats {practice}")
}

fn invited(address: &str) -> String {
    format!("invited {address}")
}

fn name(name: &Name) -> String {
    let (practice, kind, subject) = name_key(name);
    format!("name {practice} {kind} {subject}")
}
