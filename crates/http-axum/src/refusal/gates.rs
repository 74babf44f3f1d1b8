//! What stands before forms: checks and limits.

use axum::http::StatusCode;
use practice_domain::port::Unsigned;
use practice_domain::usecase::{BotCheckError, LimitError};

use super::{Face, Possible, sentence};

impl Face {
    /// The whole platform sent as many texts as it may; somebody must look. A fault stays one.
    pub(crate) fn texts_paused(self) -> Self {
        if self.status != StatusCode::TOO_MANY_REQUESTS {
            return self;
        }
        tracing::error!("no more texts and calls today: the limit of the whole platform is reached");
        let sentence = "We cannot text or call anybody right now. Try again later.";
        Self { possible: self.possible, ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "sms-paused", sentence) }
    }
}

impl From<BotCheckError> for Face {
    fn from(error: BotCheckError) -> Self {
        let text = sentence(&error);
        match error {
            BotCheckError::Failed => Self::new(StatusCode::FORBIDDEN, "bot-check-failed", text).on("security-check"),
            BotCheckError::Unavailable => {
                let face = Self::new(StatusCode::SERVICE_UNAVAILABLE, "bot-check-unavailable", text);
                face.possible(Possible::In(60)).on("security-check")
            }
            BotCheckError::Fault(fault) => fault.into(),
        }
    }
}

impl From<LimitError> for Face {
    fn from(error: LimitError) -> Self {
        let text = sentence(&error);
        match error {
            LimitError::TooOften { possible_at } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", text).possible(Possible::At(possible_at))
            }
            LimitError::Fault(fault) => fault.into(),
        }
    }
}

impl From<Unsigned> for Face {
    fn from(error: Unsigned) -> Self {
        Self::new(StatusCode::FORBIDDEN, "webhook-unsigned", sentence(&error))
    }
}
