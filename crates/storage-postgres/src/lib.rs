#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod archive;
mod asked;
mod audit;
mod billing;
mod code;
mod commit;
mod companion;
mod employees;
mod fault;
mod grams;
mod history;
mod imports;
mod ledger;
mod lending;
mod link;
mod locks;
mod open;
mod outbox;
mod pages;
mod people;
mod reach;
mod reader;
mod record;
mod row;
mod settings;
mod store;
mod texts;
mod ticket;
mod unit;
mod visits;
mod work;

pub use companion::Companion;
pub use open::{OpenError, Postgres};
pub use reach::Reach;
pub use settings::{BadUrl, PostgresSettings};
pub use work::Work;
