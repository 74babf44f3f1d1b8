//! The rules of a practice's accounts: who is invited, who has registered, who is locked out and who may do what.
//!
//! Nothing in here reads a clock, draws a number, opens a file or waits for a runtime. What the rules need from the world they ask
//! for through a [`port`]; what a decision changes is one value, a [`commit::Commit`], stored whole or not at all. Rules are named
//! as in the product's description: `INV-5`, `LOCK-1`.
#![deny(missing_docs)]

pub mod access;
pub mod account;
pub mod billing;
pub mod challenge;
pub mod channel;
pub mod code_word;
pub mod commit;
pub mod email_change;
pub mod employee;
pub mod event;
pub mod fact;
pub mod import;
pub mod intake;
pub mod invitation;
pub mod lockout;
pub mod member;
pub mod notice;
pub mod passkey;
pub mod password;
pub mod password_link;
pub mod person;
pub mod policy;
pub mod port;
pub mod practice;
pub mod product;
pub mod rate;
pub mod registration;
pub mod relay;
pub mod role;
pub mod second_factor;
pub mod session;
pub mod texts;
pub mod usecase;
pub mod value;
