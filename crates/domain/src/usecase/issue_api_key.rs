use crate::access::Operator;
use crate::channel::Product;
use crate::fact::Fact;
use crate::notice::SupportAct;
use crate::port::Fault;
use crate::product::ApiKey;
use crate::usecase::support::Touched;
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
    /// An operator must say why.
    #[error("give a reason")]
    NoReason,
    /// There is no such practice.
    #[error("there is no such practice")]
    NoSuchPractice,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for IssueApiKeyError {}

/// `INV-2`: an operator lets a product call for a practice, with a reason; its User Managers are told.
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
    let reason = who.reason().cloned().ok_or(IssueApiKeyError::NoReason)?;
    let id = ApiKeyId(ports.entropy.id());
    let secret = ports.entropy.secret();
    let key = ApiKey::issue(id, ports.keys.digest(&secret), practice, product, now);
    settle(ports, || async {
        if ports.store.practice(practice).await?.is_none() {
            return Err(IssueApiKeyError::NoSuchPractice);
        }
        let touched = Touched::only(Some(practice));
        let fact = || Fact::ApiKeyIssued { key: id, product, reason: Some(reason.clone()) };
        let commit = touched.recording(|log| who.record(log, fact(), now)).insert(key.clone());
        let commit = touched.tell(ports, commit, SupportAct::ApiKeyIssued, now).await?;
        committed(commit, IssuedApiKey { id, secret })
    })
    .await
}
