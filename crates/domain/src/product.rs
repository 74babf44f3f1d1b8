//! The products' way in: an API key, which belongs to one product and one practice (`INV-2`).

use crate::channel::Product;
use crate::value::{ApiKeyId, Digest, PracticeId, Time};

/// An API key as it is kept: a digest, never the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its identity.
    pub id: ApiKeyId,
    /// Digest of the key.
    pub digest: Digest,
    /// The practice that it acts for.
    pub practice: PracticeId,
    /// The product that holds it.
    pub product: Product,
    /// Since when it works.
    pub created_at: Time,
}
