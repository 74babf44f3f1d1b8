use async_trait::async_trait;

use crate::channel::Product;
use crate::event::Announcement;
use crate::port::SendError;
use crate::value::Time;

/// Brings events to whoever listens (section 13).
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Announcer: Send + Sync {
    /// Whether anybody listens there. What waits for an endpoint that is gone is dropped.
    fn listens(&self, to: Product) -> bool;

    /// Tells one endpoint of one event; `now` is the moment of this try. MUST give an answer within half a minute, whatever the peer
    /// does, and MUST prove to the peer that the event is ours and of that moment. Which `id` it has MUST be told, since the same
    /// event may come more than once. An endpoint that says it is gone for good is [`SendError::Permanent`].
    async fn announce(&self, to: Product, event: &Announcement, now: Time) -> Result<(), SendError>;
}
