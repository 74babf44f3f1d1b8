use std::time::Duration;

use crate::billing::EventRef;
use crate::port::Fault;
use crate::usecase::billing::{Reconciled, Till, apply_payment_event};
use crate::value::Time;

/// `BILL-10`, `WH-04`: looks at every event since a moment that the provider still lists and that never came here; those of the last
/// six days where no moment is given. An event that was looked at before changes nothing.
///
/// # Errors
///
/// A [`Fault`] when the provider cannot list them. What fails by itself is in the answer.
pub async fn catch_up(till: &Till, since: Option<Time>) -> Result<Reconciled, Fault> {
    let since = since.unwrap_or_else(|| till.now().minus(FURTHEST));
    let mut done = Reconciled::default();
    let mut after: Option<EventRef> = None;
    loop {
        let events = till.payments.events(since, after.clone(), AT_ONCE).await?;
        let Some(last) = events.last() else { return Ok(done) };
        after = Some(last.id.clone());
        for event in &events {
            if !till.has_seen(Some(&event.id)).await? {
                done.note(apply_payment_event(till, event).await);
            }
        }
    }
}

const FURTHEST: Duration = Duration::from_secs(6 * 24 * 60 * 60);

const AT_ONCE: usize = 100;
