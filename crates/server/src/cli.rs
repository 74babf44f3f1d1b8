mod keeping;
mod plans;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::config::Config;
use crate::trouble::Trouble;
use crate::{demo, operator, serve};

pub(crate) use keeping::{Backup, BackupCommand, MigrateStore, OutboxCommand};
pub(crate) use plans::PlansCommand;

/// The account service of a vendor who serves medical and dental practices.
#[derive(Parser)]
#[command(version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Try it: a practice of some 250 people on an embedded database, with mail and texts that can be read in the browser
    Demo {
        /// Where to listen [default: 127.0.0.1:8080, or a free port when that one is taken]
        #[arg(long)]
        listen: Option<SocketAddr>,
        /// The host that browsers go to, like localhost; passkeys need a name [default: the address]
        #[arg(long)]
        host: Option<String>,
        /// Where to keep the practice, so that a second start finds it again
        #[arg(long, default_value = ".practice-portal-demo")]
        data: PathBuf,
        #[command(flatten)]
        guard: Guard,
    },
    /// Run the server
    Serve(ConfigFile),
    /// Practices
    #[command(subcommand)]
    Practice(PracticeCommand),
    /// Members of practices
    #[command(subcommand)]
    Member(MemberCommand),
    /// Who manages a practice's people
    #[command(subcommand)]
    UserManager(UserManagerCommand),
    /// The products' ways in
    #[command(subcommand)]
    ApiKey(ApiKeyCommand),
    /// Mails and texts that will not arrive
    #[command(subcommand)]
    Notice(NoticeCommand),
    /// Write everything into one encrypted file, while the server runs
    Backup(Backup),
    /// Bring everything back from a backup into the database that is set, which must be empty
    Restore {
        #[command(flatten)]
        config: ConfigFile,
        /// The backup
        file: PathBuf,
        #[arg(long, help = "Why: kept in the audit log")]
        reason: String,
    },
    /// Move everything to another database, like from SQLite to PostgreSQL; run again to go on when it was interrupted
    MigrateStore(MigrateStore),
    /// Mails, texts and purchases after a restore
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Plans, here and at the payment provider
    #[command(subcommand)]
    Plans(PlansCommand),
    /// The audit log
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The server's keys
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Print the description of the JSON API (OpenAPI)
    Openapi,
    /// Print every setting: its name, its environment variable, its default and its meaning
    Settings,
}

/// What stands before the forms of the demo.
#[derive(clap::Args, Clone, Copy)]
pub(crate) struct Guard {
    /// Whether forms ask for a security check, as they do on a server
    #[arg(long, env = "PORTAL_BOT_CHECK", default_value = "on")]
    pub(crate) bot_check: Switch,
    /// Whether people may sign in and be texted only so often, as on a server
    #[arg(long, env = "PORTAL_LIMITS", default_value = "on")]
    pub(crate) limits: Switch,
}

/// On, or off.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// As on a server
    #[value(alias = "altcha")]
    On,
    /// For tests
    Off,
}

impl Switch {
    pub(crate) fn is_on(self) -> bool {
        self == Self::On
    }
}

/// Where the settings are.
#[derive(clap::Args)]
pub(crate) struct ConfigFile {
    /// A TOML file; environment variables come before it
    #[arg(long, env = "PORTAL_CONFIG")]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum PracticeCommand {
    /// Found a practice and invite its first account, which becomes Owner and User Manager
    Create {
        #[command(flatten)]
        config: ConfigFile,
        /// The practice's name
        #[arg(long)]
        name: String,
        /// The practice's verified office number
        #[arg(long)]
        phone: Option<String>,
        /// Which policy it starts from
        #[arg(long, value_enum, default_value_t)]
        preset: PresetName,
        /// The address of the first account
        #[arg(long)]
        email: String,
        /// Their first name
        #[arg(long, default_value = "")]
        first_name: String,
        /// Their last name
        #[arg(long, default_value = "")]
        last_name: String,
        /// What they are
        #[arg(long, value_enum, default_value_t)]
        kind: KindName,
        #[arg(long, help = "Why: kept in the audit log and shown to the practice")]
        reason: Option<String>,
    },
    /// List every practice: its id, its people, its name
    List(ConfigFile),
    /// Show a practice: how it stands, and who owns it
    Show {
        #[command(flatten)]
        config: ConfigFile,
        /// The practice
        #[arg(long)]
        practice: uuid::Uuid,
    },
}

