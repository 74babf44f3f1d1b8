//! Where a house keeps everything: in a file of SQLite's.

use std::sync::Arc;

use practice_storage_sqlite::Sqlite;
use practice_testkit::contract::Stores;
use practice_testkit::fakes::FakeSeal;

/// In a new file, which goes with the house.
pub(crate) async fn elsewhere() -> Option<Stores> {
    let folder = tempfile::tempdir().expect("a folder");
    let seal = Arc::new(FakeSeal);
    let sqlite = Arc::new(Sqlite::open(folder.path().join("portal.db"), seal.clone()).await.expect("a new file"));
    Some(Stores {
        store: sqlite.clone(),
        ledger: sqlite.clone(),
        reader: sqlite.clone(),
        outbox: sqlite,
        seal,
        keep: Box::new(folder),
    })
}
