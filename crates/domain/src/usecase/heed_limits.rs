use crate::port::{Fault, Keys};
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

impl LimitError {
    /// What went wrong where nothing was asked for that comes in units.
    pub(super) fn into_fault(self) -> Fault {
        match self {
            Self::TooOften { .. } => Fault::busy("take a unit"),
            Self::Fault(fault) => fault,
        }
    }
}

/// One unit of each of these limits, to be asked for. `times` as strict where somebody passed by a fallback (`BC-03`); otherwise 1.
#[must_use]
pub fn units_of(keys: &dyn Keys, limits: &[(Limit, &str)], times: u32) -> Vec<Ask> {
    let ask = |(limit, subject): &(Limit, &str)| {
        let ask = limit.ask(keys, subject);
        Ask { quota: ask.quota.tightened(times), ..ask }
    };
    limits.iter().map(ask).collect()
}

/// `RL-01` to `RL-03`, `RL-05`: takes one unit of each of these limits, or none at all. `times` as in [`units_of`].
///
/// # Errors
///
/// [`LimitError`].
pub async fn heed_limits(ports: &Ports, limits: &[(Limit, &str)], times: u32) -> Result<(), LimitError> {
    let asks = units_of(&*ports.keys, limits, times);
    match ports.store.take_units(&asks, ports.clock.now()).await? {
        Taken::Granted => Ok(()),
        Taken::Refused { possible_at } => Err(LimitError::TooOften { possible_at }),
    }
}
