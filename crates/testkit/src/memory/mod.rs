//! The reference store: plain collections behind one mutex, as simple as can be, so that it is obviously right. What an adapter
//! does is right when it agrees with this.

mod apply;
mod beside;
mod front;
mod ledger;
mod outbox;
mod reader;
mod state;
mod store;

use std::sync::{Arc, Mutex};

use practice_domain::fact::Entry;
use practice_domain::notice::Notice;
use practice_domain::port::Seal;

pub use beside::Beside;
pub use front::{Front, Fronted, Leaky};

use crate::lock;
use crate::memory::state::State;

/// Everything, in memory. Implements [`Store`](practice_domain::port::Store), [`Reader`](practice_domain::port::Reader) and
/// [`Outbox`](practice_domain::port::Outbox).
pub struct Memory {
    state: Mutex<State>,
    seal: Arc<dyn Seal>,
}

impl Memory {
    /// An empty store that seals its audit entries with this.
    #[must_use]
    pub fn new(seal: Arc<dyn Seal>) -> Self {
        Self { state: Mutex::default(), seal }
    }

    /// Holds what is sent and sold, as a restore does, or lets it go on (`BK-02`).
    pub fn hold(&self, held: bool) {
        lock(&self.state).held = held;
    }

    /// Every audit entry, log by log, in order.
    #[must_use]
    pub fn audit(&self) -> Vec<Entry> {
        lock(&self.state).logs.values().flatten().map(|(entry, _)| entry.clone()).collect()
    }

    /// Every notice that was ever ordered, by id, settled or not.
    #[must_use]
    pub fn notices(&self) -> Vec<Notice> {
        lock(&self.state).notices.values().map(|waiting| waiting.notice.clone()).collect()
    }

    /// How many uploaded files are kept.
    #[must_use]
    pub fn imports(&self) -> usize {
        lock(&self.state).imports.len()
    }
}
