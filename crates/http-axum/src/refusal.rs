//! The one place that knows how an error becomes HTTP: each error has one exhaustive match, and ends as a [`Face`].

mod billing;
mod employees;
mod gates;
mod imports;
mod passkeys;
mod passwords;
mod policy;
mod profile;
mod roles;
mod signing;

use std::borrow::Cow;
use std::error::Error;
use std::fmt::Write as _;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use practice_domain::access::{Denied, WhyNot};
use practice_domain::challenge::CodeRefused;
use practice_domain::invitation::{DeadLink, NotOpen};
use practice_domain::port::Fault;
use practice_domain::registration::StepRefused;
use practice_domain::usecase::{
    BeginRegistrationError, CompleteRegistrationError, ConfirmJoiningError, CorrectInvitationError, InvitePersonError,
    OpenInvitationError, ReinviteError, SetTwoStepError, StepError, WithdrawInvitationError,
};
use practice_domain::value::Time;

pub(crate) use billing::declined;
pub(crate) use passwords::wrong_word;

/// How an error looks from outside. As a response it is only a status: the layer around all routes writes it down, as a page or
/// as a problem document.
#[derive(Debug, Clone)]
pub(crate) struct Face {
    pub(crate) status: StatusCode,
    /// Stable, for programs.
    pub(crate) code: &'static str,
    /// For people.
    pub(crate) sentence: Cow<'static, str>,
    /// What to put right, field by field.
    pub(crate) fields: Vec<Field>,
    /// When the same request may work.
    pub(crate) possible: Option<Possible>,
}

/// What is wrong with one field.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) name: Cow<'static, str>,
    pub(crate) text: Cow<'static, str>,
}

/// When the same request may work.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Possible {
    /// At this moment.
    At(Time),
    /// In so many seconds.
    In(u32),
}

impl Face {
    pub(crate) fn new(status: StatusCode, code: &'static str, sentence: impl Into<Cow<'static, str>>) -> Self {
        Self { status, code, sentence: sentence.into(), fields: Vec::new(), possible: None }
    }

    /// There is no such thing, or none that the caller may know of.
    pub(crate) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "We cannot find that.")
    }

    /// Our own fault.
    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side. Nothing was saved.")
    }

    /// The form, or the request, was not made by our own page.
    pub(crate) fn csrf() -> Self {
        Self::new(StatusCode::FORBIDDEN, "csrf", "Your session ended. Sign in again; this form was not saved.")
    }

    /// Something is wrong with what was sent, field by field.
    pub(crate) fn unprocessable(code: &'static str, fields: Vec<Field>) -> Self {
        let sentence = "Some fields cannot be taken as they are.";
        Self { fields, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, sentence) }
    }

    fn possible(self, possible: Possible) -> Self {
        Self { possible: Some(possible), ..self }
    }

    fn on(self, name: &'static str) -> Self {
        let text = self.sentence.clone();
        Self { fields: vec![Field { name: name.into(), text }], ..self }
    }
}

impl IntoResponse for Face {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Fault> for Face {
    fn from(fault: Fault) -> Self {
        let mut chain = fault.to_string();
        let mut source = fault.source();
        while let Some(cause) = source {
            let _ = write!(chain, ": {cause}");
            source = cause.source();
        }
        // A connection may have been lost while a commit was kept, or there was no room to read what had become of it: nobody knows.
        let busy =
            "We are very busy. Try again in a moment; if you were saving something, first look whether it was saved.";
        let away = "We cannot do this right now. Try again in a moment; if you were saving something, first look whether it was saved.";
        match fault {
            Fault::Busy { .. } => {
                tracing::warn!(fault = chain, "busy");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", busy).possible(Possible::In(1))
            }
            Fault::Unavailable { .. } => {
                tracing::error!(fault = chain, "unavailable");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", away).possible(Possible::In(5))
            }
            Fault::Corrupt { .. } => {
                tracing::error!(fault = chain, "corrupt");
                Self::internal()
            }
        }
    }
}

impl From<Denied> for Face {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::NotSignedIn => Self::new(StatusCode::UNAUTHORIZED, "not-signed-in", "Sign in first."),
            Denied::NotUserManager => {
                let sentence = "You cannot open this page. Ask a User Manager in your practice.";
                Self::new(StatusCode::FORBIDDEN, "not-user-manager", sentence)
            }
            Denied::NotAdministrator => {
                let sentence = "You cannot open this page. Ask an Owner or Office Administrator in your practice.";
                Self::new(StatusCode::FORBIDDEN, "not-administrator", sentence)
            }
            Denied::Lacks(_) => Self::new(StatusCode::FORBIDDEN, "not-permitted", sentence(&denied)),
            Denied::NotFresh => {
                Self::new(StatusCode::FORBIDDEN, "reauth-required", "Enter your password again to go on.")
            }
        }
    }
}

