//! The settings file's shape, and what must hold of what stands in it.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use serde::Deserialize;

use super::bots::RawBotCheck;
use super::events::RawEvents;
use super::payments::RawPayments;
use super::storage::RawStorage;
use super::texts::RawTexts;
use super::{Config, ConfigError, Mail, ProductLink, SmtpSettings, TlsMode, wrong};

/// The file, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct File {
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
    texts: RawTexts,
    products: Vec<ProductLink>,
    bot_check: RawBotCheck,
    limits: String,
    leaving_seconds: u64,
    payments: RawPayments,
    metrics: RawMetrics,
    audit: RawAudit,
    events: RawEvents,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawMetrics {
    listen: Option<SocketAddr>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct RawAudit {
    anchors: Option<PathBuf>,
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

impl Default for File {
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
            texts: RawTexts::default(),
            products: Vec::new(),
            bot_check: RawBotCheck::default(),
            limits: "on".to_owned(),
            leaving_seconds: 0,
            payments: RawPayments::default(),
            metrics: RawMetrics::default(),
            audit: RawAudit::default(),
            events: RawEvents::default(),
        }
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

impl File {
    pub(super) fn check(self, env: impl Fn(&str) -> Option<String>) -> Result<Config, ConfigError> {
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
        let limits = match self.limits.as_str() {
            "on" => true,
            "off" if is_here(&base_url) => false,
            "off" => return Err(wrong("limits", "off is for tests on this machine")),
            _ => return Err(wrong("limits", "must be on or off")),
        };
        if self.leaving_seconds > 60 {
            return Err(wrong("leaving_seconds", "must be from 0 to 60"));
        }
        if self.metrics.listen.is_some_and(|metrics| metrics == self.listen) {
            return Err(wrong("metrics.listen", "must not be where everybody is served"));
        }
        let bot_check = self.bot_check.check(&base_url, &env)?;
        let regions = self.texts.regions()?;
        let texts = self.texts.check(&env)?;
        let mail_workers = self.mail.workers;
        let mail = self.mail.check(&env)?;
        Ok(Config {
            payments: self.payments.check(&mail, &env)?,
            events: self.events.check(&env)?,
            listen: self.listen,
            metrics: self.metrics.listen,
            anchors: self.audit.anchors,
            leaving: Duration::from_secs(self.leaving_seconds),
            base_url,
            brand: self.brand,
            support_phone: self.support_phone,
            time_zone: self.time_zone,
            trusted_proxies: self.trusted_proxies,
            beside: self.storage.beside(),
            database: self.storage.check(&env)?,
            keys,
            mail_workers,
            regions,
            texts,
            mail,
            password_threads: self.passwords.threads,
            products: self.products,
            bot_check,
            limits,
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
pub(super) fn read_secret(key: &'static str, path: &Path) -> Result<SecretString, ConfigError> {
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
    if text.starts_with("http://") && !is_here(text) {
        return Err(wrong("base_url", "must start with https:// unless it is on this machine"));
    }
    Ok(text.to_owned())
}

/// The host of an origin, without its port.
pub(crate) fn host(origin: &str) -> &str {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// Whether an origin is on this machine.
pub(crate) fn is_here(origin: &str) -> bool {
    let host = host(origin);
    host == "localhost" || host == "[::1]" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
