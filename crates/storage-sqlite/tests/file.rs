//! What only a file can do: be opened again, be held by one process, fail in the middle.

mod older;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use practice_domain::channel::Placement;
use practice_domain::commit::{Commit, Write};
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::lockout::{Admission, Scope, Subject, TicketRequest};
use practice_domain::member::{Kind, Tier};
use practice_domain::notice::About;
use practice_domain::person::{Enrolment, MailState, Person};
use practice_domain::policy::{Policy, Preset};
use practice_domain::port::{CommitError, Fault, Filter, Outbox, PeopleQuery, Queue, Reader, Sort, Store};
use practice_domain::practice::Practice;
use practice_domain::rate::{Limit, Taken};
use practice_domain::value::{AccountId, Email, PersonId, PersonName, PracticeId, PracticeName, TicketId, Time};
use practice_storage_sqlite::{OpenError, Sqlite, Work};
use practice_testkit::fakes::{FakeKeys, FakeSeal};
use rusqlite::Connection;
use uuid::Uuid;

const NOW: Time = Time::from_micros(1_782_129_600_000_000);

#[tokio::test]
async fn what_was_stored_is_there_after_reopening() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    for n in 1..=3 {
        let sqlite = open(&path).await;
        sqlite.commit(&founding(n)).await.expect("a new practice");
        for old in 1..=n {
            assert_eq!(sqlite.practice(id(old)).await.expect("readable"), Some(practice(old)));
        }
        assert_eq!(sqlite.entries(Log::Platform, 1, 9).await.expect("readable").len() as u128, n);
        sqlite.close().await;
        let refused = sqlite.commit(&founding(9)).await;
        assert!(matches!(refused, Err(CommitError::Fault(Fault::Unavailable { .. }))), "{refused:?}");
    }
    assert!(!path.with_extension("db-wal").exists(), "closing moves the write-ahead log into the file");
}

/// RL-05, LOCK-1: limits, and the checks that count for the lock, are the same after a restart: nobody gets a second share by it.
#[tokio::test]
async fn limits_and_locks_survive_a_restart() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let network = [Limit::SignInsFromNetwork.ask(&FakeKeys, "192.0.2.7")];
    let other = [Limit::SignInsFromNetwork.ask(&FakeKeys, "192.0.2.8")];
    let back = NOW.plus(Duration::from_secs(2));
    let (subject, policy) = (Subject(Uuid::from_u128(5)), Policy::of(Preset::Standard).lockout);
    let ticket = async |sqlite: &Sqlite, n| {
        let ticket = TicketId(Uuid::from_u128(n));
        let request = TicketRequest { subject, scope: Scope::Account, ticket, policy, units: Vec::new() };
        sqlite.take_ticket(&request, NOW).await.expect("answered").admission().expect("no units are asked for")
    };
    for round in 0..3_u128 {
        let sqlite = open(&path).await;
        for n in 0..10 {
            assert_eq!(sqlite.take_units(&network, NOW).await.expect("answered"), Taken::Granted, "{round} {n}");
        }
        if round < 2 {
            for n in 0..3 {
                assert!(matches!(ticket(&sqlite, 10 * round + n).await, Admission::Granted(_)), "{round} {n}");
            }
        }
        sqlite.close().await;
    }
    let sqlite = open(&path).await;
    let refused = Taken::Refused { possible_at: back };
    assert_eq!(sqlite.take_units(&network, NOW).await.expect("answered"), refused, "the thirty-first");
    assert_eq!(sqlite.take_units(&other, NOW).await.expect("answered"), Taken::Granted);
    assert_eq!(sqlite.take_units(&network, back).await.expect("answered"), Taken::Granted);
    assert!(matches!(ticket(&sqlite, 90).await, Admission::Granted(_)), "the seventh");
    assert_eq!(ticket(&sqlite, 91).await, Admission::Busy, "the eighth, while seven are in flight");
    sqlite.close().await;
}

