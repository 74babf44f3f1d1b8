use std::time::Duration;

use crate::billing::plan::Ware;
use crate::billing::{
    BillingFact, BillingName, CannotBuy, Decline, Doubt, EndReason, EventRef, Invoice, Purchase, PurchaseState,
    ReturnReason, Subscription, SubscriptionState,
};
use crate::commit::Commit;
use crate::notice::{About, BillingNews, Notice};
use crate::port::{Alarm, Answer, Fault, Key, Order, Sold};
use crate::usecase::billing::seat::{Seat, change};
use crate::usecase::billing::{Till, answered, follow_subscription, live_plan, mark, nothing, open_purchase};
use crate::usecase::{Decision, NEWS, committed, settle};
use crate::value::{InvoiceId, NoticeId, PurchaseId, SubscriptionId, Time};

/// `BILL-3`, `BILL-4`, `BILL-10`: brings a purchase as far as it goes now: asks the provider, or looks up what became of it, and keeps
/// the answer. Whoever finds that somebody else is asking leaves it alone. None when there is no such purchase.
///
/// # Errors
///
/// A [`Fault`] when the provider or the store failed; somebody looks again when the lease ends.
pub async fn settle_purchase(till: &Till, id: PurchaseId) -> Result<Option<Purchase>, Fault> {
    let answer = match take(till, id).await? {
        Taken::Nothing => return Ok(None),
        Taken::Rests(purchase) => return Ok(Some(*purchase)),
        Taken::Ask(purchase) => till.payments.subscribe(&order(till, &purchase)?).await,
        Taken::LookUp(purchase) => match till.payments.look_up(purchase.id, &purchase.customer).await? {
            Some(answer) => return absorb_found(till, id, &answer, None).await,
            None => match take_again(till, id).await? {
                Some(purchase) => till.payments.subscribe(&order(till, &purchase)?).await,
                None => return till.ledger.purchase(id).await,
            },
        },
    };
    absorb(till, id, &answer, None).await
}

/// What is to be done with a purchase now.
enum Taken {
    /// There is none.
    Nothing,
    /// It has ended, waits, or somebody else is at it.
    Rests(Box<Purchase>),
    /// The provider was never asked: ask.
    Ask(Box<Purchase>),
    /// The provider may know of it: look there first.
    LookUp(Box<Purchase>),
}

/// Takes a purchase for as long as a lease lasts.
async fn take(till: &Till, id: PurchaseId) -> Result<Taken, Fault> {
    let now = till.now();
    settle(&till.ports, || async {
        let Some(purchase) = till.ledger.purchase(id).await? else { return Ok(Decision::Already(Taken::Nothing)) };
        if purchase.due().is_none_or(|due| due > now) {
            return Ok(Decision::Already(Taken::Rests(Box::new(purchase))));
        }
        if !matches!(purchase.state, PurchaseState::Pending { .. }) {
            return keep(purchase.ask(now), asked, now, |purchase| Taken::LookUp(Box::new(purchase)));
        }
        match may_begin(till, &purchase, now).await? {
            Begin::Now => keep(purchase.ask(now), asked, now, |purchase| Taken::Ask(Box::new(purchase))),
            Begin::Later(due) => {
                let waits = |purchase: &Purchase| BillingFact::PurchaseWaits { purchase: purchase.id };
                keep(purchase.becomes(PurchaseState::Pending { due }), waits, now, |purchase| {
                    Taken::Rests(Box::new(purchase))
                })
            }
            Begin::Never => {
                let (commit, purchase) = abandon(purchase, now);
                committed(commit, Taken::Rests(Box::new(purchase)))
            }
        }
    })
    .await
}

/// Takes a purchase that the provider has never heard of, with the next key where the last one is spent; or gives it up, when it is of
/// long ago, or of before a restore: whoever said OK to it may have been told anything since (`BK-02`).
async fn take_again(till: &Till, id: PurchaseId) -> Result<Option<Purchase>, Fault> {
    let now = till.now();
    settle(&till.ports, || async {
        let Some(purchase) = till.ledger.purchase(id).await?.filter(Purchase::is_open) else {
            return Ok(Decision::Already(None));
        };
        if purchase.is_stale(now) || till.ledger.held().await? {
            return committed(abandon(purchase, now).0, None);
        }
        if !matches!(purchase.state, PurchaseState::Unknown { .. }) {
            return Ok(Decision::Already(None));
        }
        let next = purchase.clone().with_next_key(now);
        if next == purchase {
            return Ok(Decision::Already(Some(purchase)));
        }
        keep(next, asked, now, Some)
    })
    .await
}

