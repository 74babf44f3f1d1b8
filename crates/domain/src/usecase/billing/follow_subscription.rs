use crate::billing::{
    BillingFact, BillingName, CannotBuy, EndReason, EventRef, Invoice, Subscription, SubscriptionState,
};
use crate::commit::Commit;
use crate::notice::{About, BillingNews, Notice};
use crate::port::{Fault, GiveBack, PaidInvoice, Remote, RemoteStanding, Stop};
use crate::usecase::billing::seat::{Seat, change};
use crate::usecase::billing::{Till, answered, mark, nothing};
use crate::usecase::{Decision, NEWS, committed, settle};
use crate::value::{InvoiceId, NoticeId, SubscriptionId, Time};

/// `BILL-8`, `BILL-10`: asks the provider how a subscription stands and follows it: another period is paid for, a renewal failed, or it
/// is over. Then tells the provider what was decided here, if it does not know. What is paid for somebody who has left ends with its
/// period, also where nobody released it when they left (`EMP-3`).
///
/// # Errors
///
/// A [`Fault`] when the provider or the store failed.
pub async fn follow_subscription(till: &Till, id: SubscriptionId, event: Option<&EventRef>) -> Result<(), Fault> {
    let fallen = look(till, id, event).await?;
    vacate(till, id).await?;
    for id in fallen.into_iter().chain([id]) {
        tell(till, id).await?;
    }
    Ok(())
}

/// Follows the provider. The provider is asked after the subscription was loaded, and an answer is kept only when nobody else changed
/// it meanwhile: so an older answer never takes the place of a newer one. Answers what fell with it.
async fn look(till: &Till, id: SubscriptionId, event: Option<&EventRef>) -> Result<Vec<SubscriptionId>, Fault> {
    let now = till.now();
    let failed = NoticeId(till.ports.entropy.id());
    settle(&till.ports, || async {
        if till.has_seen(event).await? {
            return Ok(Decision::Already(Vec::new()));
        }
        let found = till.ledger.subscription(id).await?;
        let Some(stored) = found.filter(Subscription::is_live) else { return nothing(Vec::new(), event, now) };
        let remote = till.payments.subscription(&stored.reference).await?;
        let charged = news(till, remote.as_ref()).await?;
        let (standing, period) = match &remote {
            Some(remote) => (remote.standing, Some(remote.period)),
            None => (RemoteStanding::Ended, None),
        };
        let why = match standing {
            RemoteStanding::Live => {
                let renewed = period.into_iter().fold(stored.clone(), Subscription::renew);
                if renewed == stored && charged.is_empty() {
                    return nothing(Vec::new(), event, now);
                }
                let fact = BillingFact::SubscriptionFollowed { subscription: id };
                let commit = Commit::recording(answered(stored.practice, fact, now)).update(renewed);
                let commit = bill(commit, &stored, &charged, now);
                return committed(mark(commit, event, now), Vec::new());
            }
            RemoteStanding::Failed => EndReason::PaymentFailed,
            RemoteStanding::Ended if matches!(stored.state, SubscriptionState::Ending { .. }) => EndReason::Cancelled,
            RemoteStanding::Ended => EndReason::ByProvider,
        };
        let seat = Seat::load(till, stored.practice, stored.member).await?;
        let (commit, fallen) = fall(&stored, why, standing == RemoteStanding::Ended, seat, now);
        let mut commit = bill(commit, &stored, &charged, now);
        if why == EndReason::PaymentFailed {
            let about = About::Billing(BillingNews::PaymentFailed(id));
            commit = commit.notify(Notice { id: failed, about, ordered_at: now, expires_at: now.plus(NEWS) });
        }
        committed(mark(commit, event, now), fallen)
    })
    .await
}

/// Lets a subscription end with its period when its member cannot have it any more.
async fn vacate(till: &Till, id: SubscriptionId) -> Result<(), Fault> {
    let now = till.now();
    settle(&till.ports, || async {
        let found = till.ledger.subscription(id).await?;
        let active = |one: &Subscription| matches!(one.state, SubscriptionState::Active { .. });
        let Some(stored) = found.filter(active) else { return Ok(Decision::Already(())) };
        let member = till.ports.store.member_by_id(stored.practice, stored.member).await?;
        if member.is_none_or(|member| CannotBuy::unless_eligible(&member, now).is_ok()) {
            return Ok(Decision::Already(()));
        }
        let Some(seat) = Seat::load(till, stored.practice, stored.member).await? else {
            return Ok(Decision::Already(()));
        };
        let entry = |fact| answered(stored.practice, fact, now);
        let ending = stored.clone().end_with_period();
        let commit = Commit::recording(entry(BillingFact::SubscriptionEnding { subscription: id }));
        committed(seat.settle(commit.update(ending.clone()), &[&ending], entry), ())
    })
    .await
}

