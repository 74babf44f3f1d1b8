//! Every check keeps the port's contract; and what is each one's own.

mod contract;
mod scripted;
mod turnstile;
