use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, Zoned};
use practice_domain::value::Time;

use crate::page::When;

/// Words moments for people, all in one time zone.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    zone: TimeZone,
    name: String,
}

impl Calendar {
    /// A calendar of this zone; of UTC where the name is not known.
    pub(crate) fn new(name: &str) -> Self {
        match TimeZone::get(name) {
            Ok(zone) => Self { zone, name: zone_name(name) },
            Err(_) => Self { zone: TimeZone::UTC, name: "UTC".to_owned() },
        }
    }

    /// The zone, as people call it.
    pub(crate) fn zone(&self) -> &str {
        &self.name
    }

    /// `Jun 9, 2026`.
    pub(crate) fn day(&self, at: Time) -> String {
        self.zoned(at).strftime("%b %-d, %Y").to_string()
    }

    /// `Jun 9, 2026`, for what is printed or kept: it says the same tomorrow.
    pub(crate) fn on(&self, at: Time) -> When {
        When { text: self.day(at), iso: self.zoned(at).strftime("%Y-%m-%d").to_string() }
    }

    /// `Today, 8:47 AM`, `Yesterday, 4:10 PM`, or `Jun 9, 2026`.
    pub(crate) fn when(&self, at: Time, now: Time) -> When {
        let (at, now) = (self.zoned(at), self.zoned(now));
        let named = if at.date() == now.date() {
            Some("Today")
        } else if now.date().checked_sub(1.day()).is_ok_and(|day| day == at.date()) {
            Some("Yesterday")
        } else {
            None
        };
        match named {
            Some(day) => When {
                text: format!("{day}, {}", at.strftime("%-I:%M %p")),
                iso: at.strftime("%Y-%m-%dT%H:%M%:z").to_string(),
            },
            None => When { text: at.strftime("%b %-d, %Y").to_string(), iso: at.strftime("%Y-%m-%d").to_string() },
        }
    }

    /// `Jun 9, 2026, 8:47 AM`.
    pub(crate) fn moment(&self, at: Time) -> String {
        self.zoned(at).strftime("%b %-d, %Y, %-I:%M %p").to_string()
    }

    /// `Jun 9, 2026, 8:47:02 AM`.
    pub(crate) fn second(&self, at: Time) -> When {
        let at = self.zoned(at);
        When {
            text: at.strftime("%b %-d, %Y, %-I:%M:%S %p").to_string(),
            iso: at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
        }
    }

    /// The start of the day that a form or a program spells `2026-06-09`; none when it spells no day.
    pub(crate) fn start_of_day(&self, day: &str) -> Option<Time> {
        let day = day.parse::<jiff::civil::Date>().ok()?;
        Some(Time::from_micros(day.to_zoned(self.zone.clone()).ok()?.timestamp().as_microsecond()))
    }

    /// The end of the day that a form or a program spells `2026-06-09`; none when it spells no day.
    pub(crate) fn end_of_day(&self, day: &str) -> Option<Time> {
        let next = day.parse::<jiff::civil::Date>().ok()?.tomorrow().ok()?;
        Some(Time::from_micros(next.to_zoned(self.zone.clone()).ok()?.timestamp().as_microsecond()))
    }

    /// The last whole day before this moment, as forms and programs spell it: `2026-06-09`.
    pub(crate) fn last_day(&self, until: Time) -> String {
        self.zoned(until.minus(std::time::Duration::from_micros(1))).strftime("%Y-%m-%d").to_string()
    }

    /// `Tuesday, June 9, 2026`.
    pub(crate) fn long_day(&self, at: Time) -> String {
        self.zoned(at).strftime("%A, %B %-d, %Y").to_string()
    }

    /// `Good morning`, by the hour.
    pub(crate) fn greeting(&self, at: Time) -> &'static str {
        match self.zoned(at).hour() {
            4..=11 => "Good morning",
            12..=16 => "Good afternoon",
            _ => "Good evening",
        }
    }

    fn zoned(&self, at: Time) -> Zoned {
        Timestamp::from_microsecond(at.micros()).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone.clone())
    }
}

/// A moment for programs (RFC 3339, UTC).
pub(crate) fn rfc3339(at: Time) -> String {
    Timestamp::from_microsecond(at.micros()).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// The moment that a program spells like [`rfc3339`]; none when it spells none.
pub(crate) fn moment(text: &str) -> Option<Time> {
    text.parse::<Timestamp>().ok().map(|at| Time::from_micros(at.as_microsecond()))
}

/// A date as a version spells it, for people; other versions stay as they are.
pub(crate) fn dated(version: &str) -> String {
    version
        .parse::<jiff::civil::Date>()
        .map_or_else(|_| version.to_owned(), |day| day.strftime("%b %-d, %Y").to_string())
}

/// A time zone, as people call it.
pub(super) fn zone_name(name: &str) -> String {
    match name {
        "America/New_York" => "Eastern Time".to_owned(),
        "America/Chicago" => "Central Time".to_owned(),
        "America/Denver" => "Mountain Time".to_owned(),
        "America/Los_Angeles" => "Pacific Time".to_owned(),
        "America/Anchorage" => "Alaska Time".to_owned(),
        "America/Phoenix" => "Arizona Time".to_owned(),
        "America/Puerto_Rico" => "Atlantic Time (Puerto Rico)".to_owned(),
        "Pacific/Honolulu" => "Hawaii Time".to_owned(),
        other => other.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        Time::from_micros(text.parse::<Timestamp>().expect("a timestamp").as_microsecond())
    }

    #[test]
    fn moments_are_worded_in_the_zone_of_the_practice() {
        let calendar = Calendar::new("America/Chicago");
        let now = time("2026-06-10T03:30:00Z");
        assert_eq!(calendar.when(time("2026-06-09T13:47:00Z"), now).text, "Today, 8:47 AM");
        assert_eq!(calendar.when(time("2026-06-09T13:47:00Z"), now).iso, "2026-06-09T08:47-05:00");
        assert_eq!(calendar.when(time("2026-06-08T21:10:00Z"), now).text, "Yesterday, 4:10 PM");
        assert_eq!(calendar.when(time("2026-05-01T12:00:00Z"), now).text, "May 1, 2026");
        assert_eq!((calendar.zone(), calendar.greeting(now)), ("Central Time", "Good evening"));
        assert_eq!(calendar.long_day(now), "Tuesday, June 9, 2026");
        let end = calendar.end_of_day("2026-06-09").expect("a day");
        assert_eq!((end, calendar.last_day(end).as_str()), (time("2026-06-10T05:00:00Z"), "2026-06-09"));
        assert_eq!(calendar.start_of_day("2026-06-10"), Some(end));
        assert_eq!(calendar.second(now).text, "Jun 9, 2026, 10:30:00 PM");
        assert_eq!([calendar.end_of_day("2026-06-31"), calendar.end_of_day("June 9")], [None, None]);
        assert_eq!(dated("2026-05-04"), "May 4, 2026");
        assert_eq!(Calendar::new("Nowhere").zone(), "UTC");
    }
}
