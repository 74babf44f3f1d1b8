//! The workers that bring notices out, each one at a time, so that a slow mail server holds up one of them; one for each endpoint of
//! events, and one that carries out files.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::channel::Product;
use practice_domain::notice::Notice;
use practice_domain::port::{Backlog, Fault, Leased, Outbox, Parked, Queue, Settlement};
use practice_domain::relay::{Delivered, Relay};
use practice_domain::usecase::Ports;
use practice_domain::usecase::import::carry_on_imports;
use practice_domain::value::{NoticeId, Time};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// Runs so many workers until `stop` says so. A notice in hand is finished first.
pub(crate) fn start(relay: &Relay, workers: usize, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut running = JoinSet::new();
    let relay = Relay { outbox: Arc::new(Insistent(relay.outbox.clone())), ..relay.clone() };
    for _ in 0..workers {
        let mut relay = relay.clone();
        relay.worker = relay.ports.entropy.id();
        running.spawn(work(relay, IDLE, stop.clone()));
    }
    for to in ENDPOINTS {
        let worker = relay.ports.entropy.id();
        let idle = if relay.announcer.listens(to) { IDLE } else { SELDOM };
        let relay = Relay { queue: Queue::Events(to), worker, ..relay.clone() };
        running.spawn(work(relay, idle, stop.clone()));
    }
    running.spawn(carry_on(relay.ports.clone(), stop.clone()));
    running
}

/// Carries out files that somebody said "Go" to. When the process stops, the row in hand is finished by whoever goes on.
async fn carry_on(ports: Ports, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let pause = tokio::select! {
            done = carry_on_imports(&ports) => match done {
                Ok(true) => continue,
                Ok(false) => IDLE,
                Err(fault) => {
                    tracing::error!(error = &fault as &dyn std::error::Error, "a file cannot be carried out");
                    TROUBLED
                }
            },
            _ = stop.changed() => return,
        };
        tokio::select! {
            () = sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn work(relay: Relay, idle: Duration, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let pause = match relay.deliver_next().await {
            Ok(Some(delivered)) => {
                note(&delivered);
                continue;
            }
            Ok(None) => idle,
            Err(fault) => {
                tracing::error!(error = &fault as &dyn std::error::Error, "the outbox cannot be read");
                TROUBLED
            }
        };
        tokio::select! {
            () = sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

fn note(delivered: &Delivered) {
    let Delivered { notice, attempt, settlement, trouble } = delivered;
    crate::metrics::notice(delivered);
    let trouble = trouble.as_ref().map(ToString::to_string);
    match settlement {
        Settlement::Sent => {
            tracing::info!(notice = %notice.id, attempt, "notice sent");
        }
        Settlement::Obsolete => {
            tracing::info!(notice = %notice.id, attempt, "notice dropped: nothing to say any more");
        }
        Settlement::Retry(_) => {
            tracing::warn!(notice = %notice.id, attempt, trouble, "notice not sent, will try again");
        }
        Settlement::Parked(_) => {
            tracing::warn!(notice = %notice.id, attempt, trouble, "notice cannot be delivered");
        }
    }
}

/// An outbox that is told what became of a notice until it has noted it. What went out while the database was away would go out again
/// otherwise, as soon as its lease has passed.
struct Insistent(Arc<dyn Outbox>);

#[async_trait]
impl Outbox for Insistent {
    async fn lease(
        &self,
        queue: Queue,
        worker: Uuid,
        now: Time,
        lease: Duration,
        most: usize,
    ) -> Result<Vec<Leased>, Fault> {
        self.0.lease(queue, worker, now, lease, most).await
    }

    async fn settle(&self, leased: &Leased, settlement: Settlement, now: Time) -> Result<bool, Fault> {
        let began = Instant::now();
        loop {
            match self.0.settle(leased, settlement, now).await {
                Err(Fault::Busy { .. } | Fault::Unavailable { .. }) if began.elapsed() < INSISTENCE => {
                    tracing::warn!(notice = %leased.notice.id, "what became of a notice cannot be noted, will try again");
                    sleep(AGAIN).await;
                }
                noted => return noted,
            }
        }
    }

    async fn pass_on(&self, leased: &Leased, others: &[Notice], now: Time) -> Result<bool, Fault> {
        self.0.pass_on(leased, others, now).await
    }

    async fn parked(&self, most: usize) -> Result<Vec<Parked>, Fault> {
        self.0.parked(most).await
    }

    async fn backlog(&self) -> Result<Backlog, Fault> {
        self.0.backlog().await
    }

    async fn retry(&self, notice: NoticeId, now: Time) -> Result<bool, Fault> {
        self.0.retry(notice, now).await
    }
}

/// How long to wait when there is nothing to do.
const IDLE: Duration = Duration::from_millis(400);

/// How long to wait where nobody listens: what was ordered while somebody did is dropped.
const SELDOM: Duration = Duration::from_secs(60 * 60);

/// Whoever may have an endpoint. Each has a worker of its own, so that one that does not answer holds up no other.
const ENDPOINTS: [Product; 4] = [Product::Operator, Product::SecureMail, Product::TruForm, Product::Collaborator];

/// How long to wait when the store failed.
const TROUBLED: Duration = Duration::from_secs(3);

/// Between two tries to note what became of a notice: soon enough to be first when the database is back.
const AGAIN: Duration = Duration::from_millis(500);

/// For how long that is tried. A lease that has passed meanwhile does no harm: whoever has it fences this one off.
const INSISTENCE: Duration = Duration::from_secs(10 * 60);
