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

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawStorage {
    path: PathBuf,
    url_file: Option<PathBuf>,
    connections: u32,
    pooler: String,
}

impl Default for RawStorage {
    fn default() -> Self {
        Self { path: PathBuf::from("portal.db"), url_file: None, connections: 10, pooler: "off".to_owned() }
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
        let mut settings = PostgresSettings::new(url);
        (settings.connections, settings.pooler) = (self.connections, pooler);
        settings.check().map_err(|why| wrong("storage.url_file", why.to_string()))?;
        Ok(Database::Cluster(settings))
    }
}
