use crate::access::SignedIn;
use crate::billing::{BillingFact, Invoice};
use crate::commit::Commit;
use crate::notice::{About, BillingNews, Notice};
use crate::policy::{Policy, Preset};
use crate::port::Fault;
use crate::usecase::billing::Till;
use crate::usecase::{NEWS, committed, settle};
use crate::value::{InvoiceId, NoticeId, Time};

/// `BILL-9`: what somebody was charged, for themselves and for the people they pay for, newest first; nobody else's.
///
/// # Errors
///
/// A [`Fault`] when the store failed.
pub async fn list_invoices(
    till: &Till,
    who: &SignedIn,
    before: Option<(Time, InvoiceId)>,
    most: usize,
) -> Result<Vec<Invoice>, Fault> {
    till.ledger.invoices(who.account(), before, most).await
}

/// `BILL-9`: somebody has their invoices mailed, to their own address: those for themselves only, unless the practice's policy says
/// that the mail is like the list.
///
/// # Errors
///
/// A [`Fault`] when the store failed.
pub async fn mail_invoice_summary(till: &Till, who: &SignedIn) -> Result<(), Fault> {
    let now = till.now();
    let id = NoticeId(till.ports.entropy.id());
    let account = who.account();
    let policy = who.place().map_or_else(|| Policy::of(Preset::Standard), |(practice, _)| practice.policy());
    let news = if policy.billing.mail_own_only {
        BillingNews::OwnInvoices(account)
    } else {
        BillingNews::AllInvoices(account)
    };
    settle(&till.ports, || async {
        let fact = BillingFact::SummaryOrdered { account };
        let notice = Notice { id, about: About::Billing(news), ordered_at: now, expires_at: now.plus(NEWS) };
        committed(Commit::recording(who.record(fact.into(), now)).notify(notice), ())
    })
    .await
}
