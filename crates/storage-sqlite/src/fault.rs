use practice_domain::port::Fault;
use rusqlite::{Error, ErrorCode};

/// What a database error means to the rules.
pub(crate) fn fault(operation: &'static str, error: Error) -> Fault {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Fault::busy(operation),
        _ => Fault::unavailable(operation, error),
    }
}

/// Whether something that must be unique is there already.
pub(crate) fn is_taken(error: &Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    matches!(code, Some(rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY))
}
