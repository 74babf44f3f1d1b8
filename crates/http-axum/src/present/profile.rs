use practice_domain::account::Account;
use practice_domain::value::{Phone, TimeZone};

use crate::page::{Details, ZoneOption};
use crate::present::Calendar;
use crate::present::calendar::zone_name;

/// What somebody says of themselves, as the form shows it.
pub(crate) fn details(account: &Account, own: &Calendar, fresh: bool) -> Details {
    let number = |phone: &Option<Phone>| phone.as_ref().map(Phone::national).unwrap_or_default();
    Details {
        first: account.name.first().to_owned(),
        last: account.name.last().to_owned(),
        cell: number(&account.phones.cell),
        phone: number(&account.phones.landline),
        phones_open: fresh,
        zones: zones(account.time_zone.as_ref().map(TimeZone::name).unwrap_or_default(), own),
    }
}

/// The time zones to choose from; the one that somebody has already is always among them.
pub(crate) fn zones(chosen: &str, portal: &Calendar) -> Vec<ZoneOption> {
    let option = |value: &str, label: String| ZoneOption { value: value.to_owned(), label, selected: value == chosen };
    let mut zones = vec![option("", format!("The same as the portal: {}", portal.zone()))];
    zones.extend(ZONES.iter().map(|name| option(name, zone_name(name))));
    if !zones.iter().any(|zone| zone.selected) {
        zones.push(option(chosen, zone_name(chosen)));
    }
    zones
}

/// A time zone that the database knows; none is the portal's own.
pub(crate) fn time_zone(text: &str) -> Result<Option<TimeZone>, &'static str> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let zone = TimeZone::parse(text).ok().filter(|zone| jiff::tz::TimeZone::get(zone.name()).is_ok());
    zone.map(Some).ok_or("Choose a time zone from the list.")
}

const ZONES: [&str; 8] = [
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
];
