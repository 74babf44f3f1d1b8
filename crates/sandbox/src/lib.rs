#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod bank;
mod handset;
mod mailbox;
mod page;
mod shelf;
mod web;

pub use bank::{Bank, Posting, bank_router};
pub use handset::{Handset, Message};
pub use mailbox::{Mailbox, Post};
pub use web::router;
