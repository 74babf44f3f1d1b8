//! A commit in a transaction: guards, claims, budgets, writes, facts, notices, in this order.

use practice_domain::commit::{Budget, Claim, Commit, Guard, Name, Record, Spend, Write};
use practice_domain::fact::Log;
use practice_domain::lockout::Counter;
use practice_domain::notice::{About, AccountNews, Notice};
use practice_domain::person::Person;
use practice_domain::port::{CommitError, Queue, Seal};
use practice_domain::value::{TicketId, Time, fold};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::audit;
use crate::billing;
use crate::code::Code;
use crate::fault::commit_fault;
use crate::locks::{Locks, platform_log};
use crate::record::{self, Statement};
use crate::row::scope_key;

type Applied = Result<(), CommitError>;

/// Applies a commit. After an error some of it is done: the transaction must not be kept.
pub(crate) async fn apply(conn: &mut PgConnection, commit: &Commit, seal: &dyn Seal) -> Applied {
    Locks::of(commit).take(conn).await.map_err(commit_fault)?;
    for guard in commit.guards() {
        check(conn, guard).await?;
    }
    let (releases, holds): (Vec<_>, Vec<_>) =
        commit.claims().iter().partition(|claim| matches!(claim, Claim::Release(..)));
    for claim in releases.into_iter().chain(holds) {
        settle_claim(conn, claim).await?;
    }
    for spend in commit.spends() {
        settle_spend(conn, spend).await?;
    }
    for write in commit.writes() {
        settle_write(conn, write).await?;
    }
    for notice in commit.notices() {
        must_change(conn, queue(notice)).await?;
    }
    if commit.entries().iter().any(|entry| entry.log == Log::Platform) {
        platform_log().take(conn).await.map_err(commit_fault)?;
    }
    audit::append(conn, commit.entries(), seal).await.map_err(commit_fault)
}

/// Asks whether a guard holds. What it looks at is locked, so it holds until the transaction ends.
async fn check(conn: &mut PgConnection, guard: &Guard) -> Applied {
    let statement = match guard {
        Guard::Practice(id, version) => {
            sqlx::query("SELECT 1 FROM practice WHERE id = $1 AND version = $2").bind(id.0).bind(i64::from(version.0))
        }
        Guard::Account(id, version) => {
            sqlx::query("SELECT 1 FROM account WHERE id = $1 AND version = $2").bind(id.0).bind(i64::from(version.0))
        }
        Guard::Member(practice, id, version) => {
            sqlx::query("SELECT 1 FROM member WHERE practice = $1 AND id = $2 AND version = $3")
                .bind(practice.0)
                .bind(id.0)
                .bind(i64::from(version.0))
        }
        Guard::SecondFactor(id, version) => {
            let sql = "SELECT 1 WHERE $2 IS NOT DISTINCT FROM (SELECT version FROM second_factor WHERE account = $1)";
            sqlx::query(sql).bind(id.0).bind(version.map(|version| i64::from(version.0)))
        }
        Guard::RoleDefinition(practice, role, version) => {
            let sql = "SELECT 1 WHERE $3 IS NOT DISTINCT FROM (SELECT version FROM role_definition WHERE practice = $1 AND role = $2)";
            sqlx::query(sql).bind(practice.0).bind(role.to_string()).bind(version.map(|version| i64::from(version.0)))
        }
        Guard::InRole(practice, role, number) => {
            let sql = "SELECT 1 WHERE $3 = (SELECT count(*) FROM member WHERE practice = $1 AND role = $2)";
            let number = i64::try_from(*number).unwrap_or(i64::MAX);
            sqlx::query(sql).bind(practice.0).bind(role.to_string()).bind(number)
        }
        Guard::Invitation(id, version) => {
            sqlx::query("SELECT 1 FROM invitation WHERE id = $1 AND version = $2").bind(id.0).bind(i64::from(version.0))
        }
        Guard::Registration(id, version) => sqlx::query("SELECT 1 FROM registration WHERE id = $1 AND version = $2")
            .bind(id.0)
            .bind(i64::from(version.0)),
        Guard::PasswordLink(id, version) => sqlx::query("SELECT 1 FROM password_link WHERE id = $1 AND version = $2")
            .bind(id.0)
            .bind(i64::from(version.0)),
        Guard::CodeWord(practice, version) => {
            sqlx::query("SELECT 1 FROM code_word WHERE practice = $1 AND version = $2")
                .bind(practice.0)
                .bind(i64::from(version.0))
        }
        Guard::Counter(subject, scope, version) => {
            let (scope, device) = scope_key(*scope);
            let sql = "SELECT 1 WHERE $1 = coalesce(
                (SELECT version FROM counter WHERE subject = $2 AND scope = $3 AND device = $4), 0)";
            sqlx::query(sql).bind(i64::from(version.0)).bind(subject.0).bind(scope).bind(device)
        }
        Guard::Subscription(id, version) => sqlx::query("SELECT 1 FROM subscription WHERE id = $1 AND version = $2")
            .bind(id.0)
            .bind(i64::from(version.0)),
        Guard::Free(name) => {
            let (practice, kind, subject) = name_key(name);
            let sql = "SELECT 1 WHERE NOT EXISTS
                (SELECT 1 FROM claim WHERE practice = $1 AND kind = $2 AND subject = $3)";
            sqlx::query(sql).bind(practice).bind(kind).bind(subject)
        }
        Guard::OpenInvitations(address, number) => {
            // One that is open could get another address: those that are there are held, too.
            let sql = "SELECT 1 WHERE $1 = open_invitations($2)";
            sqlx::query(sql).bind(i64::try_from(*number).unwrap_or(i64::MAX)).bind(address.clone())
        }
    };
    statement.fetch_optional(conn).await.map_err(commit_fault)?.map(drop).ok_or(CommitError::Stale)
}

