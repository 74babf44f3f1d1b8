//! The real binary, started as its own process, asked over HTTP like anybody would, and killed when it suits the test.

mod commands;
mod corrections;
mod crashes;
mod examples;
mod lockout;
mod purchases;
mod races;
mod secrets;
mod server;
mod visitor;
mod webhooks;
