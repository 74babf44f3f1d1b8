use crate::access::{Fresh, UserManager};
use crate::commit::Commit;
use crate::fact::Fact;
use crate::notice::{About, Notice};
use crate::policy::TwoStep;
use crate::port::Fault;
use crate::usecase::support::managers;
use crate::usecase::{Decision, NEWS, Ports, Refusal, committed, settle};
use crate::value::{NoticeId, PracticeId, Time};

/// Why the switches stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum SetTwoStepError {
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for SetTwoStepError {}

/// `LIST-9`: a User Manager who has signed in freshly says who must give a code while registering, and every User Manager is told.
/// Gives back what held before.
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
        let commit = tell_of_two_step(ports, Commit::recording(entry), practice.id, now).await?;
        committed(commit.update(practice.with_two_step(after)), before)
    })
    .await
}

/// The same commit, with a mail to the practice's User Managers that who must give a code while registering was changed (`LIST-9`, OT-09).
pub(super) async fn tell_of_two_step(
    ports: &Ports,
    commit: Commit,
    practice: PracticeId,
    now: Time,
) -> Result<Commit, Fault> {
    let told = managers(ports, practice, now).await?.into_iter();
    Ok(told.fold(commit, |commit, account| {
        let about = About::TwoStepChanged { account, practice };
        let id = NoticeId(ports.entropy.id());
        commit.notify(Notice { id, about, ordered_at: now, expires_at: now.plus(NEWS) })
    }))
}