/// RL-05: keys that have been whole again for a day are forgotten, at the calls whose turn it is; those in use are not.
#[tokio::test]
async fn limits_that_are_whole_again_are_forgotten() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let sqlite = open(&path).await;
    let ask = |network: &str| [Limit::SignInsFromNetwork.ask(&FakeKeys, network)];
    for n in 0..40 {
        assert_eq!(sqlite.take_units(&ask(&format!("192.0.2.{n}")), NOW).await.expect("answered"), Taken::Granted);
    }
    let later = NOW.plus(Duration::from_secs(2 * 24 * 60 * 60));
    let mut left: Vec<i64> = Vec::new();
    for (network, micros) in [("198.51.100.1", 1), ("198.51.100.2", 16), ("198.51.100.3", 32)] {
        let now = later.plus(Duration::from_micros(micros));
        assert_eq!(sqlite.take_units(&ask(network), now).await.expect("answered"), Taken::Granted);
        let conn = Connection::open(&path).expect("a file");
        left.push(conn.query_one("SELECT count(*) FROM unit", [], |row| row.get(0)).expect("a number"));
    }
    assert_eq!(
        left,
        [41_i64, 2, 3],
        "not at the first, all of the old ones at the second, none of today's at the third"
    );
    sqlite.close().await;
}

#[tokio::test]
async fn a_file_is_open_once() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let sqlite = open(&path).await;
    let second = Sqlite::open(&path, Arc::new(FakeSeal)).await.err().expect("refused");
    assert!(matches!(second, OpenError::InUse(_)));
    assert!(second.to_string().starts_with("database-in-use"), "{second}");
    sqlite.close().await;
    open(&path).await.close().await;
}

#[tokio::test]
async fn a_file_of_a_later_version_is_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let sqlite = open(&path).await;
    let later = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
        VALUES (99, 'later', 1, x'00', 0)";
    sqlite.transact(Sql(later)).await.expect("a row");
    sqlite.close().await;
    assert!(matches!(Sqlite::open(&path, Arc::new(FakeSeal)).await, Err(OpenError::Later(99))));
}

#[tokio::test]
async fn a_file_that_had_other_changes_is_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let sqlite = open(&path).await;
    let another = "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 9";
    sqlite.transact(Sql(another)).await.expect("another change");
    sqlite.close().await;
    assert!(matches!(Sqlite::open(&path, Arc::new(FakeSeal)).await, Err(OpenError::Changed(9))));
}

/// A unit of work of an embedder that panics harms nobody else.
#[tokio::test]
async fn others_write_on_after_a_unit_of_work_that_panics() {
    let directory = tempfile::tempdir().expect("a directory");
    let sqlite = open(&directory.path().join("portal.db")).await;
    let refused = sqlite.transact(Panics(founding(1))).await;
    assert!(matches!(refused, Err(CommitError::Fault(Fault::Unavailable { .. }))), "{refused:?}");
    sqlite.commit(&founding(2)).await.expect("a new practice");
    assert_eq!(sqlite.practice(id(1)).await.expect("readable"), None);
}

struct Panics(Commit);

impl Work for Panics {
    type Answer = ();
    type Error = CommitError;

    fn run(&self, conn: &Connection) -> Result<(), CommitError> {
        Sqlite::commit_in(conn, &self.0, &FakeSeal)?;
        panic!("as it does here")
    }
}

/// LIST-3: a change of the tables that empties the letters loses nobody.
#[tokio::test]
async fn letters_that_are_missing_are_written_when_the_file_is_opened() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let sqlite = open(&path).await;
    let listed = (1..=1_200).fold(founding(1), |commit, n| commit.write(Write::List(somebody(n))));
    sqlite.commit(&listed).await.expect("a new list");
    let empty = "INSERT INTO person_gram (person_gram) VALUES ('delete-all')";
    sqlite.transact(Sql(empty)).await.expect("no letters");
    assert_eq!(found(&sqlite, "quartz").await, 0, "the letters are gone");
    sqlite.close().await;
    let sqlite = open(&path).await;
    for (term, number) in [("quartz", 1_200), ("1200@", 1), ("otter", 0)] {
        assert_eq!(found(&sqlite, term).await, number, "{term}");
    }
    sqlite.close().await;
}

