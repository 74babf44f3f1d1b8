//! A store that gives way before it is asked, and remembers what was committed.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};

use async_trait::async_trait;
use practice_domain::commit::Commit;
use practice_domain::port::{CommitError, Store};
use practice_testkit::memory::{Front, Fronted, Memory};

use crate::world::interleave::give_way;

/// Before which calls others may come between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    /// None: what is asked is answered at once.
    Whole = 0,
    /// Only commits.
    Commits = 1,
    /// Every call.
    Calls = 2,
}

/// See the module.
pub(crate) type Stepping = Fronted<Steps>;

/// The front that makes a store so.
#[derive(Default)]
pub(crate) struct Steps {
    grain: AtomicU8,
    commits: Mutex<Vec<Commit>>,
    forgets: AtomicBool,
    forgotten: AtomicUsize,
}

impl Steps {
    /// From now on others may come between before these calls.
    pub(crate) fn set(&self, grain: Grain) {
        self.grain.store(grain as u8, Ordering::SeqCst);
    }

    /// From now on nothing that is written is kept, so that the same can be decided again and again.
    pub(crate) fn forget(&self) {
        self.forgets.store(true, Ordering::SeqCst);
    }

    /// How many commits changed nothing.
    pub(crate) fn forgotten(&self) -> usize {
        self.forgotten.load(Ordering::SeqCst)
    }

    /// Every commit that was kept.
    pub(crate) fn commits(&self) -> Vec<Commit> {
        self.commits.lock().expect("nobody panicked").clone()
    }

    pub(super) async fn pause(&self, least: Grain) {
        if self.grain.load(Ordering::SeqCst) >= least as u8 {
            give_way().await;
        }
    }
}

#[async_trait]
impl Front for Steps {
    async fn commit(&self, memory: &Memory, commit: &Commit) -> Result<(), CommitError> {
        self.pause(Grain::Commits).await;
        if self.forgets() {
            self.forgotten.fetch_add(1, Ordering::SeqCst);
            return Ok(());
        }
        memory.commit(commit).await?;
        self.commits.lock().expect("nobody panicked").push(commit.clone());
        Ok(())
    }

    async fn before_call(&self) {
        self.pause(Grain::Calls).await;
    }

    fn forgets(&self) -> bool {
        self.forgets.load(Ordering::SeqCst)
    }
}
