//! Databases for tests: one cluster for a process, one database for a test.

use std::path::Path;
use std::sync::{Arc, Weak};

use practice_domain::port::Seal;
use practice_storage_postgres::{Postgres, PostgresSettings};
use practice_testkit::cluster::Cluster;
use practice_testkit::fakes::FakeSeal;
use tokio::sync::Mutex;

/// A database with all tables and nothing in them. It goes when this is dropped; with the last one goes the cluster.
pub(crate) struct Database {
    cluster: Arc<Cluster>,
    name: String,
}

impl Database {
    /// A new one.
    pub(crate) async fn fresh() -> Self {
        let cluster = cluster().await;
        let name = cluster.database(Some(TEMPLATE));
        Self { cluster, name }
    }

    /// One without tables.
    pub(crate) async fn empty() -> Self {
        let cluster = cluster().await;
        let name = cluster.database(None);
        Self { cluster, name }
    }

    /// A new one in a cluster of its own, which may be killed.
    pub(crate) async fn alone() -> Self {
        let cluster = Arc::new(start().await);
        let name = cluster.database(Some(TEMPLATE));
        Self { cluster, name }
    }

    /// Ends the server as a loss of power would.
    pub(crate) fn kill(&mut self) {
        Arc::get_mut(&mut self.cluster).expect("a cluster of its own").kill();
    }

    /// Starts the server again.
    pub(crate) fn revive(&mut self) {
        Arc::get_mut(&mut self.cluster).expect("a cluster of its own").revive();
    }

    /// Lets the cluster's owner say something in it; `:name` is its name.
    pub(crate) fn sql(&self, sql: &str) -> String {
        self.cluster.sql(&self.name, &sql.replace(":name", &self.name))
    }

    /// What it is called.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Where it is.
    pub(crate) fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    /// The folder with the server's socket.
    pub(crate) fn socket(&self) -> String {
        let url = self.url();
        url.split("?host=").nth(1).unwrap_or_else(|| panic!("no folder in {url}")).to_owned()
    }

    /// What the server has said since the last call with this mark.
    pub(crate) fn said(&self, mark: &mut u64) -> String {
        self.cluster.said(mark)
    }

    /// What is said to open it.
    pub(crate) fn settings(&self) -> PostgresSettings {
        settings(&self.cluster, &self.name)
    }

    /// Opens it, as often as one likes.
    pub(crate) async fn open(&self) -> Arc<Postgres> {
        Arc::new(Postgres::open(&self.settings(), self.seal()).await.expect("a database"))
    }

    /// Opens it as the role that serves, which owns nothing.
    pub(crate) async fn open_to_serve(&self) -> Arc<Postgres> {
        let mut settings = PostgresSettings::new(self.url().replace("portal@", "portal_serving@").into());
        settings.walled = true;
        Arc::new(Postgres::open(&settings, self.seal()).await.expect("opened by who serves"))
    }

    /// What its audit entries are sealed with.
    pub(crate) fn seal(&self) -> Arc<dyn Seal> {
        Arc::new(FakeSeal)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.cluster.remove(&self.name);
    }
}

/// The cluster of this process, with a database that others are copied from.
async fn cluster() -> Arc<Cluster> {
    static RUNNING: Mutex<Weak<Cluster>> = Mutex::const_new(Weak::new());
    let mut running = RUNNING.lock().await;
    if let Some(cluster) = running.upgrade() {
        return cluster;
    }
    let cluster = Arc::new(start().await);
    *running = Arc::downgrade(&cluster);
    cluster
}

async fn start() -> Cluster {
    let cluster = Cluster::start(Path::new(env!("CARGO_TARGET_TMPDIR")));
    cluster.sql("postgres", &format!("CREATE DATABASE {TEMPLATE} TEMPLATE template0"));
    let first = Postgres::open(&settings(&cluster, TEMPLATE), Arc::new(FakeSeal)).await.expect("a database");
    first.close().await;
    let made = OPERATING.split("```sql\n").find(|block| block.starts_with("CREATE ROLE portal_serving"));
    cluster.sql(TEMPLATE, made.and_then(|block| block.split("```").next()).expect("the statements"));
    cluster
}

fn settings(cluster: &Cluster, name: &str) -> PostgresSettings {
    PostgresSettings::new(cluster.url(name).into())
}

const TEMPLATE: &str = "portal";

/// It says how to make a role that serves.
const OPERATING: &str = include_str!("../../../../docs/operating.md");
