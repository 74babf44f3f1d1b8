use crate::access::Payer;
use crate::billing::Subscription;
use crate::billing::plan::PlanOption;
use crate::member::Member;
use crate::usecase::billing::Till;
use crate::usecase::billing::quote_purchase::{QuotePurchaseError, buyable};
use crate::value::{Money, PersonId};

/// What somebody can have, and what they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offers {
    /// Whose place it is.
    pub member: Member,
    /// What is paid for now.
    pub live: Vec<Subscription>,
    /// The options above that, the lesser first, with what each costs a period before tax. None is "no additional plans".
    pub options: Vec<(PlanOption, Money)>,
}

/// `BILL-2`, `BILL-7`: what this payer can buy for a doctor or staff member of the practice, or for themselves.
///
/// # Errors
///
/// [`QuotePurchaseError`].
pub async fn list_offers(till: &Till, who: &Payer, person: PersonId) -> Result<Offers, QuotePurchaseError> {
    let member = buyable(till, who, person).await?;
    let live = till.ledger.plans_of(member.practice, member.id).await?;
    let offers = Subscription::holding(&live).offers();
    let options = offers.into_iter().map(|option| (option, till.prices.price(option))).collect();
    Ok(Offers { member, live, options })
}
