use practice_domain::port::{CommitError, Fault};

/// What a database error means to the rules.
pub(crate) fn fault(operation: &'static str, error: sqlx::Error) -> Fault {
    match &error {
        sqlx::Error::PoolTimedOut => Fault::busy(operation),
        sqlx::Error::Database(database) => {
            let code = database.code().and_then(|code| code.parse::<u32>().ok());
            if code.is_some_and(|code| [BUSY, LOCKED].contains(&(code & 0xff))) {
                Fault::busy(operation)
            } else {
                Fault::unavailable(operation, error)
            }
        }
        _ => Fault::unavailable(operation, error),
    }
}

/// The same, in a commit.
pub(crate) fn commit_fault(error: sqlx::Error) -> CommitError {
    fault("commit", error).into()
}

/// Result codes of SQLite, without what extends them.
const BUSY: u32 = 5;
const LOCKED: u32 = 6;
