#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod archive;
mod audit;
mod batch;
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
mod open;
mod outbox;
mod pages;
mod people;
mod reader;
mod record;
mod row;
mod steps;
mod store;
mod texts;
mod ticket;
mod unit;
mod writer;

pub use companion::Companion;
pub use open::{OpenError, Sqlite};
pub use writer::Work;
