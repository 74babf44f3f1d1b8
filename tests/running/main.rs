//! The real binary, started as its own process, asked over HTTP like anybody would, and killed when it suits the test.

#[cfg(unix)]
mod anchors;
mod cards;
mod commands;
mod corrections;
mod crashes;
mod events;
mod examples;
#[cfg(unix)]
mod instances;
#[cfg(unix)]
mod keeping;
mod lockout;
mod metrics;
#[cfg(unix)]
mod moving;
#[cfg(unix)]
mod payment_events;
mod purchases;
mod races;
mod secrets;
mod server;
mod stand_in;
mod stripe;
mod visitor;
mod webhooks;
