#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod mime;
mod outcome;
mod pool;
mod settings;
mod smtp;
mod templates;
mod words;

pub use settings::{Login, SmtpSettings, SmtpSettingsError, Tls};
pub use smtp::Smtp;
pub use templates::{Templates, TemplatesError};
