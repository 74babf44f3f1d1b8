use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Why an operator or a manager did something: shown to the practice and kept in the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

/// A reason that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReasonError {
    /// Nothing but spaces.
    #[error("give a reason")]
    Empty,
    /// More than 300 characters.
    #[error("a reason has at most 300 characters")]
    TooLong,
    /// A line break or another control character.
    #[error("a reason is one line of plain text")]
    Control,
}

impl Reason {
    /// Reads one line of text of 1 to 300 characters; spaces around it are dropped.
    ///
    /// # Errors
    ///
    /// [`ReasonError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ReasonError> {
        let text = text.trim();
        if text.is_empty() {
            Err(ReasonError::Empty)
        } else if text.chars().count() > 300 {
            Err(ReasonError::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(ReasonError::Control)
        } else {
            Ok(Self(text.nfc().collect()))
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text as lists sort it and searches compare it: lower case, without accents, compatibility forms unified.
///
/// Kept beside the value in every store, so that all of them sort and find alike (`LIST-2`, `LIST-3`).
#[must_use]
pub fn fold(text: &str) -> String {
    let lower: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    lower.nfkd().filter(|c| !is_combining_mark(*c)).map(unify).collect()
}

fn unify(c: char) -> char {
    match c {
        'ø' => 'o',
        'ł' => 'l',
        'đ' => 'd',
        'ı' => 'i',
        '‘' | '’' | 'ʼ' => '\'',
        '‐' | '‑' | '–' => '-',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_forgets_case_and_accents() {
        assert_eq!(fold("Renée Ångström-ŁÓDŹ"), "renee angstrom-lodz");
        assert_eq!(fold("O’Donnell"), "o'donnell");
        assert_eq!(fold("İstanbul"), "istanbul");
    }

    #[test]
    fn folding_twice_changes_nothing_more() {
        for text in ["Straße", "ǅ", "ﬁne", "Σίσυφος", "İ", "中村"] {
            assert_eq!(fold(&fold(text)), fold(text), "{text}");
        }
    }

    #[test]
    fn a_reason_is_one_line_of_text() {
        assert_eq!(Reason::parse("  lost phone ").map(|r| r.to_string()), Ok("lost phone".to_owned()));
        assert_eq!(Reason::parse(" \t"), Err(ReasonError::Empty));
        assert_eq!(Reason::parse("a\nb"), Err(ReasonError::Control));
        assert_eq!(Reason::parse(&"x".repeat(301)), Err(ReasonError::TooLong));
    }
}
