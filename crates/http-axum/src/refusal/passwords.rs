//! Forgotten passwords, and the links and code words that lead to new ones.

use axum::http::StatusCode;
use practice_domain::access::Denied;
use practice_domain::code_word::Paused;
use practice_domain::password_link::{LinkDead, RunRefused};
use practice_domain::usecase::{
    GiveCodeWordError, JoinBySetupError, OpenPasswordLinkError, PasswordRunError, RequestResetError, SetPasswordError,
};

use super::{Face, Possible, has_account, sentence};

impl From<RequestResetError> for Face {
    fn from(error: RequestResetError) -> Self {
        match error {
            RequestResetError::Fault(fault) => fault.into(),
        }
    }
}

impl From<LinkDead> for Face {
    fn from(why: LinkDead) -> Self {
        let code = match why {
            LinkDead::Unknown => "password-link-unknown",
            LinkDead::Newer => "password-link-superseded",
            LinkDead::Expired => "password-link-expired",
            LinkDead::Closed => "password-link-closed",
            LinkDead::Used => "password-link-used",
        };
        Self::new(StatusCode::GONE, code, sentence(&why))
    }
}

impl From<OpenPasswordLinkError> for Face {
    fn from(error: OpenPasswordLinkError) -> Self {
        match error {
            OpenPasswordLinkError::Dead(why) => why.into(),
            OpenPasswordLinkError::HasAccount => has_account(),
            OpenPasswordLinkError::Fault(fault) => fault.into(),
        }
    }
}

impl From<PasswordRunError> for Face {
    fn from(error: PasswordRunError) -> Self {
        let text = sentence(&error);
        match error {
            PasswordRunError::NoSuchRun => Self::new(StatusCode::GONE, "no-such-password-run", text),
            PasswordRunError::Dead(why) => why.into(),
            PasswordRunError::Refused(RunRefused::Ended) => Self::new(StatusCode::GONE, "password-run-ended", text),
            PasswordRunError::Refused(RunRefused::WordFirst | RunRefused::OutOfOrder) => {
                Self::new(StatusCode::CONFLICT, "out-of-order", text)
            }
            PasswordRunError::Fault(fault) => fault.into(),
        }
    }
}

impl From<GiveCodeWordError> for Face {
    fn from(error: GiveCodeWordError) -> Self {
        let text = sentence(&error);
        match error {
            GiveCodeWordError::Run(error) => error.into(),
            GiveCodeWordError::Paused(Paused { until }) => {
                let face = Self::new(StatusCode::TOO_MANY_REQUESTS, "words-paused", text);
                face.on("code-word").possible(Possible::At(until))
            }
            GiveCodeWordError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SetPasswordError> for Face {
    fn from(error: SetPasswordError) -> Self {
        let text = sentence(&error);
        let unprocessable = |code| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, text.clone());
        match error {
            SetPasswordError::Run(error) => error.into(),
            SetPasswordError::HasAccount => has_account(),
            SetPasswordError::NotTheSame => unprocessable("not-the-same").on("again"),
            SetPasswordError::Password(_) => unprocessable("password-refused").on("new-password"),
            SetPasswordError::Terms => unprocessable("terms-not-accepted").on("terms"),
            SetPasswordError::Fault(fault) => fault.into(),
        }
    }
}

impl From<JoinBySetupError> for Face {
    fn from(error: JoinBySetupError) -> Self {
        let text = sentence(&error);
        match error {
            JoinBySetupError::Dead(why) => why.into(),
            JoinBySetupError::OtherAccount => Self::new(StatusCode::CONFLICT, "other-account", text),
            JoinBySetupError::SignedOut => Denied::NotSignedIn.into(),
            JoinBySetupError::AlreadyMember => Self::new(StatusCode::CONFLICT, "already-member", text),
            JoinBySetupError::Fault(fault) => fault.into(),
        }
    }
}

/// The code word was not right, and the link still works (`CODE-3`).
pub(crate) fn wrong_word(tries_left: u8) -> Face {
    let tries = if tries_left == 1 { "1 try" } else { &format!("{tries_left} tries") };
    let text = format!("That code word is not right. You have {tries} left; then the link stops working.");
    Face::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-code-word", text).on("code-word")
}
