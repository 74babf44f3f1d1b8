//! Puts the adapters behind the ports.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use practice_bot_check::TurnstileError;
use practice_domain::channel::Catalogue;
use practice_domain::port::{Composer, Fault, Life, Mailer, Queue, Texter};
use practice_domain::relay::Relay;
use practice_domain::usecase::{Platform, Ports};
use practice_email_smtp::{Login, Smtp, SmtpSettings, SmtpSettingsError, Templates, TemplatesError, Tls};
use practice_events_http::EventsError;
use practice_http_axum::{ProductTile, Settings, SettingsError, Watched};
use practice_keyring::{ArgonPool, Cost, KeyError, Keyring, OsEntropy, PoolSettings, SystemClock};
use practice_payments_stripe::StripeSettingsError;
use practice_sandbox::{Handset, Mailbox};
use practice_sms_twilio::TwilioSettingsError;
use practice_storage_postgres::OpenError as ClusterError;
use practice_storage_sqlite::OpenError;
use secrecy::ExposeSecret;

use crate::bots::gates;
use crate::config::{Config, Mail, Texts, TlsMode};
use crate::events;
use crate::passkeys::passkeys;
use crate::payments::Shop;
use crate::storage::Storage;
use crate::texts;

/// A server, wired.
pub(crate) struct App {
    pub(crate) ports: Ports,
    pub(crate) store: Storage,
    /// What the store had lived through when it was opened.
    pub(crate) life: Life,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) router: Router,
    pub(crate) relay: Relay,
    /// Where plans are sold, if they are.
    pub(crate) shop: Option<Shop>,
    pub(crate) workers: usize,
    /// Where the ends of the audit logs are written down, if not in the server's own log.
    pub(crate) anchors: Option<PathBuf>,
    /// Who hashes passwords, and how much there is to do.
    pub(crate) passwords: Arc<ArgonPool>,
    /// Who else checks answers to the security check.
    pub(crate) third_party: Option<Arc<Watched>>,
}

/// Who else may have the database open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// This is the server: the only one on this file.
    Server,
    /// This is a command, which may run beside the server.
    Command,
    /// This is a command beside which nothing may run, because it changes what everything rests on.
    Alone,
}

