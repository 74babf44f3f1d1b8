use crate::access::{Holder, permit};
use crate::commit::Commit;
use crate::fact::{Fact, Log};
use crate::port::{Fault, HistoryFilter, HistoryMark, HistoryPage, HistoryQuery};
use crate::usecase::{Ports, Refusal, committed, settle};

/// Which part of the practice's log.
#[derive(Debug, Clone, Default)]
pub struct ReadAudit {
    /// What to leave out.
    pub filter: HistoryFilter,
    /// Where the page before it ended; the newest entries without one.
    pub before: Option<HistoryMark>,
    /// Entries wanted: 1 to 200.
    pub size: u16,
}

/// Why nothing was shown.
#[derive(Debug, thiserror::Error)]
pub enum ReadAuditError {
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ReadAuditError {}

/// `AU-05`: whoever may read the practice's audit log reads a page of it. That they did is recorded before they see anything, and is
/// not among what they see.
///
/// # Errors
///
/// [`ReadAuditError`].
pub async fn read_audit(
    ports: &Ports,
    who: &Holder<permit::ReadAudit>,
    cmd: ReadAudit,
) -> Result<HistoryPage, ReadAuditError> {
    let now = ports.clock.now();
    let log = Log::Practice(who.practice().id);
    let ReadAudit { filter, before, size } = cmd;
    let page = ports.reader.history(&HistoryQuery { log, filter, before, size }).await?;
    settle::<_, ReadAuditError, _, _>(ports, || async {
        committed(Commit::recording(who.record(Fact::AuditRead, now)), ())
    })
    .await?;
    Ok(page)
}
