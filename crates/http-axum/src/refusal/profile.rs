//! The second step of signing in, and one's own account.

use axum::http::StatusCode;
use practice_domain::access::Denied;
use practice_domain::email_change::ChangeRefused;
use practice_domain::second_factor::FactorRefused;
use practice_domain::usecase::{
    AskEmailChangeError, ChangePasswordError, ChangeProfileError, ChoosePracticeError, ConfirmEmailChangeError,
    EnrolError, RedeemError, RemoveSecondFactorError,
};
use practice_domain::value::Time;

use super::{Face, Possible, sentence};

impl From<RedeemError> for Face {
    fn from(error: RedeemError) -> Self {
        match error {
            RedeemError::WrongCode { left: 0 } | RedeemError::Over => over(),
            RedeemError::WrongCode { left } => {
                let tries = if left == 1 { "1 try".to_owned() } else { format!("{left} tries") };
                let text = format!("That code is not right. Enter the newest code of your app. You have {tries} left.");
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-code", text).on("code")
            }
            RedeemError::TooOften { possible_at } => too_many_codes(possible_at),
            RedeemError::Fault(fault) => fault.into(),
        }
    }
}

impl From<FactorRefused> for Face {
    fn from(why: FactorRefused) -> Self {
        let text = sentence(&why);
        match why {
            FactorRefused::AlreadyOn => Self::new(StatusCode::CONFLICT, "second-factor-on", text),
            FactorRefused::NotBegun => Self::new(StatusCode::CONFLICT, "second-factor-not-begun", text),
            FactorRefused::WrongCode => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-code", text).on("code"),
        }
    }
}

impl From<EnrolError> for Face {
    fn from(error: EnrolError) -> Self {
        let text = sentence(&error);
        match error {
            EnrolError::NotOffered => Self::new(StatusCode::CONFLICT, "second-factor-not-offered", text),
            EnrolError::Refused(why) => why.into(),
            EnrolError::Over => over(),
            EnrolError::TooOften { possible_at } => too_many_codes(possible_at),
            EnrolError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RemoveSecondFactorError> for Face {
    fn from(error: RemoveSecondFactorError) -> Self {
        let text = sentence(&error);
        match error {
            RemoveSecondFactorError::Required => Self::new(StatusCode::CONFLICT, "second-factor-required", text),
            RemoveSecondFactorError::NoSuchMember => Self::not_found(),
            RemoveSecondFactorError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChangePasswordError> for Face {
    fn from(error: ChangePasswordError) -> Self {
        let text = sentence(&error);
        match error {
            ChangePasswordError::WrongCurrent => {
                Self::new(StatusCode::FORBIDDEN, "wrong-password", text).on("current_password")
            }
            ChangePasswordError::NotTheSame => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "not-the-same", text).on("again")
            }
            ChangePasswordError::Password(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "password-refused", text).on("new_password")
            }
            ChangePasswordError::SignedOut => Denied::NotSignedIn.into(),
            ChangePasswordError::Fault(fault) => fault.into(),
        }
    }
}

impl From<AskEmailChangeError> for Face {
    fn from(error: AskEmailChangeError) -> Self {
        let text = sentence(&error);
        match error {
            AskEmailChangeError::Same => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "same-email", text).on("email"),
            AskEmailChangeError::TooOften { possible_at } => {
                let face = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-letters", text).on("email");
                face.possible(Possible::At(possible_at))
            }
            AskEmailChangeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ConfirmEmailChangeError> for Face {
    fn from(error: ConfirmEmailChangeError) -> Self {
        let text = sentence(&error);
        match error {
            ConfirmEmailChangeError::Refused(why) => why.into(),
            ConfirmEmailChangeError::Taken => Self::new(StatusCode::CONFLICT, "email-taken", text),
            ConfirmEmailChangeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChangeRefused> for Face {
    fn from(why: ChangeRefused) -> Self {
        let code = match why {
            ChangeRefused::Dead => "email-link-dead",
            ChangeRefused::Expired => "email-link-expired",
            ChangeRefused::Done => "email-link-used",
        };
        Self::new(StatusCode::GONE, code, sentence(&why))
    }
}

impl From<ChangeProfileError> for Face {
    fn from(error: ChangeProfileError) -> Self {
        match error {
            ChangeProfileError::NotFresh => Denied::NotFresh.into(),
            ChangeProfileError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChoosePracticeError> for Face {
    fn from(error: ChoosePracticeError) -> Self {
        let text = sentence(&error);
        match error {
            ChoosePracticeError::NotAMember => Self::new(StatusCode::NOT_FOUND, "not-found", text),
            ChoosePracticeError::NeedsSecondFactor => Self::new(StatusCode::FORBIDDEN, "second-factor-required", text),
            ChoosePracticeError::SignedOut => Denied::NotSignedIn.into(),
            ChoosePracticeError::Fault(fault) => fault.into(),
        }
    }
}

pub(super) fn over() -> Face {
    Face::new(StatusCode::UNAUTHORIZED, "sign-in-over", "Sign in again.")
}

pub(super) fn too_many_codes(possible_at: Time) -> Face {
    let text = "Too many codes were tried. Wait a few minutes.";
    Face::new(StatusCode::TOO_MANY_REQUESTS, "too-many-codes", text).possible(Possible::At(possible_at))
}
