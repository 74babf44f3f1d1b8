#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

#[cfg(unix)]
pub mod cluster;
pub mod contract;
pub mod fakes;
pub mod interleave;
pub mod memory;
pub mod scene;
pub mod strategy;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a mutex holds, also after a test panicked while holding it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
