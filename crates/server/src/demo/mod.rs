//! A practice to try everything with: some 250 people in every state, on an embedded database, nothing else installed. Mail and
//! texts stay on this machine and can be read in the browser.

mod people;
mod plans;
mod seed;
mod staff;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use practice_domain::billing::plan::PriceList;
use practice_domain::channel::Product;
use practice_domain::usecase::Ports;
use practice_domain::value::Regions;
use secrecy::SecretString;
use tokio::net::TcpListener;

use crate::cli::Guard;
use crate::config::{BotCheckSettings, Check, Config, Database, Mail, Payments, Provider, Texts};
use crate::operator::{key_text, write_keys};
use crate::serve;
use crate::trouble::Trouble;
use crate::wire::{Access, App};

/// Opens the demo, or makes it, and serves it.
pub(crate) async fn run(
    listen: Option<SocketAddr>,
    host: Option<&str>,
    data: &Path,
    guard: Guard,
) -> Result<(), Trouble> {
    std::fs::create_dir_all(data).map_err(|e| Trouble::Io("making the data folder", e))?;
    let keys = data.join("keys");
    let fresh = !keys.exists();
    if fresh {
        write_keys(&keys).map_err(|e| Trouble::Io("making the key file", e))?;
    }
    let listener = bind(listen).await.map_err(|e| Trouble::Io("listening", e))?;
    let address = listener.local_addr().map_err(|e| Trouble::Io("listening", e))?;
    let base_url = match host {
        Some(host) => format!("http://{host}:{}", address.port()),
        None => format!("http://{address}"),
    };
    let config = config(address, base_url, data, &keys, guard)?;
    let app = App::wire(&config, Access::Server).await?;
    let practice = seed::open_or_make(&app.ports, app.shop.as_ref()).await.map_err(Trouble::refused)?;
    welcome(&app.ports, &config.base_url, &practice.to_string(), data);
    serve::until_stopped(app, listener, None, config.leaving).await
}

/// The key with which a product calls in the demo: made from the demo's own keys, so that it can be shown at every start.
pub(crate) fn api_key(ports: &Ports, product: Product) -> [u8; 32] {
    let code = practice_domain::fact::product_code(product);
    ports.keys.digest(format!("demo api key {code}").as_bytes())
}

async fn bind(listen: Option<SocketAddr>) -> std::io::Result<TcpListener> {
    match listen {
        Some(address) => TcpListener::bind(address).await,
        None => match TcpListener::bind(("127.0.0.1", 8080)).await {
            Ok(listener) => Ok(listener),
            Err(_) => TcpListener::bind(("127.0.0.1", 0)).await,
        },
    }
}

fn config(address: SocketAddr, base_url: String, data: &Path, keys: &Path, guard: Guard) -> Result<Config, Trouble> {
    let keys = std::fs::read_to_string(keys).map_err(|e| Trouble::Io("reading the key file", e))?;
    Ok(Config {
        listen: address,
        metrics: None,
        anchors: Some(data.join("anchors")),
        leaving: Duration::ZERO,
        base_url,
        brand: "Practice Portal".to_owned(),
        support_phone: Some("(218) 555-0100".to_owned()),
        time_zone: "America/Chicago".to_owned(),
        trusted_proxies: Vec::new(),
        database: Database::from_environment()?.unwrap_or_else(|| Database::File(data.join("portal.db"))),
        beside: data.to_owned(),
        keys: SecretString::from(keys),
        mail: Mail::Sandbox,
        texts: Texts::Sandbox,
        regions: Regions::default(),
        mail_workers: 2,
        password_threads: None,
        products: Vec::new(),
        events: Vec::new(),
        bot_check: BotCheckSettings {
            check: if guard.bot_check.is_on() { Check::Altcha } else { Check::Off },
            rounds: QUICK,
        },
        limits: guard.limits.is_on(),
        payments: Payments {
            provider: Provider::Sandbox,
            prices: PriceList::default(),
            installer: Some("/sandbox/bank/installer".to_owned()),
        },
    })
}

fn welcome(ports: &Ports, base: &str, practice: &str, data: &Path) {
    let key = |product| key_text(&api_key(ports, product));
    let text = format!(
        "Practice Portal, a demo. Nothing leaves this machine.

Open {base}/
User Manager: {manager}  password: {password}
Staff member: {staff}  password: {password}
In two practices: {both}  password: {password}

Mail it sends:   {base}/sandbox/mail
Texts and calls: {base}/sandbox/phone
Cards charged:   {base}/sandbox/bank
API description: {base}/api/openapi.json

Practice id: {practice}
API key (SecureMail): {securemail}
API key (TruForm): {truform}
API key (Collaborator): {collaborator}

Kept in {data}; delete that folder to begin anew. Stop with Ctrl-C.
",
        manager = seed::MANAGER,
        staff = seed::STAFF,
        both = seed::BOTH,
        password = seed::PASSWORD,
        securemail = key(Product::SecureMail),
        truform = key(Product::TruForm),
        collaborator = key(Product::Collaborator),
        data = data.display(),
    );
    // Whoever started the demo may have stopped listening; it goes on.
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// So little work that nobody waits for it.
const QUICK: u32 = 20;