async fn settle_claim(conn: &mut PgConnection, claim: &Claim) -> Applied {
    let (sql, name, owner, refusal) = match claim {
        Claim::Release(name, owner) => (
            "DELETE FROM claim WHERE practice = $1 AND kind = $2 AND subject = $3 AND owner = $4",
            name,
            owner,
            CommitError::Stale,
        ),
        Claim::Hold(name, owner) => (
            "INSERT INTO claim (practice, kind, subject, owner) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            name,
            owner,
            CommitError::Taken(name.clone()),
        ),
    };
    let (practice, kind, subject) = name_key(name);
    let statement = sqlx::query(sql).bind(practice).bind(kind).bind(subject).bind(*owner);
    if change(conn, statement).await? == 1 { Ok(()) } else { Err(refusal) }
}

/// A window that has passed counts in the one that is now.
async fn settle_spend(conn: &mut PgConnection, spend: &Spend) -> Applied {
    let (practice, kind, subject) = budget_key(&spend.budget);
    let statement = sqlx::query(
        "INSERT INTO budget AS b (practice, kind, subject, starts_at, spent)
        SELECT $1, $2, $3, $4, 1 WHERE $5 > 0
        ON CONFLICT (practice, kind, subject) DO UPDATE SET starts_at = greatest(b.starts_at, $4),
            spent = CASE WHEN b.starts_at < $4 THEN 1 ELSE b.spent + 1 END
        WHERE b.starts_at < $4 OR b.spent < $5",
    )
    .bind(practice)
    .bind(kind)
    .bind(subject)
    .bind(spend.window.micros())
    .bind(i64::from(spend.limit));
    if change(conn, statement).await? == 1 { Ok(()) } else { Err(CommitError::Spent(spend.budget.clone())) }
}

async fn settle_write(conn: &mut PgConnection, write: &Write) -> Applied {
    let statement = match write {
        Write::Insert(record) => return must_change(conn, record::insert(record)).await,
        Write::Update(record) => return update(conn, record).await,
        Write::Count { counter, gone } => return count(conn, counter, gone).await,
        Write::List(person) => row_of(person),
        Write::Unlist(practice, id) => {
            sqlx::query("DELETE FROM person WHERE practice = $1 AND id = $2").bind(practice.0).bind(id.0)
        }
        Write::ListLocked(account, locked) => {
            sqlx::query("UPDATE person SET locked = $2 WHERE account = $1 AND locked <> $2")
                .bind(account.0)
                .bind(*locked)
        }
        Write::ListActive(account, practice, at) => {
            sqlx::query(LIST_ACTIVE).bind(account.0).bind(practice.0).bind(at.micros())
        }
        Write::EndSessions { account, within, except, at } => sqlx::query(
            "UPDATE session SET ended_at = $2, version = version + 1
            WHERE account = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $3 AND ($4 IS NULL OR practice = $4)",
        )
        .bind(account.0)
        .bind(at.micros())
        .bind(except.map(Uuid::from))
        .bind(within.map(Uuid::from)),
        Write::CapSessions { account, most, unused_since, begun_before, at } => sqlx::query(CAP_SESSIONS)
            .bind(account.0)
            .bind(at.micros())
            .bind(unused_since.micros())
            .bind(begun_before.micros())
            .bind(i64::try_from(*most).unwrap_or(i64::MAX)),
    };
    change(conn, statement).await.map(drop)
}

