#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod card;
mod client;
mod customer;
mod decline;
mod event;
mod form;
mod history;
mod look_up;
mod read;
mod running;
mod settings;
mod standing;
mod stop;
mod stripe;
mod subscribe;
mod trouble;

pub use client::API_VERSION;
pub use event::StripeEvents;
pub use settings::{StripeSettings, StripeSettingsError};
pub use stripe::Stripe;
