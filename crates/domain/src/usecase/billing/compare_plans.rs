use std::collections::BTreeSet;

use async_trait::async_trait;

use crate::billing::SubscriptionRef;
use crate::billing::{BillingName, Subscription};
use crate::port::{Fault, Running};
use crate::usecase::billing::{Difference, Kept, Remedy, Till, absence, differences};
use crate::value::{PracticeId, SubscriptionId};

/// What is compared with the payment provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComparePlans {
    /// The plans of this practice; of all without one.
    pub within: Option<PracticeId>,
    /// How many plans are remembered at once, at least 1. The provider's list is read once for each so many plans that are here.
    pub at_once: usize,
}

/// A difference, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What the provider calls it.
    pub subscription: SubscriptionRef,
    /// Where it is, if that is known here.
    pub practice: Option<PracticeId>,
    /// The plan here, if there is one.
    pub plan: Option<SubscriptionId>,
    /// What is not the same.
    pub difference: Difference,
    /// What heals it.
    pub remedy: Remedy,
}

/// How much was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Compared {
    /// Plans that run here.
    pub here: usize,
    /// Subscriptions that may be charged there.
    pub there: usize,
    /// Subscriptions that may be charged there and were not sold here: nothing of ours, and no difference.
    pub foreign: usize,
    /// Subscriptions there of which nobody here knows the practice, where only one was asked for: perhaps differences in it.
    pub unplaced: usize,
}

/// `BILL-10`, `BK-02`: compares the plans here with what the payment provider has, and tells each difference. Nothing changes, here or
/// there. What changes by itself meanwhile may be told as a difference; asked again it is none.
///
/// # Errors
///
/// A [`Fault`] when the provider or the store failed; what was told until then is so.
pub async fn compare_plans(
    till: &Till,
    cmd: ComparePlans,
    tell: &mut (dyn FnMut(&Finding) + Send),
) -> Result<Compared, Fault> {
    walk(till, cmd, &mut Tell(tell)).await
}

impl Default for ComparePlans {
    fn default() -> Self {
        Self { within: None, at_once: 50_000 }
    }
}

/// Whoever hears of differences.
#[async_trait]
pub(super) trait Hear: Send {
    async fn hear(&mut self, finding: Finding) -> Result<(), Fault>;
}

struct Tell<'a>(&'a mut (dyn FnMut(&Finding) + Send));

#[async_trait]
impl Hear for Tell<'_> {
    async fn hear(&mut self, finding: Finding) -> Result<(), Fault> {
        (self.0)(&finding);
        Ok(())
    }
}

/// Reads the provider's whole list once for each so many plans that are here: what is listed is compared the first time, and what is not
/// listed at all is asked for by its name.
pub(super) async fn walk(till: &Till, cmd: ComparePlans, hears: &mut dyn Hear) -> Result<Compared, Fault> {
    let mut compared = Compared::default();
    let mut after = None;
    loop {
        let first = after.is_none();
        let (mut unseen, next) = some_plans(till, cmd, after).await?;
        compared.here += unseen.len();
        let mut page_after = None;
        while first || !unseen.is_empty() {
            let page = till.payments.running(page_after, PAGE).await?;
            for there in &page.running {
                let known = till.ports.store.holder(&BillingName::subscription(&there.subscription)).await?;
                let known = known.map(SubscriptionId);
                known.iter().for_each(|id| _ = unseen.remove(id));
                if first {
                    look(till, cmd, there, known, &mut compared, hears).await?;
                }
            }
            page_after = page.next;
            if page_after.is_none() {
                break;
            }
        }
        for id in unseen {
            miss(till, id, hears).await?;
        }
        match next {
            Some(last) => after = Some(last),
            None => return Ok(compared),
        }
    }
}

/// The next live plans of those that are asked for, and where to go on; none at the end.
async fn some_plans(
    till: &Till,
    cmd: ComparePlans,
    after: Option<SubscriptionId>,
) -> Result<(BTreeSet<SubscriptionId>, Option<SubscriptionId>), Fault> {
    let (mut found, mut last) = (BTreeSet::new(), after);
    while found.len() < cmd.at_once.max(1) {
        let plans = till.ledger.live_plans(last, PAGE.min(cmd.at_once.max(1))).await?;
        let Some(end) = plans.last() else { return Ok((found, None)) };
        last = Some(end.id);
        found.extend(plans.iter().filter(|plan| is_within(cmd, plan.practice)).map(|plan| plan.id));
    }
    Ok((found, last))
}

/// Compares one that is listed.
async fn look(
    till: &Till,
    cmd: ComparePlans,
    there: &Running,
    known: Option<SubscriptionId>,
    compared: &mut Compared,
    hears: &mut dyn Hear,
) -> Result<(), Fault> {
    let plan = match known {
        Some(id) => till.ledger.subscription(id).await?,
        None => None,
    };
    let order = match (&plan, there.purchase) {
        (None, Some(purchase)) => till.ledger.purchase(purchase).await?,
        _ => None,
    };
    let (kept, practice) = match (&plan, &order) {
        (Some(plan), _) => (Kept::Plan(plan), Some(plan.practice)),
        (None, Some(order)) => (Kept::Order(order), Some(order.practice)),
        (None, None) => (Kept::Nothing, None),
    };
    if practice.is_none() && there.purchase.is_none() {
        compared.foreign += 1;
        return Ok(());
    }
    if cmd.within.is_some() && practice.is_none() {
        compared.unplaced += 1;
        return Ok(());
    }
    if practice.is_some_and(|practice| !is_within(cmd, practice)) {
        return Ok(());
    }
    compared.there += 1;
    let invoice_known = match &there.paid {
        Some(paid) => till.ports.store.holder(&BillingName::invoice(&paid.reference)).await?.is_some(),
        None => true,
    };
    for (difference, remedy) in differences(kept, there, invoice_known) {
        let subscription = there.subscription.clone();
        let plan = plan.as_ref().map(|plan| plan.id);
        hears.hear(Finding { subscription, practice, plan, difference, remedy }).await?;
    }
    Ok(())
}

/// Asks for a plan that is not listed by its name; it may have ended here meanwhile, or begun there.
async fn miss(till: &Till, id: SubscriptionId, hears: &mut dyn Hear) -> Result<(), Fault> {
    let Some(plan) = till.ledger.subscription(id).await?.filter(Subscription::is_live) else { return Ok(()) };
    let there = till.payments.subscription(&plan.reference).await?;
    let Some((difference, remedy)) = absence(&plan, there.map(|there| there.standing)) else { return Ok(()) };
    let (subscription, practice, plan) = (plan.reference, Some(plan.practice), Some(id));
    hears.hear(Finding { subscription, practice, plan, difference, remedy }).await
}

fn is_within(cmd: ComparePlans, practice: PracticeId) -> bool {
    cmd.within.is_none_or(|within| within == practice)
}

const PAGE: usize = 100;
