use std::error::Error;

/// The world failed: nothing was decided, and the same request may work later. Its words name the operation; the cause is its source.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A database, a mail server or another peer cannot be reached, or failed.
    #[error("{operation} failed")]
    Unavailable {
        /// What was being done.
        operation: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// Too much is going on at once.
    #[error("{operation}: too busy")]
    Busy {
        /// What was being done.
        operation: &'static str,
    },
    /// What is stored makes no sense: somebody changed it from outside, or a version is wrong.
    #[error("stored {what} cannot be read")]
    Corrupt {
        /// What kind of thing.
        what: &'static str,
        /// What is wrong with it.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

impl Fault {
    /// An operation that failed for this cause.
    pub fn unavailable(operation: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unavailable { operation, source: source.into() }
    }

    /// An operation that found no room.
    #[must_use]
    pub fn busy(operation: &'static str) -> Self {
        Self::Busy { operation }
    }

    /// Something stored that cannot be read, for this cause.
    pub fn corrupt(what: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Corrupt { what, source: source.into() }
    }
}

/// For a port that was asked what it does not answer.
#[derive(Debug, thiserror::Error)]
#[error("this port does not answer that")]
struct Unanswered;

/// The answer to a question, whatever was asked, that a port has none for.
pub(super) fn unanswered<A, T>(question: &'static str, _: A) -> Result<T, Fault> {
    Err(Fault::unavailable(question, Unanswered))
}
