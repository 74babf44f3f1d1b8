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
use crate::batch::Batch;
use crate::billing;
use crate::code::Code;
use crate::fault::commit_fault;
use crate::grams;
use crate::record::{self, Statement};
use crate::row::scope_key;
use crate::steps::{Demand, Steps};

type Applied = Result<(), CommitError>;

/// Applies a commit. After an error some of it is done: the transaction must not be kept.
pub(crate) async fn apply(conn: &mut SqliteConnection, commit: &Commit, seal: &dyn Seal) -> Applied {
    let rest = apply_most(conn, commit, seal).await?;
    rest.send(conn).await.map(drop).map_err(commit_fault)
}

/// The same but for its last statements, where they fail if they cannot do what they are to.
pub(crate) async fn apply_most(
    conn: &mut SqliteConnection,
    commit: &Commit,
    seal: &dyn Seal,
) -> Result<Batch, CommitError> {
    let mut steps = Steps::new(conn);
    for guard in commit.guards() {
        check(&mut steps, guard).await?;
    }
    let (releases, holds): (Vec<_>, Vec<_>) =
        commit.claims().iter().partition(|claim| matches!(claim, Claim::Release(..)));
    for claim in releases.into_iter().chain(holds) {
        settle_claim(&mut steps, claim).await?;
    }
    for spend in commit.spends() {
        settle_spend(&mut steps, spend).await?;
    }
    for write in commit.writes() {
        settle_write(&mut steps, write).await?;
    }
    audit::append(&mut steps, commit.entries(), seal).await?;
    for notice in commit.notices() {
        steps.add(QUEUE, Demand::Change(CommitError::Stale), |statement| queue(statement, notice)).await?;
    }
    steps.rest().await
}

/// Asks whether a guard holds. Nobody else writes before the transaction ends, so it holds until then.
async fn check(steps: &mut Steps<'_>, guard: &Guard) -> Applied {
    let sql = match guard {
        Guard::Practice(..) => "SELECT 1 FROM practice WHERE id = ? AND version = ?",
        Guard::Account(..) => "SELECT 1 FROM account WHERE id = ? AND version = ?",
        Guard::Member(..) => "SELECT 1 FROM member WHERE practice = ? AND id = ? AND version = ?",
        Guard::SecondFactor(..) => "SELECT 1 WHERE ? IS (SELECT version FROM second_factor WHERE account = ?)",
        Guard::RoleDefinition(..) => {
            "SELECT 1 WHERE ? IS (SELECT version FROM role_definition WHERE practice = ? AND role = ?)"
        }
        Guard::InRole(..) => "SELECT 1 WHERE ? = (SELECT count(*) FROM member WHERE practice = ? AND role = ?)",
        Guard::Invitation(..) => "SELECT 1 FROM invitation WHERE id = ? AND version = ?",
        Guard::Registration(..) => "SELECT 1 FROM registration WHERE id = ? AND version = ?",
        Guard::PasswordLink(..) => "SELECT 1 FROM password_link WHERE id = ? AND version = ?",
        Guard::CodeWord(..) => "SELECT 1 FROM code_word WHERE practice = ? AND version = ?",
        Guard::Counter(..) => {
            "SELECT 1 WHERE ? = ifnull((SELECT version FROM counter WHERE subject = ? AND scope = ? AND device = ?), 0)"
        }
        Guard::Subscription(..) => "SELECT 1 FROM subscription WHERE id = ? AND version = ?",
        Guard::Free(..) => {
            "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM claim WHERE practice = ? AND kind = ? AND subject = ?)"
        }
        Guard::OpenInvitations(..) => {
            "SELECT 1 WHERE ? =
                (SELECT count(*) FROM invitation INDEXED BY invitation_open WHERE email_key = ? AND state = 'open')"
        }
    };
    steps.add(sql, Demand::Row(CommitError::Stale), |statement| guarded(statement, guard)).await
}