#[tokio::test]
async fn what_waits_in_a_file_of_an_earlier_version_still_goes_out() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let conn = Connection::open(&path).expect("a file");
    conn.execute_batch(include_str!("../migrations/0001_init.sql")).expect("the first version");
    conn.execute_batch(older::NOTED).expect("noted");
    let waiting = "INSERT INTO notice (id, about, subject, ordered_at, expires_at, due_at)
        VALUES (x'00000000000000000000000000000007', 'locked', x'00000000000000000000000000000001', 1, 9, 1)";
    conn.execute_batch(waiting).expect("a notice");
    drop(conn);
    let sqlite = open(&path).await;
    let leased = sqlite.lease(Queue::People, Uuid::from_u128(2), NOW, Duration::from_secs(9), 9).await.expect("leased");
    let notices: Vec<_> = leased.into_iter().map(|leased| (leased.notice.id.0, leased.notice.about)).collect();
    assert_eq!(notices, [(Uuid::from_u128(7), About::Locked { account: AccountId(Uuid::from_u128(1)) })]);
    sqlite.close().await;
}

#[tokio::test]
async fn a_statement_that_fails_in_the_middle_of_a_commit_leaves_nothing_of_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let sqlite = Arc::new(open(&directory.path().join("portal.db")).await);
    let trap = "CREATE TRIGGER trap BEFORE INSERT ON practice WHEN new.name = 'Practice 5'
        BEGIN SELECT raise(ABORT, 'trap'); END";
    sqlite.transact(Sql(trap)).await.expect("a trigger");
    let bad = founding(4).insert(practice(5)).insert(practice(6));
    for together in [1, 12] {
        let commits = (0..together).map(|n| {
            let (sqlite, commit) = (sqlite.clone(), if n == 0 { bad.clone() } else { founding(100 + n) });
            tokio::spawn(async move { sqlite.commit(&commit).await })
        });
        let mut answers = Vec::new();
        for commit in commits.collect::<Vec<_>>() {
            answers.push(commit.await.expect("no panic"));
        }
        assert!(matches!(answers[0], Err(CommitError::Fault(Fault::Unavailable { .. }))), "{answers:?}");
        assert!(answers[1..].iter().all(Result::is_ok), "its neighbours are kept: {answers:?}");
    }
    for n in [4, 5, 6] {
        assert_eq!(sqlite.practice(id(n)).await.expect("readable"), None);
    }
    assert_eq!(sqlite.entries(Log::Platform, 1, 99).await.expect("readable").len(), 11);
}

#[tokio::test]
async fn a_request_that_is_dropped_leaves_no_open_transaction() {
    let directory = tempfile::tempdir().expect("a directory");
    let sqlite = Arc::new(open(&directory.path().join("portal.db")).await);
    for n in 1..=40_u64 {
        let (other, commit) = (sqlite.clone(), founding(u128::from(n)));
        let request = tokio::spawn(async move { other.commit(&commit).await });
        tokio::time::sleep(Duration::from_micros(n * 40)).await;
        request.abort();
    }
    sqlite.commit(&founding(1_000)).await.expect("a new practice");
    let mut kept = 1;
    for n in 1..=40 {
        kept += usize::from(sqlite.practice(id(n)).await.expect("readable").is_some());
    }
    assert_eq!(sqlite.entries(Log::Platform, 1, 99).await.expect("readable").len(), kept);
}

