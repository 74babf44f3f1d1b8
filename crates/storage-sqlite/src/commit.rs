//! A commit in a transaction: guards, claims, budgets, writes, facts, notices, in this order.

use practice_domain::commit::{Budget, Claim, Commit, Guard, Name, Record, Spend, Write};
use practice_domain::lockout::Counter;
use practice_domain::notice::{About, AccountNews, Notice};
use practice_domain::person::Person;
use practice_domain::port::{CommitError, Fault, Queue, Seal};
use practice_domain::value::{TicketId, Time, fold};
use rusqlite::Connection;
use uuid::Uuid;

use crate::audit;
use crate::billing;
use crate::code::Code;
use crate::fault::{fault, is_taken};
use crate::grams;
use crate::record;
use crate::row::scope_key;
use crate::statement::Statement;

type Applied = Result<(), CommitError>;

/// Applies a commit. After an error some of it is done: the transaction must not be kept.
pub(crate) fn apply(conn: &Connection, commit: &Commit, seal: &dyn Seal) -> Applied {
    for guard in commit.guards() {
        check(conn, guard)?;
    }
    let (releases, holds): (Vec<_>, Vec<_>) =
        commit.claims().iter().partition(|claim| matches!(claim, Claim::Release(..)));
    for claim in releases.into_iter().chain(holds) {
        settle_claim(conn, claim)?;
    }
    for spend in commit.spends() {
        settle_spend(conn, spend)?;
    }
    for write in commit.writes() {
        settle_write(conn, write)?;
    }
    audit::append(conn, commit.entries(), seal)?;
    for notice in commit.notices() {
        one_row(conn, queue(Statement::new(QUEUE), notice), || CommitError::Stale)?;
    }
    Ok(())
}

