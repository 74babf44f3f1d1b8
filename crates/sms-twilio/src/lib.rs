#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod outcome;
mod settings;
mod signature;
mod twilio;
mod words;

pub use settings::{Auth, TwilioSettings, TwilioSettingsError};
pub use signature::{Unsigned, Webhook};
pub use twilio::Twilio;
