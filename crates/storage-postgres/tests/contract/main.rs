//! PostgreSQL keeps the contract of every store, also for a role that owns nothing.

mod cluster;
mod plans;
mod pooler;
mod releases;
mod serving;
mod support;
mod wall;

use async_trait::async_trait;
use practice_testkit::contract;
use practice_testkit::contract::{Harness, Stores};

use crate::support::Database;

struct InCluster;

#[async_trait]
impl Harness for InCluster {
    async fn fresh(&self) -> Stores {
        let database = Database::fresh().await;
        let postgres = database.open_to_serve().await;
        Stores {
            store: postgres.clone(),
            ledger: postgres.clone(),
            reader: postgres.clone(),
            outbox: postgres,
            seal: database.seal(),
            keep: Box::new(database),
        }
    }
}

contract!(InCluster);
