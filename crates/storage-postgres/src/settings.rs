//! Where the cluster is, and how it is talked to.

use std::net::IpAddr;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::{PgConnectOptions, PgSslMode};

/// Where the cluster is. `Debug` does not show it.
#[derive(Debug, Clone)]
pub struct PostgresSettings {
    /// `postgres://user:password@host:port/database`. Without `sslmode` the server's certificate is verified, its name included; less
    /// is only taken on this machine. `sslrootcert` names the file of a further root certificate.
    pub url: SecretString,
    /// Connections at most; at least 2.
    pub connections: u32,
    /// Whether a pooler (PgBouncer) stands before the server, which takes no settings from us: its operator sets the timeouts.
    pub pooler: bool,
    /// Whether this is for a command, not for a server: the database's own lists call the two by different names.
    pub command: bool,
    /// Whether the role must be one that the walls between practices hold (`SC-03`): a superuser, one with `BYPASSRLS` and the owner of
    /// the tables are refused.
    pub walled: bool,
}

/// Why a URL is not taken. It is not repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// It cannot be read.
    #[error("must be like postgres://user:password@host/database")]
    Form,
    /// Somebody on the way could read along.
    #[error("must have sslmode=verify-full, or none, unless the database is on this machine")]
    Tls,
}

impl PostgresSettings {
    /// The cluster at this address, with ten connections, no pooler, and any role.
    #[must_use]
    pub fn new(url: SecretString) -> Self {
        Self { url, connections: 10, pooler: false, command: false, walled: false }
    }

    /// Looks at the URL, and reaches for nothing.
    ///
    /// # Errors
    ///
    /// [`BadUrl`] says what is wrong with it.
    pub fn check(&self) -> Result<(), BadUrl> {
        self.options().map(drop)
    }

    pub(crate) fn options(&self) -> Result<PgConnectOptions, BadUrl> {
        let url = self.url.expose_secret();
        if !["postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme)) {
            return Err(BadUrl::Form);
        }
        let mut options = PgConnectOptions::from_str(url).map_err(|_| BadUrl::Form)?;
        let near = options.get_socket().is_some() || is_near(options.get_host());
        let asked = ["sslmode=", "ssl-mode="].iter().any(|key| url.contains(key));
        if !near {
            if asked && !matches!(options.get_ssl_mode(), PgSslMode::VerifyFull) {
                return Err(BadUrl::Tls);
            }
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        if !self.pooler {
            options = options.options(LIMITS);
        }
        let name = if self.command { "practice-portal command" } else { SERVER };
        Ok(options.application_name(name).statement_cache_capacity(STATEMENTS))
    }
}

/// Whether a host is this machine.
fn is_near(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || address.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// What the database calls the connections of servers.
pub(crate) const SERVER: &str = "practice-portal";

/// What the server ends by itself: a statement, a wait for a lock, a transaction that nobody goes on with. And how it works: a page
/// is not worth a compiler or several workers, and what a search gathers nearly always fits in the memory of one sort.
const LIMITS: [(&str, &str); 6] = [
    ("statement_timeout", "10s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "15s"),
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("work_mem", "16MB"),
];

/// More than there are statements, so that none is prepared twice.
const STATEMENTS: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(url: &str) -> Result<PgSslMode, BadUrl> {
        PostgresSettings::new(url.into()).options().map(|options| options.get_ssl_mode())
    }

    #[test]
    fn a_server_elsewhere_is_verified() {
        for url in ["postgres://db.example/portal", "postgres://db.example/portal?sslmode=verify-full"] {
            assert!(matches!(checked(url), Ok(PgSslMode::VerifyFull)), "{url}");
        }
        for mode in ["disable", "allow", "prefer", "require", "verify-ca"] {
            let url = format!("postgres://u:p@192.0.2.1/portal?sslmode={mode}");
            assert_eq!(checked(&url).err(), Some(BadUrl::Tls), "{url}");
            for near in ["localhost", "127.0.0.1", "[::1]", "%2Ftmp"] {
                let url = format!("postgres://{near}/portal?sslmode={mode}");
                assert!(checked(&url).is_ok(), "{url}");
            }
        }
        for url in ["", "portal.db", "mysql://localhost/x", "postgres://h/x?sslmode=maybe", "postgres://h:port/x"] {
            assert_eq!(checked(url).err(), Some(BadUrl::Form), "{url}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let settings = PostgresSettings::new("postgres://portal:hunter2@localhost/x".into());
        assert!(!format!("{settings:?}").contains("hunter2"));
        let mut bad = settings;
        bad.url = "postgres://portal:hunter2@h:x/y".into();
        assert!(!bad.check().expect_err("no port").to_string().contains("hunter2"));
    }

    #[test]
    fn the_server_ends_what_takes_too_long() {
        let mut settings = PostgresSettings::new("postgres://localhost/x".into());
        let limits = settings.options().expect("a URL").get_options().map(str::to_owned);
        assert!(limits.is_some_and(|limits| limits.contains("statement_timeout=10s")));
        settings.pooler = true;
        assert_eq!(settings.options().expect("a URL").get_options(), None);
    }
}
