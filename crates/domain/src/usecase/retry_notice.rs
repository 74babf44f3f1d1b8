use crate::access::Operator;
use crate::fact::Fact;
use crate::notice::{About, SupportAct};
use crate::port::{Fault, Outbox};
use crate::usecase::support::Touched;
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::{NoticeId, PracticeId};

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

/// `INV-10`: an operator lets a notice go out again that had been given up, with a reason: once the mail server takes mail again. The
/// User Managers of the practice that it is about are told, but of events for products nobody is.
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
    let found = parked.find(|parked| parked.id == notice && now < parked.expires_at);
    let about = found.ok_or(RetryNoticeError::NotParked)?.about;
    let recorded: Result<(), RetryNoticeError> = settle(ports, || async {
        let touched = Touched::only(practice_of(ports, about).await?);
        let fact = || Fact::NoticeRetried { notice, reason: reason.clone() };
        let commit = touched.recording(|log| who.record(log, fact(), now));
        committed(touched.tell(ports, commit, SupportAct::NoticeRetried, now).await?, ())
    })
    .await;
    recorded?;
    if outbox.retry(notice, now).await? { Ok(()) } else { Err(RetryNoticeError::NotParked) }
}

/// The practice that a notice is about. One about a person's own account or their money is about none.
async fn practice_of(ports: &Ports, about: About) -> Result<Option<PracticeId>, Fault> {
    Ok(match about {
        About::Invitation { invitation, .. } => ports.store.invitation(invitation).await?.map(|found| found.practice),
        About::SecretCode { registration, .. } => {
            ports.store.registration(registration).await?.map(|found| found.practice)
        }
        About::PasswordLink { link, .. } | About::CodeWord { link, .. } => {
            ports.store.password_link(link).await?.and_then(|found| found.practice)
        }
        About::PlainNotice { practice, .. }
        | About::CodeWordsPaused { practice, .. }
        | About::SessionsEnded { practice, .. }
        | About::UserManagersChanged { practice, .. }
        | About::TwoStepChanged { practice, .. }
        | About::Support { practice, .. } => Some(practice),
        // What an endpoint did not take is between its operator and support; a practice can do nothing about it.
        About::Event { .. }
        | About::Locked { .. }
        | About::LockToTell { .. }
        | About::Unlocked { .. }
        | About::Account { .. }
        | About::Billing(_) => None,
    })
}
