//! Employees, their user accounts, their roles, and the code word.

use axum::http::StatusCode;
use practice_domain::password_link::LinkTooSoon;
use practice_domain::usecase::{
    ActivateEmployeeError, AddEmployeeError, AssignRoleError, CannotGrant, CodeWordToldError, DeactivateEmployeeError,
    ResetPasswordOfError, RotateCodeWordError, ShowCodeWordError,
};

use super::{Face, Possible, sentence};

impl From<AddEmployeeError> for Face {
    fn from(error: AddEmployeeError) -> Self {
        let text = sentence(&error);
        match error {
            AddEmployeeError::NoSuchEmployee => Self::not_found(),
            AddEmployeeError::NoName(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "no-name", text).on("last_name"),
            AddEmployeeError::Changed => Self::new(StatusCode::PRECONDITION_FAILED, "changed", text),
            AddEmployeeError::Manages => Self::new(StatusCode::CONFLICT, "manages", text).on("ends_on"),
            AddEmployeeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ActivateEmployeeError> for Face {
    fn from(error: ActivateEmployeeError) -> Self {
        let text = sentence(&error);
        match error {
            ActivateEmployeeError::NoSuchEmployee => Self::not_found(),
            ActivateEmployeeError::Inactive(_) => {
                Self::new(StatusCode::CONFLICT, "employee-inactive", text).on("active")
            }
            ActivateEmployeeError::AboveYourself => Self::new(StatusCode::FORBIDDEN, "above", text).on("role"),
            ActivateEmployeeError::CannotGrant(why) => why.into(),
            ActivateEmployeeError::AlreadyMember => Self::new(StatusCode::CONFLICT, "already-member", text).on("email"),
            ActivateEmployeeError::OtherAddress => Self::new(StatusCode::CONFLICT, "email-immutable", text).on("email"),
            ActivateEmployeeError::Ended => Self::new(StatusCode::CONFLICT, "employee-ended", text).on("active"),
            ActivateEmployeeError::Manages => Self::new(StatusCode::CONFLICT, "manages", text).on("role"),
            ActivateEmployeeError::OutOfReach(why) => Self::from(why).on("cell"),
            ActivateEmployeeError::TooSoon(why) => why.into(),
            ActivateEmployeeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<LinkTooSoon> for Face {
    fn from(why: LinkTooSoon) -> Self {
        let face = Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-links", sentence(&why)).on("email");
        face.possible(Possible::At(why.possible_at))
    }
}

impl From<CannotGrant> for Face {
    fn from(why: CannotGrant) -> Self {
        let text = sentence(&why);
        match why {
            CannotGrant::Denied(why) => why.into(),
            CannotGrant::NoSuchRole => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "no-such-role", text).on("role"),
            CannotGrant::Lacks(_) => Self::new(StatusCode::FORBIDDEN, "lacks-permission", text).on("role"),
            CannotGrant::Above => Self::new(StatusCode::FORBIDDEN, "above", text).on("role"),
        }
    }
}

impl From<DeactivateEmployeeError> for Face {
    fn from(error: DeactivateEmployeeError) -> Self {
        let text = sentence(&error);
        match error {
            DeactivateEmployeeError::NoSuchEmployee => Self::not_found(),
            DeactivateEmployeeError::AboveYourself => Self::new(StatusCode::FORBIDDEN, "above", text),
            DeactivateEmployeeError::LastOwner => Self::new(StatusCode::CONFLICT, "last-owner", text),
            DeactivateEmployeeError::LastUserManager(_) => Self::new(StatusCode::CONFLICT, "last-user-manager", text),
            DeactivateEmployeeError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ResetPasswordOfError> for Face {
    fn from(error: ResetPasswordOfError) -> Self {
        let text = sentence(&error);
        match error {
            ResetPasswordOfError::NoSuchEmployee => Self::not_found(),
            ResetPasswordOfError::NoAccount => Self::new(StatusCode::CONFLICT, "no-account", text),
            ResetPasswordOfError::Inactive => Self::new(StatusCode::CONFLICT, "account-inactive", text),
            ResetPasswordOfError::Setup(error) => error.into(),
            ResetPasswordOfError::TooSoon(why) => why.into(),
            ResetPasswordOfError::Fault(fault) => fault.into(),
        }
    }
}

impl From<AssignRoleError> for Face {
    fn from(error: AssignRoleError) -> Self {
        let text = sentence(&error);
        match error {
            AssignRoleError::NoSuchMember => Self::not_found(),
            AssignRoleError::Patient => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "patient", text).on("role"),
            AssignRoleError::Oneself => Self::new(StatusCode::FORBIDDEN, "oneself", text).on("role"),
            AssignRoleError::NotOwner => Self::new(StatusCode::FORBIDDEN, "not-owner", text).on("role"),
            AssignRoleError::LastOwner => Self::new(StatusCode::CONFLICT, "last-owner", text).on("role"),
            AssignRoleError::CannotGrant(why) => why.into(),
            AssignRoleError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RotateCodeWordError> for Face {
    fn from(error: RotateCodeWordError) -> Self {
        match error {
            RotateCodeWordError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ShowCodeWordError> for Face {
    fn from(error: ShowCodeWordError) -> Self {
        match error {
            ShowCodeWordError::Fault(fault) => fault.into(),
        }
    }
}

impl From<CodeWordToldError> for Face {
    fn from(error: CodeWordToldError) -> Self {
        match error {
            CodeWordToldError::NoSuchEmployee => Self::not_found(),
            CodeWordToldError::Fault(fault) => fault.into(),
        }
    }
}
