use crate::access::{Fresh, Holder, permit};
use crate::commit::Commit;
use crate::fact::Fact;
use crate::policy::{Policy, PolicyChange};
use crate::port::Fault;
use crate::usecase::set_two_step::tell_of_two_step;
use crate::usecase::{Decision, Ports, Refusal, committed, settle, with_deviations};
use crate::value::Version;

/// Give the practice another policy. It is whole and within its bounds already: [`Policy`] is never anything else.
#[derive(Debug, Clone)]
pub struct SetPolicy {
    /// The practice's version that the caller saw; another one means that somebody else was first.
    pub seen: Option<Version>,
    /// What is to hold from now on.
    pub policy: Policy,
}

/// Why the policy stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum SetPolicyError {
    /// Somebody else changed the practice since it was read.
    #[error("somebody else changed the practice meanwhile; look at its policy and try again")]
    Changed,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for SetPolicyError {}

/// `PRA-6`, `SESS-2`: an Owner, or whomever an Owner lets, gives the practice another policy after a fresh sign-in. Gives back what held
/// before. A second time changes nothing; where the policy deviates from a norm, the audit log says so (PW-04). Where it changes who must
/// give a code while registering, the User Managers are told, as `LIST-9` has it.
///
/// # Errors
///
/// [`SetPolicyError`].
pub async fn set_policy(
    ports: &Ports,
    who: &Fresh<Holder<permit::ChangePolicy>>,
    cmd: SetPolicy,
) -> Result<Policy, SetPolicyError> {
    let now = ports.clock.now();
    let who = who.who();
    settle(ports, || async {
        let practice = ports.store.practice(who.practice().id).await?;
        let practice = practice.ok_or_else(|| Fault::corrupt("session", "its practice is missing"))?;
        let before = practice.policy();
        let Some(change) = PolicyChange::between(&before, &cmd.policy) else {
            return Ok(Decision::Already(before));
        };
        if cmd.seen.is_some_and(|seen| seen != practice.version) {
            return Err(SetPolicyError::Changed);
        }
        let commit = Commit::recording(who.record(Fact::PolicyChanged(change), now));
        let mut commit = with_deviations(commit, &cmd.policy, |fact| who.record(fact, now));
        if before.two_step != cmd.policy.two_step {
            commit = tell_of_two_step(ports, commit, practice.id, now).await?;
        }
        committed(commit.update(practice.with_policy(cmd.policy)), before)
    })
    .await
}
