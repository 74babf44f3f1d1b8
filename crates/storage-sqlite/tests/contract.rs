//! SQLite keeps the contract of every store.

use std::sync::Arc;

use async_trait::async_trait;
use practice_storage_sqlite::Sqlite;
use practice_testkit::contract;
use practice_testkit::contract::{Harness, Stores};
use practice_testkit::fakes::FakeSeal;

struct OnDisk;

#[async_trait]
impl Harness for OnDisk {
    async fn fresh(&self) -> Stores {
        let directory = tempfile::tempdir().expect("a directory");
        let seal = Arc::new(FakeSeal);
        let sqlite = Sqlite::open(directory.path().join("portal.db"), seal.clone()).await.expect("a new file");
        let sqlite = Arc::new(sqlite);
        Stores {
            store: sqlite.clone(),
            ledger: sqlite.clone(),
            reader: sqlite.clone(),
            outbox: sqlite,
            seal,
            keep: Box::new(directory),
        }
    }
}

contract!(OnDisk);

contract! { OnDisk; a_file_is_kept_as_it_came_on one_worker_has_a_practice_s_files a_parked_notice_can_go_out_again }
