use practice_domain::commit::Commit;
use practice_domain::port::CommitError;
use rusqlite::Connection;

/// Tables of another service in the same file, which change whenever a commit does: in its transaction, so both are kept or neither.
pub trait Companion: Send + Sync + 'static {
    /// Follows a commit that has just been applied. It may be called again for the same commit when the transaction could not be
    /// kept, so it must not change `self`; nor may it begin or end a transaction.
    ///
    /// # Errors
    ///
    /// A [`CommitError`]; nothing of the commit is kept then, and the use case gets it as its own.
    fn follow(&self, conn: &Connection, commit: &Commit) -> Result<(), CommitError>;
}
