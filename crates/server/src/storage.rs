//! Where everything is kept: a file, or a cluster that several servers share. Nobody else in here knows which.

use std::sync::Arc;
use std::time::{Duration, Instant};

use practice_domain::port::{Archive, Ledger, Outbox, Reader, Seal, Stage, Store};
use practice_storage_postgres::{OpenError as ClusterError, Postgres, PostgresSettings};
use practice_storage_sqlite::{OpenError as FileError, Sqlite};

use crate::config::Database;
use crate::wire::{Access, WireError};

/// One opened database.
pub(crate) enum Storage {
    /// A file, which this process alone serves.
    File(Arc<Sqlite>),
    /// A database in a cluster.
    Cluster(Arc<Postgres>),
}

impl Storage {
    /// Opens the database that is set. One whose rows are not all here, or have left, is opened by nobody but whoever moves them.
    pub(crate) async fn open(database: &Database, seal: Arc<dyn Seal>, access: Access) -> Result<Self, WireError> {
        let storage = Self::reach(database, seal, access).await?;
        if access == Access::Alone {
            return Ok(storage);
        }
        match storage.archive().life().await.map_err(WireError::Life)?.stage {
            Stage::Whole => Ok(storage),
            Stage::Filling => Err(WireError::Unfinished),
            Stage::Moved => Err(WireError::Moved),
        }
    }

    async fn reach(database: &Database, seal: Arc<dyn Seal>, access: Access) -> Result<Self, WireError> {
        match database {
            Database::File(path) => {
                let opened = match access {
                    Access::Server | Access::Alone => Sqlite::open(path, seal).await,
                    Access::Command => Sqlite::open_beside(path, seal).await,
                };
                opened.map(|sqlite| Self::File(Arc::new(sqlite))).map_err(|error| match error {
                    FileError::InUse { .. } => WireError::InUse,
                    other => WireError::Storage(other),
                })
            }
            Database::Cluster(settings) => {
                let patience = if access == Access::Server { PATIENCE } else { Duration::ZERO };
                let mut settings = settings.clone();
                settings.command = access != Access::Server;
                // Whoever brings the tables up to date or moves them owns them.
                settings.walled &= access == Access::Server;
                let postgres = connect(&settings, &seal, patience).await.map_err(WireError::Cluster)?;
                if let Some(why) = postgres.unbound().filter(|_| access == Access::Server) {
                    tracing::warn!(role = why, "the walls between practices do not hold the database's role");
                }
                if postgres.is_behind() && access == Access::Server {
                    tracing::warn!(
                        "the database is of a later version; this server goes on beside it until it is replaced"
                    );
                }
                if access == Access::Alone && postgres.is_served().await.map_err(WireError::Life)? {
                    return Err(WireError::InUse);
                }
                Ok(Self::Cluster(Arc::new(postgres)))
            }
        }
    }

    pub(crate) fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::File(sqlite) => sqlite.clone(),
            Self::Cluster(postgres) => postgres.clone(),
        }
    }

    pub(crate) fn reader(&self) -> Arc<dyn Reader> {
        match self {
            Self::File(sqlite) => sqlite.clone(),
            Self::Cluster(postgres) => postgres.clone(),
        }
    }

    pub(crate) fn ledger(&self) -> Arc<dyn Ledger> {
        match self {
            Self::File(sqlite) => sqlite.clone(),
            Self::Cluster(postgres) => postgres.clone(),
        }
    }

    pub(crate) fn outbox(&self) -> Arc<dyn Outbox> {
        match self {
            Self::File(sqlite) => sqlite.clone(),
            Self::Cluster(postgres) => postgres.clone(),
        }
    }

    pub(crate) fn archive(&self) -> Arc<dyn Archive> {
        match self {
            Self::File(sqlite) => sqlite.clone(),
            Self::Cluster(postgres) => postgres.clone(),
        }
    }

    /// Finishes what is being done, and lets go of the database.
    pub(crate) async fn close(&self) {
        match self {
            Self::File(sqlite) => sqlite.close().await,
            Self::Cluster(postgres) => postgres.close().await,
        }
    }
}

/// Servers and databases start in any order, so a database that cannot be reached is waited for; one that refuses is not.
async fn connect(
    settings: &PostgresSettings,
    seal: &Arc<dyn Seal>,
    patience: Duration,
) -> Result<Postgres, ClusterError> {
    let start = Instant::now();
    loop {
        match Postgres::open(settings, seal.clone()).await {
            Err(error) if error.may_pass() && start.elapsed() < patience => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the database cannot be reached, will try again"
                );
                tokio::time::sleep(PAUSE).await;
            }
            opened => return opened,
        }
    }
}

/// How long a server waits for its database when it starts.
const PATIENCE: Duration = Duration::from_secs(60);

/// Between two tries.
const PAUSE: Duration = Duration::from_secs(2);
