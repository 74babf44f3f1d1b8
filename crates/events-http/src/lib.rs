#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod body;
mod secret;
mod settings;
mod webhooks;

pub use settings::{EndpointSettings, EventsError};
pub use webhooks::Webhooks;
