use crate::access::visitor;
use crate::commit::Commit;
use crate::fact::{Fact, Log, Origin};
use crate::registration::Registration;
use crate::usecase::in_progress::{StepError, load};
use crate::usecase::{Ports, committed, settle};

/// `REG-3`: the person accepts the terms of use that the page showed.
///
/// # Errors
///
/// [`StepError`].
pub async fn accept_terms(
    ports: &Ports,
    cookie: &[u8],
    shown: &str,
    origin: &Origin,
) -> Result<Registration, StepError> {
    let now = ports.clock.now();
    settle(ports, || async {
        let run = load(ports, cookie).await?;
        let guard = run.guard();
        let next = run.registration.accept_terms(shown, &ports.platform.terms, now)?;
        let fact = Fact::TermsAccepted { registration: next.id, version: ports.platform.terms.clone() };
        let entry = visitor(Log::Practice(next.practice), fact, origin, now);
        committed(Commit::recording(entry).guard(guard).update(next.clone()), next)
    })
    .await
}
