use std::net::IpAddr;

use crate::port::Fault;
use crate::rate::{Limit, network};
use crate::usecase::Ports;
use crate::usecase::heed_limits::{LimitError, heed_limits};
use crate::value::{Phone, PracticeId, Time};

/// Why a text or call has to wait.
#[derive(Debug, thiserror::Error)]
pub enum TextLimitError {
    /// This number, its block or country, or the network or practice had its share.
    #[error("that was too often; wait a moment and try again")]
    TooOften {
        /// When it is possible again.
        possible_at: Time,
    },
    /// The whole platform sent as many as it may; somebody must look.
    #[error("we cannot text or call anybody right now; try again later")]
    Paused {
        /// When it is possible again.
        possible_at: Time,
        /// Whether nobody was told of it today.
        first: bool,
    },
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// `RL-03`: takes a text or call to this number out of every limit, before it is ordered: of the number, its block and country, the
/// practice, the network that asks for it, and of the platform.
///
/// # Errors
///
/// [`TextLimitError`].
pub async fn limit_code(
    ports: &Ports,
    to: &Phone,
    practice: PracticeId,
    client: Option<IpAddr>,
) -> Result<(), TextLimitError> {
    let network = client.map(network);
    let mut limits = vec![(Limit::TextsToPhone, to.e164())];
    limits.extend(network.as_deref().map(|network| (Limit::TextsFromNetwork, network)));
    take(ports, to, practice, limits).await
}

/// The same before a code word is texted, which nobody asked for from a network, and which needs no pause after a code.
pub(crate) async fn limit_word(ports: &Ports, to: &Phone, practice: PracticeId) -> Result<(), TextLimitError> {
    take(ports, to, practice, Vec::new()).await
}

async fn take(
    ports: &Ports,
    to: &Phone,
    practice: PracticeId,
    mut limits: Vec<(Limit, &str)>,
) -> Result<(), TextLimitError> {
    let practice = practice.to_string();
    limits.push((Limit::TextsToPhoneSoon, to.e164()));
    limits.push((Limit::TextsToPhoneDaily, to.e164()));
    limits.push((Limit::TextsToBlock, to.block()));
    limits.push((Limit::TextsToCountry, to.country().unwrap_or_default()));
    limits.push((Limit::TextsForPractice, practice.as_str()));
    heed_limits(ports, &limits, 1).await.map_err(|error| match error {
        LimitError::TooOften { possible_at } => TextLimitError::TooOften { possible_at },
        LimitError::Fault(fault) => fault.into(),
    })?;
    match heed_limits(ports, &[(Limit::TextsOfPlatform, "")], 1).await {
        Ok(()) => Ok(()),
        Err(LimitError::Fault(fault)) => Err(fault.into()),
        Err(LimitError::TooOften { possible_at }) => {
            let first = heed_limits(ports, &[(Limit::AlertOfTexts, "")], 1).await.is_ok();
            Err(TextLimitError::Paused { possible_at, first })
        }
    }
}
