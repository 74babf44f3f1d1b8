//! What the rules ask of the world. Each port is small and object-safe; an adapter implements one, or several, and names itself.

mod alarms;
mod announcer;
mod archive;
mod authenticators;
mod bot_check;
mod clock;
mod employees;
mod entropy;
mod fault;
mod history;
mod keys;
mod ledger;
mod mail;
mod outbox;
mod passwords;
mod payments;
mod reader;
mod store;
mod text;

pub use alarms::{Alarm, Alarms};
pub use announcer::Announcer;
pub use archive::{Archive, Arrival, ArrivalError, BATCH, Batch, Datum, Ending, Life, Stage, Take};
pub use authenticators::{Authenticators, Holder, Question};
pub use bot_check::{BotCheck, BotVerdict};
pub use clock::Clock;
pub use employees::{EmployeeMark, EmployeeQuery, EmployeeRow, EmployeesPage, UserAccount};
pub use entropy::Entropy;
pub use fault::Fault;
pub use history::{
    ActorKind, HistoryFilter, HistoryMark, HistoryPage, HistoryQuery, HistoryScan, LogLine, MOST_LOOKED_AT,
};
pub use keys::{DeviceToken, Keys, LinkToken, Seal, SealedSecret};
pub use ledger::Ledger;
pub use mail::{BillingOccasion, Composer, Letter, Mailer, Occasion, SendError, WordComes};
pub use outbox::{Backlog, Leased, Outbox, Parked, Queue, Settlement};
pub use passwords::{Passwords, Verdict};
pub use payments::{
    Answer, CardEntry, Customer, EventAbout, EventRefused, GiveBack, Key, Order, PaidInvoice, PaymentEvent,
    PaymentEvents, Payments, Remote, Running, RunningPage, Sold, Standing as RemoteStanding, Stop,
};
pub use reader::{
    Cell, Cursor, Filter, Head, Mark, PeoplePage, PeopleQuery, Reader, SealedEntry, SessionFace, Side, Sort, Tally,
};
pub use store::{Candidate, CommitError, Standing, Store};
pub use text::{TextReports, Texter, Unsigned};

/// The same ports as mocks, for tests that say which calls they expect.
#[cfg(feature = "mocks")]
pub mod mocks {
    pub use super::alarms::MockAlarms;
    pub use super::announcer::MockAnnouncer;
    pub use super::authenticators::MockAuthenticators;
    pub use super::bot_check::MockBotCheck;
    pub use super::clock::MockClock;
    pub use super::entropy::MockEntropy;
    pub use super::keys::{MockKeys, MockSeal};
    pub use super::ledger::MockLedger;
    pub use super::mail::{MockComposer, MockMailer};
    pub use super::outbox::MockOutbox;
    pub use super::passwords::MockPasswords;
    pub use super::payments::{MockPaymentEvents, MockPayments};
    pub use super::reader::MockReader;
    pub use super::store::MockStore;
    pub use super::text::{MockTextReports, MockTexter};
}
