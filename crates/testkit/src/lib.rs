//! What adapters and rules are tested with: fakes of the ports, a reference store, strategies for domain values, and the contracts
//! that every adapter keeps.
#![deny(missing_docs)]

pub mod contract;
pub mod fakes;
pub mod memory;
pub mod strategy;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a mutex holds, also after a test panicked while holding it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
