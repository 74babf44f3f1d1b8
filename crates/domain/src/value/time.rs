use std::time::Duration;

/// A moment, in whole microseconds since 1970-01-01T00:00:00Z: the finest step that every supported database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The moment so many microseconds after the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// This moment, later by `span`; the end of time where the sum does not fit.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// This moment, earlier by `span`.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; zero when it is before.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The start of the UTC day that this moment lies in: the window that daily budgets count in.
    #[must_use]
    pub fn day(self) -> Self {
        Self(self.0.div_euclid(DAY) * DAY)
    }

    /// The start of the next UTC day.
    #[must_use]
    pub fn next_day(self) -> Self {
        Self(self.day().0.saturating_add(DAY))
    }
}

const DAY: i64 = 86_400_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_also_before_the_epoch() {
        assert_eq!(Time::from_micros(DAY + 5).day(), Time::from_micros(DAY));
        assert_eq!(Time::from_micros(-1).day(), Time::from_micros(-DAY));
        assert_eq!(Time::from_micros(7).next_day(), Time::from_micros(DAY));
    }

    #[test]
    fn sums_stop_at_the_ends_of_time() {
        assert_eq!(Time::from_micros(i64::MAX).plus(Duration::MAX), Time::from_micros(i64::MAX));
        assert_eq!(Time::from_micros(0).since(Time::from_micros(9)), Duration::ZERO);
    }
}
