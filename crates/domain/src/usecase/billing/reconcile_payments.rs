use std::time::Duration;

use crate::billing::{Purchase, PurchaseState};
use crate::port::Fault;
use crate::usecase::billing::{Till, announce_expiring_card, follow_subscription, settle_purchase};
use crate::value::{PurchaseId, SubscriptionId, Time};

/// What the reconciler looked after.
#[derive(Debug, Default)]
pub struct Reconciled {
    /// How many purchases, subscriptions and cards were due.
    pub due: usize,
    /// What went wrong; each is due again.
    pub faults: Vec<Fault>,
}

/// `BILL-10`: looks after everything that is due: purchases whose end is open, subscriptions whose period is over or whose end the
/// provider does not know, and cards that expire. A worker calls it every minute; several may.
///
/// # Errors
///
/// A [`Fault`] when what is due cannot be listed. What fails by itself is in the answer, and keeps nothing else from being looked after.
pub async fn reconcile_payments(till: &Till) -> Result<Reconciled, Fault> {
    let now = till.now();
    let mut done = Reconciled::default();
    for id in till.ledger.due_purchases(now, AT_ONCE).await? {
        if is_in_hand(till, id, now).await? {
            continue;
        }
        done.note(settle_purchase(till, id).await.map(drop));
    }
    for id in till.ledger.due_subscriptions(now, AT_ONCE).await? {
        done.note(follow_subscription(till, id, None).await);
    }
    for account in till.ledger.due_wallets(now, AT_ONCE).await? {
        done.note(announce_expiring_card(till, account).await);
    }
    Ok(done)
}

/// `BILL-10`: asks the provider how the next few live subscriptions stand, after this one, so that what no event told is found within
/// one walk. Answers where to go on; none at the end.
///
/// # Errors
///
/// A [`Fault`] when the provider or the store failed.
pub async fn walk_subscriptions(till: &Till, after: Option<SubscriptionId>) -> Result<Option<SubscriptionId>, Fault> {
    let plans = till.ledger.live_plans(after, AT_ONCE).await?;
    for plan in &plans {
        follow_subscription(till, plan.id, None).await?;
    }
    Ok(plans.last().map(|plan| plan.id))
}

/// Whether somebody said OK so short a time ago that whoever wrote it down is about to ask. Asking first would make them wait.
async fn is_in_hand(till: &Till, id: PurchaseId, now: Time) -> Result<bool, Fault> {
    let purchase = till.ledger.purchase(id).await?;
    let fresh = |purchase: &Purchase| {
        matches!(purchase.state, PurchaseState::Pending { .. }) && now.since(purchase.ordered_at) < HEAD_START
    };
    Ok(purchase.as_ref().is_some_and(fresh))
}

impl Reconciled {
    pub(super) fn note(&mut self, outcome: Result<(), Fault>) {
        self.due += 1;
        self.faults.extend(outcome.err());
    }
}

const AT_ONCE: usize = 50;

const HEAD_START: Duration = Duration::from_secs(15);