enum Begin {
    Now,
    /// Once what must be paid before was looked after.
    Later(Time),
    Never,
}

/// Whether the provider may be asked for the first time: what must be paid before is paid, the person may still have it, and the OK
/// was not long ago.
async fn may_begin(till: &Till, purchase: &Purchase, now: Time) -> Result<Begin, Fault> {
    if purchase.is_stale(now) {
        return Ok(Begin::Never);
    }
    if let Some(before) = purchase.after {
        match till.ledger.purchase(before).await?.map(|before| (before.due(), before.state)) {
            Some((Some(due), _)) => return Ok(Begin::Later(due.max(now).plus(AFTER))),
            Some((_, PurchaseState::Paid { .. })) => {}
            _ => return Ok(Begin::Never),
        }
    }
    let member = till.ports.store.member_by_id(purchase.practice, purchase.member).await?;
    let eligible = member.is_some_and(|member| CannotBuy::unless_eligible(&member, now).is_ok());
    Ok(if eligible { Begin::Now } else { Begin::Never })
}

fn asked(purchase: &Purchase) -> BillingFact {
    let step = if let PurchaseState::Unknown { step, .. } = purchase.state { step } else { 0 };
    BillingFact::PurchaseAsked { purchase: purchase.id, step }
}

/// The purchase stored as it is now; answered as it is stored.
fn keep<T>(
    purchase: Purchase,
    fact: impl Fn(&Purchase) -> BillingFact,
    now: Time,
    answer: impl FnOnce(Purchase) -> T,
) -> Result<Decision<T>, Fault> {
    let commit = Commit::recording(answered(purchase.practice, fact(&purchase), now)).update(purchase.clone());
    committed(commit, answer(purchase))
}

fn abandon(purchase: Purchase, now: Time) -> (Commit, Purchase) {
    let fact = BillingFact::PurchaseAbandoned { purchase: purchase.id };
    close(purchase, PurchaseState::Abandoned { at: now }, fact, now)
}

/// A purchase that ends: nobody is buying any more.
fn close(purchase: Purchase, state: PurchaseState, fact: BillingFact, now: Time) -> (Commit, Purchase) {
    let name = open_purchase(purchase.practice, purchase.member, purchase.line.option.ware);
    let was_open = purchase.is_open();
    let purchase = purchase.becomes(state);
    let commit = Commit::recording(answered(purchase.practice, fact, now)).update(purchase.clone());
    (if was_open { commit.release(name, purchase.id) } else { commit }, purchase)
}

fn order(till: &Till, purchase: &Purchase) -> Result<Order, Fault> {
    let line = purchase.line;
    let renewal = till.prices.tax(line.price).and_then(|tax| line.price.plus(tax));
    let step = if let PurchaseState::Unknown { step, .. } = purchase.state { step } else { 0 };
    Ok(Order {
        key: Key { purchase: purchase.id, step },
        customer: purchase.customer.clone(),
        card: purchase.card.clone(),
        option: line.option,
        price: line.price,
        credit: line.credit,
        tax: line.tax,
        total: line.total().map_err(|error| Fault::corrupt("purchase", error))?,
        renewal: renewal.map_err(|error| Fault::corrupt("purchase", error))?,
    })
}

/// Keeps what a look-up found. That is what became of the purchase, perhaps long ago: what was sold may be over by now, so it is followed
/// at once (`PM-05`), and the event that led here is remembered with what follows.
///
/// # Errors
///
/// A [`Fault`] when the provider or the store failed.
pub(super) async fn absorb_found(
    till: &Till,
    id: PurchaseId,
    answer: &Answer,
    event: Option<&EventRef>,
) -> Result<Option<Purchase>, Fault> {
    let Answer::Confirmed(sold) = answer else { return absorb(till, id, answer, event).await };
    let purchase = absorb(till, id, answer, None).await?;
    if let Some(known) = till.ports.store.holder(&BillingName::subscription(&sold.subscription)).await? {
        let followed = follow_subscription(till, SubscriptionId(known), event).await;
        // Without an event nobody tells again, and the next walk finds it.
        if event.is_some() {
            followed?;
        }
    }
    Ok(purchase)
}

