//! What can be set: one TOML file, with environment variables before it. Read once, checked whole, refused by name.

mod bots;
mod events;
mod file;
mod payments;
mod storage;
mod table;
mod texts;

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use practice_domain::value::Regions;
use secrecy::SecretString;
use serde::Deserialize;
use toml::{Table, Value};

pub(crate) use bots::{BotCheckSettings, Check};
pub(crate) use events::Listener;
use file::File;
pub(crate) use file::{host, is_here};
pub(crate) use payments::{Payments, Provider, StripeAccount};
pub(crate) use storage::Database;
use table::{SETTINGS, Setting, put};
pub(crate) use texts::{Texts, TwilioAccount};

/// Everything that can be set, checked.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) listen: SocketAddr,
    /// Where the metrics can be read, if they can be.
    pub(crate) metrics: Option<SocketAddr>,
    /// How long it goes on serving after it was told to stop.
    pub(crate) leaving: Duration,
    pub(crate) base_url: String,
    pub(crate) brand: String,
    pub(crate) support_phone: Option<String>,
    pub(crate) time_zone: String,
    pub(crate) trusted_proxies: Vec<IpAddr>,
    pub(crate) database: Database,
    pub(crate) beside: PathBuf,
    pub(crate) keys: SecretString,
    /// Where the ends of the audit logs are written down, if not in the server's own log.
    pub(crate) anchors: Option<PathBuf>,
    pub(crate) mail: Mail,
    pub(crate) mail_workers: usize,
    pub(crate) password_threads: Option<usize>,
    pub(crate) texts: Texts,
    pub(crate) regions: Regions,
    pub(crate) products: Vec<ProductLink>,
    pub(crate) bot_check: BotCheckSettings,
    pub(crate) limits: bool,
    pub(crate) payments: Payments,
    /// Who hears of events.
    pub(crate) events: Vec<Listener>,
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
        let file: File = Value::Table(table).try_into().map_err(|error| ConfigError::Shape(Box::new(error)))?;
        file.check(env)
    }
}

impl ProductLink {
    fn plain_icon() -> String {
        "folder".to_owned()
    }
}

