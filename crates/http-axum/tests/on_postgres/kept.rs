//! Where a house keeps everything: in a PostgreSQL database, as a role that owns nothing.

use practice_testkit::contract::Stores;

use crate::support::Database;

/// In a new database, which goes with the house.
pub(crate) async fn elsewhere() -> Option<Stores> {
    let database = Database::fresh().await;
    let postgres = database.open_to_serve().await;
    Some(Stores {
        store: postgres.clone(),
        ledger: postgres.clone(),
        reader: postgres.clone(),
        outbox: postgres,
        seal: database.seal(),
        keep: Box::new(database),
    })
}
