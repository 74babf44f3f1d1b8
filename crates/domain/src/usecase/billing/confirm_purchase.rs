use crate::access::{Fresh, Payer};
use crate::billing::plan::{PlanOption, Ware};
use crate::billing::{BillingFact, BillingName, CannotBuy, Line, Purchase, Quote};
use crate::commit::{Commit, Guard, Name, Replay};
use crate::port::{Fault, Ledger};
use crate::usecase::billing::quote_purchase::{QuotePurchaseError, price};
use crate::usecase::billing::{QuotePurchase, Quoted, Till, live_plan, open_purchase, quote_purchase, settle_purchase};
use crate::usecase::{Decision, Idempotency, Refusal, committed, settle};
use crate::value::{MoneyError, PersonId, PurchaseId, QuoteId, Time};

/// Why nothing was ordered.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmPurchaseError {
    /// There is no such quote, or it is somebody else's.
    #[error("this offer is gone; start again")]
    NoSuchQuote,
    /// It has expired, or what it says is no longer so: here is how it is now (`BILL-3`).
    #[error("the price has changed or the offer has expired; look at the new amount")]
    Stale(Box<Quoted>),
    /// The idempotency key was used for another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// Everything was restored from a backup, and nobody has released purchases yet (`BK-02`).
    #[error("purchases are paused for a short while; try again later")]
    Held,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] CannotBuy),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// What became of an OK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnceConfirmed {
    /// What was ordered, SecureMail first, as far as it has come.
    pub purchases: Vec<Purchase>,
    /// Whether it was ordered by an earlier OK, and this one changed nothing.
    pub replayed: bool,
}

impl Refusal for ConfirmPurchaseError {}

