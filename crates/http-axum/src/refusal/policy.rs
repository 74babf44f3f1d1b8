//! The practice's policy, and its audit log.

use axum::http::StatusCode;
use practice_domain::policy::PolicyRefused;
use practice_domain::usecase::{ReadAuditError, SetPolicyError};

use super::{Face, Field, sentence};

impl From<PolicyRefused> for Face {
    fn from(why: PolicyRefused) -> Self {
        let text = sentence(&why);
        let code = match &why {
            PolicyRefused::OutOfBounds(_) => "policy-out-of-bounds",
            PolicyRefused::NotAllowed { .. } => "policy-not-allowed",
            PolicyRefused::Twice { .. } => "policy-twice",
            PolicyRefused::UnknownKey { .. } => "policy-unknown-key",
            PolicyRefused::UnknownPreset { .. } => "policy-unknown-preset",
        };
        let name = why.key().map_or("preset", |key| key.name);
        let fields = vec![Field { name: name.into(), text: text.clone().into() }];
        Self { fields, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, text) }
    }
}

impl From<SetPolicyError> for Face {
    fn from(error: SetPolicyError) -> Self {
        let text = sentence(&error);
        match error {
            SetPolicyError::Changed => Self::new(StatusCode::PRECONDITION_FAILED, "changed", text),
            SetPolicyError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ReadAuditError> for Face {
    fn from(error: ReadAuditError) -> Self {
        match error {
            ReadAuditError::Fault(fault) => fault.into(),
        }
    }
}
