//! Plans, held against what the payment provider has.

use clap::Subcommand;

use super::ConfigFile;

#[derive(Subcommand)]
pub(crate) enum PlansCommand {
    /// Compare our plans with the payment provider's subscriptions, and say what differs; changes nothing, unless --follow says so
    Compare {
        #[command(flatten)]
        config: ConfigFile,
        /// Only this practice
        #[arg(long)]
        practice: Option<uuid::Uuid>,
        /// First let our plans follow the provider, where that heals a difference
        #[arg(long, requires = "reason")]
        follow: bool,
        #[arg(long, requires = "follow", help = "Why they follow: kept in the audit log")]
        reason: Option<String>,
    },
}
