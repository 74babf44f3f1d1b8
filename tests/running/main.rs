//! The real binary, started as its own process, asked over HTTP like anybody would, and killed when it suits the test.

mod alarms;
#[cfg(unix)]
mod anchors;
mod bounds;
mod cards;
mod commands;
mod corrections;
mod crashes;
#[cfg(unix)]
mod cuts;
mod events;
mod examples;
#[cfg(target_os = "linux")]
mod history;
#[cfg(unix)]
mod instances;
#[cfg(unix)]
mod keeping;
#[cfg(unix)]
mod leases;
mod lockout;
mod metrics;
#[cfg(unix)]
mod moving;
#[cfg(unix)]
mod outages;
#[cfg(unix)]
mod payment_events;
#[cfg(unix)]
mod plans;
#[cfg(unix)]
mod proxy;
mod purchases;
mod races;
#[cfg(unix)]
mod rolling;
mod secrets;
mod server;
#[cfg(unix)]
mod silence;
#[cfg(unix)]
mod sink;
mod stand_in;
mod stripe;
#[cfg(unix)]
mod upgrades;
mod visitor;
mod webhooks;
mod words;