impl From<QuotePurchaseError> for ConfirmPurchaseError {
    fn from(error: QuotePurchaseError) -> Self {
        match error {
            QuotePurchaseError::Refused(why) => Self::Refused(why),
            QuotePurchaseError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// `BILL-3`, `BILL-4`: a payer says OK. The order is written down, then the provider is asked, then its answer is kept. Saying OK
/// again, at the same moment or later, orders nothing more and tells how the first order stands.
///
/// # Errors
///
/// [`ConfirmPurchaseError`]. Once the order is written down there is none: a provider that fails leaves it being confirmed.
pub async fn confirm_purchase(
    till: &Till,
    who: &Fresh<Payer>,
    quote: QuoteId,
) -> Result<Vec<Purchase>, ConfirmPurchaseError> {
    Ok(confirm_purchase_once(till, who, quote, None).await?.purchases)
}

/// The same for a program, which may name its request (`HT-06`): a key that was used for another one is refused.
///
/// # Errors
///
/// [`ConfirmPurchaseError`].
pub async fn confirm_purchase_once(
    till: &Till,
    who: &Fresh<Payer>,
    quote: QuoteId,
    request: Option<Idempotency>,
) -> Result<OnceConfirmed, ConfirmPurchaseError> {
    let who = who.who();
    let quote = till.ledger.quote(quote).await?.filter(|quote| quote.payer == who.account());
    let quote = quote.filter(|quote| quote.practice == who.practice().id).ok_or(ConfirmPurchaseError::NoSuchQuote)?;
    let replayed = match order(till, who, &quote, request).await? {
        Ordered::Now => false,
        Ordered::Before => true,
        Ordered::Stale => return Err(ConfirmPurchaseError::Stale(Box::new(requote(till, who, &quote).await?))),
    };
    let mut purchases = Vec::new();
    for purchase in till.ledger.purchases_of(quote.id).await? {
        if purchases.last().is_some_and(Purchase::is_open) {
            // Whoever settles what must be paid before settles this one, too.
            purchases.push(purchase);
            continue;
        }
        let settled = settle_purchase(till, purchase.id).await.unwrap_or_default();
        purchases.push(match settled {
            Some(settled) => settled,
            None => till.ledger.purchase(purchase.id).await?.unwrap_or(purchase),
        });
    }
    Ok(OnceConfirmed { purchases, replayed })
}

/// Whether the order stands.
enum Ordered {
    /// It does, by this OK.
    Now,
    /// It does, by an earlier one.
    Before,
    /// The quote says what is no longer so.
    Stale,
}

async fn order(
    till: &Till,
    who: &Payer,
    quote: &Quote,
    request: Option<Idempotency>,
) -> Result<Ordered, ConfirmPurchaseError> {
    let now = till.now();
    let ids = [PurchaseId(till.ports.entropy.id()), PurchaseId(till.ports.entropy.id())];
    settle(&till.ports, || async {
        let spent: Name = BillingName::SpentQuote(quote.practice, quote.id).into();
        let known = match request {
            Some(Idempotency { key, .. }) => till.ports.store.replay(&key).await?,
            None => None,
        };
        if known.is_some_and(|known| request.is_some_and(|request| known.request != request.request)) {
            return Err(ConfirmPurchaseError::KeyReused);
        }
        if till.ports.store.holder(&spent).await?.is_some() {
            return Ok(Decision::Already(Ordered::Before));
        }
        if till.ledger.held().await? {
            return Err(ConfirmPurchaseError::Held);
        }
        let member = till.ports.store.member_by_id(quote.practice, quote.member).await?.ok_or(CannotBuy::NotHere)?;
        who.may_pay_for(&member)?;
        let options: Vec<PlanOption> = quote.terms.lines().map(|line| line.option).collect();
        let (terms, card) = match price(till, who, &member, &options, quote.priced_at).await {
            // Another click on the same OK may have come between: then it is this very order that stands in the way.
            Err(_) if till.ports.store.holder(&spent).await?.is_some() => {
                return Ok(Decision::Already(Ordered::Before));
            }
            priced => priced?,
        };
        if !quote.is_open(now) || terms != quote.terms || card.reference != quote.card {
            return Ok(Decision::Already(Ordered::Stale));
        }
        let wallet = till.ledger.wallet(who.account()).await?.ok_or(ConfirmPurchaseError::NoSuchQuote)?;
        let mut orders = Vec::new();
        for (id, line) in ids.into_iter().zip(terms.lines()) {
            let after = orders.first().map(|first: &Purchase| first.id);
            orders.push(Purchase::order(id, quote, line, &wallet, after, now));
        }
        let guards = guards(&*till.ledger, quote).await?;
        let commit = write_ahead(who, quote, spent, orders, now)?.guard_all(guards);
        let commit = match request {
            Some(Idempotency { key, request }) => commit.insert(Replay { key, request, created: quote.id.0, at: now }),
            None => commit,
        };
        committed(commit, Ordered::Now)
    })
    .await
}

/// Everything that is stored before the provider hears of it.
fn write_ahead(who: &Payer, quote: &Quote, spent: Name, orders: Vec<Purchase>, now: Time) -> Result<Commit, Fault> {
    let mut commit: Option<Commit> = None;
    for order in orders {
        let (purchase, option) = (order.id, order.line.option);
        let total = order.line.total().map_err(|error| Fault::corrupt("quote", error))?;
        let fact = BillingFact::PurchaseOrdered { purchase, quote: quote.id, member: quote.member, option, total };
        let entry = who.record(fact.into(), now);
        let begun = match commit.take() {
            Some(commit) => commit.and(entry),
            None => Commit::recording(entry).hold(spent.clone(), purchase),
        };
        commit = Some(begun.hold(open_purchase(quote.practice, quote.member, option.ware), purchase).insert(order));
    }
    commit.ok_or_else(|| Fault::corrupt("quote", MoneyError::TooLarge))
}

/// What the price was made of stays so until the order is written down: what is replaced is as it was, and where nothing is replaced
/// nothing has come.
async fn guards(ledger: &dyn Ledger, quote: &Quote) -> Result<Vec<Guard>, Fault> {
    let mut guards = Vec::new();
    let plugin_alone = quote.terms.mail.is_none();
    let live = ledger.plans_of(quote.practice, quote.member).await?;
    for Line { option, replaces, .. } in quote.terms.lines() {
        match live.iter().find(|one| Some(one.id) == replaces) {
            Some(old) => guards.push(Guard::Subscription(old.id, old.version)),
            None => guards.push(Guard::Free(live_plan(quote.practice, quote.member, option.ware))),
        }
    }
    let mail = live.iter().find(|one| one.option.ware == Ware::SecureMail).filter(|_| plugin_alone);
    guards.extend(mail.map(|mail| Guard::Subscription(mail.id, mail.version)));
    Ok(guards)
}

async fn requote(till: &Till, who: &Payer, quote: &Quote) -> Result<Quoted, ConfirmPurchaseError> {
    let options = quote.terms.lines().map(|line| line.option).collect();
    Ok(quote_purchase(till, who, QuotePurchase { person: PersonId::from(quote.member), options }).await?)
}