fn guarded(statement: Statement, guard: &Guard) -> Statement {
    let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    match guard {
        Guard::Practice(id, version) => statement.bind(id.0).bind(version.0),
        Guard::Account(id, version) => statement.bind(id.0).bind(version.0),
        Guard::Member(practice, id, version) => statement.bind(practice.0).bind(id.0).bind(version.0),
        Guard::SecondFactor(id, version) => statement.bind(version.map(|version| version.0)).bind(id.0),
        Guard::RoleDefinition(practice, role, version) => {
            statement.bind(version.map(|version| version.0)).bind(practice.0).bind(role.to_string())
        }
        Guard::InRole(practice, role, most) => statement.bind(number(*most)).bind(practice.0).bind(role.to_string()),
        Guard::Invitation(id, version) => statement.bind(id.0).bind(version.0),
        Guard::Registration(id, version) => statement.bind(id.0).bind(version.0),
        Guard::PasswordLink(id, version) => statement.bind(id.0).bind(version.0),
        Guard::CodeWord(practice, version) => statement.bind(practice.0).bind(version.0),
        Guard::Counter(subject, scope, version) => {
            let (scope, device) = scope_key(*scope);
            statement.bind(version.0).bind(subject.0).bind(scope).bind(device)
        }
        Guard::Subscription(id, version) => statement.bind(id.0).bind(version.0),
        Guard::Free(name) => {
            let (practice, kind, subject) = name_key(name);
            statement.bind(practice).bind(kind).bind(subject)
        }
        Guard::OpenInvitations(address, most) => statement.bind(number(*most)).bind(address.clone()),
    }
}

async fn settle_claim(steps: &mut Steps<'_>, claim: &Claim) -> Applied {
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
    let bind = |statement: Statement| statement.bind(practice).bind(kind).bind(subject).bind(*owner);
    steps.add(sql, Demand::Change(refusal), bind).await
}

/// A window that has passed counts in the one that is now.
async fn settle_spend(steps: &mut Steps<'_>, spend: &Spend) -> Applied {
    let (practice, kind, subject) = match &spend.budget {
        Budget::AddressMails(practice, address) => (practice, "address-mails", address.clone()),
        Budget::PracticeMails(practice) => (practice, "practice-mails", String::new()),
    };
    let sql = "INSERT INTO budget (practice, kind, subject, starts_at, spent)
        SELECT ?, ?, ?, ?, 1 WHERE ? > 0
        ON CONFLICT DO UPDATE SET starts_at = max(starts_at, excluded.starts_at),
            spent = iif(starts_at < excluded.starts_at, 1, spent + 1)
        WHERE starts_at < excluded.starts_at OR spent < ?";
    let bind = |statement: Statement| {
        let statement = statement.bind(practice.0).bind(kind).bind(subject).bind(spend.window.micros());
        statement.bind(spend.limit).bind(spend.limit)
    };
    steps.add(sql, Demand::Change(CommitError::Spent(spend.budget.clone())), bind).await
}

async fn settle_write(steps: &mut Steps<'_>, write: &Write) -> Applied {
    match write {
        Write::Insert(record) => {
            let insert = record::table(record).insert;
            steps.add(insert, Demand::Change(CommitError::Stale), |statement| record::bind(statement, record)).await
        }
        Write::Update(record) => update(steps, record).await,
        Write::Count { counter, gone } => count(steps, counter, gone).await,
        Write::List(person) => list(steps.conn().await?, person).await,
        Write::Unlist(practice, id) => {
            let sql = "DELETE FROM person WHERE practice = ? AND id = ?";
            steps.add(sql, Demand::Nothing, |statement| statement.bind(practice.0).bind(id.0)).await
        }
        Write::ListLocked(account, locked) => {
            let sql = "UPDATE person SET locked = ? WHERE account = ? AND locked <> ?";
            let bind = |statement: Statement| statement.bind(*locked).bind(account.0).bind(*locked);
            steps.add(sql, Demand::Nothing, bind).await
        }
        Write::ListActive(account, practice, at) => {
            let bind = |statement| list_active(statement, account.0, practice.0, *at);
            steps.add(LIST_ACTIVE, Demand::Nothing, bind).await
        }
        Write::EndSessions { account, within, except, at } => {
            let sql = "UPDATE session SET ended_at = ?, version = version + 1
                WHERE account = ? AND ended_at IS NULL AND id IS NOT ? AND (? IS NULL OR practice = ?)";
            let within = within.map(Uuid::from);
            let bind = |statement: Statement| {
                statement.bind(at.micros()).bind(account.0).bind(except.map(Uuid::from)).bind(within).bind(within)
            };
            steps.add(sql, Demand::Nothing, bind).await
        }
        Write::CapSessions { account, most, unused_since, begun_before, at } => {
            let most = i64::try_from(*most).unwrap_or(i64::MAX);
            let (unused_since, begun_before) = (unused_since.micros(), begun_before.micros());
            let bind = |statement: Statement| {
                let statement = statement.bind(at.micros()).bind(account.0).bind(unused_since).bind(begun_before);
                statement.bind(account.0).bind(unused_since).bind(begun_before).bind(most)
            };
            steps.add(CAP_SESSIONS, Demand::Nothing, bind).await
        }
    }
}

