//! Signing in, and what guards it.

use axum::http::StatusCode;
use practice_domain::usecase::{ConfirmPasswordError, EndSessionError, LimitError, SignInError, UnlockAccountError};

use super::{Face, sentence};

impl From<SignInError> for Face {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused => {
                let sentence = "We could not sign you in. Check your email address and password.";
                Self::new(StatusCode::UNAUTHORIZED, "invalid-credentials", sentence)
            }
            SignInError::TooOften { possible_at } => LimitError::TooOften { possible_at }.into(),
            SignInError::PasswordOutdated(_) => {
                let sentence = "Your password must be renewed. Follow the link that we send to your email address.";
                Self::new(StatusCode::FORBIDDEN, "password-update-required", sentence)
            }
            SignInError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ConfirmPasswordError> for Face {
    fn from(error: ConfirmPasswordError) -> Self {
        match error {
            ConfirmPasswordError::Refused => {
                Self::new(StatusCode::FORBIDDEN, "wrong-password", "That password is not right.").on("password")
            }
            ConfirmPasswordError::Fault(fault) => fault.into(),
        }
    }
}

impl From<UnlockAccountError> for Face {
    fn from(error: UnlockAccountError) -> Self {
        let text = sentence(&error);
        match error {
            UnlockAccountError::Refused(why) => why.into(),
            UnlockAccountError::NoReason => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "no-reason", text),
            UnlockAccountError::Exhausted => Self::new(StatusCode::CONFLICT, "password-disabled", text),
            UnlockAccountError::Fault(fault) => fault.into(),
        }
    }
}

impl From<EndSessionError> for Face {
    fn from(error: EndSessionError) -> Self {
        match error {
            EndSessionError::Refused(why) => why.into(),
            EndSessionError::NoSuchSession => Self::not_found(),
            EndSessionError::Fault(fault) => fault.into(),
        }
    }
}
