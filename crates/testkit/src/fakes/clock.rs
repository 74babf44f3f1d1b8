use std::future::poll_fn;
use std::sync::Mutex;
use std::task::Poll;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::port::Clock;
use practice_domain::value::Time;

use crate::lock;

/// A clock that stands still until it is moved. Waiting moves it, and lets others run once.
#[derive(Debug)]
pub struct FakeClock(Mutex<Time>);

impl FakeClock {
    /// A clock that shows this moment.
    #[must_use]
    pub fn at(now: Time) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves it to this moment, also backwards.
    pub fn set(&self, now: Time) {
        *lock(&self.0) = now;
    }

    /// Moves it forward.
    pub fn advance(&self, span: Duration) {
        let mut now = lock(&self.0);
        *now = now.plus(span);
    }
}

impl Default for FakeClock {
    /// Noon on a working day in 2026.
    fn default() -> Self {
        Self::at(Time::from_micros(1_782_129_600_000_000))
    }
}

#[async_trait]
impl Clock for FakeClock {
    fn now(&self) -> Time {
        *lock(&self.0)
    }

    async fn wait(&self, span: Duration) {
        self.advance(span);
        let mut yielded = false;
        poll_fn(|context| {
            if yielded {
                return Poll::Ready(());
            }
            yielded = true;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_moves_the_clock() {
        let clock = FakeClock::at(Time::from_micros(5));
        clock.wait(Duration::from_micros(7)).await;
        assert_eq!(clock.now(), Time::from_micros(12));
        clock.set(Time::from_micros(1));
        assert_eq!(clock.now(), Time::from_micros(1));
    }
}
