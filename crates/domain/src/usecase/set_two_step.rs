use crate::access::{Fresh, UserManager};
use crate::commit::Commit;
use crate::fact::Fact;
use crate::policy::TwoStep;
use crate::port::Fault;
use crate::usecase::{Decision, Ports, Refusal, committed, settle};

/// Why the switches stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum SetTwoStepError {
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for SetTwoStepError {}

/// `LIST-9`: a User Manager who has signed in freshly says who must give a code while registering. Gives back what held before.
///
/// # Errors
///
/// [`SetTwoStepError`].
pub async fn set_two_step(ports: &Ports, who: &Fresh<UserManager>, after: TwoStep) -> Result<TwoStep, SetTwoStepError> {
    let now = ports.clock.now();
    let who = who.who();
    settle(ports, || async {
        let practice = ports.store.practice(who.practice().id).await?;
        let practice = practice.ok_or_else(|| Fault::corrupt("session", "its practice is missing"))?;
        let before = practice.two_step();
        if before == after {
            return Ok(Decision::Already(before));
        }
        let entry = who.record(Fact::TwoStepChanged { before, after }, now);
        committed(Commit::recording(entry).update(practice.with_two_step(after)), before)
    })
    .await
}
