//! Files of employees and invitations.

use axum::http::StatusCode;
use practice_domain::billing::CardDataRefused;
use practice_domain::intake::{Like, SheetError};
use practice_domain::usecase::import::ImportError;
use practice_domain::usecase::{ExportError, Resemblance};

use super::{Face, sentence};
use crate::present;

impl Face {
    /// An address looks like another one; the caller may say that it is right. Whose it looks like is for those who see the list.
    pub(crate) fn look_alike(like: &Resemblance, sees_the_list: bool) -> Self {
        let text = match like {
            Resemblance::Domain(domain) => format!("This looks like an address at {domain}, and is not one."),
            Resemblance::Person(known) if sees_the_list => present::resembles(&Like::Known(known.clone())),
            Resemblance::Person(_) => "This looks like the address of somebody else in the practice.".to_owned(),
        };
        Self::new(StatusCode::CONFLICT, "look-alike", format!("{text} If it is right, confirm it.")).on("email")
    }
}

impl From<ExportError> for Face {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ImportError> for Face {
    fn from(error: ImportError) -> Self {
        let text = sentence(&error);
        match error {
            ImportError::NoSuchImport => Self::not_found(),
            ImportError::Sheet(why) => why.into(),
            ImportError::CardNumber(why) => Self::from(why).on("file"),
            ImportError::Empty => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "import-empty", text).on("file"),
            ImportError::NoSuchContent => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-query", text).on("content")
            }
            ImportError::Changed => Self::new(StatusCode::CONFLICT, "import-changed", text),
            ImportError::OutOfStep(_) => Self::new(StatusCode::CONFLICT, "import-out-of-step", text),
            ImportError::Fault(fault) => fault.into(),
        }
    }
}

impl From<SheetError> for Face {
    fn from(error: SheetError) -> Self {
        let (status, code) = match &error {
            SheetError::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
            SheetError::TooManyRows => (StatusCode::UNPROCESSABLE_ENTITY, "import-too-long"),
            SheetError::NotText => (StatusCode::UNPROCESSABLE_ENTITY, "import-not-text"),
            SheetError::CardNumber { .. } => (StatusCode::UNPROCESSABLE_ENTITY, CardDataRefused.code()),
            SheetError::NoHeader | SheetError::Missing(_) | SheetError::Twice(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "import-columns")
            }
        };
        Self::new(status, code, sentence(&error)).on("file")
    }
}
