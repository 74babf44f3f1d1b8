use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use practice_domain::port::{Clock, Entropy};
use practice_domain::value::Time;
use uuid::{Builder, Uuid};

/// Chance from the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsEntropy;

/// The machine's clock. It never goes backwards: when the machine's is set back, time stands still until it has caught up.
#[derive(Debug, Default)]
pub struct SystemClock {
    /// The latest moment that anybody was told.
    latest: AtomicI64,
}

impl Entropy for OsEntropy {
    /// A version 7 UUID: 48 bits of milliseconds, so that new rows lie together, and 74 of chance.
    fn id(&self) -> Uuid {
        let mut chance = [0; 10];
        fill(&mut chance);
        let millis = u64::try_from(micros() / 1000).unwrap_or_default();
        Builder::from_unix_timestamp_millis(millis, &chance).into_uuid()
    }

    fn secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        fill(&mut secret);
        secret
    }
}

#[async_trait]
impl Clock for SystemClock {
    fn now(&self) -> Time {
        let now = micros();
        Time::from_micros(now.max(self.latest.fetch_max(now, Ordering::Relaxed)))
    }

    async fn wait(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}

/// Without chance there is no safe way on.
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives random bytes");
}

#[expect(clippy::disallowed_methods, reason = "this is where the Clock and Entropy ports meet the machine")]
fn micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_never_repeat() {
        let ids: Vec<_> = (0..100_000).map(|_| OsEntropy.id()).collect();
        let distinct: std::collections::HashSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
        assert_eq!(ids[0].get_version_num(), 7);
        assert!(ids[0].as_bytes()[..6] <= ids[99_999].as_bytes()[..6]);
    }

    #[test]
    fn secrets_never_repeat() {
        let distinct: std::collections::HashSet<_> = (0..100_000).map(|_| OsEntropy.secret()).collect();
        assert_eq!(distinct.len(), 100_000);
    }

    /// TK-04: what has expired stays so, also when the machine's clock is set back.
    #[test]
    fn time_never_goes_backwards() {
        let clock = SystemClock::default();
        let mut before = clock.now();
        for _ in 0..10_000 {
            let now = clock.now();
            assert!(now >= before);
            before = now;
        }
        let ahead = SystemClock { latest: AtomicI64::new(i64::MAX) };
        assert_eq!(ahead.now(), Time::from_micros(i64::MAX));
        assert!(before > Time::from_micros(1_700_000_000_000_000));
    }

    #[tokio::test]
    async fn waiting_takes_as_long_as_it_should() {
        let clock = SystemClock::default();
        let before = clock.now();
        clock.wait(Duration::from_millis(20)).await;
        assert!(clock.now().since(before) >= Duration::from_millis(19));
    }
}
