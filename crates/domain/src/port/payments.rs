use async_trait::async_trait;

use crate::billing::calendar::Period;
use crate::billing::plan::PlanOption;
use crate::billing::{Card, CardRef, CustomerRef, Decline, Doubt, EventRef, InvoiceRef, SubscriptionRef};
use crate::port::Fault;
use crate::value::{AccountId, Email, Money, PersonName, PurchaseId, Time};

/// Charges cards. Every call MUST give an answer within a minute, whatever the provider does.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Payments: Send + Sync {
    /// The customer of an account, made where there is none yet. Two calls for one account make one customer.
    async fn customer(&self, who: &Customer) -> Result<CustomerRef, Fault>;

    /// A page of the provider where this customer enters or changes their card, and then comes back to `back_to` (`BILL-7`).
    async fn card_entry(&self, customer: &CustomerRef, back_to: &str) -> Result<CardEntry, Fault>;

    /// The card that the provider would charge for this customer.
    async fn card(&self, customer: &CustomerRef) -> Result<Option<Card>, Fault>;

    /// Begins a subscription and charges its first period. Asked again with the same key it MUST NOT charge again, as long as
    /// [`Purchase::is_stale`](crate::billing::Purchase::is_stale) is false; it gives the answer of the first time.
    async fn subscribe(&self, order: &Order) -> Answer;

    /// What became of a purchase, under whichever key; none when the provider has never heard of it. Read from the provider's own
    /// records, not from what it kept under a key; never [`Answer::Unknown`].
    async fn look_up(&self, purchase: PurchaseId, customer: &CustomerRef) -> Result<Option<Answer>, Fault>;

    /// A subscription as it is now; none when there is no such one.
    async fn subscription(&self, reference: &SubscriptionRef) -> Result<Option<Remote>, Fault>;

    /// Ends a subscription. One that has ended stays so; what was given back is not given back twice.
    async fn stop(&self, stop: &Stop) -> Result<(), Fault>;

    /// Up to `most` of the events since a moment that the provider still lists, the oldest first; those after this one, where one is
    /// given (`WH-04`). An adapter whose provider lists none says so with an empty list; every subscription is walked as well.
    async fn events(&self, since: Time, after: Option<EventRef>, most: usize) -> Result<Vec<PaymentEvent>, Fault>;

    /// Up to `most` of the subscriptions that may still be charged, whoever sold them: each was paid for once and is not over. In an
    /// order of the provider's own; those after this one, where one is given. Whoever goes on from page to page MUST meet each that was
    /// there when they began, and none twice. Reading changes nothing.
    async fn running(&self, after: Option<SubscriptionRef>, most: usize) -> Result<RunningPage, Fault>;
}

/// Reads what the provider sends by itself.
#[cfg_attr(feature = "mocks", mockall::automock)]
pub trait PaymentEvents: Send + Sync {
    /// Checks that the provider wrote this body, a moment ago, and says what it is about. Nothing else in it is to be believed: whoever
    /// handles it asks the provider again (`BILL-10`).
    ///
    /// # Errors
    ///
    /// [`EventRefused`].
    fn verify(&self, body: &[u8], signature: &str, now: Time) -> Result<PaymentEvent, EventRefused>;
}

/// Somebody who is to become a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Their account.
    pub account: AccountId,
    /// Where the provider may write to.
    pub email: Email,
    /// Their name.
    pub name: PersonName,
}

/// A page of the provider. `Debug` hides it: whoever has the address may use it.
#[derive(Clone, PartialEq, Eq)]
pub struct CardEntry {
    /// Its address.
    pub url: String,
}

/// An idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Of which purchase.
    pub purchase: PurchaseId,
    /// Which of its keys.
    pub step: u32,
}

