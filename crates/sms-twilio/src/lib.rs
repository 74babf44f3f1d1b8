#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod outcome;
mod reports;
mod settings;
mod signature;
mod twilio;
mod words;

pub use practice_domain::port::Unsigned;
pub use settings::{Auth, TwilioSettings, TwilioSettingsError};
pub use signature::Webhook;
pub use twilio::Twilio;
