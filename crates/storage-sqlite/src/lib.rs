#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod archive;
mod audit;
mod billing;
mod code;
mod commit;
mod companion;
mod connect;
mod employees;
mod fault;
mod grams;
mod history;
mod imports;
mod ledger;
mod lending;
mod migrate;
mod open;
mod outbox;
mod pages;
mod people;
mod reader;
mod record;
mod row;
mod statement;
mod store;
mod texts;
mod ticket;
mod unit;
mod writer;

pub use companion::Companion;
pub use open::{OpenError, Sqlite};
pub use writer::Work;
