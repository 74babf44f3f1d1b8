//! The bundled router inside a service that exists already: one process, one listener, one database file. Its own table `chart`
//! gets a row in the transaction that founds a practice, so there is never a practice without one, nor one without a practice.
//!
//! ```sh
//! cargo run --package acceptance --example nested_router
//! ```

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use practice_domain::access::Operator;
use practice_domain::channel::Catalogue;
use practice_domain::commit::Commit;
use practice_domain::fact::Fact;
use practice_domain::member::Kind;
use practice_domain::policy::Preset;
use practice_domain::port::{CommitError, Fault};
use practice_domain::usecase::{FoundPractice, Platform, Ports, found_practice};
use practice_domain::value::{Email, PersonName, PracticeName, Regions};
use practice_http_axum::Settings;
use practice_keyring::{ArgonPool, Cost, Key, Keyring, OsEntropy, PoolSettings, SystemClock};
use practice_storage_sqlite::{Companion, Sqlite, Work};
use rusqlite::Connection;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let keyring = Arc::new(Keyring::new(Key::parse(Key::fresh_text().expose_secret())?, Vec::new())?);
    let store = Sqlite::open(folder.path().join("clinic.db"), keyring.clone()).await?;
    store.transact(OwnTables).await?;
    let store = Arc::new(store.with_companion(Arc::new(Charts)));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let base = format!("http://{}", listener.local_addr()?);
    let settings = Settings { base_url: base.clone(), ..Settings::default() };
    let ports = Ports {
        store: store.clone(),
        reader: store.clone(),
        clock: Arc::new(SystemClock::default()),
        entropy: Arc::new(OsEntropy),
        keys: keyring.clone(),
        passwords: Arc::new(ArgonPool::start(keyring, PoolSettings::new(Cost::default()))?),
        platform: Arc::new(Platform {
            brand: settings.brand.clone(),
            catalogue: Catalogue::default(),
            terms: settings.terms.version.clone(),
            regions: Regions::default(),
            listeners: Vec::new(),
        }),
    };
    let clinic = Router::new().route("/charts", get(charts)).with_state(store.clone());
    let service = clinic.merge(practice_http_axum::router(ports.clone(), settings));
    let serving = axum::serve(listener, service.into_make_service_with_connect_info::<SocketAddr>());
    let serving = tokio::spawn(serving.into_future());

    // Only the visits below need it: clients are built with TLS, and it with whoever does the arithmetic.
    let _ = rustls::crypto::ring::default_provider().install_default();
    println!("before: {}", reqwest::get(format!("{base}/charts")).await?.text().await?);
    let operator = Operator::at_the_command_line("robin".to_owned(), None);
    let practice = FoundPractice {
        name: PracticeName::parse("Brightwater Family Dental")?,
        phone: None,
        preset: Preset::Standard,
        email: Email::parse("marisol.vega@brightwater-dental.example")?,
        person: PersonName::parse("Marisol", "Vega")?,
        kind: Kind::Doctor,
    };
    found_practice(&ports, &operator, practice.clone()).await?;
    println!("after: {}", reqwest::get(format!("{base}/charts")).await?.text().await?);

    // The clinic has room for one chart only: what its own table refuses, the portal does not do either.
    let second = FoundPractice { name: PracticeName::parse("Harbor Street Dental")?, ..practice };
    let refused = found_practice(&ports, &operator, second).await;
    println!("a second one: {}", refused.err().map_or_else(|| "founded".to_owned(), |why| why.to_string()));
    println!("after that: {}", reqwest::get(format!("{base}/charts")).await?.text().await?);
    println!("the portal: {}", reqwest::get(format!("{base}/login")).await?.status());

    serving.abort();
    store.close().await;
    Ok(())
}

/// The service's own page.
async fn charts(State(store): State<Arc<Sqlite>>) -> String {
    match store.transact(CountCharts).await {
        Ok((charts, practices)) => format!("{charts} charts, {practices} practices"),
        Err(fault) => fault.to_string(),
    }
}

/// Keeps a chart for every practice.
struct Charts;

impl Companion for Charts {
    fn follow(&self, conn: &Connection, commit: &Commit) -> Result<(), CommitError> {
        for entry in commit.entries() {
            if let Fact::PracticeFounded { practice, .. } = &entry.fact {
                let insert = conn.execute("INSERT INTO chart (practice) VALUES (?)", [practice.0]);
                insert.map_err(|error| Fault::unavailable("open a chart", error))?;
            }
        }
        Ok(())
    }
}

struct OwnTables;

impl Work for OwnTables {
    type Answer = ();
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<(), Fault> {
        let sql = "CREATE TABLE chart (practice BLOB PRIMARY KEY, room INTEGER NOT NULL DEFAULT 1 UNIQUE)";
        conn.execute_batch(sql).map_err(|error| Fault::unavailable("make tables", error))
    }
}

struct CountCharts;

impl Work for CountCharts {
    type Answer = (i64, i64);
    type Error = Fault;

    fn run(&self, conn: &Connection) -> Result<(i64, i64), Fault> {
        let sql = "SELECT (SELECT count(*) FROM chart), (SELECT count(*) FROM practice)";
        let counts = conn.query_one(sql, [], |row| Ok((row.get(0)?, row.get(1)?)));
        counts.map_err(|error| Fault::unavailable("count charts", error))
    }
}
