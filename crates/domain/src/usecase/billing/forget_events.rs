use std::time::Duration;

use crate::port::Fault;
use crate::usecase::billing::Till;

/// `BILL-10`: forgets events that were looked at so long ago that the provider sends them no more. Answers how many; a worker calls it
/// now and then.
///
/// # Errors
///
/// A [`Fault`] when the store failed.
pub async fn forget_events(till: &Till) -> Result<usize, Fault> {
    till.ledger.forget_events(till.now().minus(KEPT), AT_ONCE).await
}

/// Providers send an event again for three days, and [`super::catch_up`] asks for those of six.
const KEPT: Duration = Duration::from_secs(14 * 24 * 60 * 60);

const AT_ONCE: usize = 10_000;