async fn update(conn: &mut PgConnection, record: &Record) -> Applied {
    let Some(statement) = record::update(record) else { return Err(CommitError::Stale) };
    match statement.execute(conn).await {
        Ok(done) if done.rows_affected() == 1 => Ok(()),
        Ok(_) => Err(CommitError::Stale),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(CommitError::Stale),
        Err(error) => Err(commit_fault(error)),
    }
}

async fn count(conn: &mut PgConnection, counter: &Counter, gone: &[TicketId]) -> Applied {
    let (scope, device) = scope_key(counter.scope);
    let statement = sqlx::query(
        "INSERT INTO counter AS c (subject, scope, device, version, failures, locked_at, unforgiven)
        SELECT $1, $2, $3, ($5 <> 0 OR $6 IS NOT NULL OR $7 <> 0)::int, $5, $6, $7 WHERE $4 = 0 OR EXISTS
            (SELECT 1 FROM counter WHERE subject = $1 AND scope = $2 AND device = $3)
        ON CONFLICT (subject, scope, device) DO UPDATE
        SET version = c.version + ((c.failures, c.locked_at, c.unforgiven) IS DISTINCT FROM ($5, $6, $7))::int,
            failures = $5, locked_at = $6, unforgiven = $7
        WHERE c.version = $4",
    );
    let statement = statement
        .bind(counter.subject.0)
        .bind(scope)
        .bind(device)
        .bind(i64::from(counter.version.0))
        .bind(i64::from(counter.failures))
        .bind(counter.locked_at.map(Time::micros))
        .bind(i64::from(counter.unforgiven));
    must_change(conn, statement).await?;
    for ticket in gone {
        let statement = sqlx::query("DELETE FROM ticket WHERE subject = $1 AND scope = $2 AND device = $3 AND id = $4");
        change(conn, statement.bind(counter.subject.0).bind(scope).bind(device).bind(ticket.0)).await?;
    }
    Ok(())
}

/// A row of the list; the letters that a search finds it by follow in a trigger.
fn row_of(person: &Person) -> Statement {
    sqlx::query(LIST)
        .bind(person.practice.0)
        .bind(person.id.0)
        .bind(person.account.map(Uuid::from))
        .bind(person.name.first().to_owned())
        .bind(person.name.last().to_owned())
        .bind(person.email.as_typed().to_owned())
        .bind(person.kind.code())
        .bind(person.placement.code())
        .bind(person.invited_at.micros())
        .bind(person.active_at.map(Time::micros))
        .bind(person.standing.code())
        .bind(person.tier.code())
        .bind(person.locked)
        .bind(person.user_manager)
        .bind(person.mail.code())
        .bind(fold(person.name.first()))
        .bind(fold(person.name.last()))
        .bind(person.name_key())
        .bind(person.search_key())
}

