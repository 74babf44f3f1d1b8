//! `Twilio` against a server of our own.

mod contract;
mod described;
mod scripted;
mod server;
