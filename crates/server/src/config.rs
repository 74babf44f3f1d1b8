//! What can be set: one TOML file, with environment variables before it. Read once, checked whole, refused by name.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;
use toml::{Table, Value};

/// Everything that can be set, checked.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) base_url: String,
    pub(crate) brand: String,
    pub(crate) support_phone: Option<String>,
    pub(crate) time_zone: String,
    pub(crate) trusted_proxies: Vec<IpAddr>,
    pub(crate) database: PathBuf,
    pub(crate) keys: SecretString,
    pub(crate) mail: Mail,
    pub(crate) mail_workers: usize,
    pub(crate) password_threads: Option<usize>,
    pub(crate) products: Vec<ProductLink>,
}

/// How mail leaves.
#[derive(Debug)]
pub(crate) enum Mail {
    /// It does not: it can be read in the browser, under `/sandbox/mail`.
    Sandbox,
    /// Over SMTP.
    Smtp(SmtpSettings),
}

/// A mail server.
#[derive(Debug)]
pub(crate) struct SmtpSettings {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: TlsMode,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<SecretString>,
    pub(crate) from: String,
    pub(crate) root_ca: Option<PathBuf>,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TlsMode {
    /// STARTTLS, and nothing is sent before it.
    StartTls,
    /// TLS from the first byte.
    Implicit,
    /// None; for a mail server on this machine only.
    None,
}

/// A product's tile on the dashboard.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductLink {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) hint: String,
    #[serde(default = "ProductLink::plain_icon")]
    pub(crate) icon: String,
    pub(crate) href: String,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("the file {path} cannot be read")]
    File { path: PathBuf, source: std::io::Error },
    #[error("the file {path} is not TOML as expected")]
    Toml { path: PathBuf, source: Box<toml::de::Error> },
    #[error("{key}: {why}")]
    Setting { key: &'static str, why: String },
    #[error("the settings are not as expected")]
    Shape(#[source] Box<toml::de::Error>),
}

impl Config {
    /// Reads the file, if any, and the environment.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, ConfigError> {
        let table = match file {
            None => Table::new(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
                text.parse().map_err(|source| ConfigError::Toml { path: path.to_owned(), source: Box::new(source) })?
            }
        };
        Self::read(table, |name| std::env::var(name).ok())
    }

    /// Every setting, as a table for people.
    pub(crate) fn described() -> String {
        let mut text = String::new();
        for Setting { key, env, default, meaning } in SETTINGS {
            let default = if default.is_empty() { "(must be set)" } else { default };
            let _ = writeln!(text, "{key}\n    {env}\n    default: {default}\n    {meaning}");
        }
        text
    }

    fn read(mut table: Table, env: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        for Setting { key, env: name, .. } in SETTINGS {
            if let Some(text) = env(name) {
                put(&mut table, key, text)?;
            }
        }
        let raw: Raw = Value::Table(table).try_into().map_err(|error| ConfigError::Shape(Box::new(error)))?;
        raw.check(env)
    }
}

impl ProductLink {
    fn plain_icon() -> String {
        "folder".to_owned()
    }
}

