//! Who pays for what, and that nobody pays twice.

mod alarms;
mod between;
mod buying;
mod comparing;
mod crashes;
mod ending;
mod held;
mod histories;
mod keeping;
mod leaving;
mod proration;
mod shop;
mod steps;
mod telling;
