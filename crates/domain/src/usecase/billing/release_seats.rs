use crate::access::Administrator;
use crate::billing::{BillingFact, Subscription};
use crate::commit::Commit;
use crate::port::Fault;
use crate::usecase::billing::Till;
use crate::usecase::billing::seat::Seat;
use crate::usecase::{Decision, Refusal, committed, settle};
use crate::value::MemberId;

/// Why a seat is not released.
#[derive(Debug, thiserror::Error)]
pub enum ReleaseSeatsError {
    /// There is no such member here.
    #[error("we cannot find that person")]
    NotHere,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ReleaseSeatsError {}

/// `EMP-3`, `BILL-8`: whoever leaves is paid for until the end of what is paid for, and no longer, whoever pays. Answers how many plans
/// end so.
///
/// # Errors
///
/// [`ReleaseSeatsError`].
pub async fn release_seats(till: &Till, who: &Administrator, member: MemberId) -> Result<usize, ReleaseSeatsError> {
    let now = till.now();
    let practice = who.practice().id;
    settle(&till.ports, || async {
        let seat = Seat::load(till, practice, member).await?.ok_or(ReleaseSeatsError::NotHere)?;
        let ending: Vec<Subscription> = seat.live.iter().cloned().map(Subscription::end_with_period).collect();
        let changed: Vec<&Subscription> = ending.iter().filter(|plan| !seat.live.contains(plan)).collect();
        let entry = |fact: BillingFact| who.person().record(fact.into(), now);
        let mut facts = changed.iter().map(|plan| entry(BillingFact::SubscriptionEnding { subscription: plan.id }));
        let Some(first) = facts.next() else { return Ok(Decision::Already(0)) };
        let commit = facts.fold(Commit::recording(first), Commit::and);
        let commit = changed.iter().fold(commit, |commit, plan| commit.update((*plan).clone()));
        let number = changed.len();
        committed(seat.settle(commit, &changed, entry), number)
    })
    .await
}
