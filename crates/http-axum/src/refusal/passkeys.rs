//! Passkeys: adding, removing, and using them in the second step of signing in.

use axum::http::StatusCode;
use practice_domain::passkey::PasskeyRefused;
use practice_domain::usecase::{AddPasskeyError, RedeemPasskeyError, RemovePasskeyError};

use super::profile::{over, too_many_codes};
use super::{Face, sentence};

impl From<AddPasskeyError> for Face {
    fn from(error: AddPasskeyError) -> Self {
        let text = sentence(&error);
        match error {
            AddPasskeyError::NotOffered => Self::new(StatusCode::CONFLICT, "passkeys-not-offered", text),
            AddPasskeyError::Refused(why) => {
                let code = match why {
                    PasskeyRefused::NoApp => "passkey-needs-app",
                    PasskeyRefused::TooMany => "too-many-passkeys",
                    PasskeyRefused::NotBegun => "passkey-not-begun",
                    PasskeyRefused::AlreadyAdded => "passkey-already-added",
                };
                Self::new(StatusCode::CONFLICT, code, text)
            }
            AddPasskeyError::NotProven => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "passkey-not-proven", text),
            AddPasskeyError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RemovePasskeyError> for Face {
    fn from(error: RemovePasskeyError) -> Self {
        match error {
            RemovePasskeyError::NoSuchPasskey => Self::not_found(),
            RemovePasskeyError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RedeemPasskeyError> for Face {
    fn from(error: RedeemPasskeyError) -> Self {
        let text = sentence(&error);
        match error {
            RedeemPasskeyError::NotOffered => Self::new(StatusCode::CONFLICT, "passkeys-not-offered", text),
            RedeemPasskeyError::NotAsked => Self::new(StatusCode::CONFLICT, "passkey-not-asked", text),
            RedeemPasskeyError::NotProven { left: 0 } | RedeemPasskeyError::Over => over(),
            RedeemPasskeyError::NotProven { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "passkey-not-proven", text)
            }
            RedeemPasskeyError::TooOften { possible_at } => too_many_codes(possible_at),
            RedeemPasskeyError::Fault(fault) => fault.into(),
        }
    }
}
