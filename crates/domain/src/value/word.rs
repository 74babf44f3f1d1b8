use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

/// A code word as it is compared: lower case, its parts joined by one hyphen each, like `otter-quartz-lamp` (`CODE-1`). It is wiped
/// from memory when dropped, and `Debug` hides it.
#[derive(Clone)]
pub struct Word(SecretString);

/// What is kept of a code word: which key, a nonce and the encrypted text (`CODE-1`). Opaque to the rules; `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedWord(pub Vec<u8>);

/// Text that cannot be a code word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// Nothing but spaces and hyphens.
    #[error("enter the code word")]
    Empty,
    /// More than 64 characters.
    #[error("a code word has at most 64 characters")]
    TooLong,
}

impl Word {
    /// Reads what somebody typed as they heard it: Unicode form NFKC, lower case, spaces and hyphens alike.
    ///
    /// # Errors
    ///
    /// [`WordError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, WordError> {
        if text.len() > 4 * MOST {
            return Err(WordError::TooLong);
        }
        let lower = text.nfkc().collect::<String>().to_lowercase();
        let plain: String = lower.nfkc().collect();
        let parts: Vec<&str> = plain.split(is_gap).filter(|part| !part.is_empty()).collect();
        let word = parts.join("-");
        match word.chars().count() {
            0 => Err(WordError::Empty),
            1..=MOST => Ok(Self(SecretString::from(word))),
            _ => Err(WordError::TooLong),
        }
    }

    /// The text, for sealing, showing and comparing; for nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Word(…)")
    }
}

impl fmt::Debug for SealedWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedWord(…)")
    }
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Characters of the longest code word.
const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    /// CODE-1, CODE-3
    #[test]
    fn a_word_is_the_same_however_it_was_written_down() {
        for text in ["otter-quartz-lamp", "Otter Quartz  lamp", " OTTER –quartz\tlamp ", "ｏtter-quartz—lamp-"] {
            assert_eq!(
                Word::parse(text).map(|word| word.expose().to_owned()),
                Ok("otter-quartz-lamp".to_owned()),
                "{text}"
            );
        }
        assert_eq!(Word::parse(" - ").err(), Some(WordError::Empty));
        assert_eq!(Word::parse(&"x".repeat(65)).err(), Some(WordError::TooLong));
        assert_eq!(Word::parse(&"x".repeat(100_000)).err(), Some(WordError::TooLong));
    }

    /// CODE-2
    #[test]
    fn a_word_hides_itself() {
        let word = Word::parse("otter-quartz-lamp").expect("a word");
        assert_eq!(format!("{word:?}"), "Word(…)");
        assert_eq!(format!("{:?}", SealedWord(vec![1, 2])), "SealedWord(…)");
    }
}