impl From<WhyNot> for Face {
    fn from(why: WhyNot) -> Self {
        let status = match why {
            WhyNot::NotHere => return Self::not_found(),
            WhyNot::NotSignedIn => StatusCode::UNAUTHORIZED,
            WhyNot::Product
            | WhyNot::Support
            | WhyNot::SupportOnly
            | WhyNot::NotUserManager
            | WhyNot::NotOwner
            | WhyNot::Lacks(_)
            | WhyNot::Above
            | WhyNot::NotStaff
            | WhyNot::NotFresh
            | WhyNot::NotPayer => StatusCode::FORBIDDEN,
            WhyNot::Patient | WhyNot::NoReason => StatusCode::UNPROCESSABLE_ENTITY,
            WhyNot::Registered
            | WhyNot::NotRegistered
            | WhyNot::NotLocked
            | WhyNot::Elsewhere
            | WhyNot::NoAccount
            | WhyNot::Invited
            | WhyNot::Deactivated
            | WhyNot::Active
            | WhyNot::Owner
            | WhyNot::LastOwner
            | WhyNot::LastUserManager
            | WhyNot::NoCard
            | WhyNot::NotPaid
            | WhyNot::NoMorePlans
            | WhyNot::NoPlan => StatusCode::CONFLICT,
        };
        Self::new(status, why.code(), sentence(&why))
    }
}

impl From<NotOpen> for Face {
    fn from(why: NotOpen) -> Self {
        match why {
            NotOpen::Registered => Self::new(StatusCode::CONFLICT, "already-registered", sentence(&why)),
            NotOpen::Closed => Self::new(StatusCode::CONFLICT, "invitation-closed", sentence(&why)),
        }
    }
}

impl From<DeadLink> for Face {
    fn from(why: DeadLink) -> Self {
        let code = match why {
            DeadLink::Unknown => "link-unknown",
            DeadLink::Newer => "link-superseded",
            DeadLink::Expired => "link-expired",
            DeadLink::Closed => "link-closed",
            DeadLink::Used => "link-used",
        };
        Self::new(StatusCode::GONE, code, sentence(&why))
    }
}

impl From<OpenInvitationError> for Face {
    fn from(error: OpenInvitationError) -> Self {
        match error {
            OpenInvitationError::Dead { why } => why.into(),
            OpenInvitationError::HasAccount => has_account(),
            OpenInvitationError::Fault(fault) => fault.into(),
        }
    }
}

impl From<BeginRegistrationError> for Face {
    fn from(error: BeginRegistrationError) -> Self {
        match error {
            BeginRegistrationError::Dead(why) => why.into(),
            BeginRegistrationError::HasAccount => has_account(),
            BeginRegistrationError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ConfirmJoiningError> for Face {
    fn from(error: ConfirmJoiningError) -> Self {
        let text = sentence(&error);
        match error {
            ConfirmJoiningError::Dead(why) => why.into(),
            ConfirmJoiningError::OtherAccount => Self::new(StatusCode::CONFLICT, "other-account", text),
            ConfirmJoiningError::SignedOut => Denied::NotSignedIn.into(),
            ConfirmJoiningError::NothingToJoin => Self::new(StatusCode::CONFLICT, "nothing-to-join", text),
            ConfirmJoiningError::Fault(fault) => fault.into(),
        }
    }
}

impl From<StepError> for Face {
    fn from(error: StepError) -> Self {
        let text = sentence(&error);
        match error {
            StepError::NoSuchRun => Self::new(StatusCode::GONE, "no-such-registration", text),
            StepError::Dead(why) => why.into(),
            StepError::Refused(why) => why.into(),
            StepError::TextsStopped => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "texts-stopped", text).on("method"),
            StepError::OutOfReach(why) => why.into(),
            StepError::Fault(fault) => fault.into(),
        }
    }
}

impl From<StepRefused> for Face {
    fn from(why: StepRefused) -> Self {
        let text = sentence(&why);
        match why {
            StepRefused::OutOfOrder(_) => Self::new(StatusCode::CONFLICT, "out-of-order", text),
            StepRefused::Ended => Self::new(StatusCode::GONE, "registration-ended", text),
            StepRefused::NoPhone => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "no-phone", text).on("cell"),
            StepRefused::NoSuchDelivery => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "no-such-delivery", text).on("method")
            }
            StepRefused::TooSoon(soon) => {
                let face = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-soon", text);
                face.possible(Possible::At(soon.possible_at))
            }
            StepRefused::OldTerms => Self::new(StatusCode::CONFLICT, "old-terms", text).on("read"),
        }
    }
}

