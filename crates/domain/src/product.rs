//! The products' way in: an API key, which belongs to one product and one practice (`INV-2`).

use crate::channel::Product;
use crate::value::{ApiKeyId, Digest, PracticeId, Time, Version};

/// An API key as it is kept: a digest, never the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its identity.
    pub id: ApiKeyId,
    /// Its version.
    pub version: Version,
    /// Digest of the key.
    pub digest: Digest,
    /// The practice that it acts for.
    pub practice: PracticeId,
    /// The product that holds it.
    pub product: Product,
    /// Since when it works.
    pub created_at: Time,
    /// Since when it works no more.
    pub revoked_at: Option<Time>,
}

impl ApiKey {
    /// The key as it is kept when it was just made.
    #[must_use]
    pub fn issue(id: ApiKeyId, digest: Digest, practice: PracticeId, product: Product, now: Time) -> Self {
        Self { id, version: Version::default(), digest, practice, product, created_at: now, revoked_at: None }
    }

    /// The same key, which works no more.
    #[must_use]
    pub fn revoke(self, now: Time) -> Self {
        Self { revoked_at: Some(now), ..self }
    }

    /// Whether it still opens the API.
    #[must_use]
    pub fn works(&self) -> bool {
        self.revoked_at.is_none()
    }
}
