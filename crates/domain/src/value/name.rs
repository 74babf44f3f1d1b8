use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// A person's first and last name; either may be unknown. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PersonName {
    first: String,
    last: String,
}

/// A practice's name, 1 to 100 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeName(String);

/// The name of a role that a practice copied, 1 to 60 characters (`ROLE-1`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleName(String);

/// A name that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A practice and a role must have a name.
    #[error("enter a name")]
    Empty,
    /// More than 64 characters for a person, 100 for a practice, 60 for a role.
    #[error("this name is too long")]
    TooLong,
    /// A line break or another control character.
    #[error("a name is one line of plain text")]
    Control,
    /// Something that mail programs turn into a link: an invitation must not carry somebody else's.
    #[error("a name cannot hold a web address")]
    HasUrl,
}

impl PersonName {
    /// Reads the two parts; spaces around them are dropped, and either may be empty.
    ///
    /// # Errors
    ///
    /// [`NameError`] says what is wrong with one of them.
    pub fn parse(first: &str, last: &str) -> Result<Self, NameError> {
        Ok(Self { first: line(first, 64)?, last: line(last, 64)? })
    }

    /// The first name, or nothing.
    #[must_use]
    pub fn first(&self) -> &str {
        &self.first
    }

    /// The last name, or nothing.
    #[must_use]
    pub fn last(&self) -> &str {
        &self.last
    }

    /// Whether neither part is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first.is_empty() && self.last.is_empty()
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gap = if self.first.is_empty() || self.last.is_empty() { "" } else { " " };
        write!(f, "{}{gap}{}", self.first, self.last)
    }
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonName(…)")
    }
}

impl PracticeName {
    /// Reads a name; spaces around it are dropped.
    ///
    /// # Errors
    ///
    /// [`NameError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = line(text, 100)?;
        if text.is_empty() { Err(NameError::Empty) } else { Ok(Self(text)) }
    }

    /// The name of a practice whose people have not said theirs.
    #[must_use]
    pub fn unnamed() -> Self {
        Self("My practice".to_owned())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PracticeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl RoleName {
    /// Reads a name; spaces around it are dropped.
    ///
    /// # Errors
    ///
    /// [`NameError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = line(text, 60)?;
        if text.is_empty() { Err(NameError::Empty) } else { Ok(Self(text)) }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn line(text: &str, most: usize) -> Result<String, NameError> {
    let text: String = text.trim().nfc().collect();
    let lower = text.to_lowercase();
    if text.chars().count() > most {
        Err(NameError::TooLong)
    } else if text.chars().any(|c| c.is_control() || INVISIBLE.contains(&c)) {
        Err(NameError::Control)
    } else if lower.contains("://") || lower.contains("www.") {
        Err(NameError::HasUrl)
    } else {
        Ok(text)
    }
}

/// Separators and direction marks that make a line look like another one.
const INVISIBLE: [char; 11] = [
    '\u{200b}', '\u{200e}', '\u{200f}', '\u{2028}', '\u{2029}', '\u{202a}', '\u{202b}', '\u{202c}', '\u{202d}',
    '\u{202e}', '\u{feff}',
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_part_may_be_unknown() {
        assert_eq!(PersonName::parse(" Ann ", "").map(|n| n.to_string()), Ok("Ann".to_owned()));
        assert_eq!(PersonName::parse("Ann", "Lee").map(|n| n.to_string()), Ok("Ann Lee".to_owned()));
        assert!(PersonName::default().is_empty());
    }

    #[test]
    fn names_cannot_carry_headers_or_links() {
        assert_eq!(PersonName::parse("Bob\r\nSubject: x", ""), Err(NameError::Control));
        assert_eq!(PersonName::parse("Click http://evil.example now", ""), Err(NameError::HasUrl));
        assert_eq!(PersonName::parse("a\u{202e}b", ""), Err(NameError::Control));
        assert_eq!(PersonName::parse(&"x".repeat(65), ""), Err(NameError::TooLong));
        assert_eq!(PracticeName::parse(" "), Err(NameError::Empty));
    }
}