/// Asks whether a guard holds. Nobody else writes before the transaction ends, so it holds until then.
fn check(conn: &Connection, guard: &Guard) -> Applied {
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
    let holds = guarded(Statement::new(sql), guard).finds(conn, "commit")?;
    if holds { Ok(()) } else { Err(CommitError::Stale) }
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

fn settle_claim(conn: &Connection, claim: &Claim) -> Applied {
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
    one_row(conn, Statement::new(sql).bind(practice).bind(kind).bind(subject).bind(*owner), || refusal)
}

/// A window that has passed counts in the one that is now.
fn settle_spend(conn: &Connection, spend: &Spend) -> Applied {
    let (practice, kind, subject) = match &spend.budget {
        Budget::AddressMails(practice, address) => (practice, "address-mails", address.clone()),
        Budget::PracticeMails(practice) => (practice, "practice-mails", String::new()),
    };
    let sql = "INSERT INTO budget (practice, kind, subject, starts_at, spent)
        SELECT ?1, ?2, ?3, ?4, 1 WHERE ?5 > 0
        ON CONFLICT DO UPDATE SET starts_at = max(starts_at, excluded.starts_at),
            spent = iif(starts_at < excluded.starts_at, 1, spent + 1)
        WHERE starts_at < excluded.starts_at OR spent < ?5";
    let statement = Statement::new(sql).bind(practice.0).bind(kind).bind(subject);
    let statement = statement.bind(spend.window.micros()).bind(spend.limit);
    one_row(conn, statement, || CommitError::Spent(spend.budget.clone()))
}

fn settle_write(conn: &Connection, write: &Write) -> Applied {
    match write {
        Write::Insert(record) => {
            let insert = Statement::new(record::table(record).insert);
            one_row(conn, record::bind(insert, record), || CommitError::Stale)
        }
        Write::Update(record) => update(conn, record),
        Write::Count { counter, gone } => count(conn, counter, gone),
        Write::List(person) => list(conn, person),
        Write::Unlist(practice, id) => {
            let sql = "DELETE FROM person WHERE practice = ? AND id = ?";
            any_rows(conn, Statement::new(sql).bind(practice.0).bind(id.0))
        }
        Write::ListLocked(account, locked) => {
            let sql = "UPDATE person SET locked = ?2 WHERE account = ?1 AND locked <> ?2";
            any_rows(conn, Statement::new(sql).bind(account.0).bind(*locked))
        }
        Write::ListActive(account, practice, at) => {
            any_rows(conn, list_active(Statement::new(LIST_ACTIVE), account.0, practice.0, *at))
        }
        Write::EndSessions { account, within, except, at } => {
            let sql = "UPDATE session SET ended_at = ?4, version = version + 1
                WHERE account = ?1 AND ended_at IS NULL AND id IS NOT ?3 AND (?2 IS NULL OR practice = ?2)";
            let statement = Statement::new(sql).bind(account.0).bind(within.map(Uuid::from));
            any_rows(conn, statement.bind(except.map(Uuid::from)).bind(at.micros()))
        }
        Write::CapSessions { account, most, unused_since, begun_before, at } => {
            let statement = Statement::new(CAP_SESSIONS).bind(account.0).bind(unused_since.micros());
            let statement = statement.bind(begun_before.micros()).bind(i64::try_from(*most).unwrap_or(i64::MAX));
            any_rows(conn, statement.bind(at.micros()))
        }
    }
}

/// Does what must change one row, or else refuses the commit.
fn one_row(conn: &Connection, statement: Statement, refusal: impl FnOnce() -> CommitError) -> Applied {
    if statement.execute(conn, "commit")? == 1 { Ok(()) } else { Err(refusal()) }
}

/// Does what may change as many rows as there are.
fn any_rows(conn: &Connection, statement: Statement) -> Applied {
    statement.execute(conn, "commit")?;
    Ok(())
}

fn update(conn: &Connection, record: &Record) -> Applied {
    let Some(sql) = record::table(record).update else { return Err(CommitError::Stale) };
    match record::bind(Statement::new(sql), record).run(conn) {
        Ok(1) => Ok(()),
        Ok(_) => Err(CommitError::Stale),
        Err(error) if is_taken(&error) => Err(CommitError::Stale),
        Err(error) => Err(fault("commit", error).into()),
    }
}

fn count(conn: &Connection, counter: &Counter, gone: &[TicketId]) -> Applied {
    let Counter { subject, version, failures, unforgiven, .. } = counter;
    let ((scope, device), locked_at) = (scope_key(counter.scope), counter.locked_at.map(Time::micros));
    let statement = Statement::new(COUNT).bind(subject.0).bind(scope).bind(device.clone()).bind(version.0);
    let statement = statement.bind(*failures).bind(locked_at).bind(*unforgiven);
    one_row(conn, statement, || CommitError::Stale)?;
    for ticket in gone {
        let sql = "DELETE FROM ticket WHERE subject = ? AND scope = ? AND device = ? AND id = ?";
        any_rows(conn, Statement::new(sql).bind(subject.0).bind(scope).bind(device.clone()).bind(ticket.0))?;
    }
    Ok(())
}

/// Writes a row of the list, and the letters that a search finds it by, if they are other ones now.
fn list(conn: &Connection, person: &Person) -> Applied {
    let search_key = person.search_key();
    let stored = Statement::new("SELECT search_key = ? FROM person WHERE practice = ? AND id = ?");
    let stored = stored.bind(search_key.clone()).bind(person.practice.0).bind(person.id.0);
    let same_letters = stored.one::<bool>(conn, "commit")?;
    if same_letters.is_none() {
        let shelf = Statement::new("INSERT INTO shelf (practice) VALUES (?) ON CONFLICT DO NOTHING");
        any_rows(conn, shelf.bind(person.practice.0))?;
    }
    let seq = row_of(person, search_key.clone()).one::<i64>(conn, "commit")?;
    let seq = seq.ok_or_else(|| Fault::corrupt("person", "a row has no number"))?;
    if same_letters != Some(true) {
        any_rows(conn, grams::write(seq, &search_key))?;
    }
    Ok(())
}

fn row_of(person: &Person, search_key: String) -> Statement {
    Statement::new(LIST)
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

/// Gives [`LIST_ACTIVE`] its values.
pub(crate) fn list_active(statement: Statement, account: Uuid, practice: Uuid, at: Time) -> Statement {
    statement.bind(at.micros()).bind(account).bind(practice)
}

/// Marks the last activity of an account's row in a practice.
pub(crate) const LIST_ACTIVE: &str = "UPDATE person SET active_at = ?1
    WHERE account = ?2 AND practice = ?3 AND ifnull(active_at < ?1, 1)";

/// Orders a message, once.
pub(crate) const QUEUE: &str =
    "INSERT INTO notice (id, about, subject, ordinal, practice, product, endpoint, ordered_at, expires_at, due_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

/// Sets a counter that has this version; one that nobody has counted on yet has the version 0, and need not be there.
const COUNT: &str = "WITH new (subject, scope, device, expected, failures, locked_at, unforgiven) AS (VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7))
    INSERT INTO counter (subject, scope, device, version, failures, locked_at, unforgiven)
    SELECT subject, scope, device, failures <> 0 OR locked_at IS NOT NULL OR unforgiven <> 0, failures, locked_at, unforgiven
    FROM new WHERE expected = 0 OR EXISTS (SELECT 1 FROM counter AS old
        WHERE old.subject = new.subject AND old.scope = new.scope AND old.device = new.device)
    ON CONFLICT DO UPDATE SET failures = excluded.failures, locked_at = excluded.locked_at, unforgiven = excluded.unforgiven,
        version = version + (failures <> excluded.failures OR locked_at IS NOT excluded.locked_at
            OR unforgiven <> excluded.unforgiven)
    WHERE version = ?4";

/// Ends what is old, and of the other whole ones all but the newest. The sum keeps SQLite from planning the statement anew each time:
/// it looks at a parameter that stands alone after `LIMIT`.
const CAP_SESSIONS: &str = "UPDATE session SET ended_at = ?5, version = version + 1
    WHERE account = ?1 AND ended_at IS NULL AND (seen_at <= ?2 OR started_at <= ?3 OR (stage = 'whole' AND id NOT IN (
        SELECT id FROM session INDEXED BY session_live
        WHERE account = ?1 AND ended_at IS NULL AND stage = 'whole' AND seen_at > ?2 AND started_at > ?3
        ORDER BY started_at DESC, id DESC LIMIT ?4 + 0)))";

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
