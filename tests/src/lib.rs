//! Acceptance tests over the whole system: what is not one crate's business.

/// The examples of the README compile and hold.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
