//! Logs go to standard error, as text for people or as one JSON object a line. They hold no secret and no address.

use tracing_subscriber::EnvFilter;

use crate::cli::Command;

/// Starts logging: `PORTAL_LOG` says how much (like `info` or `practice_portal=debug`), `PORTAL_LOG_FORMAT` is `text` or `json`.
pub(crate) fn start(command: &Command) {
    let least = if matches!(command, Command::Serve(_) | Command::Demo { .. }) { "info" } else { "warn" };
    let filter = EnvFilter::try_from_env("PORTAL_LOG").unwrap_or_else(|_| EnvFilter::new(least));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var("PORTAL_LOG_FORMAT").is_ok_and(|format| format == "json") {
        lines.json().flatten_event(true).init();
    } else {
        lines.with_target(false).init();
    }
}
