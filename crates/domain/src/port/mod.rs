//! What the rules ask of the world. Each port is small and object-safe; an adapter implements one, or several, and names itself.

mod bot_check;
mod clock;
mod employees;
mod entropy;
mod fault;
mod keys;
mod mail;
mod outbox;
mod passwords;
mod reader;
mod store;
mod text;

pub use bot_check::{BotCheck, BotVerdict};
pub use clock::Clock;
pub use employees::{EmployeeMark, EmployeeQuery, EmployeeRow, EmployeesPage, UserAccount};
pub use entropy::Entropy;
pub use fault::Fault;
pub use keys::{DeviceToken, Keys, LinkToken, Seal, SealedSecret};
pub use mail::{Composer, Letter, Mailer, Occasion, SendError};
pub use outbox::{Leased, Outbox, Settlement};
pub use passwords::{Passwords, Verdict};
pub use reader::{
    Cell, Cursor, Filter, Mark, PeoplePage, PeopleQuery, Reader, SealedEntry, SessionFace, Side, Sort, Tally,
};
pub use store::{Candidate, CommitError, Standing, Store};
pub use text::Texter;
