//! The reference store keeps the contract, and a store that is wrong on purpose does not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use async_trait::async_trait;
use practice_testkit::contract;
use practice_testkit::contract::{Harness, Stores};
use practice_testkit::fakes::FakeSeal;
use practice_testkit::memory::{Fronted, Leaky, Memory};

struct InMemory;

#[async_trait]
impl Harness for InMemory {
    async fn fresh(&self) -> Stores {
        let seal = Arc::new(FakeSeal);
        let memory = Arc::new(Memory::new(seal.clone()));
        Stores {
            store: memory.clone(),
            ledger: memory.clone(),
            reader: memory.clone(),
            outbox: memory,
            seal,
            keep: Box::new(()),
        }
    }
}

contract!(InMemory);

contract! { InMemory; a_file_is_kept_as_it_came_on one_worker_has_a_practice_s_files a_parked_notice_can_go_out_again }

struct NotAtomic;

#[async_trait]
impl Harness for NotAtomic {
    async fn fresh(&self) -> Stores {
        let seal = Arc::new(FakeSeal);
        let memory = Arc::new(Memory::new(seal.clone()));
        let store = Arc::new(Fronted::new(memory.clone(), Leaky));
        Stores { store, ledger: memory.clone(), reader: memory.clone(), outbox: memory, seal, keep: Box::new(()) }
    }
}

#[test]
fn a_store_that_keeps_the_first_half_of_a_commit_breaks_the_contract() {
    assert!(breaks(|| Box::pin(contract::a_stale_write_changes_nothing(&NotAtomic))), "stale writes");
    assert!(breaks(|| Box::pin(contract::a_claim_is_held_once(&NotAtomic))), "claims");
    assert!(breaks(|| Box::pin(contract::a_released_claim_can_be_held_again(&NotAtomic))), "releases");
    assert!(breaks(|| Box::pin(contract::a_spent_budget_changes_nothing(&NotAtomic))), "budgets");
    assert!(breaks(|| Box::pin(contract::any_commits_agree_with_memory(&NotAtomic))), "any commits");
    assert!(!breaks(|| Box::pin(contract::facts_are_numbered_and_sealed_per_log(&NotAtomic))), "what it does right");
}

fn breaks(law: impl FnOnce() -> std::pin::Pin<Box<dyn Future<Output = ()>>>) -> bool {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    catch_unwind(AssertUnwindSafe(|| runtime.block_on(law()))).is_err()
}