fn wrong(key: &'static str, why: impl Into<String>) -> ConfigError {
    ConfigError::Setting { key, why: why.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use practice_domain::channel::Product;

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
            ("base_url = 'https://a.example'\ntexts = { transport = 'drum' }", "texts.transport: must be"),
            ("base_url = 'https://a.example'\ntexts = { transport = 'twilio' }", "texts.account_sid: must be set"),
            (
                "base_url = 'https://a.example'\ntexts = { transport = 'twilio', account_sid = 'AC1' }",
                "texts.from: must be set",
            ),
            (
                "base_url = 'https://a.example'\ntexts = { transport = 'twilio', account_sid = 'AC1', from = '+1' }",
                "texts.auth_file: must be set",
            ),
            (&format!("{HERE}texts.countries = ['US', 'XX']"), "texts.countries: countries are written like US"),
            (&format!("{HERE}texts.countries = []"), "texts.countries: countries are written like US"),
            (&format!("{HERE}listen = '127.0.0.1:9'\nmetrics.listen = '127.0.0.1:9'"), "metrics.listen: must not be"),
            (&format!("{HERE}limits = 'off'"), "limits: off is for"),
            (&format!("{HERE}leaving_seconds = 61"), "leaving_seconds: must be"),
            (&format!("{HERE}storage.url_file = '/nowhere'"), "storage.url_file: /nowhere cannot be read"),
            (&format!("{HERE}bot_check.with = 'off'"), "bot_check.with: off is for"),
            (&format!("{HERE}bot_check.with = 'riddles'"), "bot_check.with: must be"),
            (&format!("{HERE}bot_check.rounds = 0"), "bot_check.rounds: must be"),
            (&format!("{HERE}bot_check.with = 'turnstile'"), "bot_check.site_key: must be"),
            (&format!("{HERE}payments.provider = 'barter'"), "payments.provider: must be"),
            (&format!("{HERE}payments.provider = 'stripe'"), "payments.secret_file: must be set"),
            (&format!("{HERE}payments.currency = 'usd'"), "payments.currency: a currency"),
            (&format!("{HERE}payments.plugin_annual = '5.005'"), "payments.plugin_annual: must be an amount"),
            (&format!("{HERE}payments.securemail_annual = '9.99'"), "payments.securemail_monthly: a year must not"),
            (&format!("{HERE}payments.tax_percent = '100'"), "payments.tax_percent: must be"),
            (&format!("{HERE}payments.installer_url = 'http://x.example'"), "payments.installer_url: must start"),
            (&format!("{HERE}[[events.endpoint]]\nurl = 'https://b.example'"), "events.endpoint.secret_file: must be"),
            (
                &format!("{HERE}[[events.endpoint]]\nurl = 'https://b.example'\nproduct = 'operator'"),
                "events.endpoint.product: must be",
            ),
            (SMTP_AND_SANDBOX, "payments.provider: sandbox sells for nothing"),
        ];
        for (text, said) in cases {
            let error = read(text, &[KEYS]).expect_err(text);
            assert!(error.starts_with(said), "{text}: {error}");
        }
        assert!(read("base_url = 'https://a.example'", &[]).expect_err("no keys").starts_with("keys.file"));
        assert!(read("colour = 'blue'", &[KEYS]).is_err(), "an unknown setting");
    }

    /// BOT-2, BC-05: keys that pass everybody are for trying things out.
    #[test]
    fn keys_for_tests_do_not_reach_production() {
        let text = format!("{HERE}bot_check = {{ with = 'turnstile', site_key = '0x4AAA' }}");
        for digit in 1..=3 {
            let secret = format!("{digit}x0000000000000000000000000000000AA");
            let error = read(&text, &[KEYS, ("PORTAL_BOT_CHECK_SECRET", &secret)]).expect_err("a test key");
            assert!(error.starts_with("bot_check.secret_file: "), "{error}");
        }
        assert!(read(&text, &[KEYS, ("PORTAL_BOT_CHECK_SECRET", "")]).is_err());
        let config = read(&text, &[KEYS, ("PORTAL_BOT_CHECK_SECRET", "0x4AAB")]).expect("good");
        assert!(config.limits && matches!(config.bot_check.check, Check::Turnstile(_)));
        let here = text.replace("https://a.example", "http://127.0.0.1:9");
        assert!(read(&here, &[KEYS, ("PORTAL_BOT_CHECK_SECRET", "1x0000000000000000000000000000000AA")]).is_ok());
        let off =
            format!("{HERE}limits = 'off'\nbot_check.with = 'off'").replace("https://a.example", "http://[::1]:9");
        assert!(matches!(read(&off, &[KEYS]).expect("good").bot_check.check, Check::Off));
    }

    /// A file that only lacks what a test adds.
    const HERE: &str = "base_url = 'https://a.example'\nmail = { transport = 'sandbox' }\n";

    /// A server that mails for real must not sell for nothing.
    const SMTP_AND_SANDBOX: &str = "base_url = 'https://a.example'\npayments.provider = 'sandbox'\n\
        mail = { host = 'mx.example', from = 'a@b.example' }";

    /// BILL-10: plans are sold for nothing only where mail goes nowhere, either.
    #[test]
    fn nothing_is_sold_unless_somebody_charges() {
        let config = read(&SMTP_AND_SANDBOX.replace("'sandbox'", "'off'"), &[KEYS]).expect("good");
        assert!(matches!(config.payments.provider, Provider::Off));
        let config = read(HERE, &[KEYS]).expect("good");
        assert!(matches!(config.payments.provider, Provider::Sandbox));
        let off = format!("{HERE}payments.provider = 'off'");
        assert!(matches!(read(&off, &[KEYS]).expect("good").payments.provider, Provider::Off));
    }

    #[test]
    fn products_hear_of_events_where_it_is_set() {
        let text = format!(
            "{HERE}[[events.endpoint]]\nurl = 'https://b.example'\n\
            [[events.endpoint]]\nurl = 'https://c.example'\nproduct = 'truform'"
        );
        let env = [KEYS, ("PORTAL_EVENTS_SECRET", "new before"), ("PORTAL_EVENTS_SECRET_TRUFORM", "theirs")];
        let config = read(&text, &env).expect("good");
        assert!(!format!("{config:?}").contains("theirs"));
        let heard: Vec<_> = config.events.iter().map(|one| (one.to, one.url.as_str(), one.secrets.len())).collect();
        let expected = [(Product::Operator, "https://b.example", 2), (Product::TruForm, "https://c.example", 1)];
        assert_eq!(heard, expected);
        assert!(read(HERE, &[KEYS]).expect("good").events.is_empty());
    }

    #[test]
    fn texts_leave_through_twilio_when_it_is_set() {
        let text = "base_url = 'https://a.example'\nmail.transport = 'sandbox'\n\
            texts = { transport = 'twilio', account_sid = 'AC1', from = '+1' }";
        let config = read(text, &[KEYS, ("PORTAL_TEXTS_AUTH", "kept apart")]).expect("good");
        assert!(!format!("{config:?}").contains("kept apart"));
        let Texts::Twilio(account) = config.texts else { panic!("not Twilio") };
        assert_eq!((account.account_sid.as_str(), account.from.as_str()), ("AC1", "+1"));
        let config = read("base_url = 'https://a.example'\nmail.transport = 'sandbox'", &[KEYS]).expect("good");
        assert!(matches!(config.texts, Texts::Sandbox));
    }

    #[test]
    fn everything_is_kept_in_a_file_or_where_a_url_says() {
        let file = read(HERE, &[KEYS]).expect("good");
        assert!(matches!(file.database, Database::File(path) if path == Path::new("portal.db")));
        let url = ("PORTAL_STORAGE_URL", "postgres://portal:hunter2@localhost/portal");
        let config = read(HERE, &[KEYS, url, ("PORTAL_STORAGE_CONNECTIONS", "25")]).expect("good");
        assert!(!format!("{config:?}").contains("hunter2"));
        let Database::Cluster(settings) = config.database else { panic!("not a cluster") };
        assert_eq!((settings.connections, settings.pooler), (25, false));
        for (variable, text, said) in [
            (
                "PORTAL_STORAGE_URL",
                "postgres://portal:hunter2@db.example/portal?sslmode=require",
                "storage.url_file: must have",
            ),
            ("PORTAL_STORAGE_URL", "mysql://portal:hunter2@localhost/portal", "storage.url_file: must be like"),
            ("PORTAL_STORAGE_CONNECTIONS", "1", "storage.connections: must be"),
            ("PORTAL_STORAGE_POOLER", "perhaps", "storage.pooler: must be"),
            ("PORTAL_STORAGE_ROLE", "owner", "storage.role: must be"),
        ] {
            let error = read(HERE, &[(variable, text), KEYS, url]).expect_err(text);
            assert!(error.starts_with(said) && !error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn every_setting_is_described_in_the_guide() {
        let guide = include_str!("../../../../docs/operating.md");
        for Setting { key, env, .. } in SETTINGS {
            assert!(guide.contains(&format!("`{key}`")) && guide.contains(&format!("`{env}`")), "{key}");
        }
    }
}
