use crate::access::SignedIn;
use crate::billing::plan::Ware;
use crate::billing::{BillingFact, EndReason, Subscription};
use crate::commit::{Commit, Guard};
use crate::fact::{Entry, Log};
use crate::port::Fault;
use crate::usecase::billing::seat::{Seat, change};
use crate::usecase::billing::{Till, follow_subscription, open_purchase};
use crate::usecase::{Decision, Refusal, committed, settle};
use crate::value::SubscriptionId;

/// What ended, or ends with what is paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancelled {
    /// The plan, and with SecureMail the plugin.
    pub plans: Vec<Subscription>,
}

/// Why the plan stays.
#[derive(Debug, thiserror::Error)]
pub enum CancelPlanError {
    /// There is no such plan among those that this person pays for; whether there is another one is not told (`BILL-8`).
    #[error("there is no such plan")]
    NoSuchPlan,
    /// A purchase for the same person is being confirmed.
    #[error("a purchase for this person is being confirmed; try again when it is done")]
    InProgress,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for CancelPlanError {}

/// `BILL-8`: the payer, and nobody else, cancels a plan; cancelling SecureMail cancels that person's plugin, whoever pays for it.
///
/// # Errors
///
/// [`CancelPlanError`].
pub async fn cancel_plan(till: &Till, who: &SignedIn, id: SubscriptionId) -> Result<Cancelled, CancelPlanError> {
    let now = till.now();
    let cancelled = settle(&till.ports, || async {
        let stored = till.ledger.subscription(id).await?;
        let stored = stored.filter(|stored| stored.payer == who.account() && stored.is_live());
        let stored = stored.ok_or(CancelPlanError::NoSuchPlan)?;
        let seat = Seat::load(till, stored.practice, stored.member).await?.ok_or(CancelPlanError::NoSuchPlan)?;
        let wares = if stored.option.ware == Ware::SecureMail { &Ware::ALL[..] } else { &[Ware::OutlookPlugin] };
        let mut guards = Vec::new();
        for ware in wares {
            if till.is_buying(stored.practice, stored.member, *ware).await? {
                return Err(CancelPlanError::InProgress);
            }
            guards.push(Guard::Free(open_purchase(stored.practice, stored.member, *ware)));
        }
        let practice = till.ports.store.practice(stored.practice).await?.ok_or(CancelPlanError::NoSuchPlan)?;
        let at_once = practice.policy().billing.cancel_at_once;
        let plans: Vec<Subscription> = (seat.falls_with(&stored).into_iter())
            .map(|one| if at_once { one.end(EndReason::Cancelled, false, now) } else { one.end_with_period() })
            .collect();
        if plans.iter().all(|plan| seat.live.contains(plan)) {
            return Ok(Decision::Already(Cancelled { plans }));
        }
        let entry = |fact: BillingFact| Entry { log: Log::Practice(stored.practice), ..who.record(fact.into(), now) };
        let mut entries = plans.iter().map(|plan| match at_once {
            true => entry(BillingFact::SubscriptionEnded { subscription: plan.id, why: EndReason::Cancelled }),
            false => entry(BillingFact::SubscriptionEnding { subscription: plan.id }),
        });
        let first = entries.next().ok_or(CancelPlanError::NoSuchPlan)?;
        let commit = entries.fold(Commit::recording(first), Commit::and).guard_all(guards);
        let commit = plans.iter().fold(commit, change);
        let changed: Vec<&Subscription> = plans.iter().collect();
        committed(seat.settle(commit, &changed, entry), Cancelled { plans })
    })
    .await?;
    for plan in &cancelled.plans {
        // What fails here is found again by the reconciler.
        let _ = follow_subscription(till, plan.id, None).await;
    }
    Ok(cancelled)
}
