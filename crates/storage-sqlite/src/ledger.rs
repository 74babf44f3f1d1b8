use async_trait::async_trait;
use practice_domain::billing::plan::Ware;
use practice_domain::billing::{Invoice, Purchase, Quote, Subscription, Wallet};
use practice_domain::port::{Fault, Ledger};
use practice_domain::value::{AccountId, InvoiceId, MemberId, PracticeId, PurchaseId, QuoteId, SubscriptionId, Time};
use rusqlite::Connection;
use uuid::Uuid;

use crate::Sqlite;
use crate::code::Code;
use crate::row::{invoice_columns, purchase_columns, quote_columns, subscription_columns, wallet_columns};
use crate::statement::Statement;
use crate::writer::Work;

#[async_trait]
impl Ledger for Sqlite {
    async fn wallet(&self, account: AccountId) -> Result<Option<Wallet>, Fault> {
        let sql = concat!("SELECT ", wallet_columns!(""), " FROM wallet WHERE account = ?");
        self.one(Statement::new(sql).bind(account.0)).await
    }

    async fn quote(&self, id: QuoteId) -> Result<Option<Quote>, Fault> {
        let sql = concat!("SELECT ", quote_columns!(""), " FROM quote WHERE id = ?");
        self.one(Statement::new(sql).bind(id.0)).await
    }

    async fn purchase(&self, id: PurchaseId) -> Result<Option<Purchase>, Fault> {
        let sql = concat!("SELECT ", purchase_columns!(""), " FROM purchase WHERE id = ?");
        self.one(Statement::new(sql).bind(id.0)).await
    }

    async fn purchases_of(&self, quote: QuoteId) -> Result<Vec<Purchase>, Fault> {
        let sql = concat!(
            "SELECT ",
            purchase_columns!(""),
            " FROM purchase WHERE quote = ? ORDER BY option LIKE 'outlook%', option LIKE '%annual', id"
        );
        self.all(Statement::new(sql).bind(quote.0)).await
    }

    async fn subscription(&self, id: SubscriptionId) -> Result<Option<Subscription>, Fault> {
        let sql = concat!("SELECT ", subscription_columns!(""), " FROM subscription WHERE id = ?");
        self.one(Statement::new(sql).bind(id.0)).await
    }

    async fn plans_of(&self, practice: PracticeId, member: MemberId) -> Result<Vec<Subscription>, Fault> {
        let sql = concat!(
            "SELECT ",
            subscription_columns!(""),
            " FROM subscription WHERE practice = ? AND member = ? AND state <> 'ended' ORDER BY id"
        );
        self.all(Statement::new(sql).bind(practice.0).bind(member.0)).await
    }

    async fn last_plan_of(
        &self,
        practice: PracticeId,
        member: MemberId,
        ware: Ware,
    ) -> Result<Option<Subscription>, Fault> {
        let sql = concat!(
            "SELECT ",
            subscription_columns!(""),
            " FROM subscription WHERE practice = ? AND member = ? AND option LIKE ? || '-%'
            ORDER BY started_at DESC, id DESC LIMIT 1"
        );
        self.one(Statement::new(sql).bind(practice.0).bind(member.0).bind(ware.code())).await
    }

    async fn plans_paid_by(&self, payer: AccountId) -> Result<Vec<Subscription>, Fault> {
        let sql = concat!(
            "SELECT ",
            subscription_columns!(""),
            " FROM subscription WHERE payer = ? AND state <> 'ended' ORDER BY id"
        );
        self.all(Statement::new(sql).bind(payer.0)).await
    }

    async fn live_plans(&self, after: Option<SubscriptionId>, most: usize) -> Result<Vec<Subscription>, Fault> {
        let sql = concat!(
            "SELECT ",
            subscription_columns!(""),
            " FROM subscription WHERE id > ? AND state <> 'ended' ORDER BY id LIMIT ?"
        );
        let after = after.map_or_else(Vec::new, |after| after.0.as_bytes().to_vec());
        self.all(Statement::new(sql).bind(after).bind(limit(most))).await
    }

    async fn invoice(&self, id: InvoiceId) -> Result<Option<Invoice>, Fault> {
        let sql = concat!("SELECT ", invoice_columns!(""), " FROM invoice WHERE id = ?");
        self.one(Statement::new(sql).bind(id.0)).await
    }

    async fn invoices(
        &self,
        payer: AccountId,
        before: Option<(Time, InvoiceId)>,
        most: usize,
    ) -> Result<Vec<Invoice>, Fault> {
        let sql = concat!(
            "SELECT ",
            invoice_columns!(""),
            " FROM invoice WHERE payer = ?1 AND (?2 IS NULL OR (charged_at, id) < (?2, ?3))
            ORDER BY charged_at DESC, id DESC LIMIT ?4"
        );
        let statement = Statement::new(sql)
            .bind(payer.0)
            .bind(before.map(|(at, _)| at.micros()))
            .bind(before.map(|(_, id)| Uuid::from(id)))
            .bind(limit(most));
        self.all(statement).await
    }

    async fn due_purchases(&self, now: Time, most: usize) -> Result<Vec<PurchaseId>, Fault> {
        let sql = "SELECT id FROM purchase INDEXED BY purchase_due WHERE due_at <= ? ORDER BY due_at, id LIMIT ?";
        self.all(Statement::new(sql).bind(now.micros()).bind(limit(most))).await
    }

    async fn due_subscriptions(&self, now: Time, most: usize) -> Result<Vec<SubscriptionId>, Fault> {
        let sql =
            "SELECT id FROM subscription INDEXED BY subscription_due WHERE due_at <= ? ORDER BY due_at, id LIMIT ?";
        self.all(Statement::new(sql).bind(now.micros()).bind(limit(most))).await
    }

    async fn due_wallets(&self, now: Time, most: usize) -> Result<Vec<AccountId>, Fault> {
        let sql = "SELECT account FROM wallet INDEXED BY wallet_due WHERE due_at <= ? ORDER BY due_at, account LIMIT ?";
        self.all(Statement::new(sql).bind(now.micros()).bind(limit(most))).await
    }

    async fn held(&self) -> Result<bool, Fault> {
        let held: Option<i64> = self.one(Statement::new("SELECT held_since IS NOT NULL FROM life")).await?;
        Ok(held != Some(0))
    }

    async fn forget_events(&self, before: Time, most: usize) -> Result<usize, Fault> {
        self.writer.run(ForgetEvents { before, most }).await
    }
}

/// In the place of an event's owner stands the moment at which it was looked at.
struct ForgetEvents {
    before: Time,
    most: usize,
}

impl Work for ForgetEvents {
    type Answer = usize;
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<usize, Fault> {
        let before = Uuid::from_u128(u128::try_from(self.before.micros()).unwrap_or_default());
        let sql = "DELETE FROM claim WHERE practice = x'' AND kind = 'payment-event' AND subject IN (SELECT subject FROM claim
            WHERE practice = x'' AND kind = 'payment-event' AND owner < ? LIMIT ?)";
        Statement::new(sql).bind(before).bind(limit(self.most)).execute(conn, "forget events")
    }
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
