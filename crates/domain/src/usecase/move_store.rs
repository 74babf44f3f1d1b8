use crate::access::Operator;
use crate::commit::Commit;
use crate::fact::{KeepingFact, Log};
use crate::port::{Arrival, Clock, Ending, Fault, Life};

/// Why a store does not go on elsewhere.
#[derive(Debug, thiserror::Error)]
pub enum MoveStoreError {
    /// An operator must say why.
    #[error("give a reason")]
    NoReason,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Everything that another store kept has come and is the same here; an operator lets this one go on in its place, with a reason.
/// Sessions, links, mails and purchases go on, too.
///
/// # Errors
///
/// [`MoveStoreError`]; the store is not whole then.
pub async fn moved_store(
    clock: &dyn Clock,
    arrival: Box<dyn Arrival>,
    who: &Operator,
    life: Life,
    rows: u64,
) -> Result<(), MoveStoreError> {
    let reason = who.reason().cloned().ok_or(MoveStoreError::NoReason)?;
    let fact = KeepingFact::StoreMoved { rows, reason };
    let commit = Commit::recording(who.record(Log::Platform, fact.into(), clock.now()));
    Ok(arrival.end(&Ending::Moved { life, commit: Some(Box::new(commit)) }).await?)
}
