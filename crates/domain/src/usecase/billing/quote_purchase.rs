use crate::access::Payer;
use crate::billing::plan::{Cart, PlanOption};
use crate::billing::{BillingFact, CannotBuy, Card, NoCard, Quote, Subscription, Terms};
use crate::commit::Commit;
use crate::member::Member;
use crate::port::Fault;
use crate::usecase::billing::Till;
use crate::usecase::{Refusal, committed, settle};
use crate::value::{MemberId, MoneyError, PersonId, QuoteId, Time};

/// Ask what options would cost.
#[derive(Debug, Clone)]
pub struct QuotePurchase {
    /// For whom: the row of Manage Account.
    pub person: PersonId,
    /// The options that were ticked.
    pub options: Vec<PlanOption>,
}

/// What it would cost, and which card would be charged: everything that the confirmation names (`BILL-2`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// The quote, to be confirmed.
    pub quote: Quote,
    /// The card.
    pub card: Card,
}

/// Why there is no price.
#[derive(Debug, thiserror::Error)]
pub enum QuotePurchaseError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] CannotBuy),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for QuotePurchaseError {}

/// `BILL-2`, `BILL-3`: somebody asks what options would cost for a doctor or staff member of the practice, or for themselves.
///
/// # Errors
///
/// [`QuotePurchaseError`].
pub async fn quote_purchase(till: &Till, who: &Payer, cmd: QuotePurchase) -> Result<Quoted, QuotePurchaseError> {
    let now = till.now();
    let id = QuoteId(till.ports.entropy.id());
    settle(&till.ports, || async {
        let member = buyable(till, who, cmd.person).await?;
        let (terms, card) = price(till, who, &member, &cmd.options, now).await?;
        let life = who.practice().policy().billing.quote_life;
        let quote = Quote {
            id,
            practice: member.practice,
            member: member.id,
            beneficiary: member.account,
            payer: who.account(),
            card: card.reference.clone(),
            terms,
            priced_at: now,
            expires_at: Quote::end_of(now, life),
        };
        let total = terms.total().ok_or_else(|| Fault::corrupt("prices", MoneyError::TooLarge))?;
        let fact = BillingFact::Quoted { quote: id, member: member.id, total };
        let commit = Commit::recording(who.record(fact.into(), now)).insert(quote.clone());
        committed(commit, Quoted { quote, card })
    })
    .await
}

/// The member behind a row, if this payer may pay for them.
pub(super) async fn buyable(till: &Till, who: &Payer, person: PersonId) -> Result<Member, QuotePurchaseError> {
    let practice = who.practice().id;
    if let Some(member) = till.ports.store.member_by_id(practice, MemberId(person.0)).await? {
        who.may_pay_for(&member)?;
        return Ok(member);
    }
    let row = till.ports.reader.person(practice, person).await?;
    Err(row.map_or(CannotBuy::NotHere, |_| CannotBuy::NotRegistered).into())
}

/// What the options cost now, reckoned at a moment, and the card to be charged.
pub(super) async fn price(
    till: &Till,
    who: &Payer,
    member: &Member,
    options: &[PlanOption],
    at: Time,
) -> Result<(Terms, Card), QuotePurchaseError> {
    let live = till.ledger.plans_of(member.practice, member.id).await?;
    let cart = Cart::fill(Subscription::holding(&live), options).map_err(CannotBuy::from)?;
    for option in cart.options() {
        if till.is_buying(member.practice, member.id, option.ware).await? {
            return Err(CannotBuy::InProgress.into());
        }
    }
    let wallet = till.ledger.wallet(who.account()).await?;
    let wallet = wallet.ok_or(CannotBuy::NoCard(NoCard::None))?;
    let card = wallet.chargeable(till.now()).map_err(CannotBuy::from)?.clone();
    let credit = who.practice().policy().billing.credit_unused;
    let terms = Terms::of(cart, &live, &till.prices, credit, at).map_err(|error| Fault::corrupt("prices", error))?;
    Ok((terms, card))
}