#[derive(Subcommand)]
pub(crate) enum NoticeCommand {
    /// List mails and texts that will not arrive, the newest first
    List {
        #[command(flatten)]
        config: ConfigFile,
        /// How many at most
        #[arg(long, default_value_t = 50)]
        most: usize,
    },
    /// Let one go out again
    Retry {
        #[command(flatten)]
        config: ConfigFile,
        /// Which, by its id in the list or in the log
        #[arg(long)]
        notice: uuid::Uuid,
        #[arg(long, help = "Why: kept in the audit log")]
        reason: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum MemberCommand {
    /// Unlock an account
    Unlock(MemberChange),
    /// Trust a password no more, because others may know it: every session ends, and a new one must be chosen
    DistrustPassword(MemberChange),
}

/// Whose account, and why something happens to it.
#[derive(clap::Args)]
pub(crate) struct MemberChange {
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    /// The account's address
    #[arg(long)]
    pub(crate) email: String,
    #[arg(long, help = "Why: kept in the audit log and shown to the practice")]
    pub(crate) reason: String,
}

#[derive(Subcommand)]
pub(crate) enum UserManagerCommand {
    /// Make a member User Manager
    Grant(UserManagerChange),
    /// Take the capability away; never the last one's
    Revoke(UserManagerChange),
}

/// Whose capability, and why it changes.
#[derive(clap::Args)]
pub(crate) struct UserManagerChange {
    #[command(flatten)]
    pub(crate) config: ConfigFile,
    /// The practice
    #[arg(long)]
    pub(crate) practice: uuid::Uuid,
    /// The member's address
    #[arg(long)]
    pub(crate) email: String,
    #[arg(long, help = "Why: kept in the audit log and shown to the practice")]
    pub(crate) reason: String,
}

#[derive(Subcommand)]
pub(crate) enum ApiKeyCommand {
    /// Let a product call for a practice; prints the key, once
    Create {
        #[command(flatten)]
        config: ConfigFile,
        /// The practice
        #[arg(long)]
        practice: uuid::Uuid,
        /// The product
        #[arg(long, value_enum)]
        product: ProductName,
        #[arg(long, help = "Why: kept in the audit log and shown to the practice")]
        reason: String,
    },
    /// List a practice's keys: the id, the product, since when, and until when; never the key itself
    List {
        #[command(flatten)]
        config: ConfigFile,
        /// The practice
        #[arg(long)]
        practice: uuid::Uuid,
    },
    /// Take a key away; its next request is refused
    Revoke {
        #[command(flatten)]
        config: ConfigFile,
        /// The practice
        #[arg(long)]
        practice: uuid::Uuid,
        #[arg(long, help = "Which, by its id in the list")]
        key: uuid::Uuid,
        #[arg(long, help = "Why: kept in the audit log and shown to the practice")]
        reason: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum AuditCommand {
    /// Check that no entry was changed, added or removed
    Verify {
        #[command(flatten)]
        config: ConfigFile,
        /// Also check, with this file of anchors, that the newest entries were not cut off and that no older database took this one's place
        #[arg(long)]
        anchors: Option<PathBuf>,
    },
    /// Print the public keys with which anybody can check anchors, as a JWK set
    AnchorKeys(ConfigFile),
    /// Print entries, one a line, the oldest first
    Search {
        #[command(flatten)]
        config: ConfigFile,
        /// The practice; the platform's own log without one
        #[arg(long)]
        practice: Option<uuid::Uuid>,
        /// Only entries with this code, like `sign-in.failed`, or whose code begins with it, like `sign-in`
        #[arg(long, default_value = "")]
        code: String,
        /// Only entries that hold this text, like an id or an operator's name
        #[arg(long, default_value = "")]
        text: String,
    },
}

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// Make a key file that only its owner can read
    Create {
        /// The file; it must not exist
        #[arg(long)]
        file: PathBuf,
    },
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum PresetName {
    #[default]
    Standard,
    Portal,
    Office,
    Strict,
}

#[derive(Clone, Copy, Default, ValueEnum)]
pub(crate) enum KindName {
    #[default]
    Doctor,
    Staff,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum ProductName {
    Securemail,
    Truform,
    Collaborator,
}

impl ConfigFile {
    pub(crate) fn load(&self) -> Result<Config, Trouble> {
        Ok(Config::load(self.config.as_deref())?)
    }
}

/// Does what was asked.
pub(crate) async fn run(command: Command) -> Result<(), Trouble> {
    match command {
        Command::Demo { listen, host, data, guard } => demo::run(listen, host.as_deref(), &data, guard).await,
        Command::Serve(config) => serve::run(config.load()?).await,
        Command::Practice(command) => operator::practice(command).await,
        Command::Member(command) => operator::member(command).await,
        Command::UserManager(command) => operator::user_manager(command).await,
        Command::ApiKey(command) => operator::api_key(command).await,
        Command::Notice(command) => operator::notice(command).await,
        Command::Backup(command) => operator::keeping::backup(command).await,
        Command::Restore { config, file, reason } => operator::keeping::restore(&config, &file, &reason).await,
        Command::MigrateStore(command) => operator::keeping::migrate_store(command).await,
        Command::Outbox(command) => operator::keeping::outbox(command).await,
        Command::Plans(command) => operator::plans(command).await,
        Command::Audit(command) => operator::audit(command).await,
        Command::Keys(KeysCommand::Create { file }) => operator::create_keys(&file),
        Command::Openapi => {
            println!("{}", practice_http_axum::openapi());
            Ok(())
        }
        Command::Settings => {
            print!("{}", Config::described());
            Ok(())
        }
    }
}
