//! Where a house keeps everything: in memory alone.

use practice_testkit::contract::Stores;

/// Nowhere else.
#[expect(clippy::unused_async, reason = "other stores are opened")]
pub(crate) async fn elsewhere() -> Option<Stores> {
    None
}
