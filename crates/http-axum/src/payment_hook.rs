//! What the payment provider sends by itself (`BILL-10`).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use practice_domain::port::{EventAbout, EventRefused, Fault};
use practice_domain::usecase::billing::apply_payment_event;

use crate::refusal::Face;
use crate::site::Portal;

/// `POST /webhooks/payments`. The event is looked at before the answer leaves, in a task of its own that ends what it has begun; a
/// provider that hears anything but 200 sends it again.
pub(crate) async fn take(State(portal): State<Portal>, headers: HeaderMap, body: Bytes) -> Result<StatusCode, Face> {
    let billing = portal.billing()?;
    let hook = billing.hook.as_ref().ok_or_else(Face::not_found)?;
    let signature = headers.get(hook.header).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let event = hook.events.verify(&body, signature, portal.ports.clock.now()).map_err(|why| {
        if why == EventRefused::Mode {
            tracing::error!(
                "a webhook of another mode: are test keys in use where money is real, or the other way about?"
            );
        }
        Face::from(why)
    })?;
    metrics::counter!("portal_payment_events_total", "about" => about(&event.about)).increment(1);
    let (till, span) = (billing.till.clone(), tracing::Span::current());
    let task = async move { apply_payment_event(&till, &event).await };
    let task = tokio::spawn(tracing::Instrument::instrument(task, span));
    task.await.unwrap_or_else(|panic| Err(Fault::corrupt("payment event", panic)))?;
    Ok(StatusCode::OK)
}

/// What an event is counted as (`WH-04`): never a word of the provider's own.
fn about(about: &EventAbout) -> &'static str {
    match about {
        EventAbout::Subscription(..) => "subscription",
        EventAbout::Card(_) => "card",
        EventAbout::Other => "unknown",
    }
}
