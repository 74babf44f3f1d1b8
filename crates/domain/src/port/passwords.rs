use async_trait::async_trait;

use crate::port::Fault;
use crate::value::{Password, PasswordHash};

/// Hashes passwords, slowly on purpose and never more at once than the machine can bear (`PWD-2`).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Passwords: Send + Sync {
    /// The hash to keep, with today's parameters and pepper, and with a mark of today's list unless that knows the password
    /// ([`Passwords::is_common`]). Whoever sets a password has asked the list before; it is asked here once more, where hashing waits
    /// anyway, so that no mark stands for an answer that nobody gave.
    async fn hash(&self, password: &Password) -> Result<PasswordHash, Fault>;

    /// Checks a password. Without a hash it does the same work and says no (`LOCK-3`).
    async fn verify<'a>(&self, password: &Password, hash: Option<&'a PasswordHash>) -> Result<Verdict, Fault>;

    /// Whether a list of common and leaked passwords knows it, or something like it.
    fn is_common(&self, password: &Password) -> bool;
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Right, and today's list of common passwords does not know it (`BOT-3`).
    Right,
    /// Right, but kept with parameters or a pepper of the past, or without the mark of today's list of common passwords: ask the list,
    /// and hash it anew.
    RightButOld,
    /// Wrong, or nothing to compare with.
    Wrong,
}
