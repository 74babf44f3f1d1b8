//! Billing periods: from the moment of the first payment, month by month or year by year (`BILL-5`).
//!
//! Days are those of the proleptic Gregorian calendar in UTC, so no time zone and no daylight saving time can make a period longer or
//! shorter than another one of the same dates.

use std::time::Duration;

use crate::value::Time;

/// A day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// The year, also before 1 and after 9999.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// How often something is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cadence {
    /// Every month.
    Monthly,
    /// Every year.
    Annual,
}

/// A span of time that is paid for: from its start until just before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// Its first moment.
    pub starts: Time,
    /// The first moment after it.
    pub ends: Time,
}

impl Date {
    /// The day that a moment lies in.
    #[must_use]
    pub fn of(time: Time) -> Self {
        Self::from_days(time.micros().div_euclid(DAY))
    }

    /// The day so many days after 1970-01-01. Years are counted from March, so that the leap day is the last of a year; 400 of them
    /// have 146,097 days, always.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        let shifted = days + 719_468;
        let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month: small(month), day: small(day) }
    }

    /// How many days after 1970-01-01 it is.
    #[must_use]
    pub fn days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = if month <= 2 { self.year - 1 } else { self.year };
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let from_march = if month > 2 { month - 3 } else { month + 9 };
        let of_year = (153 * from_march + 2) / 5 + day - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        era * 146_097 + of_era - 719_468
    }

    /// The same day so many months later; the last day of the month where that month is too short for it.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        let index = self.year * 12 + i64::from(self.month) - 1 + months;
        let (year, month) = (index.div_euclid(12), small(index.rem_euclid(12) + 1));
        Self { year, month, day: self.day.min(days_in(year, month)) }
    }
}

/// How many days a month has.
#[must_use]
pub fn days_in(year: i64, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Cadence {
    /// Months from one payment to the next.
    #[must_use]
    pub fn months(self) -> i64 {
        match self {
            Self::Monthly => 1,
            Self::Annual => 12,
        }
    }

    /// The period with this number, counted from 0, of what began at `anchor`. Each is reckoned from the anchor itself, so an anchor
    /// on the 31st comes back to the 31st after every short month, and one on a leap day to the next leap day.
    #[must_use]
    pub fn period(self, anchor: Time, number: u32) -> Period {
        let edge = |number: i64| {
            let day = Date::of(anchor).plus_months(number * self.months());
            let time_of_day = anchor.micros().rem_euclid(DAY);
            Time::from_micros(day.days().saturating_mul(DAY).saturating_add(time_of_day))
        };
        Period { starts: edge(i64::from(number)), ends: edge(i64::from(number) + 1) }
    }
}

impl Period {
    /// Its length, in microseconds.
    #[must_use]
    pub fn length(self) -> u64 {
        micros(self.ends.since(self.starts))
    }

    /// What is left of it from a moment on, in microseconds: all of it before it starts, nothing once it is over.
    #[must_use]
    pub fn unused(self, from: Time) -> u64 {
        micros(self.ends.since(from.max(self.starts)))
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(u64::MAX)
}

fn small(n: i64) -> u8 {
    u8::try_from(n).unwrap_or(u8::MAX)
}

const DAY: i64 = 86_400_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: i64, month: u8, day: u8) -> Time {
        Time::from_micros(Date { year, month, day }.days() * DAY + 5)
    }

    fn starts(cadence: Cadence, anchor: Time, number: u32) -> (i64, u8, u8) {
        let day = Date::of(cadence.period(anchor, number).starts);
        (day.year, day.month, day.day)
    }

    /// BILL-5
    #[test]
    fn every_day_of_eight_centuries_is_the_day_after_the_one_before() {
        let mut expected = Date { year: 1600, month: 1, day: 1 };
        for days in expected.days()..(Date { year: 2400, month: 1, day: 2 }).days() {
            assert_eq!(Date::from_days(days), expected);
            assert_eq!(expected.days(), days);
            expected = if expected.day < days_in(expected.year, expected.month) {
                Date { day: expected.day + 1, ..expected }
            } else {
                Date { day: 1, ..expected }.plus_months(1)
            };
        }
        assert_eq!(Date::of(Time::from_micros(-1)), Date { year: 1969, month: 12, day: 31 });
    }

    /// BILL-5: the last days of a month are kept in mind through every short one.
    #[test]
    fn anchors_at_the_end_of_a_month_never_drift() {
        let anchor = at(2026, 1, 31);
        let found: Vec<_> = (0..4).map(|number| starts(Cadence::Monthly, anchor, number)).collect();
        assert_eq!(found, [(2026, 1, 31), (2026, 2, 28), (2026, 3, 31), (2026, 4, 30)]);
        assert_eq!(starts(Cadence::Monthly, at(2027, 11, 30), 3), (2028, 2, 29));
        assert_eq!(starts(Cadence::Monthly, at(2026, 1, 29), 1), (2026, 2, 28));
        assert_eq!(starts(Cadence::Annual, at(2024, 2, 29), 1), (2025, 2, 28));
        assert_eq!(starts(Cadence::Annual, at(2024, 2, 29), 4), (2028, 2, 29));
        assert_eq!(starts(Cadence::Annual, at(2096, 2, 29), 4), (2100, 2, 28), "1900 and 2100 have no leap day");
    }

    /// BILL-5
    #[test]
    fn what_is_left_of_a_period_shrinks_from_all_to_nothing() {
        let period = Cadence::Monthly.period(at(2026, 1, 31), 0);
        assert_eq!(period.length(), 28 * u64::try_from(DAY).expect("positive"));
        assert_eq!(period.unused(at(2020, 1, 1)), period.length());
        assert_eq!(period.unused(period.ends), 0);
        assert_eq!(period.unused(at(2026, 2, 14)), period.length() / 2);
    }
}
