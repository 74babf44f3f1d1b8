use crate::access::Operator;
use crate::commit::Commit;
use crate::fact::{KeepingFact, Log};
use crate::port::{Arrival, Ending, Fault};
use crate::usecase::Ports;
use crate::value::Time;

/// Why a backup is not restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreStoreError {
    /// An operator must say why.
    #[error("give a reason")]
    NoReason,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// `BK-02`: everything that a backup holds has come; an operator lets the store go on from there, with a reason. Sessions, links and
/// codes from before open nothing any more, and nothing is sent or sold until the outbox is released.
///
/// # Errors
///
/// [`RestoreStoreError`]; nothing has come then.
pub async fn restored_store(
    ports: &Ports,
    arrival: Box<dyn Arrival>,
    who: &Operator,
    taken_at: Time,
    rows: u64,
) -> Result<(), RestoreStoreError> {
    let reason = who.reason().cloned().ok_or(RestoreStoreError::NoReason)?;
    let (at, epoch) = (ports.clock.now(), ports.entropy.id());
    let fact = KeepingFact::StoreRestored { taken_at, rows, reason };
    let commit = Box::new(Commit::recording(who.record(Log::Platform, fact.into(), at)));
    Ok(arrival.end(&Ending::Restored { epoch, at, commit }).await?)
}