/// Keeps what the provider answered, whoever asked and however late. An answer that says nothing new changes nothing.
async fn absorb(
    till: &Till,
    id: PurchaseId,
    answer: &Answer,
    event: Option<&EventRef>,
) -> Result<Option<Purchase>, Fault> {
    let now = till.now();
    let ids = Ids {
        subscription: SubscriptionId(till.ports.entropy.id()),
        invoice: InvoiceId(till.ports.entropy.id()),
        notice: NoticeId(till.ports.entropy.id()),
    };
    let kept = settle(&till.ports, || async {
        let Some(purchase) = till.ledger.purchase(id).await? else { return nothing(Kept::default(), event, now) };
        if till.has_seen(event).await? {
            return Ok(Decision::Already(Kept::unchanged(purchase)));
        }
        let decided = match answer {
            Answer::Confirmed(sold) => {
                let known = till.ports.store.holder(&BillingName::subscription(&sold.subscription)).await?.is_some();
                let seat = Seat::load(till, purchase.practice, purchase.member).await?;
                if known { None } else { Some(sell(purchase.clone(), sold, seat, &ids, now)) }
            }
            told if purchase.is_open() => Some(hear(purchase.clone(), told, now)),
            _ => None,
        };
        match decided {
            None => nothing(Kept::unchanged(purchase), event, now),
            Some((commit, kept)) => committed(mark(commit, event, now), kept),
        }
    })
    .await?;
    let Kept { purchase, untold, alarm } = kept;
    if let (Some(purchase), Some(alarm)) = (&purchase, alarm) {
        till.alarms.raise(purchase, alarm);
    }
    if let Some(untold) = untold {
        // What fails here is found again by the reconciler.
        let _ = follow_subscription(till, untold, None).await;
    }
    Ok(purchase)
}

struct Ids {
    subscription: SubscriptionId,
    invoice: InvoiceId,
    notice: NoticeId,
}

/// What is kept after an answer.
#[derive(Default)]
struct Kept {
    purchase: Option<Purchase>,
    /// What the provider is to be told of now.
    untold: Option<SubscriptionId>,
    /// What whoever operates must hear of.
    alarm: Option<Alarm>,
}

impl Kept {
    fn unchanged(purchase: Purchase) -> Self {
        Self { purchase: Some(purchase), ..Self::default() }
    }
}

type Heard = (Commit, Kept);

/// An open purchase after an answer that brought no money.
fn hear(purchase: Purchase, answer: &Answer, now: Time) -> Heard {
    let (id, mut alarm) = (purchase.id, None);
    let (commit, purchase) = match answer {
        Answer::Declined(Decline::NotConfirmed) => {
            let fact = BillingFact::PurchaseDeclined { purchase: id, why: Decline::NotConfirmed };
            close(purchase, PurchaseState::Expired { at: now }, fact, now)
        }
        Answer::Declined(why) => decline(purchase, *why, now),
        Answer::OtherAmount => {
            alarm = Some(Alarm::InvoiceDiffers);
            decline(purchase, Decline::Refused, now)
        }
        Answer::ActionNeeded(url) => {
            let purchase = purchase.needs_action(url.clone(), now);
            let entry = answered(purchase.practice, BillingFact::PurchaseNeedsAction { purchase: id }, now);
            (Commit::recording(entry).update(purchase.clone()), purchase)
        }
        Answer::Unknown(doubt) => doubted(purchase, *doubt, now),
        Answer::Confirmed(_) => doubted(purchase, Doubt::NoAnswer, now),
    };
    (commit, Kept { alarm, ..Kept::unchanged(purchase) })
}

fn decline(purchase: Purchase, why: Decline, now: Time) -> (Commit, Purchase) {
    let fact = BillingFact::PurchaseDeclined { purchase: purchase.id, why };
    close(purchase, PurchaseState::Declined { at: now, why }, fact, now)
}

fn doubted(purchase: Purchase, doubt: Doubt, now: Time) -> (Commit, Purchase) {
    let purchase = purchase.doubted(doubt, now);
    let entry = answered(purchase.practice, BillingFact::PurchaseDoubted { purchase: purchase.id }, now);
    (Commit::recording(entry).update(purchase.clone()), purchase)
}

