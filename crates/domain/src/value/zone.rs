use std::fmt;

/// A time zone by its name in the IANA database, like `America/Los_Angeles`. Only its shape is known here; whoever shows times
/// knows the database, and shows those of a name that it does not hold as UTC.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimeZone(String);

/// Text that is not the name of a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("choose a time zone from the list")]
pub struct TimeZoneError;

impl TimeZone {
    /// Reads a name: one to three parts with `/` between them, each of letters, digits, `_`, `+` and `-`, the first of them a letter;
    /// at most 64 characters in all.
    ///
    /// # Errors
    ///
    /// [`TimeZoneError`] for anything else.
    pub fn parse(text: &str) -> Result<Self, TimeZoneError> {
        let text = text.trim();
        let part = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_alphabetic())
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "_+-".contains(c))
        };
        let fits = text.len() <= 64 && text.split('/').count() <= 3 && text.split('/').all(part);
        if fits { Ok(Self(text.to_owned())) } else { Err(TimeZoneError) }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_by_its_shape() {
        for name in ["UTC", "America/Los_Angeles", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "Europe/Berlin"] {
            assert_eq!(TimeZone::parse(&format!(" {name} ")).map(|zone| zone.to_string()), Ok(name.to_owned()));
        }
        for text in ["", "/", "a//b", "../etc/passwd", "Europe/Ber lin", "+05:00", "a/b/c/d", &"a".repeat(65)] {
            assert_eq!(TimeZone::parse(text), Err(TimeZoneError), "{text}");
        }
    }
}
