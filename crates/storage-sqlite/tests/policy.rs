//! What happens when somebody edits a policy in the file.

use std::error::Error;
use std::sync::Arc;

use practice_domain::commit::Commit;
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::policy::{Policy, Preset};
use practice_domain::port::{Fault, Store};
use practice_domain::practice::Practice;
use practice_domain::value::{PracticeId, PracticeName, Time};
use practice_storage_sqlite::{OpenError, Sqlite, Work};
use practice_testkit::fakes::FakeSeal;
use rusqlite::Connection;
use uuid::Uuid;

const NOW: Time = Time::from_micros(1_782_129_600_000_000);
const ID: PracticeId = PracticeId(Uuid::from_u128(7));

/// PRA-6, POL-00: it is not read, and a file with it is not opened; both name the key and what it may be.
#[tokio::test]
async fn a_policy_outside_its_bounds_is_neither_read_nor_opened() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("portal.db");
    let sqlite = Sqlite::open(&path, Arc::new(FakeSeal)).await.expect("a new file");
    let policy = Policy::restore(Preset::Office, "session.idle_minutes=20").expect("within bounds");
    sqlite.commit(&founding(policy)).await.expect("a new practice");
    sqlite.close().await;
    let sqlite = Sqlite::open(&path, Arc::new(FakeSeal)).await.expect("a good file");
    let stored = sqlite.practice(ID).await.expect("readable").expect("a practice");
    assert_eq!(stored.policy(), policy);

    sqlite.transact(Edit).await.expect("an edited row");
    let refused = sqlite.practice(ID).await.expect_err("not within bounds");
    assert!(matches!(refused, Fault::Corrupt { .. }), "{refused:?}");
    assert_eq!(cause(&refused), "session.idle_minutes must be 5 to 60 minutes");
    sqlite.close().await;
    for opened in [Sqlite::open(&path, Arc::new(FakeSeal)).await, Sqlite::open_beside(&path, Arc::new(FakeSeal)).await]
    {
        let refused = opened.err().expect("not opened");
        assert!(matches!(refused, OpenError::Policy(ID, _)), "{refused:?}");
        assert_eq!(cause(&refused), "session.idle_minutes must be 5 to 60 minutes");
    }
}

fn founding(policy: Policy) -> Commit {
    let name = PracticeName::parse("Bright Smile").expect("a name");
    let practice = Practice::found(ID, name, None, policy.preset(), NOW).with_policy(policy);
    let fact = Fact::PracticeFounded { practice: ID, reason: None };
    let entry = Entry { log: Log::Platform, fact, actor: Actor::Visitor, origin: Origin::default(), at: NOW };
    Commit::recording(entry).insert(practice)
}

/// The last cause of all.
fn cause(error: &dyn Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

struct Edit;

impl Work for Edit {
    type Answer = ();
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<(), Fault> {
        let sql = "UPDATE practice SET policy = 'session.idle_minutes=61'";
        conn.execute_batch(sql).map_err(|error| Fault::unavailable("test", error))
    }
}
