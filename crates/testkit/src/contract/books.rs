//! What of the contract is about money.

use practice_domain::billing::plan::Ware;
use practice_domain::billing::{BillingName, BillingRecord, Invoice, Purchase, Quote, Subscription, Wallet};
use practice_domain::commit::{Name, Record};
use practice_domain::port::{Fault, Ledger};
use practice_domain::value::{AccountId, PracticeId, PurchaseId, SubscriptionId, Time};

use crate::contract::samples::{NOON, id};

/// Everything that can be seen of money in the small universe.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Books {
    wallets: Vec<Wallet>,
    quotes: Vec<Quote>,
    purchases: Vec<Purchase>,
    orders: Vec<Vec<Purchase>>,
    subscriptions: Vec<Subscription>,
    plans: Vec<Vec<Subscription>>,
    last: Vec<Subscription>,
    invoices: Vec<Invoice>,
    charged: Vec<Vec<Invoice>>,
    due: Vec<(Vec<PurchaseId>, Vec<SubscriptionId>, Vec<AccountId>)>,
}

impl Books {
    pub(super) async fn of(ledger: &dyn Ledger) -> Result<Self, Fault> {
        let mut books = Self::default();
        for n in 1..=6_u128 {
            books.wallets.extend(ledger.wallet(id(n)).await?);
            books.quotes.extend(ledger.quote(id(n)).await?);
            books.purchases.extend(ledger.purchase(id(n)).await?);
            books.orders.push(ledger.purchases_of(id(n)).await?);
            books.subscriptions.extend(ledger.subscription(id(n)).await?);
            books.plans.push(ledger.plans_paid_by(id(n)).await?);
            books.plans.push(ledger.live_plans(Some(id(n)), 2).await?);
            for practice in (1..=3).map(id) {
                books.plans.push(ledger.plans_of(practice, id(n)).await?);
                for ware in Ware::ALL {
                    books.last.extend(ledger.last_plan_of(practice, id(n), ware).await?);
                }
            }
            books.invoices.extend(ledger.invoice(id(n)).await?);
            let charged = ledger.invoices(id(n), None, 9).await?;
            if let Some(newest) = charged.first() {
                books.charged.push(ledger.invoices(id(n), Some((newest.charged_at, newest.id)), 1).await?);
            }
            books.charged.push(charged);
        }
        books.plans.push(ledger.live_plans(None, 9).await?);
        for (now, most) in [(NOON, 9), (NOON.next_day(), 2), (Time::from_micros(i64::MAX), 9)] {
            let due = (
                ledger.due_purchases(now, most).await?,
                ledger.due_subscriptions(now, most).await?,
                ledger.due_wallets(now, most).await?,
            );
            books.due.push(due);
        }
        Ok(books)
    }
}

/// The names of billing that histories hold in a practice, and those that belong to none.
pub(super) fn names_in(practice: PracticeId) -> Vec<Name> {
    let mut names: Vec<Name> = ["one", "two"]
        .into_iter()
        .flat_map(|text| [BillingName::Event(text.to_owned()), BillingName::Object(text.to_owned())])
        .map(Name::from)
        .collect();
    for n in 1..=3 {
        names.push(BillingName::SpentQuote(practice, id(n)).into());
        for ware in Ware::ALL {
            names.push(BillingName::OpenPurchase(practice, id(n), ware).into());
            names.push(BillingName::LivePlan(practice, id(n), ware).into());
        }
    }
    names
}

/// The same record under an id that no other one has.
pub(super) fn renamed(record: BillingRecord, number: u128) -> Record {
    match record {
        BillingRecord::Wallet(r) => Wallet { account: id(number), ..r }.into(),
        BillingRecord::Quote(r) => Quote { id: id(number), ..r }.into(),
        BillingRecord::Purchase(r) => Purchase { id: id(number), ..r }.into(),
        BillingRecord::Subscription(r) => Subscription { id: id(number), ..r }.into(),
        BillingRecord::Invoice(r) => Invoice { id: id(number), ..r }.into(),
    }
}

/// The record as it is after an update; none for what is never changed.
pub(super) fn next(record: BillingRecord) -> Option<Record> {
    Some(match record {
        BillingRecord::Wallet(r) => Wallet { version: r.version.next(), ..r }.into(),
        BillingRecord::Purchase(r) => Purchase { version: r.version.next(), ..r }.into(),
        BillingRecord::Subscription(r) => Subscription { version: r.version.next(), ..r }.into(),
        BillingRecord::Quote(_) | BillingRecord::Invoice(_) => return None,
    })
}

/// The record that is stored under the same id.
pub(super) async fn stored(ledger: &dyn Ledger, record: &BillingRecord) -> Result<Option<Record>, Fault> {
    Ok(match record {
        BillingRecord::Wallet(r) => ledger.wallet(r.account).await?.map(Record::from),
        BillingRecord::Quote(r) => ledger.quote(r.id).await?.map(Record::from),
        BillingRecord::Purchase(r) => ledger.purchase(r.id).await?.map(Record::from),
        BillingRecord::Subscription(r) => ledger.subscription(r.id).await?.map(Record::from),
        BillingRecord::Invoice(r) => ledger.invoice(r.id).await?.map(Record::from),
    })
}
