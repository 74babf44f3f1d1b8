use practice_domain::port::{CommitError, Fault};
use sqlx::postgres::{PgDatabaseError, PgSeverity};

/// What a database error means to the rules.
pub(crate) fn fault(operation: &'static str, error: sqlx::Error) -> Fault {
    let busy = match &error {
        sqlx::Error::PoolTimedOut => true,
        sqlx::Error::Database(database) => database.code().is_some_and(|code| BUSY.contains(&&*code)),
        _ => false,
    };
    if busy { Fault::busy(operation) } else { Fault::unavailable(operation, error) }
}

/// The same, in a commit.
pub(crate) fn commit_fault(error: sqlx::Error) -> CommitError {
    fault("commit", error).into()
}

/// Whether two transactions stood in each other's way: nothing of this one was kept, and the next try may go through.
pub(crate) fn stood_in_the_way(fault: &Fault) -> bool {
    let Fault::Unavailable { source, .. } = fault else { return false };
    source.downcast_ref::<sqlx::Error>().is_some_and(is_deadlock)
}

/// Whether this is a deadlock, or a transaction that cannot be put in line with others.
pub(crate) fn is_deadlock(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| AGAIN.contains(&&*code)),
        _ => false,
    }
}

/// Whether the server starts, stops, or has no room: another time it may let us in.
pub(crate) fn is_not_now(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(error) => error.code().is_some_and(|code| NOT_NOW.contains(&&*code)),
        _ => false,
    }
}

/// Whether the connection was dead before it was asked: a server that ended takes its connections along.
pub(crate) fn was_dead(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| ENDED.contains(&&*code)),
        _ => false,
    }
}

/// Whether the server refused a statement, and nothing more: the connection is as good as before.
pub(crate) fn leaves_whole(error: &sqlx::Error) -> bool {
    let database = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    database.is_some_and(|error| error.severity() == PgSeverity::Error)
}

/// The server starts, stops, or has no room.
const NOT_NOW: [&str; 4] = ["57P03", "57P01", "57P02", "53300"];

/// The server ended the connection, because it was told to, or because it failed.
const ENDED: [&str; 2] = ["57P01", "57P02"];

/// Too long a wait for a lock or an answer, and too many connections.
const BUSY: [&str; 3] = ["55P03", "57014", "53300"];

/// A transaction that cannot be put in line with others, and a deadlock.
const AGAIN: [&str; 2] = ["40001", "40P01"];
