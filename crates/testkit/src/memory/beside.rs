use std::fmt::Debug;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use async_trait::async_trait;
use practice_domain::billing::plan::Ware;
use practice_domain::billing::{Invoice, Purchase, Quote, Subscription, Wallet};
use practice_domain::commit::Commit;
use practice_domain::fact::Log;
use practice_domain::person::Person;
use practice_domain::port::{
    CommitError, EmployeeQuery, EmployeeRow, EmployeesPage, Fault, Head, HistoryPage, HistoryQuery, Ledger, PeoplePage,
    PeopleQuery, Reader, SealedEntry, SessionFace, Store as _, Tally,
};
use practice_domain::value::{
    AccountId, EmployeeId, InvoiceId, MemberId, PersonId, PracticeId, PurchaseId, QuoteId, SubscriptionId, Time,
};

use crate::contract::Stores;
use crate::memory::Memory;

/// A store beside the reference store: whatever is asked is asked of both, one question after the other, and both must say the same.
/// Whoever asks gets the store's own answer. Both must be empty at first, and nobody may write in either otherwise.
pub struct Beside {
    pub(super) stores: Stores,
    pub(super) memory: Arc<Memory>,
    taken: AtomicBool,
}

impl Beside {
    /// These two.
    #[must_use]
    pub fn new(stores: Stores, memory: Arc<Memory>) -> Self {
        Self { stores, memory, taken: AtomicBool::new(false) }
    }

    /// Waits until nobody else asks.
    pub(super) async fn turn(&self) -> Turn<'_> {
        poll_fn(|context| {
            if self.taken.swap(true, Ordering::Acquire) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(Turn(&self.taken))
        })
        .await
    }

    pub(super) async fn commit_to_both(&self, commit: &Commit) -> Result<(), CommitError> {
        let _turn = self.turn().await;
        let outcome = self.stores.store.commit(commit).await;
        if !matches!(outcome, Err(CommitError::Fault(_))) {
            let expected = self.memory.commit(commit).await;
            assert_eq!(format!("{outcome:?}"), format!("{expected:?}"), "{commit:?}");
        }
        outcome
    }
}

/// Lets the next one ask when it is dropped.
pub(super) struct Turn<'a>(&'a AtomicBool);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

/// Asserts that a store has answered as the reference store.
#[track_caller]
pub(super) fn agree<T: PartialEq + Debug>(question: &str, answer: &T, expected: &Result<T, Fault>) {
    match expected {
        Ok(expected) => assert_eq!(answer, expected, "{question}"),
        Err(fault) => panic!("{question}: {fault:?}"),
    }
}

macro_rules! ask_both {
    ($port:ident, $of:ident: $($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        impl $port for Beside {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer, Fault> {
                let _turn = self.turn().await;
                let answer = self.stores.$of.$name($($argument),*).await?;
                agree(stringify!($name), &answer, &$port::$name(&*self.memory, $($argument),*).await);
                Ok(answer)
            })+
        }
    };
}

ask_both! {
    Reader, reader:
    people(query: &PeopleQuery) -> PeoplePage;
    person(practice: PracticeId, id: PersonId) -> Option<Person>;
    tally(practice: PracticeId) -> Tally;
    employees(query: &EmployeeQuery) -> EmployeesPage;
    employee_row(practice: PracticeId, id: EmployeeId) -> Option<EmployeeRow>;
    sessions(account: AccountId) -> Vec<SessionFace>;
    heads() -> Vec<Head>;
    entries(log: Log, from: u64, most: usize) -> Vec<SealedEntry>;
    history(query: &HistoryQuery) -> HistoryPage;
}

ask_both! {
    Ledger, ledger:
    wallet(account: AccountId) -> Option<Wallet>;
    quote(id: QuoteId) -> Option<Quote>;
    purchase(id: PurchaseId) -> Option<Purchase>;
    purchases_of(quote: QuoteId) -> Vec<Purchase>;
    subscription(id: SubscriptionId) -> Option<Subscription>;
    plans_of(practice: PracticeId, member: MemberId) -> Vec<Subscription>;
    last_plan_of(practice: PracticeId, member: MemberId, ware: Ware) -> Option<Subscription>;
    plans_paid_by(payer: AccountId) -> Vec<Subscription>;
    live_plans(after: Option<SubscriptionId>, most: usize) -> Vec<Subscription>;
    invoice(id: InvoiceId) -> Option<Invoice>;
    invoices(payer: AccountId, before: Option<(Time, InvoiceId)>, most: usize) -> Vec<Invoice>;
    due_purchases(now: Time, most: usize) -> Vec<PurchaseId>;
    due_subscriptions(now: Time, most: usize) -> Vec<SubscriptionId>;
    due_wallets(now: Time, most: usize) -> Vec<AccountId>;
    held() -> bool;
    forget_events(before: Time, most: usize) -> usize;
}
