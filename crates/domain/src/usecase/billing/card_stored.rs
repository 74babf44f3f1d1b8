use crate::access;
use crate::billing::{BillingFact, EventRef};
use crate::commit::Commit;
use crate::fact::Log;
use crate::port::Fault;
use crate::usecase::billing::{Till, mark, nothing};
use crate::usecase::{Decision, committed, settle};
use crate::value::AccountId;

/// `BILL-7`, `BILL-8`: somebody came back from the provider's page, or the provider says that a card has changed. The provider is
/// asked which card is on file; a plan that had ended stays so.
///
/// # Errors
///
/// A [`Fault`] when the provider or the store failed.
pub async fn card_stored(till: &Till, account: AccountId, event: Option<&EventRef>) -> Result<(), Fault> {
    let now = till.now();
    settle(&till.ports, || async {
        if till.has_seen(event).await? {
            return Ok(Decision::Already(()));
        }
        let Some(wallet) = till.ledger.wallet(account).await? else {
            return nothing((), event, now);
        };
        let card = till.payments.card(&wallet.customer).await?;
        if card == wallet.card {
            return nothing((), event, now);
        }
        let home = till.ports.store.account(account).await?.and_then(|account| account.home);
        let fact = BillingFact::CardChanged { account, on_file: card.is_some() };
        let entry = access::payments(home.map_or(Log::Platform, Log::Practice), fact.into(), now);
        committed(mark(Commit::recording(entry).update(wallet.hold(card)), event, now), ())
    })
    .await
}
