use uuid::Uuid;

/// Chance, and identities.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait Entropy: Send + Sync {
    /// A new identity, unlike any other; may sort by time. Never a secret.
    fn id(&self) -> Uuid;

    /// 256 bits that nobody can guess.
    fn secret(&self) -> [u8; 32];
}
