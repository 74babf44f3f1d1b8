#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

mod patience;
mod proof_of_work;
mod turnstile;

use std::time::Duration;

pub use patience::Patience;
pub use proof_of_work::ProofOfWork;
pub use turnstile::{Turnstile, TurnstileError, TurnstileSettings};

use practice_domain::value::Digest;
use sha2::Digest as _;

/// How long a task is good for (`BC-02`).
const LIFE: Duration = Duration::from_secs(300);

/// What a task is known by.
fn named(parts: &[&str]) -> Digest {
    parts.iter().fold(sha2::Sha256::new(), |sum, part| sum.chain_update(part).chain_update([0])).finalize().into()
}
