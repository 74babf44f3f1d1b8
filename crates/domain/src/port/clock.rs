use std::time::Duration;

use async_trait::async_trait;

use crate::value::Time;

/// Tells the time, and waits.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Clock: Send + Sync {
    /// This moment.
    fn now(&self) -> Time;

    /// Comes back after `span`, or as soon after as may be.
    async fn wait(&self, span: Duration);
}
