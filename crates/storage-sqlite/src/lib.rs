//! Storage in one embedded SQLite file: the `Store`, `Reader` and `Outbox` ports in write-ahead mode, with one writer and four
//! readers. Nothing else is needed to run.
//!
//! Whoever embeds it and has tables of their own in the same file changes both in one transaction with [`Work`] and
//! [`Sqlite::commit_in`].
#![deny(missing_docs)]

mod audit;
mod code;
mod commit;
mod fault;
mod grams;
mod open;
mod outbox;
mod pages;
mod people;
mod reader;
mod record;
mod row;
mod store;
mod ticket;
mod writer;

pub use open::{OpenError, Sqlite};
pub use writer::Work;
