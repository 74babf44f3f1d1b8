use crate::access;
use crate::billing::BillingFact;
use crate::commit::Commit;
use crate::fact::Log;
use crate::notice::{About, BillingNews, Notice};
use crate::port::Fault;
use crate::usecase::billing::Till;
use crate::usecase::{Decision, NEWS, committed, settle};
use crate::value::{AccountId, NoticeId};

/// `BILL-8`: the owner of a card is told, a month before, that it expires; once for each expiry.
///
/// # Errors
///
/// A [`Fault`] when the store failed.
pub async fn announce_expiring_card(till: &Till, account: AccountId) -> Result<(), Fault> {
    let now = till.now();
    let id = NoticeId(till.ports.entropy.id());
    settle(&till.ports, || async {
        let wallet = till.ledger.wallet(account).await?;
        let Some(wallet) = wallet.filter(|wallet| wallet.announce_at().is_some_and(|at| at <= now)) else {
            return Ok(Decision::Already(()));
        };
        let home = till.ports.store.account(account).await?.and_then(|account| account.home);
        let fact = BillingFact::CardExpiryAnnounced { account };
        let entry = access::payments(home.map_or(Log::Platform, Log::Practice), fact.into(), now);
        let about = About::Billing(BillingNews::CardExpiring(account));
        let commit = Commit::recording(entry).update(wallet.announce());
        committed(commit.notify(Notice { id, about, ordered_at: now, expires_at: now.plus(NEWS) }), ())
    })
    .await
}
