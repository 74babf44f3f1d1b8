use std::collections::BTreeMap;

use async_trait::async_trait;
use practice_domain::billing::plan::Ware;
use practice_domain::billing::{BillingName, BillingRecord, Invoice, Purchase, Quote, Subscription, Wallet};
use practice_domain::commit::Name;
use practice_domain::port::{CommitError, Fault, Ledger};
use practice_domain::value::{AccountId, InvoiceId, MemberId, PracticeId, PurchaseId, QuoteId, SubscriptionId, Time};
use uuid::Uuid;

use crate::lock;
use crate::memory::Memory;
use crate::memory::apply::{Applied, insert, update};

/// All that is kept about money.
#[derive(Clone, Default)]
pub(super) struct Books {
    wallets: BTreeMap<AccountId, Wallet>,
    quotes: BTreeMap<QuoteId, Quote>,
    purchases: BTreeMap<PurchaseId, Purchase>,
    subscriptions: BTreeMap<SubscriptionId, Subscription>,
    invoices: BTreeMap<InvoiceId, Invoice>,
}

impl Books {
    pub(super) fn insert(&mut self, record: BillingRecord) -> Applied {
        match record {
            BillingRecord::Wallet(r) => insert(&mut self.wallets, r.account, r),
            BillingRecord::Quote(r) => insert(&mut self.quotes, r.id, r),
            BillingRecord::Purchase(r) => insert(&mut self.purchases, r.id, r),
            BillingRecord::Subscription(r) => insert(&mut self.subscriptions, r.id, r),
            BillingRecord::Invoice(r) => insert(&mut self.invoices, r.id, r),
        }
    }

    pub(super) fn update(&mut self, record: BillingRecord) -> Applied {
        match record {
            BillingRecord::Wallet(r) => update(&mut self.wallets, r.account, r, |r| &mut r.version),
            BillingRecord::Purchase(r) => update(&mut self.purchases, r.id, r, |r| &mut r.version),
            BillingRecord::Subscription(r) => update(&mut self.subscriptions, r.id, r, |r| &mut r.version),
            BillingRecord::Quote(_) | BillingRecord::Invoice(_) => Err(CommitError::Stale),
        }
    }

    pub(super) fn subscription(&self, id: SubscriptionId) -> Option<&Subscription> {
        self.subscriptions.get(&id)
    }

    fn plans(&self, wanted: impl Fn(&Subscription) -> bool) -> Vec<Subscription> {
        self.subscriptions.values().filter(|one| one.is_live() && wanted(one)).cloned().collect()
    }
}

#[async_trait]
impl Ledger for Memory {
    async fn wallet(&self, account: AccountId) -> Result<Option<Wallet>, Fault> {
        Ok(lock(&self.state).books.wallets.get(&account).cloned())
    }

    async fn quote(&self, id: QuoteId) -> Result<Option<Quote>, Fault> {
        Ok(lock(&self.state).books.quotes.get(&id).cloned())
    }

    async fn purchase(&self, id: PurchaseId) -> Result<Option<Purchase>, Fault> {
        Ok(lock(&self.state).books.purchases.get(&id).cloned())
    }

    async fn purchases_of(&self, quote: QuoteId) -> Result<Vec<Purchase>, Fault> {
        let state = lock(&self.state);
        let mut found: Vec<Purchase> = state.books.purchases.values().filter(|p| p.quote == quote).cloned().collect();
        found.sort_by_key(|purchase| (purchase.line.option, purchase.id));
        Ok(found)
    }

    async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, Fault> {
        Ok(lock(&self.state).books.subscription(id).cloned())
    }

    async fn plans_of(&self, practice: PracticeId, member: MemberId) -> Result<Vec<Subscription>, Fault> {
        Ok(lock(&self.state).books.plans(|one| one.practice == practice && one.member == member))
    }

    async fn last_plan_of(
        &self,
        practice: PracticeId,
        member: MemberId,
        ware: Ware,
    ) -> Result<Option<Subscription>, Fault> {
        let state = lock(&self.state);
        let theirs = |one: &&Subscription| one.practice == practice && one.member == member && one.option.ware == ware;
        let all = state.books.subscriptions.values().filter(theirs);
        Ok(all.max_by_key(|one| (one.started_at, one.id)).cloned())
    }

    async fn plans_paid_by(&self, payer: AccountId) -> Result<Vec<Subscription>, Fault> {
        Ok(lock(&self.state).books.plans(|one| one.payer == payer))
    }

    async fn live_plans(&self, after: Option<SubscriptionId>, most: usize) -> Result<Vec<Subscription>, Fault> {
        let mut plans = lock(&self.state).books.plans(|one| Some(one.id) > after);
        plans.truncate(most);
        Ok(plans)
    }

    async fn invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, Fault> {
        Ok(lock(&self.state).books.invoices.get(&id).cloned())
    }

    async fn invoices(
        &self,
        payer: AccountId,
        before: Option<(Time, InvoiceId)>,
        most: usize,
    ) -> Result<Vec<Invoice>, Fault> {
        let earlier = |invoice: &Invoice| before.is_none_or(|edge| (invoice.charged_at, invoice.id) < edge);
        let state = lock(&self.state);
        let mut found: Vec<Invoice> =
            state.books.invoices.values().filter(|one| one.payer == payer && earlier(one)).cloned().collect();
        found.sort_by_key(|invoice| std::cmp::Reverse((invoice.charged_at, invoice.id)));
        found.truncate(most);
        Ok(found)
    }

    async fn due_purchases(&self, now: Time, most: usize) -> Result<Vec<PurchaseId>, Fault> {
        Ok(due(lock(&self.state).books.purchases.values().map(|p| (p.due(), p.id)), now, most))
    }

    async fn due_subscriptions(&self, now: Time, most: usize) -> Result<Vec<SubscriptionId>, Fault> {
        Ok(due(lock(&self.state).books.subscriptions.values().map(|s| (s.due(), s.id)), now, most))
    }

    async fn due_wallets(&self, now: Time, most: usize) -> Result<Vec<AccountId>, Fault> {
        Ok(due(lock(&self.state).books.wallets.values().map(|w| (w.announce_at(), w.account)), now, most))
    }

    async fn held(&self) -> Result<bool, Fault> {
        Ok(lock(&self.state).held)
    }

    async fn forget_events(&self, before: Time, most: usize) -> Result<usize, Fault> {
        let before = Uuid::from_u128(u128::try_from(before.micros()).unwrap_or_default());
        let mut state = lock(&self.state);
        let is_old =
            |(name, owner): &(&Name, &Uuid)| matches!(name, Name::Billing(BillingName::Event(_))) && **owner < before;
        let old: Vec<Name> = state.holders.iter().filter(is_old).map(|(name, _)| name.clone()).take(most).collect();
        state.holders.retain(|name, _| !old.contains(name));
        Ok(old.len())
    }
}

fn due<T: Ord>(all: impl Iterator<Item = (Option<Time>, T)>, now: Time, most: usize) -> Vec<T> {
    let mut due: Vec<(Time, T)> = all.filter_map(|(at, id)| Some((at.filter(|at| *at <= now)?, id))).collect();
    due.sort();
    due.into_iter().take(most).map(|(_, id)| id).collect()
}