pub(crate) fn queue(notice: &Notice) -> Statement {
    let (about, subject, ordinal, practice, product) = match notice.about {
        About::Invitation { invitation, generation } => ("invitation", invitation.0, Some(generation), None, None),
        About::PlainNotice { account, practice, product } => {
            ("plain-notice", account.0, None, Some(practice.0), Some(product.code()))
        }
        About::SecretCode { registration, serial } => ("secret-code", registration.0, Some(serial), None, None),
        About::PasswordLink { link, generation } => ("password-link", link.0, Some(generation), None, None),
        About::CodeWord { link, serial } => ("code-word", link.0, Some(serial), None, None),
        About::CodeWordsPaused { account, practice } => ("code-words-paused", account.0, None, Some(practice.0), None),
        About::Locked { account } => ("locked", account.0, None, None, None),
        About::LockToTell { account } => ("lock-to-tell", account.0, None, None, None),
        About::Unlocked { account } => ("unlocked", account.0, None, None, None),
        About::SessionsEnded { account, practice } => ("sessions-ended", account.0, None, Some(practice.0), None),
        About::Account { account, news } => {
            let (about, serial) = match news {
                AccountNews::PasswordChanged => ("password-changed", None),
                AccountNews::SecondFactorChanged => ("second-factor-changed", None),
                AccountNews::EmailChange { serial } => ("email-change", Some(serial)),
                AccountNews::EmailChanged { serial } => ("email-changed", Some(serial)),
            };
            (about, account.0, serial, None, None)
        }
        About::UserManagersChanged { account, practice } => {
            ("user-managers-changed", account.0, None, Some(practice.0), None)
        }
        About::TwoStepChanged { account, practice } => ("two-step-changed", account.0, None, Some(practice.0), None),
        About::Support { account, practice, act } => (act.code(), account.0, None, Some(practice.0), None),
        About::Billing(news) => {
            let (about, subject) = billing::news_key(news);
            (about, subject, None, None, None)
        }
        About::Event { practice, event, .. } => (event.key(), event.subject(), event.ordinal(), Some(practice.0), None),
    };
    let endpoint = match Queue::of(notice.about) {
        Queue::People => None,
        Queue::Events(product) => Some(product.code()),
    };
    sqlx::query(
        "INSERT INTO notice (id, about, subject, ordinal, practice, product, endpoint, ordered_at, expires_at, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8) ON CONFLICT DO NOTHING",
    )
    .bind(notice.id.0)
    .bind(about)
    .bind(subject)
    .bind(ordinal.map(i64::from))
    .bind(practice)
    .bind(product)
    .bind(endpoint)
    .bind(notice.ordered_at.micros())
    .bind(notice.expires_at.micros())
}

/// A budget, as it is stored: its practice, its kind, and what it is for there.
pub(crate) fn budget_key(budget: &Budget) -> (Uuid, &'static str, String) {
    match budget {
        Budget::AddressMails(practice, address) => (practice.0, "address-mails", address.clone()),
        Budget::PracticeMails(practice) => (practice.0, "practice-mails", String::new()),
    }
}

/// A name, as it is stored: its practice or zeros, its kind, and what it names there.
pub(crate) fn name_key(name: &Name) -> (Uuid, &'static str, String) {
    match name {
        Name::Address(address) => (Uuid::nil(), "address", address.clone()),
        Name::OpenInvitation(practice, address) => (practice.0, "open-invitation", address.clone()),
        Name::FirstUserManager(practice) => (practice.0, "first-user-manager", String::new()),
        Name::Membership(practice, account) => (practice.0, "membership", account.to_string()),
        Name::Passkey(handle) => (Uuid::nil(), "passkey", handle.to_string()),
        Name::Billing(name) => billing::name_key(name),
    }
}

async fn must_change(conn: &mut PgConnection, statement: Statement) -> Applied {
    if change(conn, statement).await? == 1 { Ok(()) } else { Err(CommitError::Stale) }
}

async fn change(conn: &mut PgConnection, statement: Statement) -> Result<u64, CommitError> {
    Ok(statement.execute(conn).await.map_err(commit_fault)?.rows_affected())
}

/// Marks the last activity of an account's row in a practice.
pub(crate) const LIST_ACTIVE: &str = "UPDATE person SET active_at = $3
    WHERE account = $1 AND practice = $2 AND (active_at IS NULL OR active_at < $3)";

/// Ends what is old, and of the other whole ones all but the newest.
const CAP_SESSIONS: &str = "UPDATE session SET ended_at = $2, version = version + 1
    WHERE account = $1 AND ended_at IS NULL AND (seen_at <= $3 OR started_at <= $4 OR (stage = 'whole' AND id NOT IN (
        SELECT id FROM session
        WHERE account = $1 AND ended_at IS NULL AND stage = 'whole' AND seen_at > $3 AND started_at > $4
        ORDER BY started_at DESC, id DESC LIMIT $5)))";

const LIST: &str = "INSERT INTO person AS p (practice, id, account, first_name, last_name, email, kind, placement, invited_at,
        active_at, standing, tier, locked, user_manager, mail, first_key, last_key, name_key, search_key)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
    ON CONFLICT (practice, id) DO UPDATE SET account = $3, first_name = $4, last_name = $5, email = $6, kind = $7,
        placement = $8, invited_at = $9, active_at = greatest(p.active_at, $10), standing = $11, tier = $12, locked = $13,
        user_manager = $14, mail = $15, first_key = $16, last_key = $17, name_key = $18, search_key = $19";
