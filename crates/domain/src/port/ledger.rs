use async_trait::async_trait;

use crate::billing::plan::Ware;
use crate::billing::{Invoice, Purchase, Quote, Subscription, Wallet};
use crate::port::Fault;
use crate::port::fault::unanswered;
use crate::value::{AccountId, InvoiceId, MemberId, PracticeId, PurchaseId, QuoteId, SubscriptionId, Time};

/// Gives back what billing keeps. It is written with [`crate::port::Store::commit`], like everything.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Ledger: Send + Sync {
    /// What the provider keeps for an account.
    async fn wallet(&self, account: AccountId) -> Result<Option<Wallet>, Fault>;

    /// The quote.
    async fn quote(&self, id: QuoteId) -> Result<Option<Quote>, Fault>;

    /// The purchase.
    async fn purchase(&self, id: PurchaseId) -> Result<Option<Purchase>, Fault>;

    /// The purchases that a quote was spent on, SecureMail first.
    async fn purchases_of(&self, quote: QuoteId) -> Result<Vec<Purchase>, Fault>;

    /// The subscription.
    async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, Fault>;

    /// The live subscriptions of a member, by id.
    async fn plans_of(&self, practice: PracticeId, member: MemberId) -> Result<Vec<Subscription>, Fault>;

    /// The subscription of a ware that a member had last, live or over.
    async fn last_plan_of(
        &self,
        practice: PracticeId,
        member: MemberId,
        ware: Ware,
    ) -> Result<Option<Subscription>, Fault>;

    /// The live subscriptions that somebody pays, by id (`BILL-8`).
    async fn plans_paid_by(&self, payer: AccountId) -> Result<Vec<Subscription>, Fault>;

    /// Live subscriptions, by id, after this one: for a walk through all of them.
    async fn live_plans(&self, after: Option<SubscriptionId>, most: usize) -> Result<Vec<Subscription>, Fault>;

    /// The invoice.
    async fn invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, Fault>;

    /// What somebody was charged, newest first, before this one (`BILL-9`).
    async fn invoices(
        &self,
        payer: AccountId,
        before: Option<(Time, InvoiceId)>,
        most: usize,
    ) -> Result<Vec<Invoice>, Fault>;

    /// Purchases that somebody is to look after now ([`Purchase::due`]), those first that were due first.
    async fn due_purchases(&self, now: Time, most: usize) -> Result<Vec<PurchaseId>, Fault>;

    /// Subscriptions that somebody is to look after now ([`Subscription::due`]), those first that were due first.
    async fn due_subscriptions(&self, now: Time, most: usize) -> Result<Vec<SubscriptionId>, Fault>;

    /// Owners of cards whose expiry is to be announced now ([`Wallet::announce_at`]), those first that were due first.
    async fn due_wallets(&self, now: Time, most: usize) -> Result<Vec<AccountId>, Fault>;

    /// Whether nothing may be sold, because the store was restored and nobody has released it (`BK-02`).
    async fn held(&self) -> Result<bool, Fault>;

    /// Forgets up to `most` events that were looked at before a moment ([`BillingName::Event`](crate::billing::BillingName::Event)),
    /// and says how many. Not a decision, so not in the audit log.
    async fn forget_events(&self, before: Time, most: usize) -> Result<usize, Fault> {
        unanswered("forget events", (before, most))
    }
}
