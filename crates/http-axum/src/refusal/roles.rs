//! Roles: editing, copying, renaming and removing them.

use axum::http::StatusCode;
use practice_domain::usecase::{CopyRoleError, EditRoleError, RemoveRoleError, RenameRoleError};

use super::{Face, sentence};

impl From<EditRoleError> for Face {
    fn from(error: EditRoleError) -> Self {
        let text = sentence(&error);
        match error {
            EditRoleError::Owner => Self::new(StatusCode::CONFLICT, "owner-role-fixed", text),
            EditRoleError::CannotGrant(why) => why.into(),
            EditRoleError::Fault(fault) => fault.into(),
        }
    }
}

impl From<CopyRoleError> for Face {
    fn from(error: CopyRoleError) -> Self {
        let text = sentence(&error);
        match error {
            CopyRoleError::NameTaken => name_taken(text),
            CopyRoleError::TooMany => Self::new(StatusCode::CONFLICT, "too-many-roles", text).on("name"),
            CopyRoleError::CannotGrant(why) => why.into(),
            CopyRoleError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RenameRoleError> for Face {
    fn from(error: RenameRoleError) -> Self {
        let text = sentence(&error);
        match error {
            RenameRoleError::NameTaken => name_taken(text),
            RenameRoleError::Changed => Self::new(StatusCode::PRECONDITION_FAILED, "changed", text),
            RenameRoleError::CannotGrant(why) => why.into(),
            RenameRoleError::Fault(fault) => fault.into(),
        }
    }
}

impl From<RemoveRoleError> for Face {
    fn from(error: RemoveRoleError) -> Self {
        let text = sentence(&error);
        match error {
            RemoveRoleError::InUse => Self::new(StatusCode::CONFLICT, "role-in-use", text),
            RemoveRoleError::CannotGrant(why) => why.into(),
            RemoveRoleError::Fault(fault) => fault.into(),
        }
    }
}

fn name_taken(text: String) -> Face {
    Face::new(StatusCode::CONFLICT, "role-name-taken", text).on("name")
}
