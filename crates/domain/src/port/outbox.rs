use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::channel::Product;
use crate::notice::{About, Notice};
use crate::person::Undeliverable;
use crate::port::Fault;
use crate::port::fault::unanswered;
use crate::value::{NoticeId, Time};

/// Notices on their way out. A notice is leased, sent, settled; an unsettled lease returns.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Outbox: Send + Sync {
    /// Leases up to `most` notices of one queue that are due, those first that became due first. Nobody else gets them until
    /// `now + lease`. While a store is held after a restore it leases none (`BK-02`).
    async fn lease(
        &self,
        queue: Queue,
        worker: Uuid,
        now: Time,
        lease: Duration,
        most: usize,
    ) -> Result<Vec<Leased>, Fault>;

    /// Notes what became of a leased notice, and shows it on the person's row (`INV-10`) when the notice is for the
    /// invitation's newest link; an obsolete one leaves the row as it is.
    /// False, and nothing noted, when the lease has passed to somebody else meanwhile.
    async fn settle(&self, leased: &Leased, settlement: Settlement, now: Time) -> Result<bool, Fault>;

    /// Settles a leased notice as sent, and orders these others in its place: all of it, or nothing. False, and nothing ordered, when
    /// the lease has passed to somebody else meanwhile.
    async fn pass_on(&self, leased: &Leased, others: &[Notice], now: Time) -> Result<bool, Fault> {
        unanswered("pass a notice on", (leased, others, now))
    }

    /// Up to `most` notices that will not arrive, those that were given up last first.
    async fn parked(&self, most: usize) -> Result<Vec<Parked>, Fault> {
        unanswered("parked notices", most)
    }

    /// How much waits, and how much will not arrive: what whoever runs the server watches.
    async fn backlog(&self) -> Result<Backlog, Fault> {
        unanswered("outbox backlog", ())
    }

    /// Makes a notice that will not arrive due again, and shows that on the person's row as [`Settlement::Retry`] does. False, and
    /// nothing changed, when it is not parked, or not worth sending any more.
    async fn retry(&self, notice: NoticeId, now: Time) -> Result<bool, Fault> {
        unanswered("retry a notice", (notice, now))
    }
}

/// Which notices a worker takes: whoever is slow in one queue holds up nobody in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Queue {
    /// Mails, texts and calls.
    People,
    /// Events for one product's endpoint; [`Product::Operator`] is the vendor's own.
    Events(Product),
}

impl Queue {
    /// The queue that a notice waits in.
    #[must_use]
    pub fn of(about: About) -> Self {
        match about {
            About::Event { to, .. } => Self::Events(to),
            _ => Self::People,
        }
    }
}

/// How an outbox fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Notices that are on their way, or wait for their next try.
    pub waiting: u64,
    /// When the one was to be sent that is due the longest.
    pub oldest: Option<Time>,
    /// Notices that will not arrive.
    pub parked: u64,
}

/// A notice that will not arrive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// The notice.
    pub notice: Notice,
    /// Why.
    pub why: Undeliverable,
    /// Since when.
    pub since: Time,
}

/// A notice that this worker may send now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// The notice.
    pub notice: Notice,
    /// Who holds it.
    pub worker: Uuid,
    /// How often it was leased, this time included: with the worker it fences off whoever held it before.
    pub attempt: u32,
}

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// A peer took it.
    Sent,
    /// Try again at this moment.
    Retry(Time),
    /// It will not arrive.
    Parked(Undeliverable),
    /// Time has overtaken it: there is nothing to say any more.
    Obsolete,
}
