use std::fmt;

use crate::billing::{CardDataRefused, refuse_card_number};
use crate::value::text::{composed, is_plain};
use crate::value::{fold, look};

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

/// What somebody calls their passkey, 1 to 60 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyName(String);

/// A name that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// A practice, a role and a passkey must have a name.
    #[error("enter a name")]
    Empty,
    /// More than 64 characters for a person, 100 for a practice, 60 for a role or a passkey.
    #[error("this name is too long")]
    TooLong,
    /// A line break, another control character, or one that nobody sees.
    #[error("a name is one line of plain text")]
    Control,
    /// Something that mail programs turn into a link: an invitation must not carry somebody else's.
    #[error("a name cannot hold a web address")]
    HasUrl,
    /// The number of a payment card (`BILL-7`).
    #[error(transparent)]
    CardNumber(#[from] CardDataRefused),
}

impl PersonName {
    /// Reads the two parts (`IN-02`); spaces around them are dropped, those inside are one each, and either may be empty.
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

    /// Whether this name is another one, and yet the two look alike.
    #[must_use]
    pub fn is_look_alike(&self, other: &Self) -> bool {
        self.key() != other.key() && self.look() == other.look()
    }

    /// What two spellings of one name have in common: case, accents and the width of letters do not count.
    #[must_use]
    pub fn key(&self) -> String {
        fold(&self.to_string())
    }

    /// What the name looks like, to be compared with others of its kind only.
    #[must_use]
    pub fn look(&self) -> String {
        fold(&look(&self.to_string()))
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
    /// Reads a name (`IN-02`); spaces around it are dropped, those inside are one each.
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

impl PasskeyName {
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

/// One line of plain text, with single spaces between its words (`IN-02`).
fn line(text: &str, most: usize) -> Result<String, NameError> {
    let text = composed(text.trim());
    if !is_plain(&text) {
        return Err(NameError::Control);
    }
    let text = single_spaced(&text);
    if text.chars().count() > most {
        Err(NameError::TooLong)
    } else if text.split(' ').any(is_link) {
        Err(NameError::HasUrl)
    } else {
        refuse_card_number(&text)?;
        Ok(text)
    }
}

/// Words with one space between them, as most texts have it already. Nothing stands around them, and no tab or line break among them.
fn single_spaced(text: &str) -> String {
    if text.is_ascii() && !text.contains("  ") {
        return text.to_owned();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a mail program would make a link of this word. Full-width letters and dots count as what they look like.
fn is_link(word: &str) -> bool {
    // Every link has one of these, and hardly a name has.
    let may_be_link = |word: &str| word.contains(['.', ':', '\u{3002}']);
    if word.is_ascii() && !may_be_link(word) {
        return false;
    }
    let word = fold(word);
    if !may_be_link(&word) {
        return false;
    }
    let word = word.replace('\u{3002}', ".");
    if word.contains("://") || word.contains("www.") || SCHEMES.iter().any(|scheme| word.contains(scheme)) {
        return true;
    }
    word.split(['/', ':', '?', '#', '@', ',', ';', '(', ')', '<', '>', '"', '\'']).any(is_host)
}

/// Whether this is a host of a domain that people know: `evil.example` is not, `evil.com` is. Initials (`J.R.`) and titles (`St.John`) are
/// names.
fn is_host(text: &str) -> bool {
    let mut labels = text.trim_matches('.').rsplit('.');
    let top = labels.next().unwrap_or_default();
    TOPS.contains(&top) && labels.next().is_some_and(|label| label.chars().count() > 1)
}

/// What begins a link that has no slashes.
const SCHEMES: [&str; 4] = ["mailto:", "tel:", "sms:", "javascript:"];

/// Ends of addresses that mail programs link without being asked, and that no name ends in.
const TOPS: [&str; 27] = [
    "app", "biz", "click", "cloud", "club", "cn", "co", "com", "dev", "edu", "gov", "info", "io", "link", "ly", "net",
    "online", "org", "page", "ru", "shop", "site", "store", "top", "uk", "us", "xyz",
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

    /// IN-02
    #[test]
    fn names_cannot_carry_headers_or_links() {
        assert_eq!(PersonName::parse("Bob\r\nSubject: x", ""), Err(NameError::Control));
        assert_eq!(PersonName::parse("Click http://evil.example now", ""), Err(NameError::HasUrl));
        assert_eq!(PersonName::parse("a\u{202e}b", ""), Err(NameError::Control));
        assert_eq!(PersonName::parse(&"x".repeat(65), ""), Err(NameError::TooLong));
        assert_eq!(PracticeName::parse(" "), Err(NameError::Empty));
        for link in [
            "go to evil.com now",
            "evil.co/x",
            "WWW.evil",
            "a@evil.org",
            "mailto:a",
            "(evil.io)",
            "\u{ff45}vil\u{ff0e}com",
            "evil\u{3002}com",
            "evil.com:80",
            "evil.com.",
        ] {
            assert_eq!(PersonName::parse(link, ""), Err(NameError::HasUrl), "{link}");
        }
        for hidden in ["\u{2066}Ann", "An\u{ad}n", "\u{3164}", "\u{e0041}Ann", "\u{fffe}"] {
            assert_eq!(PersonName::parse(hidden, ""), Err(NameError::Control), "{hidden:?}");
        }
    }

    /// IN-02
    #[test]
    fn ordinary_names_stay_as_they_are() {
        for name in
            ["J.R.", "St.John", "Ph.D.", "O’Donnell", "{{7*7}}", "Marie-Claire", "م\u{200c}م", "D'Arcy, Jr.", "A.Co"]
        {
            assert_eq!(PersonName::parse(name, "").map(|n| n.first().to_owned()), Ok(name.to_owned()));
        }
        for spaced in ["Ann \u{a0} Lou", " Ann  Lou ", "Ann   Lou"] {
            assert_eq!(PersonName::parse(spaced, "").map(|n| n.to_string()), Ok("Ann Lou".to_owned()));
        }
        assert_eq!(PersonName::parse(&"x".repeat(64), "").map(|n| n.first().len()), Ok(64));
    }
}
