//! Where everything is kept.

use std::path::PathBuf;

use practice_storage_postgres::PostgresSettings;
use secrecy::SecretString;
use serde::Deserialize;

use super::file::read_secret;
use super::{ConfigError, wrong};

/// Where everything is kept.
#[derive(Debug)]
pub(crate) enum Database {
    /// In a file of SQLite's.
    File(PathBuf),
    /// In a database of a PostgreSQL cluster.
    Cluster(PostgresSettings),
}

impl Database {
    /// Where `PORTAL_STORAGE_URL` says, if it says anything.
    pub(crate) fn from_environment() -> Result<Option<Self>, ConfigError> {
        let url = std::env::var("PORTAL_STORAGE_URL").ok();
        url.map(|url| RawStorage::default().check(|_| Some(url.clone()))).transpose()
    }
}

/// Why text does not name a database.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UrlRefused {
    #[error("write sqlite:PATH, url-file:PATH or postgres://host/database")]
    Form,
    #[error("a password does not belong on the command line: put the URL into a file, and write url-file:PATH")]
    Password,
    #[error(transparent)]
    Url(#[from] practice_storage_postgres::BadUrl),
    #[error(transparent)]
    File(#[from] ConfigError),
}

impl Database {
    /// The database that an argument of a command names.
    pub(crate) fn parse(text: &str) -> Result<Self, UrlRefused> {
        let url = match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => return Ok(Self::File(PathBuf::from(path))),
            Some(("url-file", path)) => read_secret("url-file", path.as_ref())?,
            Some(("postgres" | "postgresql", rest)) => {
                let user = rest.trim_start_matches('/').split(['/', '?']).next().and_then(|who| who.rsplit_once('@'));
                if user.is_some_and(|(user, _)| user.contains(':')) || rest.contains("password=") {
                    return Err(UrlRefused::Password);
                }
                SecretString::from(text)
            }
            _ => return Err(UrlRefused::Form),
        };
        let settings = PostgresSettings::new(url);
        settings.check()?;
        Ok(Self::Cluster(settings))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawStorage {
    path: PathBuf,
    url_file: Option<PathBuf>,
    connections: u32,
    pooler: String,
    role: String,
}

impl Default for RawStorage {
    fn default() -> Self {
        Self {
            path: PathBuf::from("portal.db"),
            url_file: None,
            connections: 10,
            pooler: "off".to_owned(),
            role: "any".to_owned(),
        }
    }
}

impl RawStorage {
    /// Beside which file texts and mails of the sandbox are kept.
    pub(super) fn beside(&self) -> PathBuf {
        self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or(".".into(), PathBuf::from)
    }

    pub(super) fn check(self, env: impl Fn(&str) -> Option<String>) -> Result<Database, ConfigError> {
        let url = match (env("PORTAL_STORAGE_URL"), self.url_file) {
            (Some(url), _) => SecretString::from(url),
            (None, Some(path)) => read_secret("storage.url_file", &path)?,
            (None, None) => return Ok(Database::File(self.path)),
        };
        if !(2..=500).contains(&self.connections) {
            return Err(wrong("storage.connections", "must be from 2 to 500"));
        }
        let pooler = match self.pooler.as_str() {
            "on" => true,
            "off" => false,
            _ => return Err(wrong("storage.pooler", "must be on or off")),
        };
        let walled = match self.role.as_str() {
            "serving" => true,
            "any" => false,
            _ => return Err(wrong("storage.role", "must be serving or any")),
        };
        let mut settings = PostgresSettings::new(url);
        (settings.connections, settings.pooler, settings.walled) = (self.connections, pooler, walled);
        settings.check().map_err(|why| wrong("storage.url_file", why.to_string()))?;
        Ok(Database::Cluster(settings))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CF-01: what everybody on the machine can read holds no password.
    #[test]
    fn a_password_is_not_taken_from_the_command_line() {
        for url in ["postgres://portal:hunter2@localhost/x", "postgresql://localhost/x?password=hunter2"] {
            let refused = Database::parse(url).expect_err(url);
            assert!(matches!(refused, UrlRefused::Password), "{refused}");
            assert!(!refused.to_string().contains("hunter2"));
        }
        assert!(matches!(Database::parse("postgres://portal@localhost/x"), Ok(Database::Cluster(_))));
        assert!(matches!(Database::parse("sqlite:portal.db"), Ok(Database::File(path)) if path.ends_with("portal.db")));
        for text in ["", "portal.db", "sqlite:", "mysql://localhost/x"] {
            assert!(matches!(Database::parse(text), Err(UrlRefused::Form)), "{text}");
        }
    }
}
