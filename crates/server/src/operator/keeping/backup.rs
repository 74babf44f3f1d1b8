use std::path::Path;

use practice_domain::access::Operator;
use practice_domain::usecase::restored_store;

use crate::operator::keeping::file::{Reading, Writing};
use crate::trouble::Trouble;
use crate::wire::App;

/// Writes everything that is kept, as of one moment, into an encrypted file (`BK-01`).
pub(super) async fn write(app: &App, file: &Path) -> Result<String, Trouble> {
    let failed = |error| Trouble::Io("writing the backup", error);
    let mut writing = Writing::begin(file, &app.keyring, app.ports.clock.now()).map_err(failed)?;
    app.store.archive().hand_over(&mut writing).await.map_err(Trouble::refused)?;
    let counts = writing.finish().map_err(failed)?;
    let rows: u64 = counts.values().sum();
    Ok(format!("{rows} rows of {} tables are in {}. Check it with `backup verify`.", counts.len(), file.display()))
}

/// Brings everything back into an empty store (`BK-02`): all of it, or nothing when a bit of the file was changed.
pub(super) async fn restore(app: &App, who: &Operator, file: &Path) -> Result<String, Trouble> {
    let reading =
        Reading::begin(file, &app.keyring).map_err(|error| Trouble::refused(super::file::Unusable::from(error)))?;
    let taken_at = reading.taken_at;
    let mut arrival = app.store.archive().arrival(None).await.map_err(Trouble::refused)?;
    let counts = reading.pour(&mut *arrival).await.map_err(Trouble::refused)?;
    let rows = counts.values().sum();
    restored_store(&app.ports, arrival, who, taken_at, rows).await.map_err(Trouble::refused)?;
    Ok(format!(
        "{rows} rows restored. Everybody is signed out, and links and codes from before open nothing.\n\
        Nothing is sent or sold yet: start the server, then run `practice-portal outbox release`."
    ))
}
