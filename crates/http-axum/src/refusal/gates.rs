//! What stands before forms: checks and limits.

use axum::http::StatusCode;
use practice_domain::port::Unsigned;
use practice_domain::usecase::{BotCheckError, LimitError, TextLimitError};
use practice_domain::value::OutOfReach;

use super::{Face, Possible, sentence};

impl From<TextLimitError> for Face {
    fn from(error: TextLimitError) -> Self {
        let text = sentence(&error);
        match error {
            TextLimitError::TooOften { possible_at } => LimitError::TooOften { possible_at }.into(),
            TextLimitError::Paused { possible_at, first } => {
                if first {
                    tracing::error!("no more texts and calls today: the limit of the whole platform is reached");
                }
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "sms-paused", text).possible(Possible::At(possible_at))
            }
            TextLimitError::Fault(fault) => fault.into(),
        }
    }
}

impl From<OutOfReach> for Face {
    fn from(error: OutOfReach) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "phone-region", sentence(&error))
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