#[tokio::test]
async fn the_audit_log_refuses_changes() {
    let directory = tempfile::tempdir().expect("a directory");
    let sqlite = open(&directory.path().join("portal.db")).await;
    sqlite.commit(&founding(1)).await.expect("a new practice");
    for sql in ["UPDATE audit SET text = ''", "DELETE FROM audit"] {
        assert!(sqlite.transact(Sql(sql)).await.is_err(), "{sql}");
    }
    assert_eq!(sqlite.entries(Log::Platform, 1, 9).await.expect("readable").len(), 1);
}

#[tokio::test]
async fn an_embedder_changes_own_tables_in_the_same_transaction() {
    let directory = tempfile::tempdir().expect("a directory");
    let sqlite = open(&directory.path().join("portal.db")).await;
    sqlite.transact(Sql("CREATE TABLE chair (practice BLOB NOT NULL UNIQUE) STRICT")).await.expect("a table");
    sqlite.transact(Furnish { commit: founding(1), practice: id(1) }).await.expect("a practice with a chair");
    let refused = sqlite.transact(Furnish { commit: founding(2), practice: id(1) }).await;
    assert!(matches!(refused, Err(CommitError::Fault(_))), "{refused:?}");
    assert!(sqlite.practice(id(1)).await.expect("readable").is_some());
    assert_eq!(sqlite.practice(id(2)).await.expect("readable"), None, "its chair was refused");
}

/// A practice and a chair in it.
struct Furnish {
    commit: Commit,
    practice: PracticeId,
}

impl Work for Furnish {
    type Answer = ();
    type Error = CommitError;

    fn run(&self, conn: &Connection) -> Result<(), CommitError> {
        Sqlite::commit_in(conn, &self.commit, &FakeSeal)?;
        let chair = conn.execute("INSERT INTO chair (practice) VALUES (?)", [self.practice.0]);
        chair.map_err(|error| Fault::unavailable("buy a chair", error))?;
        Ok(())
    }
}

struct Sql(&'static str);

impl Work for Sql {
    type Answer = ();
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<(), Fault> {
        conn.execute_batch(self.0).map_err(|error| Fault::unavailable("test", error))
    }
}

async fn open(path: &Path) -> Sqlite {
    Sqlite::open(path, Arc::new(FakeSeal)).await.expect("a file of its own")
}

fn id(n: u128) -> PracticeId {
    PracticeId(Uuid::from_u128(n))
}

fn practice(n: u128) -> Practice {
    let name = PracticeName::parse(&format!("Practice {n}")).expect("a name");
    Practice::found(id(n), name, None, Preset::Standard, NOW)
}

fn founding(n: u128) -> Commit {
    let fact = Fact::PracticeFounded { practice: id(n), reason: None };
    let entry = Entry { log: Log::Platform, fact, actor: Actor::Visitor, origin: Origin::default(), at: NOW };
    Commit::recording(entry).insert(practice(n))
}

fn somebody(n: u128) -> Person {
    Person {
        practice: id(1),
        id: PersonId(Uuid::from_u128(n)),
        account: None,
        name: PersonName::parse("Ann", "Quartz").expect("a name"),
        email: Email::parse(&format!("ann.{n}@example.com")).expect("an address"),
        kind: Kind::Staff,
        placement: Placement::InPractice,
        invited_at: NOW,
        active_at: None,
        standing: Enrolment::NotRegistered,
        tier: Tier::Free,
        locked: false,
        user_manager: false,
        mail: MailState::Queued,
    }
}

/// How many rows have this term, page by page.
async fn found(sqlite: &Sqlite, term: &str) -> usize {
    let search = term.to_owned();
    let mut query = PeopleQuery {
        practice: id(1),
        search,
        filter: Filter::default(),
        sort: Sort::default(),
        from: None,
        size: 200,
    };
    let mut number = 0;
    loop {
        let page = sqlite.people(&query).await.expect("a page");
        number += page.people.len();
        query.from = page.after;
        if query.from.is_none() {
            return number;
        }
    }
}
