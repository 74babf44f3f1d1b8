use crate::access::{Denied, SignedIn};
use crate::billing::{BillingFact, CannotBuy, Wallet};
use crate::commit::Commit;
use crate::port::{CardEntry, Customer, Fault};
use crate::usecase::billing::Till;
use crate::usecase::{Decision, Refusal, committed, settle};

/// Why nobody goes to the provider's page.
#[derive(Debug, thiserror::Error)]
pub enum BeginCardEntryError {
    /// The password was given too long ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Nothing is sold to patients, nor to people who work in no practice.
    #[error(transparent)]
    Refused(#[from] CannotBuy),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for BeginCardEntryError {}

/// `BILL-7`: a doctor or staff member goes to the provider's page to enter or change their card.
///
/// # Errors
///
/// [`BeginCardEntryError`].
pub async fn begin_card_entry(till: &Till, who: &SignedIn, back_to: &str) -> Result<CardEntry, BeginCardEntryError> {
    let now = till.now();
    let (_, member) = who.place().ok_or(CannotBuy::NotHere)?;
    CannotBuy::unless_eligible(member, now)?;
    if !who.is_fresh() {
        return Err(Denied::NotFresh.into());
    }
    let account = who.account();
    let customer = match till.ledger.wallet(account).await? {
        Some(wallet) => wallet.customer,
        None => {
            let customer = Customer { account, email: who.email().clone(), name: who.name().clone() };
            till.payments.customer(&customer).await?
        }
    };
    let customer = settle::<_, BeginCardEntryError, _, _>(&till.ports, || async {
        if let Some(wallet) = till.ledger.wallet(account).await? {
            return Ok(Decision::Already(wallet.customer));
        }
        let fact = BillingFact::CardEntryBegun { account };
        let wallet = Wallet::open(account, customer.clone());
        committed(Commit::recording(who.record(fact.into(), now)).insert(wallet), customer.clone())
    })
    .await?;
    Ok(till.payments.card_entry(&customer, back_to).await?)
}
