use crate::access::Operator;
use crate::channel::Product;
use crate::commit::Commit;
use crate::fact::{Fact, Log};
use crate::port::Fault;
use crate::product::ApiKey;
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::{ApiKeyId, PracticeId};

/// A new key. The secret is shown now and never again.
#[derive(Clone)]
pub struct IssuedApiKey {
    /// Its identity.
    pub id: ApiKeyId,
    /// The secret.
    pub secret: [u8; 32],
}

/// Why no key was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueApiKeyError {
    /// There is no such practice.
    #[error("there is no such practice")]
    NoSuchPractice,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for IssueApiKeyError {}

/// `INV-2`: an operator lets a product call for a practice.
///
/// # Errors
///
/// [`IssueApiKeyError`].
pub async fn issue_api_key(
    ports: &Ports,
    who: &Operator,
    practice: PracticeId,
    product: Product,
) -> Result<IssuedApiKey, IssueApiKeyError> {
    let now = ports.clock.now();
    let id = ApiKeyId(ports.entropy.id());
    let secret = ports.entropy.secret();
    let key = ApiKey { id, digest: ports.keys.digest(&secret), practice, product, created_at: now };
    settle(ports, || async {
        if ports.store.practice(practice).await?.is_none() {
            return Err(IssueApiKeyError::NoSuchPractice);
        }
        let entry = who.record(Log::Practice(practice), Fact::ApiKeyIssued { key: id, product }, now);
        committed(Commit::recording(entry).insert(key.clone()), IssuedApiKey { id, secret })
    })
    .await
}
