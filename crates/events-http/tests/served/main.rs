//! `Webhooks` against a server of our own: what it sends, and what it makes of answers.

mod contract;
mod scripted;
mod server;
