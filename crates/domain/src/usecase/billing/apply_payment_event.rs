use crate::billing::{BillingName, EventRef, Purchase};
use crate::port::{EventAbout, Fault, PaymentEvent};
use crate::usecase::billing::settle_purchase::absorb_found;
use crate::usecase::billing::{Till, card_stored, follow_subscription, nothing};
use crate::usecase::settle;
use crate::value::SubscriptionId;

/// `BILL-10`: something happened at the provider. What it was is not believed: the provider is asked how things are now. So events may
/// come twice, late, in any order, or before the answer that they belong to. The event is remembered in the same commit as what
/// follows from it.
///
/// # Errors
///
/// A [`Fault`] when the provider or the store failed: the provider is to send the event again.
pub async fn apply_payment_event(till: &Till, event: &PaymentEvent) -> Result<(), Fault> {
    let id = Some(&event.id);
    if till.has_seen(id).await? {
        return Ok(());
    }
    match &event.about {
        EventAbout::Subscription(reference, purchase) => {
            if let Some(known) = till.ports.store.holder(&BillingName::subscription(reference)).await? {
                return follow_subscription(till, SubscriptionId(known), id).await;
            }
            let stored = match purchase {
                Some(purchase) => till.ledger.purchase(*purchase).await?,
                None => None,
            };
            if let Some(purchase) = stored
                && look_up_again(till, &purchase, id).await?
            {
                return Ok(());
            }
        }
        EventAbout::Card(account) => return card_stored(till, *account, id).await,
        EventAbout::Other => {}
    }
    let now = till.now();
    settle(&till.ports, || async {
        if till.has_seen(id).await? { Ok(crate::usecase::Decision::Already(())) } else { nothing((), id, now) }
    })
    .await
}

/// Looks up what became of an order, whatever is kept of it here, and keeps that. False when the provider has never heard of it.
pub(super) async fn look_up_again(till: &Till, purchase: &Purchase, event: Option<&EventRef>) -> Result<bool, Fault> {
    let Some(answer) = till.payments.look_up(purchase.id, &purchase.customer).await? else { return Ok(false) };
    absorb_found(till, purchase.id, &answer, event).await.map(|_| true)
}
