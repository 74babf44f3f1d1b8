use std::time::Duration;

use crate::access::Operator;
use crate::billing::PurchaseState;
use crate::commit::Commit;
use crate::fact::{KeepingFact, Log};
use crate::notice::{About, Notice};
use crate::port::{Archive, Fault, Ledger};
use crate::usecase::Ports;
use crate::value::{NoticeId, Time};

/// What goes out after a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReleaseOutbox {
    /// How old a notice may be.
    pub within: Duration,
}

/// What went out, and what did not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Released {
    /// What is sent now.
    pub sent: Vec<Notice>,
    /// What is too old, or about what a restore has ended.
    pub dropped: Vec<Notice>,
}

/// Why nothing was released.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseOutboxError {
    /// An operator must say why.
    #[error("give a reason")]
    NoReason,
    /// Nothing is held.
    #[error("nothing is held: the store was not restored, or is released already")]
    NotHeld,
    /// Orders from before the restore were not yet looked up at the payment provider.
    #[error("{0} purchases are not yet compared with the payment provider: the server does it while it runs")]
    NotCompared(usize),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// `BK-02`: an operator lets mails, texts and purchases go on after a restore, with a reason. First the server must have found out at
/// the payment provider what became of every order that was open. Notices that were ordered too long ago are dropped, and secret codes
/// are, too: what they were for has ended.
///
/// # Errors
///
/// [`ReleaseOutboxError`]; nothing has changed then.
pub async fn release_outbox(
    ports: &Ports,
    archive: &dyn Archive,
    ledger: &dyn Ledger,
    who: &Operator,
    cmd: ReleaseOutbox,
) -> Result<Released, ReleaseOutboxError> {
    let reason = who.reason().cloned().ok_or(ReleaseOutboxError::NoReason)?;
    let held_since = archive.life().await?.held_since.ok_or(ReleaseOutboxError::NotHeld)?;
    match not_compared(ledger).await? {
        0 => {}
        open => return Err(ReleaseOutboxError::NotCompared(open)),
    }
    let now = ports.clock.now();
    let released = cmd.decide(archive.waiting().await?, held_since, now);
    let dropped: Vec<NoticeId> = released.dropped.iter().map(|notice| notice.id).collect();
    let fact = KeepingFact::OutboxReleased { sent: released.sent.len(), dropped: dropped.len(), reason };
    let commit = Commit::recording(who.record(Log::Platform, fact.into(), now));
    if archive.release(&dropped, &commit, now).await? { Ok(released) } else { Err(ReleaseOutboxError::NotHeld) }
}

impl ReleaseOutbox {
    /// What is sent of what waits, and what is not. What was ordered after the restore is sent while it is worth it.
    #[must_use]
    pub fn decide(&self, waiting: Vec<Notice>, held_since: Time, now: Time) -> Released {
        let fresh = |notice: &Notice| {
            let ended = matches!(notice.about, About::SecretCode { .. });
            let in_time = now.since(notice.ordered_at) <= self.within && !ended;
            now < notice.expires_at && (notice.ordered_at >= held_since || in_time)
        };
        let (sent, dropped) = waiting.into_iter().partition(fresh);
        Released { sent, dropped }
    }
}

/// How many orders there are of which nobody knows whether they were charged.
async fn not_compared(ledger: &dyn Ledger) -> Result<usize, Fault> {
    let mut open = 0;
    for id in ledger.due_purchases(Time::from_micros(i64::MAX), usize::MAX).await? {
        let purchase = ledger.purchase(id).await?;
        open += usize::from(purchase.is_some_and(|purchase| {
            matches!(purchase.state, PurchaseState::Pending { .. } | PurchaseState::Unknown { .. })
        }));
    }
    Ok(open)
}
