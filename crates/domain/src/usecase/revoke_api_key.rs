use crate::access::Operator;
use crate::fact::Fact;
use crate::notice::SupportAct;
use crate::port::Fault;
use crate::usecase::support::Touched;
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::{ApiKeyId, PracticeId};

/// Why the key still works.
#[derive(Debug, thiserror::Error)]
pub enum RevokeApiKeyError {
    /// An operator must say why.
    #[error("give a reason")]
    NoReason,
    /// The practice has no such key.
    #[error("there is no such API key in this practice")]
    NoSuchKey,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RevokeApiKeyError {}

/// `INV-2`: an operator takes a product's key away, with a reason; it is refused from the next request on, on every instance, and the
/// practice's User Managers are told. False when it worked no more already.
///
/// # Errors
///
/// [`RevokeApiKeyError`].
pub async fn revoke_api_key(
    ports: &Ports,
    who: &Operator,
    practice: PracticeId,
    key: ApiKeyId,
) -> Result<bool, RevokeApiKeyError> {
    let now = ports.clock.now();
    let reason = who.reason().cloned().ok_or(RevokeApiKeyError::NoReason)?;
    settle(ports, || async {
        let found = ports.store.api_keys(practice).await?.into_iter().find(|one| one.id == key);
        let found = found.ok_or(RevokeApiKeyError::NoSuchKey)?;
        if !found.works() {
            return Ok(Decision::Already(false));
        }
        let touched = Touched::only(Some(practice));
        let fact = || Fact::ApiKeyRevoked { key, product: found.product, reason: reason.clone() };
        let commit = touched.recording(|log| who.record(log, fact(), now)).update(found.clone().revoke(now));
        committed(touched.tell(ports, commit, SupportAct::ApiKeyRevoked, now).await?, true)
    })
    .await
}
