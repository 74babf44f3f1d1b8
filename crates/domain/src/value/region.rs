use std::collections::BTreeSet;
use std::fmt;

use phonenumber::country::Id;

use crate::value::Phone;

/// The countries that texts and calls go to (`RL-03`). By numbering plan, not by country code: `+1` is the code of some twenty
/// countries, and of numbers that cost whoever calls them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regions(BTreeSet<String>);

/// Text that names no country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("countries are written like US, two letters of ISO 3166 each, and there must be one at least")]
pub struct NoRegions;

/// A number that nobody texts or calls from here (`RL-03`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "we cannot text or call numbers of that kind or country; give another number, or ask whoever invited you to correct it"
)]
pub struct OutOfReach;

impl Regions {
    /// Reads countries by their two letters (ISO 3166), in any case.
    ///
    /// # Errors
    ///
    /// [`NoRegions`] when one is unknown, or there is none.
    pub fn parse<'a>(codes: impl IntoIterator<Item = &'a str>) -> Result<Self, NoRegions> {
        let known = |code: &str| {
            let code = code.trim().to_ascii_uppercase();
            code.parse::<Id>().map(|_| code).map_err(|_| NoRegions)
        };
        let codes: BTreeSet<String> = codes.into_iter().map(known).collect::<Result<_, _>>()?;
        if codes.is_empty() { Err(NoRegions) } else { Ok(Self(codes)) }
    }

    /// Whether a number is an ordinary one of these countries.
    ///
    /// # Errors
    ///
    /// [`OutOfReach`] when it is of another country, or costs whoever calls it.
    pub fn reach(&self, phone: &Phone) -> Result<(), OutOfReach> {
        let here = phone.country().is_some_and(|country| self.0.contains(country));
        if here && phone.is_ordinary() { Ok(()) } else { Err(OutOfReach) }
    }
}

impl Default for Regions {
    /// The United States and Canada.
    fn default() -> Self {
        Self(["CA", "US"].map(str::to_owned).into())
    }
}

impl fmt::Display for Regions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes: Vec<&str> = self.0.iter().map(String::as_str).collect();
        f.write_str(&codes.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reached(regions: &Regions, number: &str) -> bool {
        regions.reach(&Phone::parse(number).unwrap_or_else(|_| panic!("{number} is none"))).is_ok()
    }

    /// RL-03: `+1` alone says nothing.
    #[test]
    fn a_number_is_judged_by_its_numbering_plan() {
        let here = Regions::default();
        for number in ["+14155552671", "+16137827274", "+12185550100", "+18007233456"] {
            assert!(reached(&here, number), "{number}");
        }
        for number in ["+18765551234", "+19005551234", "+18095551234", "+12423456789", "+4930901820", "+447400123456"] {
            assert!(!reached(&here, number), "{number}");
        }
        let elsewhere = Regions::parse(["de", " JM "]).expect("countries");
        assert!(reached(&elsewhere, "+4930901820") && reached(&elsewhere, "+18765551234"));
        assert!(!reached(&elsewhere, "+14155552671"));
        assert_eq!(elsewhere.to_string(), "DE, JM");
    }

    #[test]
    fn what_is_no_country_is_refused() {
        for codes in [vec![], vec![""], vec!["USA"], vec!["US", "XX"], vec!["+1"]] {
            assert_eq!(Regions::parse(codes.iter().copied()), Err(NoRegions), "{codes:?}");
        }
    }
}
