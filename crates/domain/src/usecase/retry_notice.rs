use crate::access::Operator;
use crate::commit::Commit;
use crate::fact::{Fact, Log};
use crate::port::{Fault, Outbox};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::NoticeId;

/// Why a notice does not go out again.
#[derive(Debug, thiserror::Error)]
pub enum RetryNoticeError {
    /// An operator must say why.
    #[error("give a reason")]
    NoReason,
    /// No such notice was given up, or its time is over.
    #[error("there is no such notice to send again")]
    NotParked,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RetryNoticeError {}

/// `INV-10`: an operator lets a notice go out again that had been given up, with a reason: once the mail server takes mail again.
///
/// # Errors
///
/// [`RetryNoticeError`].
pub async fn retry_notice(
    ports: &Ports,
    outbox: &dyn Outbox,
    who: &Operator,
    notice: NoticeId,
) -> Result<(), RetryNoticeError> {
    let reason = who.reason().cloned().ok_or(RetryNoticeError::NoReason)?;
    let now = ports.clock.now();
    let mut parked = outbox.parked(usize::MAX).await?.into_iter().map(|parked| parked.notice);
    if !parked.any(|parked| parked.id == notice && now < parked.expires_at) {
        return Err(RetryNoticeError::NotParked);
    }
    let recorded: Result<(), RetryNoticeError> = settle(ports, || async {
        let fact = Fact::NoticeRetried { notice, reason: reason.clone() };
        committed(Commit::recording(who.record(Log::Platform, fact, now)), ())
    })
    .await;
    recorded?;
    if outbox.retry(notice, now).await? { Ok(()) } else { Err(RetryNoticeError::NotParked) }
}
