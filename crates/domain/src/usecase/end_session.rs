use crate::access::{SignedIn, WhyNot};
use crate::commit::Commit;
use crate::fact::Fact;
use crate::port::Fault;
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::SessionId;

/// Why a session was not ended.
#[derive(Debug, thiserror::Error)]
pub enum EndSessionError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] WhyNot),
    /// The person has no such session, or none in this practice.
    #[error("there is no such session")]
    NoSuchSession,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for EndSessionError {}

/// `SESS-1`: ends the session that the person is in.
///
/// # Errors
///
/// [`EndSessionError`].
pub async fn sign_out(ports: &Ports, who: &SignedIn) -> Result<(), EndSessionError> {
    end_session(ports, who, who.session().id).await
}

/// `SESS-1`: ends one of the person's own sessions, from the next request on. One that is over stays so.
///
/// # Errors
///
/// [`EndSessionError`].
pub async fn end_session(ports: &Ports, who: &SignedIn, session: SessionId) -> Result<(), EndSessionError> {
    let now = ports.clock.now();
    settle(ports, || async {
        let found = ports.store.session(session).await?.filter(|s| s.account == who.account());
        let found = found.ok_or(EndSessionError::NoSuchSession)?;
        if found.ended_at.is_some() {
            return Ok(Decision::Already(()));
        }
        committed(Commit::recording(who.record(Fact::SessionEnded { session }, now)).update(found.end(now)), ())
    })
    .await
}
