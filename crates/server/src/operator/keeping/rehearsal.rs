use std::collections::BTreeMap;
use std::fs::DirBuilder;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use practice_domain::port::{Archive, Ending, Entropy, Life, Reader, Stage};
use practice_keyring::{Keyring, OsEntropy};
use practice_storage_sqlite::Sqlite;
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::config::Config;
use crate::operator::audit;
use crate::operator::keeping::file::{Reading, Unusable};
use crate::trouble::Trouble;
use crate::wire::WireError;

/// Restores a backup into a file that is thrown away, whatever store it came from, and looks at everything that came out: the file's
/// own check, the number of rows, the audit logs (`BK-01`).
pub(super) async fn verify(config: &Config, file: &Path) -> Result<String, Trouble> {
    let keyring = Arc::new(Keyring::parse(config.keys.expose_secret()).map_err(WireError::from)?);
    let folder =
        Folder::make(&config.beside).map_err(|error| Trouble::Io("making a folder for the rehearsal", error))?;
    let reading = Reading::begin(file, &keyring).map_err(|error| Trouble::refused(Unusable::from(error)))?;
    let sqlite = Sqlite::open(folder.0.join("rehearsal.db"), keyring.clone()).await.map_err(WireError::Storage)?;
    let told = rehearse(&sqlite, reading, &keyring).await;
    sqlite.close().await;
    told
}

async fn rehearse(sqlite: &Sqlite, reading: Reading, keyring: &Keyring) -> Result<String, Trouble> {
    let taken_at = reading.taken_at;
    let mut arrival = sqlite.arrival(None).await.map_err(Trouble::refused)?;
    let counts = reading.pour(&mut *arrival).await.map_err(Trouble::refused)?;
    let life = Life { id: Uuid::nil(), epoch: None, held_since: None, stage: Stage::Whole };
    arrival.end(&Ending::Moved { life, commit: None }).await.map_err(Trouble::refused)?;
    if let Some(wrong) = sqlite.examine().await.map_err(Trouble::refused)?.first() {
        return Err(Trouble::refused(format!("what was restored does not hold together: {wrong}")));
    }
    for (table, rows) in &counts {
        println!("{rows:>9}  {table}");
    }
    let reader: &dyn Reader = sqlite;
    let audited = audit::verify(reader, keyring, BTreeMap::new()).await?;
    let rows: u64 = counts.values().sum();
    let taken_at = Timestamp::from_microsecond(taken_at.micros()).map_err(Trouble::refused)?;
    Ok(format!("{rows} rows, taken at {taken_at:.0}, can be restored. {audited}."))
}

/// A folder that only we can look into, gone when this is.
struct Folder(PathBuf);

impl Folder {
    fn make(beside: &Path) -> std::io::Result<Self> {
        let folder = beside.join(format!("rehearsal-{}", OsEntropy.id()));
        let mut builder = DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
