use std::borrow::Cow;
use std::fmt;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::billing::{CardDataRefused, refuse_card_number};

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
    /// A line break, another control character, or one that nobody sees.
    #[error("a reason is one line of plain text")]
    Control,
    /// The number of a payment card (`BILL-7`).
    #[error(transparent)]
    CardNumber(#[from] CardDataRefused),
}

impl Reason {
    /// Reads one line of text of 1 to 300 characters; spaces around it are dropped.
    ///
    /// # Errors
    ///
    /// [`ReasonError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ReasonError> {
        let text = composed(text.trim());
        if text.is_empty() {
            Err(ReasonError::Empty)
        } else if text.chars().count() > 300 {
            Err(ReasonError::TooLong)
        } else if !is_plain(&text) {
            Err(ReasonError::Control)
        } else {
            refuse_card_number(&text)?;
            Ok(Self(text.into_owned()))
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
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    lower.nfkd().filter(|c| !is_combining_mark(*c)).map(unify).collect()
}

/// Text in its composed form (NFC), which nearly all text is in already.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    text.nfc().collect()
}

/// Whether every character of a line is one that people see, or one that joins those: no control characters, no direction marks, no
/// blanks without width, nothing outside the public part of Unicode.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || is_hidden(c))
}

/// Separators, direction marks, fillers and tags, which make a line look like another one. The two joiners (U+200C, U+200D) stay:
/// names in Persian and in Indic scripts need them.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}')
        || u32::from(c) & 0xfffe == 0xfffe
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

    /// Plain English text takes a shorter way, to the same end.
    #[test]
    fn folding_plain_letters_only_lowers_them() {
        let ascii: String = (0..128_u8).map(char::from).collect();
        let far = fold(&format!("{ascii}é"));
        assert_eq!(Some(fold(&ascii).as_str()), far.strip_suffix('e'));
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
        assert_eq!(Reason::parse("card 4242 4242 4242 4242"), Err(ReasonError::CardNumber(CardDataRefused)));
        assert_eq!(Reason::parse("a\u{202e}b"), Err(ReasonError::Control));
        assert_eq!(Reason::parse(&"x".repeat(301)), Err(ReasonError::TooLong));
    }
}
