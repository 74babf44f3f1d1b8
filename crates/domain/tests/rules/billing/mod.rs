//! Who pays for what, and that nobody pays twice.

mod buying;
mod ending;
mod histories;
mod leaving;
mod proration;
mod shop;
