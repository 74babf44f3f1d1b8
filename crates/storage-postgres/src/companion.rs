use async_trait::async_trait;
use practice_domain::commit::Commit;
use practice_domain::port::CommitError;
use sqlx::PgConnection;

/// Tables of another service in the same database, which change whenever a commit does: in its transaction, so both are kept or neither.
#[async_trait]
pub trait Companion: Send + Sync + 'static {
    /// Follows a commit that has just been applied. It may be called again for the same commit when the transaction could not be
    /// kept, so it must not change `self`; nor may it begin or end a transaction.
    ///
    /// # Errors
    ///
    /// A [`CommitError`]; nothing of the commit is kept then, and the use case gets it as its own.
    async fn follow(&self, conn: &mut PgConnection, commit: &Commit) -> Result<(), CommitError>;
}
