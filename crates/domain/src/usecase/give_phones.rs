use crate::access::visitor;
use crate::commit::Commit;
use crate::fact::{Fact, Log, Origin};
use crate::registration::{Registration, StepRefused};
use crate::usecase::in_progress::{StepError, load};
use crate::usecase::{Ports, committed, settle};
use crate::value::Phones;

/// The person gives at least one number, or changes them before a code was proven. Numbers that the practice gave stay: whoever
/// got hold of the mail must not choose where the code goes.
///
/// # Errors
///
/// [`StepError`].
pub async fn give_phones(
    ports: &Ports,
    cookie: &[u8],
    phones: Phones,
    origin: &Origin,
) -> Result<Registration, StepError> {
    let now = ports.clock.now();
    settle(ports, || async {
        let run = load(ports, cookie).await?;
        let guard = run.guard();
        if !run.invitation.phones.is_empty() {
            return Err(StepRefused::OutOfOrder(run.registration.at()).into());
        }
        for number in [&phones.cell, &phones.landline].into_iter().flatten() {
            ports.platform.regions.reach(number)?;
        }
        let next = run.registration.give_phones(phones.clone(), now)?;
        let fact = Fact::PhonesGiven { registration: next.id };
        let entry = visitor(Log::Practice(next.practice), fact, origin, now);
        committed(Commit::recording(entry).guard(guard).update(next.clone()), next)
    })
    .await
}