async fn update(steps: &mut Steps<'_>, record: &Record) -> Applied {
    let Some(sql) = record::table(record).update else {
        // What came before it may refuse the commit for another reason.
        steps.send().await?;
        return Err(CommitError::Stale);
    };
    let statement = record::bind(sqlx::query(sql), record);
    match statement.execute(steps.conn().await?).await {
        Ok(done) if done.rows_affected() == 1 => Ok(()),
        Ok(_) => Err(CommitError::Stale),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(CommitError::Stale),
        Err(error) => Err(commit_fault(error)),
    }
}

async fn count(steps: &mut Steps<'_>, counter: &Counter, gone: &[TicketId]) -> Applied {
    let Counter { subject, version, failures, unforgiven, .. } = counter;
    let ((scope, device), locked_at) = (scope_key(counter.scope), counter.locked_at.map(Time::micros));
    let bind = |statement: Statement| {
        let statement = statement.bind(subject.0).bind(scope).bind(device.clone()).bind(version.0);
        statement.bind(*failures).bind(locked_at).bind(*unforgiven).bind(version.0)
    };
    steps.add(COUNT, Demand::Change(CommitError::Stale), bind).await?;
    for ticket in gone {
        let sql = "DELETE FROM ticket WHERE subject = ? AND scope = ? AND device = ? AND id = ?";
        let bind = |statement: Statement| statement.bind(subject.0).bind(scope).bind(device.clone()).bind(ticket.0);
        steps.add(sql, Demand::Nothing, bind).await?;
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

/// Gives [`QUEUE`] its values.
pub(crate) fn queue(statement: Statement, notice: &Notice) -> Statement {
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
    statement
        .bind(notice.id.0)
        .bind(about)
        .bind(subject)
        .bind(ordinal)
        .bind(practice)
        .bind(product)
        .bind(endpoint)
        .bind(notice.ordered_at.micros())
        .bind(notice.expires_at.micros())
        .bind(notice.ordered_at.micros())
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

async fn change(conn: &mut SqliteConnection, statement: Statement) -> Applied {
    statement.execute(conn).await.map(drop).map_err(commit_fault)
}

/// Gives [`LIST_ACTIVE`] its values.
pub(crate) fn list_active(statement: Statement, account: Uuid, practice: Uuid, at: Time) -> Statement {
    statement.bind(at.micros()).bind(account).bind(practice).bind(at.micros())
}

/// Marks the last activity of an account's row in a practice.
pub(crate) const LIST_ACTIVE: &str = "UPDATE person SET active_at = ?
    WHERE account = ? AND practice = ? AND ifnull(active_at < ?, 1)";

/// Orders a message, once.
pub(crate) const QUEUE: &str =
    "INSERT INTO notice (id, about, subject, ordinal, practice, product, endpoint, ordered_at, expires_at, due_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

/// Sets a counter that has this version; one that nobody has counted on yet has the version 0, and need not be there.
const COUNT: &str = "WITH new (subject, scope, device, expected, failures, locked_at, unforgiven) AS (VALUES (?, ?, ?, ?, ?, ?, ?))
    INSERT INTO counter (subject, scope, device, version, failures, locked_at, unforgiven)
    SELECT subject, scope, device, failures <> 0 OR locked_at IS NOT NULL OR unforgiven <> 0, failures, locked_at, unforgiven
    FROM new WHERE expected = 0 OR EXISTS (SELECT 1 FROM counter AS old
        WHERE old.subject = new.subject AND old.scope = new.scope AND old.device = new.device)
    ON CONFLICT DO UPDATE SET failures = excluded.failures, locked_at = excluded.locked_at, unforgiven = excluded.unforgiven,
        version = version + (failures <> excluded.failures OR locked_at IS NOT excluded.locked_at
            OR unforgiven <> excluded.unforgiven)
    WHERE version = ?";

/// Ends what is old, and of the other whole ones all but the newest. The sum keeps SQLite from planning the statement anew each time:
/// it looks at a parameter that stands alone after `LIMIT`.
const CAP_SESSIONS: &str = "UPDATE session SET ended_at = ?, version = version + 1
    WHERE account = ? AND ended_at IS NULL AND (seen_at <= ? OR started_at <= ? OR (stage = 'whole' AND id NOT IN (
        SELECT id FROM session INDEXED BY session_live
        WHERE account = ? AND ended_at IS NULL AND stage = 'whole' AND seen_at > ? AND started_at > ?
        ORDER BY started_at DESC, id DESC LIMIT ? + 0)))";

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
