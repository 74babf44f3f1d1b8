//! Logs go to standard error, as text for people or as one JSON object a line. They hold no secret and no address.

use tracing::Level;
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::cli::Command;

/// Starts logging: `PORTAL_LOG` says how much (like `info` or `practice_portal=debug`), `PORTAL_LOG_FORMAT` is `text` or `json`.
///
/// What libraries say below `info` is never written, whatever is asked for: they know nothing of what must not stand in a log, and
/// some tell whole requests.
pub(crate) fn start(command: &Command) {
    let least = if matches!(command, Command::Serve(_) | Command::Demo { .. }) { "info" } else { "warn" };
    let asked = EnvFilter::try_from_env("PORTAL_LOG").unwrap_or_else(|_| EnvFilter::new(least));
    let ours = filter_fn(|line| line.target().starts_with("practice_") || *line.level() <= Level::INFO);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if std::env::var("PORTAL_LOG_FORMAT").is_ok_and(|format| format == "json") {
        lines.json().flatten_event(true).boxed()
    } else {
        lines.with_target(false).boxed()
    };
    tracing_subscriber::registry().with(lines.with_filter(ours)).with(asked).init();
}
