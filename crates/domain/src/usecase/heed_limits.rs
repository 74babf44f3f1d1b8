use crate::port::Fault;
use crate::rate::{Ask, Limit, Taken};
use crate::usecase::Ports;
use crate::value::Time;

/// Why something has to wait.
#[derive(Debug, thiserror::Error)]
pub enum LimitError {
    /// It was asked for too often.
    #[error("that was too often; wait a moment and try again")]
    TooOften {
        /// When it may be asked for again.
        possible_at: Time,
    },
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// `RL-01` to `RL-03`, `RL-05`: takes one unit of each of these limits, or none at all. `times` as strict where somebody passed by a
/// fallback (`BC-03`); otherwise 1.
///
/// # Errors
///
/// [`LimitError`].
pub async fn heed_limits(ports: &Ports, limits: &[(Limit, &str)], times: u32) -> Result<(), LimitError> {
    let ask = |(limit, subject): &(Limit, &str)| {
        let ask = limit.ask(&*ports.keys, subject);
        Ask { quota: ask.quota.tightened(times), ..ask }
    };
    let asks: Vec<Ask> = limits.iter().map(ask).collect();
    match ports.store.take_units(&asks, ports.clock.now()).await? {
        Taken::Granted => Ok(()),
        Taken::Refused { possible_at } => Err(LimitError::TooOften { possible_at }),
    }
}
