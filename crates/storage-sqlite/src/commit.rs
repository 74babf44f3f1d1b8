//! A commit in a transaction: guards, claims, budgets, writes, facts, notices, in this order.

use practice_domain::commit::{Budget, Claim, Commit, Guard, Name, Record, Spend, Write};
use practice_domain::lockout::Counter;
use practice_domain::notice::{About, AccountNews, Notice};
use practice_domain::person::Person;
use practice_domain::port::{CommitError, Queue, Seal};
use practice_domain::value::{TicketId, Time, fold};
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use crate::audit;
use crate::billing;
use crate::code::Code;
use crate::fault::commit_fault;
use crate::grams;
use crate::record::{self, Statement};
use crate::row::scope_key;

type Applied = Result<(), CommitError>;

/// Applies a commit. After an error some of it is done: the transaction must not be kept.
pub(crate) async fn apply(conn: &mut SqliteConnection, commit: &Commit, seal: &dyn Seal) -> Applied {
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
    audit::append(conn, commit.entries(), seal).await.map_err(commit_fault)?;
    for notice in commit.notices() {
        must_change(conn, queue(notice)).await?;
    }
    Ok(())
}

/// Asks whether a guard holds. Nobody else writes before the transaction ends, so it holds until then.
async fn check(conn: &mut SqliteConnection, guard: &Guard) -> Applied {
    let statement = match guard {
        Guard::Practice(id, version) => {
            sqlx::query("SELECT 1 FROM practice WHERE id = ? AND version = ?").bind(id.0).bind(version.0)
        }
        Guard::Account(id, version) => {
            sqlx::query("SELECT 1 FROM account WHERE id = ? AND version = ?").bind(id.0).bind(version.0)
        }
        Guard::Member(practice, id, version) => {
            sqlx::query("SELECT 1 FROM member WHERE practice = ? AND id = ? AND version = ?")
                .bind(practice.0)
                .bind(id.0)
                .bind(version.0)
        }
        Guard::RoleDefinition(practice, role, version) => {
            let sql = "SELECT 1 WHERE ?3 IS (SELECT version FROM role_definition WHERE practice = ?1 AND role = ?2)";
            sqlx::query(sql).bind(practice.0).bind(role.to_string()).bind(version.map(|version| version.0))
        }
        Guard::InRole(practice, role, number) => {
            let sql = "SELECT 1 WHERE ?3 = (SELECT count(*) FROM member WHERE practice = ?1 AND role = ?2)";
            let number = i64::try_from(*number).unwrap_or(i64::MAX);
            sqlx::query(sql).bind(practice.0).bind(role.to_string()).bind(number)
        }
        Guard::Invitation(id, version) => {
            sqlx::query("SELECT 1 FROM invitation WHERE id = ? AND version = ?").bind(id.0).bind(version.0)
        }
        Guard::Registration(id, version) => {
            sqlx::query("SELECT 1 FROM registration WHERE id = ? AND version = ?").bind(id.0).bind(version.0)
        }
        Guard::PasswordLink(id, version) => {
            sqlx::query("SELECT 1 FROM password_link WHERE id = ? AND version = ?").bind(id.0).bind(version.0)
        }
        Guard::CodeWord(practice, version) => {
            sqlx::query("SELECT 1 FROM code_word WHERE practice = ? AND version = ?").bind(practice.0).bind(version.0)
        }
        Guard::Counter(subject, scope, version) => {
            let (scope, device) = scope_key(*scope);
            let sql = "SELECT 1 WHERE ? = ifnull(
                (SELECT version FROM counter WHERE subject = ? AND scope = ? AND device = ?), 0)";
            sqlx::query(sql).bind(version.0).bind(subject.0).bind(scope).bind(device)
        }
        Guard::Subscription(id, version) => {
            sqlx::query("SELECT 1 FROM subscription WHERE id = ? AND version = ?").bind(id.0).bind(version.0)
        }
        Guard::Free(name) => {
            let (practice, kind, subject) = name_key(name);
            let sql = "SELECT 1 WHERE NOT EXISTS
                (SELECT 1 FROM claim WHERE practice = ? AND kind = ? AND subject = ?)";
            sqlx::query(sql).bind(practice).bind(kind).bind(subject)
        }
        Guard::OpenInvitations(address, number) => {
            let sql = "SELECT 1 WHERE ? =
                (SELECT count(*) FROM invitation INDEXED BY invitation_open WHERE email_key = ? AND state = 'open')";
            sqlx::query(sql).bind(i64::try_from(*number).unwrap_or(i64::MAX)).bind(address.clone())
        }
    };
    statement.fetch_optional(conn).await.map_err(commit_fault)?.map(drop).ok_or(CommitError::Stale)
}

