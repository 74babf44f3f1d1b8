//! Backups, moves, and what waits after a restore.

use std::path::PathBuf;

use clap::Subcommand;

use super::ConfigFile;

/// `backup --to FILE`, or `backup verify FILE`.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    /// The file; it must not exist
    #[arg(long, required = true)]
    pub(crate) to: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Option<BackupCommand>,
}

/// From where, and where to.
#[derive(clap::Args)]
pub(crate) struct MigrateStore {
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    /// `sqlite:PATH`, or `url-file:PATH` for a file with the URL of a PostgreSQL database, or that URL where it holds no password
    #[arg(long)]
    pub(crate) from: String,
    /// The same; this database must be empty
    #[arg(long)]
    pub(crate) to: String,
    #[arg(long, help = "Why: kept in the audit log")]
    pub(crate) reason: String,
}

#[derive(Subcommand)]
pub(crate) enum BackupCommand {
    /// Check that a backup can be restored: rehearse it, and look at everything that came out
    Verify {
        #[command(flatten)]
        config: ConfigFile,
        /// The backup
        file: PathBuf,
    },
}

#[derive(Subcommand)]
pub(crate) enum OutboxCommand {
    /// Let mails, texts and purchases go on after a restore
    Release {
        #[command(flatten)]
        config: ConfigFile,
        /// Send what was ordered so many hours ago at most; what is older is dropped
        #[arg(long, default_value_t = 24)]
        within_hours: u32,
        #[arg(long, help = "Why: kept in the audit log")]
        reason: String,
    },
}
