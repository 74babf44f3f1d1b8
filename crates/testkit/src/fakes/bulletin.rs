use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use practice_domain::channel::Product;
use practice_domain::event::Announcement;
use practice_domain::port::{Announcer, SendError};
use practice_domain::value::Time;

use crate::lock;

/// Endpoints that keep every event that they are told of, and fail as often as they are told. Everybody listens, but for those who went
/// deaf.
#[derive(Debug, Default)]
pub struct Bulletin {
    heard: Mutex<Vec<Heard>>,
    failures: Mutex<VecDeque<SendError>>,
    deaf: Mutex<Vec<Product>>,
}

/// One event that somebody was told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard {
    /// Whose endpoint.
    pub by: Product,
    /// What it was told.
    pub event: Announcement,
    /// When it was told.
    pub at: Time,
}

impl Bulletin {
    /// Everything that was told so far, in order.
    #[must_use]
    pub fn heard(&self) -> Vec<Heard> {
        lock(&self.heard).clone()
    }

    /// The next event without a scripted answer is answered like this. An ambiguous answer keeps the event all the same.
    pub fn fail_next(&self, failure: SendError) {
        lock(&self.failures).push_back(failure);
    }

    /// From now on nobody listens there.
    pub fn go_deaf(&self, who: Product) {
        lock(&self.deaf).push(who);
    }
}

#[async_trait]
impl Announcer for Bulletin {
    fn listens(&self, to: Product) -> bool {
        !lock(&self.deaf).contains(&to)
    }

    async fn announce(&self, to: Product, event: &Announcement, now: Time) -> Result<(), SendError> {
        let failure = lock(&self.failures).pop_front();
        if matches!(failure, None | Some(SendError::Ambiguous { .. })) {
            lock(&self.heard).push(Heard { by: to, event: *event, at: now });
        }
        failure.map_or(Ok(()), Err)
    }
}