async fn settle_claim(conn: &mut SqliteConnection, claim: &Claim) -> Applied {
    let (sql, name, owner, refusal) = match claim {
        Claim::Release(name, owner) => (
            "DELETE FROM claim WHERE practice = ? AND kind = ? AND subject = ? AND owner = ?",
            name,
            owner,
            CommitError::Stale,
        ),
        Claim::Hold(name, owner) => (
            "INSERT INTO claim (practice, kind, subject, owner) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
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
async fn settle_spend(conn: &mut SqliteConnection, spend: &Spend) -> Applied {
    let (practice, kind, subject) = match &spend.budget {
        Budget::AddressMails(practice, address) => (practice, "address-mails", address.clone()),
        Budget::PracticeMails(practice) => (practice, "practice-mails", String::new()),
    };
    let statement = sqlx::query(
        "INSERT INTO budget (practice, kind, subject, starts_at, spent)
        SELECT ?1, ?2, ?3, ?4, 1 WHERE ?5 > 0
        ON CONFLICT DO UPDATE SET starts_at = max(starts_at, ?4), spent = iif(starts_at < ?4, 1, spent + 1)
        WHERE starts_at < ?4 OR spent < ?5",
    )
    .bind(practice.0)
    .bind(kind)
    .bind(subject)
    .bind(spend.window.micros())
    .bind(spend.limit);
    if change(conn, statement).await? == 1 { Ok(()) } else { Err(CommitError::Spent(spend.budget.clone())) }
}

async fn settle_write(conn: &mut SqliteConnection, write: &Write) -> Applied {
    let statement = match write {
        Write::Insert(record) => return must_change(conn, record::insert(record)).await,
        Write::Update(record) => return update(conn, record).await,
        Write::Count { counter, gone } => return count(conn, counter, gone).await,
        Write::List(person) => return list(conn, person).await,
        Write::Unlist(practice, id) => {
            sqlx::query("DELETE FROM person WHERE practice = ? AND id = ?").bind(practice.0).bind(id.0)
        }
        Write::ListLocked(account, locked) => {
            sqlx::query("UPDATE person SET locked = ?2 WHERE account = ?1 AND locked <> ?2")
                .bind(account.0)
                .bind(*locked)
        }
        Write::ListActive(account, practice, at) => {
            sqlx::query(LIST_ACTIVE).bind(account.0).bind(practice.0).bind(at.micros())
        }
        Write::EndSessions { account, within, except, at } => sqlx::query(
            "UPDATE session SET ended_at = ?2, version = version + 1
            WHERE account = ?1 AND ended_at IS NULL AND id IS NOT ?3 AND (?4 IS NULL OR practice = ?4)",
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

async fn update(conn: &mut SqliteConnection, record: &Record) -> Applied {
    let Some(statement) = record::update(record) else { return Err(CommitError::Stale) };
    match statement.execute(conn).await {
        Ok(done) if done.rows_affected() == 1 => Ok(()),
        Ok(_) => Err(CommitError::Stale),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(CommitError::Stale),
        Err(error) => Err(commit_fault(error)),
    }
}

async fn count(conn: &mut SqliteConnection, counter: &Counter, gone: &[TicketId]) -> Applied {
    let (scope, device) = scope_key(counter.scope);
    let statement = sqlx::query(
        "INSERT INTO counter (subject, scope, device, version, failures, locked_at, unforgiven)
        SELECT ?1, ?2, ?3, ?5 <> 0 OR ?6 IS NOT NULL OR ?7 <> 0, ?5, ?6, ?7 WHERE ?4 = 0 OR EXISTS
            (SELECT 1 FROM counter WHERE subject = ?1 AND scope = ?2 AND device = ?3)
        ON CONFLICT DO UPDATE SET version = version + (failures <> ?5 OR locked_at IS NOT ?6 OR unforgiven <> ?7),
            failures = ?5, locked_at = ?6, unforgiven = ?7
        WHERE version = ?4",
    );
    let statement = statement
        .bind(counter.subject.0)
        .bind(scope)
        .bind(device.clone())
        .bind(counter.version.0)
        .bind(counter.failures)
        .bind(counter.locked_at.map(Time::micros))
        .bind(counter.unforgiven);
    must_change(conn, statement).await?;
    for ticket in gone {
        let statement = sqlx::query("DELETE FROM ticket WHERE subject = ? AND scope = ? AND device = ? AND id = ?");
        change(conn, statement.bind(counter.subject.0).bind(scope).bind(device.clone()).bind(ticket.0)).await?;
    }
    Ok(())
}

/// Writes a row of the list, and the letters that a search finds it by, if they are other ones now.
async fn list(conn: &mut SqliteConnection, person: &Person) -> Applied {
    let search_key = person.search_key();
    let stored = sqlx::query("SELECT search_key = ? FROM person WHERE practice = ? AND id = ?")
        .bind(search_key.clone())
        .bind(person.practice.0)
        .bind(person.id.0)
        .fetch_optional(&mut *conn)
        .await
        .map_err(commit_fault)?;
    let same_letters = match stored {
        Some(row) => row.try_get::<bool, _>(0).map_err(commit_fault)?,
        None => {
            let shelf = sqlx::query("INSERT INTO shelf (practice) VALUES (?) ON CONFLICT DO NOTHING");
            change(conn, shelf.bind(person.practice.0)).await?;
            false
        }
    };
    let row = row_of(person, search_key.clone()).fetch_one(&mut *conn).await.map_err(commit_fault)?;
    if !same_letters {
        let seq: i64 = row.try_get(0).map_err(commit_fault)?;
        change(conn, grams::write(seq, &search_key)).await?;
    }
    Ok(())
}

fn row_of(person: &Person, search_key: String) -> Statement {
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
        .bind(search_key)
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
        About::Locked { account } => ("locked", account.0, None, None, None),
        About::LockToTell { account } => ("lock-to-tell", account.0, None, None, None),
        About::Unlocked { account } => ("unlocked", account.0, None, None, None),
        About::CodeWordsPaused { account, practice } => ("code-words-paused", account.0, None, Some(practice.0), None),
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
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?8) ON CONFLICT DO NOTHING",
    )
    .bind(notice.id.0)
    .bind(about)
    .bind(subject)
    .bind(ordinal)
    .bind(practice)
    .bind(product)
    .bind(endpoint)
    .bind(notice.ordered_at.micros())
    .bind(notice.expires_at.micros())
}

/// A name, as it is stored: its practice or nothing, its kind, and what it names there.
pub(crate) fn name_key(name: &Name) -> (Vec<u8>, &'static str, String) {
    match name {
        Name::Address(address) => (Vec::new(), "address", address.clone()),
        Name::OpenInvitation(practice, address) => (bytes(practice.0), "open-invitation", address.clone()),
        Name::FirstUserManager(practice) => (bytes(practice.0), "first-user-manager", String::new()),
        Name::Membership(practice, account) => (bytes(practice.0), "membership", account.to_string()),
        Name::Passkey(handle) => (Vec::new(), "passkey", handle.to_string()),
        Name::Billing(name) => billing::name_key(name),
    }
}

fn bytes(id: Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

async fn must_change(conn: &mut SqliteConnection, statement: Statement) -> Applied {
    if change(conn, statement).await? == 1 { Ok(()) } else { Err(CommitError::Stale) }
}

async fn change(conn: &mut SqliteConnection, statement: Statement) -> Result<u64, CommitError> {
    Ok(statement.execute(conn).await.map_err(commit_fault)?.rows_affected())
}

/// Marks the last activity of an account's row in a practice.
pub(crate) const LIST_ACTIVE: &str = "UPDATE person SET active_at = ?3
    WHERE account = ?1 AND practice = ?2 AND ifnull(active_at < ?3, 1)";

/// Ends what is old, and of the other whole ones all but the newest. The sum keeps SQLite from planning the statement anew each time:
/// it looks at a parameter that stands alone after `LIMIT`.
const CAP_SESSIONS: &str = "UPDATE session SET ended_at = ?2, version = version + 1
    WHERE account = ?1 AND ended_at IS NULL AND (seen_at <= ?3 OR started_at <= ?4 OR (stage = 'whole' AND id NOT IN (
        SELECT id FROM session INDEXED BY session_live
        WHERE account = ?1 AND ended_at IS NULL AND stage = 'whole' AND seen_at > ?3 AND started_at > ?4
        ORDER BY started_at DESC, id DESC LIMIT ?5 + 0)))";

const LIST: &str = "INSERT INTO person (seq, practice, id, account, first_name, last_name, email, kind, placement,
        invited_at, active_at, standing, tier, locked, user_manager, mail, first_key, last_key, name_key, search_key)
    SELECT 1 + ifnull((SELECT seq FROM person WHERE seq BETWEEN number << 32 AND (number << 32) + 4294967295
            ORDER BY seq DESC LIMIT 1), number << 32),
        ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19
    FROM shelf WHERE practice = ?1
    ON CONFLICT (practice, id) DO UPDATE SET account = ?3, first_name = ?4, last_name = ?5, email = ?6, kind = ?7,
        placement = ?8, invited_at = ?9, active_at = ifnull(max(active_at, ?10), ifnull(active_at, ?10)),
        standing = ?11, tier = ?12, locked = ?13, user_manager = ?14, mail = ?15, first_key = ?16, last_key = ?17,
        name_key = ?18, search_key = ?19
    RETURNING seq";
