use async_trait::async_trait;

use crate::access::Operator;
use crate::commit::Commit;
use crate::fact::{Entry, KeepingFact, Log};
use crate::port::Fault;
use crate::usecase::billing::apply_payment_event::look_up_again;
use crate::usecase::billing::compare_plans::{Hear, walk};
use crate::usecase::billing::{ComparePlans, Finding, Remedy, Till, follow_subscription};
use crate::usecase::{committed, settle};

/// What was brought in line.
#[derive(Debug, Default)]
pub struct Followed {
    /// How many plans and orders were looked after.
    pub followed: usize,
    /// What went wrong; each can be tried again.
    pub faults: Vec<Fault>,
}

/// Why nothing was brought in line.
#[derive(Debug, thiserror::Error)]
pub enum FollowProviderError {
    /// An operator must say why.
    #[error("give a reason")]
    NoReason,
    /// The world failed; what was brought in line until then stays so.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// `BILL-10`, `BK-02`: an operator lets the plans here follow the payment provider now, with a reason: each plan and each order that a
/// comparison finds to be healed so, as the server itself does sooner or later. Whatever else differs stays. The reason is kept before
/// the first one is.
///
/// # Errors
///
/// [`FollowProviderError`]. What fails by itself is in the answer, and keeps nothing else from being followed.
pub async fn follow_provider(till: &Till, who: &Operator, cmd: ComparePlans) -> Result<Followed, FollowProviderError> {
    let reason = who.reason().cloned().ok_or(FollowProviderError::NoReason)?;
    let entry = who.record(Log::Platform, KeepingFact::ProviderFollowed { reason }.into(), till.now());
    let mut follow = Follow { till, begins: Some(entry), last: Remedy::Waits, done: Followed::default() };
    walk(till, cmd, &mut follow).await?;
    Ok(follow.done)
}

struct Follow<'a> {
    till: &'a Till,
    /// What is to be recorded before anything is followed.
    begins: Option<Entry>,
    /// What was done last: several differences of one plan are healed at once.
    last: Remedy,
    done: Followed,
}

#[async_trait]
impl Hear for Follow<'_> {
    async fn hear(&mut self, finding: Finding) -> Result<(), Fault> {
        if matches!(finding.remedy, Remedy::Waits | Remedy::ByHand) || finding.remedy == self.last {
            return Ok(());
        }
        self.last = finding.remedy;
        if let Some(entry) = self.begins.take() {
            settle::<_, Fault, _, _>(&self.till.ports, || async { committed(Commit::recording(entry.clone()), ()) })
                .await?;
        }
        let healed = heal(self.till, finding.remedy).await;
        self.done.followed += usize::from(healed.is_ok());
        self.done.faults.extend(healed.err());
        Ok(())
    }
}

async fn heal(till: &Till, remedy: Remedy) -> Result<(), Fault> {
    match remedy {
        Remedy::Follow(plan) => follow_subscription(till, plan, None).await,
        Remedy::Settle(order) => match till.ledger.purchase(order).await? {
            Some(order) => look_up_again(till, &order, None).await.map(drop),
            None => Ok(()),
        },
        Remedy::Waits | Remedy::ByHand => Ok(()),
    }
}