/// The money is there: the tier is given in the same commit, or the money goes back.
fn sell(purchase: Purchase, sold: &Sold, seat: Option<Seat>, ids: &Ids, now: Time) -> Heard {
    let subscription = Subscription {
        id: ids.subscription,
        version: Default::default(),
        practice: purchase.practice,
        member: purchase.member,
        beneficiary: purchase.beneficiary,
        payer: purchase.payer,
        option: purchase.line.option,
        price: purchase.line.price,
        reference: sold.subscription.clone(),
        started_at: sold.period.starts,
        state: SubscriptionState::Active { period: sold.period },
    };
    match can_have(seat, &purchase, sold, now) {
        Ok(seat) => grant(purchase, subscription, sold, seat, ids, now),
        Err(why) => give_back(purchase, subscription, why, now),
    }
}

/// Whose seat it is, where what was paid for is what was ordered, and can still be given. Another amount is told before anything else:
/// it alone means that the books are wrong.
fn can_have(seat: Option<Seat>, purchase: &Purchase, sold: &Sold, now: Time) -> Result<Seat, ReturnReason> {
    if purchase.line.total() != Ok(sold.invoice.amount) {
        return Err(ReturnReason::OtherAmount);
    }
    if !purchase.is_open() {
        return Err(ReturnReason::OrderEnded);
    }
    let eligible = |seat: &Seat| CannotBuy::unless_eligible(&seat.member, now).is_ok();
    let seat = seat.filter(eligible).ok_or(ReturnReason::NotEligible)?;
    let ware = purchase.line.option.ware;
    let in_place = Subscription::live_of(&seat.live, ware).map(|one| one.id);
    let fits = (in_place.is_none() || in_place == purchase.line.replaces)
        && (ware == Ware::SecureMail || Subscription::live_of(&seat.live, Ware::SecureMail).is_some());
    if fits { Ok(seat) } else { Err(ReturnReason::PlanChanged) }
}

fn grant(purchase: Purchase, new: Subscription, sold: &Sold, seat: Seat, ids: &Ids, now: Time) -> Heard {
    let practice = purchase.practice;
    let entry = |fact| answered(practice, fact, now);
    let invoice = Invoice {
        id: ids.invoice,
        practice,
        payer: new.payer,
        beneficiary: new.beneficiary,
        subscription: new.id,
        option: new.option,
        reference: sold.invoice.reference.clone(),
        number: sold.invoice.number.clone(),
        amount: sold.invoice.amount,
        charged_at: sold.invoice.charged_at,
    };
    let fact = BillingFact::PurchasePaid {
        purchase: purchase.id,
        subscription: new.id,
        invoice: invoice.id,
        amount: invoice.amount,
    };
    let (mut commit, purchase) = close(purchase, PurchaseState::Paid { at: now, subscription: new.id }, fact, now);
    let old = Subscription::live_of(&seat.live, new.option.ware).cloned();
    let old = old.map(|old| old.end(EndReason::Replaced, false, now));
    if let Some(old) = &old {
        let fact = BillingFact::SubscriptionEnded { subscription: old.id, why: EndReason::Replaced };
        commit = change(commit.and(entry(fact)), old);
    }
    let about = About::Billing(BillingNews::Receipt(invoice.id));
    let commit = commit
        .hold(live_plan(practice, new.member, new.option.ware), new.id)
        .hold(BillingName::subscription(&new.reference), new.id)
        .hold(BillingName::invoice(&invoice.reference), invoice.id)
        .insert(new.clone())
        .insert(invoice)
        .notify(Notice { id: ids.notice, about, ordered_at: now, expires_at: now.plus(NEWS) });
    let changed: Vec<&Subscription> = old.iter().chain([&new]).collect();
    let commit = seat.settle(commit, &changed, entry);
    (commit, Kept { untold: old.map(|old| old.id), ..Kept::unchanged(purchase) })
}

fn give_back(purchase: Purchase, begun: Subscription, why: ReturnReason, now: Time) -> Heard {
    let begun = begun.end(EndReason::NotGranted, false, now);
    let fact = BillingFact::PurchaseReturned { purchase: purchase.id, subscription: begun.id };
    let state = PurchaseState::Returned { at: now, subscription: begun.id };
    let (commit, purchase) = close(purchase, state, fact, now);
    let id = begun.id;
    let commit = commit.hold(BillingName::subscription(&begun.reference), id).insert(begun);
    (commit, Kept { untold: Some(id), alarm: Some(Alarm::Returned(why)), ..Kept::unchanged(purchase) })
}

/// How long after what must be paid before is looked after, what waits for it is.
const AFTER: Duration = Duration::from_secs(5);
