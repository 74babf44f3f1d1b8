use crate::fact::{Fact, FactKind};
use crate::value::{Reason, Time};

/// What support did with everything that is kept (section 15).
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the moments and numbers are named by their types and names")]
pub enum KeepingFact {
    /// `BK-02`: everything is again as it was at a moment, so many rows.
    StoreRestored { taken_at: Time, rows: u64, reason: Reason },
    /// Everything came from another database, so many rows.
    StoreMoved { rows: u64, reason: Reason },
    /// `BK-02`: mails, texts and purchases go on after a restore; so many notices were dropped.
    OutboxReleased { sent: usize, dropped: usize, reason: Reason },
    /// `BK-02`, `BILL-10`: plans are brought in line with what the payment provider has.
    ProviderFollowed { reason: Reason },
}

impl From<KeepingFact> for Fact {
    fn from(fact: KeepingFact) -> Self {
        Self::Keeping(fact)
    }
}

impl KeepingFact {
    pub(super) fn kind(&self) -> FactKind {
        match self {
            Self::StoreRestored { .. } => FactKind::StoreRestored,
            Self::StoreMoved { .. } => FactKind::StoreMoved,
            Self::OutboxReleased { .. } => FactKind::OutboxReleased,
            Self::ProviderFollowed { .. } => FactKind::ProviderFollowed,
        }
    }

    pub(super) fn details(&self) -> Vec<(&'static str, String)> {
        let (mut details, reason) = match self {
            Self::StoreRestored { taken_at, rows, reason } => {
                (vec![("taken_at", taken_at.micros().to_string()), ("rows", rows.to_string())], reason)
            }
            Self::StoreMoved { rows, reason } => (vec![("rows", rows.to_string())], reason),
            Self::OutboxReleased { sent, dropped, reason } => {
                (vec![("sent", sent.to_string()), ("dropped", dropped.to_string())], reason)
            }
            Self::ProviderFollowed { reason } => (Vec::new(), reason),
        };
        details.push(("reason", reason.to_string()));
        details
    }
}
