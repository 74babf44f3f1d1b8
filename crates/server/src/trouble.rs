//! Why a command did not do what was asked: told with its causes, in one line, with an exit code that scripts can rely on.

use std::error::Error;
use std::process::ExitCode;

use practice_domain::port::Fault;

use crate::config::ConfigError;
use crate::wire::WireError;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// A setting is missing or wrong.
    #[error("the settings cannot be used")]
    Config(#[from] ConfigError),
    /// An adapter did not start.
    #[error("the server cannot start")]
    Wire(#[from] WireError),
    /// The rules say no.
    #[error("refused")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    /// An argument makes no sense.
    #[error("{argument} is not right")]
    Argument {
        /// Which.
        argument: &'static str,
        /// Why.
        #[source]
        why: Box<dyn Error + Send + Sync>,
    },
    /// The audit log does not hold together.
    #[error("the audit log was changed: {0}")]
    Audit(String),
    /// Our plans are not what the payment provider has.
    #[error("our plans and the payment provider's differ: {0}")]
    Differ(String),
    /// The provider, or the database, could not be asked about plans.
    #[error("plans cannot be compared")]
    Compare(#[source] Fault),
    /// Listening, or writing a file, failed.
    #[error("{0} failed")]
    Io(&'static str, #[source] std::io::Error),
}

impl Trouble {
    pub(crate) fn refused(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Refused(error.into())
    }

    pub(crate) fn argument(argument: &'static str, why: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Argument { argument, why: why.into() }
    }

    /// The whole chain of causes in one line.
    pub(crate) fn told(&self) -> String {
        let mut told = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            let words = error.to_string();
            if !told.ends_with(&words) {
                told = format!("{told}: {words}");
            }
            cause = error.source();
        }
        told
    }

    /// 1 for a refusal, a broken log or plans that differ, 2 for bad input, 3 when the database is in use or not the one to serve, 4 when the world failed.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match self {
            Self::Refused(_) | Self::Audit(_) | Self::Differ(_) => 1,
            Self::Config(_) | Self::Argument { .. } => 2,
            Self::Wire(WireError::Texts { .. } | WireError::Payments { .. }) => 2,
            Self::Wire(WireError::InUse | WireError::Unfinished | WireError::Moved) => 3,
            Self::Wire(_) | Self::Compare(_) | Self::Io(..) => 4,
        })
    }
}
