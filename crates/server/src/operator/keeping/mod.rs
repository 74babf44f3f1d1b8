//! Everything that is kept, as a whole: written into a file, brought back from one, and set going again (section 15, `BK-01`, `BK-02`).

mod backup;
mod file;
mod moving;
mod rehearsal;
mod release;

use std::path::Path;

use crate::cli::{Backup, BackupCommand, ConfigFile, MigrateStore, OutboxCommand};
use crate::config::Database;
use crate::operator::{operator, printed, reason_of};
use crate::trouble::Trouble;
use crate::wire::{Access, App};

/// `backup --to` and `backup verify`.
pub(crate) async fn backup(command: Backup) -> Result<(), Trouble> {
    match (command.command, command.to) {
        (Some(BackupCommand::Verify { config, file }), _) => {
            println!("{}", rehearsal::verify(&config.load()?, &file).await?);
            Ok(())
        }
        (None, Some(file)) => printed(&command.config, async |app| backup::write(app, &file).await).await,
        (None, None) => Err(Trouble::argument("--to", "a file is needed")),
    }
}

/// `restore`.
pub(crate) async fn restore(config: &ConfigFile, file: &Path, reason: &str) -> Result<(), Trouble> {
    let who = operator(Some(reason_of(reason)?));
    let app = App::wire(&config.load()?, Access::Alone).await?;
    let told = backup::restore(&app, &who, file).await;
    app.store.close().await;
    println!("{}", told?);
    Ok(())
}

/// `outbox release`.
pub(crate) async fn outbox(command: OutboxCommand) -> Result<(), Trouble> {
    let OutboxCommand::Release { config, within_hours, reason } = command;
    let who = operator(Some(reason_of(&reason)?));
    printed(&config, async |app| release::release(app, &who, within_hours).await).await
}

/// `migrate-store`.
pub(crate) async fn migrate_store(command: MigrateStore) -> Result<(), Trouble> {
    let MigrateStore { config, from, to, reason } = command;
    let who = operator(Some(reason_of(&reason)?));
    let from = Database::parse(&from).map_err(|why| Trouble::argument("--from", why))?;
    let to = Database::parse(&to).map_err(|why| Trouble::argument("--to", why))?;
    if matches!(&from, Database::File(path) if !path.exists()) {
        return Err(Trouble::argument("--from", "there is no such file"));
    }
    println!("{}", moving::run(&config.load()?, &from, &to, &who).await?);
    Ok(())
}