/// The file's shape.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Raw {
    listen: SocketAddr,
    base_url: Option<String>,
    brand: String,
    support_phone: Option<String>,
    time_zone: String,
    trusted_proxies: Vec<IpAddr>,
    storage: RawStorage,
    keys: RawKeys,
    mail: RawMail,
    passwords: RawPasswords,
    products: Vec<ProductLink>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawStorage {
    path: PathBuf,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawKeys {
    file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawMail {
    transport: String,
    host: Option<String>,
    port: u16,
    tls: TlsMode,
    username: Option<String>,
    password_file: Option<PathBuf>,
    from: Option<String>,
    root_ca: Option<PathBuf>,
    workers: usize,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawPasswords {
    threads: Option<usize>,
}

impl Default for Raw {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            base_url: None,
            brand: "Practice Portal".to_owned(),
            support_phone: None,
            time_zone: "America/New_York".to_owned(),
            trusted_proxies: Vec::new(),
            storage: RawStorage::default(),
            keys: RawKeys::default(),
            mail: RawMail::default(),
            passwords: RawPasswords::default(),
            products: Vec::new(),
        }
    }
}

impl Default for RawStorage {
    fn default() -> Self {
        Self { path: PathBuf::from("portal.db") }
    }
}

impl Default for RawMail {
    fn default() -> Self {
        Self {
            transport: "smtp".to_owned(),
            host: None,
            port: 587,
            tls: TlsMode::StartTls,
            username: None,
            password_file: None,
            from: None,
            root_ca: None,
            workers: 4,
        }
    }
}

impl Raw {
    fn check(self, env: impl Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
        let base_url =
            self.base_url.ok_or_else(|| wrong("base_url", "must be set, like https://portal.example.com"))?;
        let base_url = check_origin(base_url.trim_end_matches('/'))?;
        let keys = match (env("PORTAL_KEYS"), self.keys.file) {
            (Some(keys), _) => SecretString::from(keys),
            (None, Some(path)) => read_secret("keys.file", &path)?,
            (None, None) => return Err(wrong("keys.file", "must be set; make one with: practice-portal keys create")),
        };
        if self.mail.workers == 0 || self.mail.workers > 32 {
            return Err(wrong("mail.workers", "must be from 1 to 32"));
        }
        if self.passwords.threads.is_some_and(|n| n == 0 || n > 256) {
            return Err(wrong("passwords.threads", "must be from 1 to 256"));
        }
        Ok(Config {
            listen: self.listen,
            base_url,
            brand: self.brand,
            support_phone: self.support_phone,
            time_zone: self.time_zone,
            trusted_proxies: self.trusted_proxies,
            database: self.storage.path,
            keys,
            mail_workers: self.mail.workers,
            mail: self.mail.check(env)?,
            password_threads: self.passwords.threads,
            products: self.products,
        })
    }
}

impl RawMail {
    fn check(self, env: impl Fn(&str) -> Option<String>) -> Result<Mail, ConfigError> {
        match self.transport.as_str() {
            "sandbox" => return Ok(Mail::Sandbox),
            "smtp" => {}
            _ => return Err(wrong("mail.transport", "must be smtp or sandbox")),
        }
        let host = self.host.ok_or_else(|| wrong("mail.host", "must be set, or mail.transport be sandbox"))?;
        let from = self.from.ok_or_else(|| wrong("mail.from", "must be set, like notify@portal.example.com"))?;
        let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if self.tls == TlsMode::None && !local {
            return Err(wrong("mail.tls", "none is for a mail server on this machine; use starttls or implicit"));
        }
        let password = match (env("PORTAL_MAIL_PASSWORD"), self.password_file) {
            (Some(password), _) => Some(SecretString::from(password)),
            (None, Some(path)) => Some(read_secret("mail.password_file", &path)?),
            (None, None) => None,
        };
        if self.username.is_some() != password.is_some() {
            return Err(wrong(
                "mail.username",
                "needs mail.password_file or PORTAL_MAIL_PASSWORD, and the other way round",
            ));
        }
        let (port, tls, username, root_ca) = (self.port, self.tls, self.username, self.root_ca);
        Ok(Mail::Smtp(SmtpSettings { host, port, tls, username, password, from, root_ca }))
    }
}

/// A secret that stands in a file of its own, which nobody else may read.
fn read_secret(key: &'static str, path: &Path) -> Result<SecretString, ConfigError> {
    let unreadable = |error: std::io::Error| wrong(key, format!("{} cannot be read: {error}", path.display()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(path).map_err(unreadable)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(wrong(key, format!("{} can be read by others; set its mode to 600", path.display())));
        }
    }
    let text = std::fs::read_to_string(path).map_err(unreadable)?;
    Ok(SecretString::from(text.trim().to_owned()))
}

/// Links in mails are made of it, so it is an origin and nothing else; plain http only where nobody can listen in.
fn check_origin(text: &str) -> Result<String, ConfigError> {
    let origin = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let authority = origin.ok_or_else(|| wrong("base_url", "must start with https://"))?;
    if authority.is_empty() || authority.contains(['/', '?', '#', '@', ' ']) {
        return Err(wrong("base_url", "must be an origin without a path, like https://portal.example.com"));
    }
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let local = host == "localhost" || host == "[::1]" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if text.starts_with("http://") && !local {
        return Err(wrong("base_url", "must start with https:// unless it is on this machine"));
    }
    Ok(text.to_owned())
}

fn put(table: &mut Table, key: &'static str, text: String) -> Result<(), ConfigError> {
    let mut at = table;
    let mut path: Vec<&str> = key.split('.').collect();
    let last = path.pop().unwrap_or(key);
    for part in path {
        let inner = at.entry(part).or_insert_with(|| Value::Table(Table::new()));
        at = inner.as_table_mut().ok_or_else(|| wrong(key, "is not a group of settings"))?;
    }
    let value = match key {
        "mail.port" | "mail.workers" | "passwords.threads" => {
            Value::Integer(text.parse().map_err(|_| wrong(key, "must be a number"))?)
        }
        "trusted_proxies" => Value::Array(text.split(',').map(|ip| Value::String(ip.trim().to_owned())).collect()),
        _ => Value::String(text),
    };
    at.insert(last.to_owned(), value);
    Ok(())
}

fn wrong(key: &'static str, why: impl Into<String>) -> ConfigError {
    ConfigError::Setting { key, why: why.into() }
}

/// A setting, as people read of it.
struct Setting {
    key: &'static str,
    env: &'static str,
    default: &'static str,
    meaning: &'static str,
}

const fn setting(key: &'static str, env: &'static str, default: &'static str, meaning: &'static str) -> Setting {
    Setting { key, env, default, meaning }
}

const SETTINGS: &[Setting] = &[
    setting(
        "listen",
        "PORTAL_LISTEN",
        "127.0.0.1:8080",
        "Address and port to listen on; a proxy with TLS stands before it.",
    ),
    setting("base_url", "PORTAL_BASE_URL", "", "The origin that people see; links in mails are made of it."),
    setting("brand", "PORTAL_BRAND", "Practice Portal", "The service's name."),
    setting("support_phone", "PORTAL_SUPPORT_PHONE", "none", "The number in the footer of every page."),
    setting("time_zone", "PORTAL_TIME_ZONE", "America/New_York", "The zone that times are shown in."),
    setting(
        "trusted_proxies",
        "PORTAL_TRUSTED_PROXIES",
        "none",
        "Addresses of proxies whose X-Forwarded-For is believed.",
    ),
    setting("storage.path", "PORTAL_STORAGE_PATH", "portal.db", "The SQLite file; on a local disk."),
    setting("keys.file", "PORTAL_KEYS_FILE", "", "The key file, mode 600; or the keys themselves in PORTAL_KEYS."),
    setting(
        "mail.transport",
        "PORTAL_MAIL_TRANSPORT",
        "smtp",
        "smtp, or sandbox: mail is kept and can be read in the browser.",
    ),
    setting("mail.host", "PORTAL_MAIL_HOST", "", "The mail server."),
    setting("mail.port", "PORTAL_MAIL_PORT", "587", "Its port."),
    setting("mail.tls", "PORTAL_MAIL_TLS", "starttls", "starttls (required), implicit, or none on this machine."),
    setting("mail.username", "PORTAL_MAIL_USERNAME", "none", "For a mail server that asks who we are."),
    setting(
        "mail.password_file",
        "PORTAL_MAIL_PASSWORD_FILE",
        "none",
        "Its password's file, mode 600; or PORTAL_MAIL_PASSWORD.",
    ),
    setting("mail.from", "PORTAL_MAIL_FROM", "", "The address that mail comes from."),
    setting(
        "mail.root_ca",
        "PORTAL_MAIL_ROOT_CA",
        "none",
        "A further root certificate (PEM) to trust for the mail server.",
    ),
    setting("mail.workers", "PORTAL_MAIL_WORKERS", "4", "How many mails are sent at once."),
    setting("passwords.threads", "PORTAL_PASSWORD_THREADS", "one a core", "Threads that hash passwords, 19 MiB each."),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, env: &[(&str, &str)]) -> Result<Config, String> {
        let find = |name: &str| env.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        let table = text.parse().expect("test text is TOML");
        Config::read(table, find).map_err(|error| error.to_string())
    }

    const KEYS: (&str, &str) = ("PORTAL_KEYS", "does not matter here");

    #[test]
    fn a_small_file_is_enough() {
        let config =
            read("base_url = 'https://portal.example.com/'\nmail.transport = 'sandbox'", &[KEYS]).expect("good");
        assert_eq!(config.base_url, "https://portal.example.com");
        assert!(matches!(config.mail, Mail::Sandbox));
    }

    #[test]
    fn the_environment_comes_before_the_file() {
        let env = [KEYS, ("PORTAL_BASE_URL", "http://127.0.0.1:9"), ("PORTAL_MAIL_WORKERS", "2")];
        let config = read("base_url = 'https://a.example'\nmail = { transport = 'sandbox' }", &env).expect("good");
        assert_eq!((config.base_url.as_str(), config.mail_workers), ("http://127.0.0.1:9", 2));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases = [
            ("", "base_url: must be set"),
            ("base_url = 'http://portal.example.com'", "base_url: must start with https://"),
            ("base_url = 'https://portal.example.com/app'", "base_url: must be an origin"),
            ("base_url = 'https://a.example'", "mail.host: must be set"),
            (
                "base_url = 'https://a.example'\nmail = { host = 'mx.example', from = 'a@b.example', tls = 'none' }",
                "mail.tls: none",
            ),
            (
                "base_url = 'https://a.example'\nmail = { host = 'mx', from = 'a@b.example', username = 'x' }",
                "mail.username: needs",
            ),
            ("base_url = 'https://a.example'\nmail = { transport = 'sandbox', workers = 0 }", "mail.workers: must be"),
            ("base_url = 'https://a.example'\nmail = { transport = 'pigeon' }", "mail.transport: must be"),
        ];
        for (text, said) in cases {
            let error = read(text, &[KEYS]).expect_err(text);
            assert!(error.starts_with(said), "{text}: {error}");
        }
        assert!(read("base_url = 'https://a.example'", &[]).expect_err("no keys").starts_with("keys.file"));
        assert!(read("colour = 'blue'", &[KEYS]).is_err(), "an unknown setting");
    }

    #[test]
    fn every_setting_is_described_in_the_guide() {
        let guide = include_str!("../../../docs/operating.md");
        for Setting { key, env, .. } in SETTINGS {
            assert!(guide.contains(&format!("`{key}`")) && guide.contains(&format!("`{env}`")), "{key}");
        }
    }
}