/// What is to be charged, and for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The key; the purchase in it is kept with the subscription, so that it can be looked up.
    pub key: Key,
    /// Who is charged.
    pub customer: CustomerRef,
    /// Which card.
    pub card: CardRef,
    /// What is bought.
    pub option: PlanOption,
    /// What a period costs, before tax.
    pub price: Money,
    /// What is taken off the first one.
    pub credit: Money,
    /// The tax on the rest.
    pub tax: Money,
    /// What is charged now: price less credit, and the tax.
    pub total: Money,
    /// What is charged for every later period: the price and the tax on all of it (`BILL-1`).
    pub renewal: Money,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The money is there.
    Confirmed(Sold),
    /// Nothing was charged, and nothing will be.
    Declined(Decline),
    /// The invoice is of another amount than was ordered: nothing was charged, and nothing will be (`PM-06`).
    OtherAmount,
    /// The payer must confirm with their bank, perhaps on this page.
    ActionNeeded(Option<String>),
    /// It may have been charged.
    Unknown(Doubt),
}

/// A subscription that was begun and paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sold {
    /// The provider's name for it.
    pub subscription: SubscriptionRef,
    /// What is paid for.
    pub period: Period,
    /// What was charged.
    pub invoice: PaidInvoice,
}

/// An invoice that was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidInvoice {
    /// The provider's name for it.
    pub reference: InvoiceRef,
    /// The number that is printed on it.
    pub number: String,
    /// What was charged, with tax.
    pub amount: Money,
    /// When.
    pub charged_at: Time,
}

/// A subscription, as the provider has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    /// Whether it runs.
    pub standing: Standing,
    /// The period that it is in, or was in last.
    pub period: Period,
    /// What was charged and not given back: at least for this period and the one before, oldest first.
    pub paid: Vec<PaidInvoice>,
}

/// Whether a subscription runs at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It is paid for.
    Live,
    /// Its renewal could not be charged.
    Failed,
    /// It is over.
    Ended,
}

/// A page of what may still be charged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunningPage {
    /// What is on it; perhaps nothing, although there are more pages.
    pub running: Vec<Running>,
    /// What the next page comes after; none on the last one.
    pub next: Option<SubscriptionRef>,
}

/// A subscription that may still be charged, as the provider lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The provider's name for it.
    pub subscription: SubscriptionRef,
    /// The purchase that it began with; none when it was not sold here.
    pub purchase: Option<PurchaseId>,
    /// How it stands; never [`Standing::Ended`].
    pub standing: Standing,
    /// Whether it ends with its period.
    pub ends_with_period: bool,
    /// The period that it is in.
    pub period: Period,
    /// What is charged for each period, and its price before tax; none when that is nothing that is sold here.
    pub sold: Option<(PlanOption, Money)>,
    /// Its newest invoice, where that was paid.
    pub paid: Option<PaidInvoice>,
    /// What its newest invoice asks for, where nobody has paid that.
    pub unpaid: Option<Money>,
}

/// The end of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Which.
    pub subscription: SubscriptionRef,
    /// What is given back, and so whether it ends now.
    pub give_back: GiveBack,
}

/// What of the money is given back when a subscription ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveBack {
    /// Everything: it was never granted. It ends now.
    Everything,
    /// What was charged after this moment: it was over then. It ends now.
    ChargedAfter(Time),
    /// Nothing: it ends with what is paid for.
    Nothing,
}

/// Something that the provider says has happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentEvent {
    /// Its name: one that comes twice is looked at once.
    pub id: EventRef,
    /// What to look at.
    pub about: EventAbout,
}

/// What an event is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventAbout {
    /// A subscription, and the purchase that it began with, where the provider says so.
    Subscription(SubscriptionRef, Option<PurchaseId>),
    /// An account's card.
    Card(AccountId),
    /// Nothing of ours.
    Other,
}

/// Why an event is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum EventRefused {
    /// The signature is missing or wrong.
    #[error("the signature is wrong")]
    Signature,
    /// It was signed too long ago, or in the future.
    #[error("the signature is too old or too new")]
    Time,
    /// It is not in the form that the provider uses.
    #[error("the event cannot be read")]
    Form,
    /// A test event where money is real, or the other way about.
    #[error("the event is of another mode")]
    Mode,
}

impl std::fmt::Debug for CardEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardEntry(…)")
    }
}