impl From<CodeRefused> for Face {
    fn from(why: CodeRefused) -> Self {
        let text = match why {
            CodeRefused::Wrong { tries_left: 1 } => {
                "That code is not right. Check the newest text. You have 1 try left.".to_owned()
            }
            CodeRefused::Wrong { tries_left } => {
                format!("That code is not right. Check the newest text. You have {tries_left} tries left.")
            }
            CodeRefused::Expired => "That code has expired. Send a new one.".to_owned(),
            CodeRefused::UsedUp => "Too many wrong codes. Send a new one.".to_owned(),
        };
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-code", text).on("code")
    }
}

impl From<CompleteRegistrationError> for Face {
    fn from(error: CompleteRegistrationError) -> Self {
        let text = sentence(&error);
        match error {
            CompleteRegistrationError::Step(error) => error.into(),
            CompleteRegistrationError::NotTheSame => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "not-the-same", text).on("again")
            }
            CompleteRegistrationError::Password(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "password-refused", text).on("new-password")
            }
            CompleteRegistrationError::HasAccount => has_account(),
            CompleteRegistrationError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ReinviteError> for Face {
    fn from(error: ReinviteError) -> Self {
        match error {
            ReinviteError::Refused(why) => why.into(),
            ReinviteError::NotOpen(why) => why.into(),
            ReinviteError::TooMany { possible_at } => too_many(possible_at),
            ReinviteError::Fault(fault) => fault.into(),
        }
    }
}

impl From<CorrectInvitationError> for Face {
    fn from(error: CorrectInvitationError) -> Self {
        let text = sentence(&error);
        match error {
            CorrectInvitationError::Refused(why) => why.into(),
            CorrectInvitationError::NotOpen(why) => why.into(),
            CorrectInvitationError::Changed => Self::new(StatusCode::PRECONDITION_FAILED, "changed", text).on("email"),
            CorrectInvitationError::HasAccount => Self::new(StatusCode::CONFLICT, "has-account", text).on("email"),
            CorrectInvitationError::AlreadyInvited => {
                Self::new(StatusCode::CONFLICT, "already-invited", text).on("email")
            }
            CorrectInvitationError::TooMany { possible_at } => too_many(possible_at),
            CorrectInvitationError::Fault(fault) => fault.into(),
        }
    }
}

impl From<WithdrawInvitationError> for Face {
    fn from(error: WithdrawInvitationError) -> Self {
        let text = sentence(&error);
        match error {
            WithdrawInvitationError::Refused(why) => why.into(),
            WithdrawInvitationError::NotOpen(why) => why.into(),
            WithdrawInvitationError::Changed => Self::new(StatusCode::PRECONDITION_FAILED, "changed", text),
            WithdrawInvitationError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SetTwoStepError> for Face {
    fn from(error: SetTwoStepError) -> Self {
        match error {
            SetTwoStepError::Fault(fault) => fault.into(),
        }
    }
}

impl From<InvitePersonError> for Face {
    fn from(error: InvitePersonError) -> Self {
        let text = sentence(&error);
        let unprocessable = |code| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, text.clone());
        match error {
            InvitePersonError::NoSuchChannel(_) => unprocessable("no-such-channel").on("kind"),
            InvitePersonError::NoSuchInviter => unprocessable("no-such-inviter").on("inviter"),
            InvitePersonError::InviterNotPaid => Self::new(StatusCode::CONFLICT, "inviter-not-paid", text),
            InvitePersonError::AlreadyInvited(_) => {
                Self::new(StatusCode::CONFLICT, "already-invited", text).on("email")
            }
            InvitePersonError::KeyReused => unprocessable("idempotency-key-reused"),
            InvitePersonError::TooMany { possible_at } => too_many(possible_at),
            InvitePersonError::Fault(fault) => fault.into(),
        }
    }
}

fn has_account() -> Face {
    Face::new(StatusCode::GONE, "has-account", "You already have an account. Sign in with it.")
}

fn too_many(possible_at: Time) -> Face {
    let face = Face::new(StatusCode::TOO_MANY_REQUESTS, "too-many-invitations", "Too many invitations today.");
    face.possible(Possible::At(possible_at))
}

/// An error's own words as a sentence.
pub(crate) fn sentence(error: &impl Error) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}