/// Ends a subscription, and with SecureMail the plugin (`BILL-8`).
fn fall(
    stored: &Subscription,
    why: EndReason,
    told: bool,
    seat: Option<Seat>,
    now: Time,
) -> (Commit, Vec<SubscriptionId>) {
    let entry = |fact| answered(stored.practice, fact, now);
    let all = seat.as_ref().map_or_else(|| vec![stored.clone()], |seat| seat.falls_with(stored));
    let ended: Vec<Subscription> = all
        .into_iter()
        .map(
            |one| if one.id == stored.id { one.end(why, told, now) } else { one.end(EndReason::Cancelled, false, now) },
        )
        .collect();
    let first = entry(BillingFact::SubscriptionEnded { subscription: stored.id, why });
    let commit = ended.iter().fold(Commit::recording(first), |commit, one| {
        let fact = BillingFact::SubscriptionEnded { subscription: one.id, why: EndReason::Cancelled };
        let commit = if one.id == stored.id { commit } else { commit.and(entry(fact)) };
        change(commit, one)
    });
    let changed: Vec<&Subscription> = ended.iter().collect();
    let commit = match seat {
        Some(seat) => seat.settle(commit, &changed, entry),
        None => commit,
    };
    (commit, ended.iter().map(|one| one.id).collect())
}

/// Tells the provider what was decided here, until it knows. What it charged before it knew is kept or given back.
async fn tell(till: &Till, id: SubscriptionId) -> Result<(), Fault> {
    let now = till.now();
    settle(&till.ports, || async {
        let found = till.ledger.subscription(id).await?;
        let Some(stored) = found.filter(Subscription::is_untold) else { return Ok(Decision::Already(())) };
        let give_back = match stored.state {
            SubscriptionState::Ended { why: EndReason::NotGranted, .. } => GiveBack::Everything,
            SubscriptionState::Ended { at, .. } => GiveBack::ChargedAfter(at),
            SubscriptionState::Active { .. } | SubscriptionState::Ending { .. } => GiveBack::Nothing,
        };
        till.payments.stop(&Stop { subscription: stored.reference.clone(), give_back }).await?;
        let remote = till.payments.subscription(&stored.reference).await?;
        let charged = news(till, remote.as_ref()).await?;
        let fact = BillingFact::ProviderTold { subscription: id };
        let commit = Commit::recording(answered(stored.practice, fact, now)).update(stored.clone().tell());
        committed(bill(commit, &stored, &charged, now), ())
    })
    .await
}

/// What the provider charged and is not known here. The identities of invoice and receipt are drawn here, because nobody knows before
/// how many there are: mostly none.
async fn news(till: &Till, remote: Option<&Remote>) -> Result<Vec<Charged>, Fault> {
    let mut news = Vec::new();
    for paid in remote.into_iter().flat_map(|remote| &remote.paid) {
        if news.len() < AT_ONCE && till.ports.store.holder(&BillingName::invoice(&paid.reference)).await?.is_none() {
            let (invoice, notice) = (InvoiceId(till.ports.entropy.id()), NoticeId(till.ports.entropy.id()));
            news.push(Charged { paid: paid.clone(), invoice, notice });
        }
    }
    Ok(news)
}

/// Adds what was charged to a commit: an invoice, and a receipt to the payer.
fn bill(commit: Commit, stored: &Subscription, charged: &[Charged], now: Time) -> Commit {
    charged.iter().fold(commit, |commit, Charged { paid, invoice: id, notice }| {
        let invoice = Invoice {
            id: *id,
            practice: stored.practice,
            payer: stored.payer,
            beneficiary: stored.beneficiary,
            subscription: stored.id,
            option: stored.option,
            reference: paid.reference.clone(),
            number: paid.number.clone(),
            amount: paid.amount,
            charged_at: paid.charged_at,
        };
        let fact = BillingFact::SubscriptionRenewed { subscription: stored.id, invoice: *id, amount: paid.amount };
        let about = About::Billing(BillingNews::Receipt(*id));
        commit
            .and(answered(stored.practice, fact, now))
            .hold(BillingName::invoice(&paid.reference), *id)
            .insert(invoice)
            .notify(Notice { id: *notice, about, ordered_at: now, expires_at: now.plus(NEWS) })
    })
}

/// A charge that is not known here yet.
struct Charged {
    paid: PaidInvoice,
    /// Its invoice.
    invoice: InvoiceId,
    /// The receipt.
    notice: NoticeId,
}

/// Invoices that are kept in one commit; more of them wait for the next look.
const AT_ONCE: usize = 4;
