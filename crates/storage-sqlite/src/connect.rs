//! How the file is opened, for writing and for reading.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

/// A connection that may write.
pub(crate) fn connect(path: &Path, create: bool) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let create = if create { OpenFlags::SQLITE_OPEN_CREATE } else { OpenFlags::empty() };
    let conn = Connection::open_with_flags(path, flags | create)?;
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON")?;
    Ok(conn)
}

/// A connection beside the one that writes, which may write as well.
pub(crate) fn connect_beside(path: &Path) -> rusqlite::Result<Connection> {
    let conn = connect(path, false)?;
    conn.execute_batch(ROOM)?;
    Ok(conn)
}

/// A connection that only reads.
pub(crate) fn connect_to_read(path: &Path) -> rusqlite::Result<Connection> {
    let conn = connect_beside(path)?;
    conn.execute_batch("PRAGMA query_only = ON")?;
    Ok(conn)
}

/// What it keeps of the file at most is 8 MiB. A walk past a thousand people of a large practice touches four.
const ROOM: &str = "PRAGMA cache_size = -8192";

/// How long to wait where somebody else writes: another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// More than there are statements, so that none of them is prepared twice.
const STATEMENTS: usize = 400;