/// Why an adapter did not start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WireError {
    #[error("keys.file")]
    Keys(#[from] KeyError),
    #[error("database-in-use: a server has the database open")]
    InUse,
    #[error("store-unfinished: rows are still to come from another store; run the same command again")]
    Unfinished,
    #[error("store-moved: everything has moved to another database, which is the one to serve")]
    Moved,
    #[error("the store does not say how it stands")]
    Life(#[source] Fault),
    #[error("storage.path")]
    Storage(#[source] OpenError),
    #[error("storage.url_file")]
    Cluster(#[source] ClusterError),
    #[error("mail")]
    Mail(#[from] SmtpSettingsError),
    #[error("{key}")]
    Texts { key: &'static str, source: TwilioSettingsError },
    #[error("the portal")]
    Portal(#[from] SettingsError),
    #[error("the letters")]
    Letters(#[from] TemplatesError),
    #[error("mail.root_ca")]
    RootCa(#[source] std::io::Error),
    #[error("mail cannot be kept beside the database")]
    Sandbox(#[source] std::io::Error),
    #[error("{key}")]
    Payments { key: &'static str, source: StripeSettingsError },
    #[error("{key}")]
    Events { key: &'static str, source: EventsError },
    #[error("payments cannot be kept beside the database")]
    Bank(#[source] std::io::Error),
    #[error("the security check")]
    BotCheck(#[from] TurnstileError),
    #[error("no thread for passwords")]
    Threads(#[source] std::io::Error),
}

impl App {
    /// Wires everything that the settings ask for.
    pub(crate) async fn wire(config: &Config, access: Access) -> Result<Self, WireError> {
        let keyring = Arc::new(Keyring::parse(config.keys.expose_secret())?);
        let store = Storage::open(&config.database, keyring.clone(), access).await?;
        let life = store.archive().life().await.map_err(WireError::Life)?;
        let keyring = Arc::new(Keyring::parse(config.keys.expose_secret())?.in_epoch(life.epoch));
        let mut pool = PoolSettings::new(Cost::default());
        pool.threads = config.password_threads.unwrap_or(pool.threads);
        let passwords = Arc::new(ArgonPool::start(keyring.clone(), pool).map_err(WireError::Threads)?);
        let mut portal = portal(config);
        portal.check()?;
        let (brand, terms) = (config.brand.clone(), portal.terms.version.clone());
        let announcer = Arc::new(events::webhooks(config)?);
        let (regions, listeners) = (config.regions.clone(), announcer.listeners());
        let platform = Platform { brand, catalogue: Catalogue::default(), terms, regions, listeners };
        let ports = Ports {
            store: store.store(),
            reader: store.reader(),
            clock: Arc::new(SystemClock::default()),
            entropy: Arc::new(OsEntropy),
            keys: keyring.clone(),
            passwords: passwords.clone(),
            platform: Arc::new(platform),
        };
        portal.gates = gates(config, &ports)?;
        let third_party = portal.gates.bots.as_ref().and_then(|bots| bots.third_party.clone());
        portal.passkeys = passkeys(config);
        portal.webhooks = texts::webhooks(config);
        let shop = Shop::open(config, &ports, &store)?;
        portal.billing = shop.as_ref().map(|shop| shop.counter(config));
        let mut router = practice_http_axum::router(ports.clone(), portal);
        let beside = &config.beside;
        let handset = Handset::open(beside.join("phone"), ports.clock.clone()).map_err(WireError::Sandbox)?;
        let handset = Arc::new(handset);
        let mailer: Arc<dyn Mailer> = match &config.mail {
            Mail::Smtp(settings) => Arc::new(smtp(settings)?),
            Mail::Sandbox => {
                let mailbox = Mailbox::open(beside.join("mail"), ports.clock.clone()).map_err(WireError::Sandbox)?;
                let mailbox = Arc::new(mailbox);
                let mut pages = practice_sandbox::router(mailbox.clone(), handset.clone());
                if let Some(bank) = shop.as_ref().and_then(|shop| shop.bank.clone()) {
                    pages = pages.nest("/bank", practice_sandbox::bank_router(bank));
                }
                router = router.nest("/sandbox", pages);
                mailbox
            }
        };
        let templates = Templates::new(&config.brand, &config.base_url, &config.time_zone)?;
        let composer: Arc<dyn Composer> = Arc::new(templates);
        let texter: Arc<dyn Texter> = match &config.texts {
            Texts::Twilio(account) => Arc::new(texts::twilio(account, &config.base_url)?),
            Texts::Sandbox => handset,
        };
        let worker = ports.entropy.id();
        let relay = Relay {
            ports: ports.clone(),
            ledger: store.ledger(),
            outbox: store.outbox(),
            composer,
            mailer,
            texter,
            announcer,
            queue: Queue::People,
            worker,
            unlimited: !config.limits,
        };
        let workers = config.mail_workers;
        Ok(Self {
            ports,
            store,
            life,
            keyring,
            router,
            relay,
            shop,
            workers,
            anchors: config.anchors.clone(),
            passwords,
            third_party,
        })
    }
}

fn smtp(settings: &crate::config::SmtpSettings) -> Result<Smtp, WireError> {
    let tls = match settings.tls {
        TlsMode::StartTls => Tls::Required,
        TlsMode::Implicit => Tls::Implicit,
        TlsMode::None => Tls::None,
    };
    let mut smtp = SmtpSettings::new(settings.host.clone(), settings.port, tls, settings.from.clone());
    smtp.login = match (&settings.username, &settings.password) {
        (Some(user), Some(password)) => Some(Login { user: user.clone(), password: password.clone() }),
        _ => None,
    };
    smtp.extra_root = settings.root_ca.as_deref().map(std::fs::read).transpose().map_err(WireError::RootCa)?;
    Ok(Smtp::new(smtp)?)
}

fn portal(config: &Config) -> Settings {
    let products = config.products.iter().cloned().map(|link| ProductTile {
        name: link.name,
        hint: link.hint,
        icon: link.icon,
        href: link.href,
    });
    Settings {
        brand: config.brand.clone(),
        base_url: config.base_url.clone(),
        support_phone: config.support_phone.clone(),
        time_zone: config.time_zone.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        products: products.collect(),
        ..Settings::default()
    }
}
