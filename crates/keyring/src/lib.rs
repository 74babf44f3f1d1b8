#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod anchor;
mod argon;
mod backup;
mod common;
mod encoded;
mod key;
mod pool;
mod ring;
mod system;
mod totp;
mod word;

pub use argon::{Cost, CostRefused, Memory, bare_argon2id};
pub use backup::{OpenedBackup, SealedBackup};
pub use common::is_common;
pub use key::{Key, KeyError};
pub use pool::{ArgonPool, Checks, PoolSettings};
pub use ring::Keyring;
pub use system::{OsEntropy, SystemClock};
