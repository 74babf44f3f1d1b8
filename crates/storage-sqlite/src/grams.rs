//! The letters that a search looks for: every one, two and three letters in a row of a row's names and address, as the tokens of
//! a full-text index. A term of up to three letters is one token; a longer one is all its threes, and the rows found are looked at
//! again.

use std::collections::BTreeSet;

/// The tokens of a row, from its search key: its lines are first name, last name and address.
pub(crate) fn tokens(search_key: &str) -> String {
    let mut grams = BTreeSet::new();
    for line in search_key.lines() {
        let letters: Vec<char> = line.chars().map(letter).collect();
        for length in 1..=3 {
            grams.extend(letters.windows(length).map(|gram| gram.iter().collect::<String>()));
        }
    }
    grams.into_iter().collect::<Vec<_>>().join(" ")
}

/// What to ask the index for, so that every row with this term is among those found.
pub(crate) fn query(term: &str) -> String {
    let letters: Vec<char> = term.chars().map(letter).collect();
    let grams: BTreeSet<String> =
        letters.windows(letters.len().clamp(1, 3)).take(MOST).map(|gram| gram.iter().collect()).collect();
    grams.into_iter().map(|gram| format!("\"{gram}\"")).collect::<Vec<_>>().join(" ")
}

/// The tokenizer ends a token at every ASCII sign that is neither a letter nor a digit: such signs move to the private use area.
fn letter(c: char) -> char {
    if c.is_ascii() && !c.is_ascii_alphanumeric() { char::from_u32(PRIVATE + u32::from(c)).unwrap_or(c) } else { c }
}

/// The start of Unicode's private use area.
const PRIVATE: u32 = 0xe000;

/// More threes than these do not make a search more exact.
const MOST: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_its_ones_twos_and_threes() {
        assert_eq!(tokens("abc\n\nz"), "a ab abc b bc c z");
        assert_eq!(tokens("a.b"), "a a\u{e02e} a\u{e02e}b b \u{e02e} \u{e02e}b");
    }

    #[test]
    fn a_term_becomes_one_token_or_its_threes() {
        assert_eq!(query("é"), "\"é\"");
        assert_eq!(query("ab"), "\"ab\"");
        assert_eq!(query("abcd"), "\"abc\" \"bcd\"");
        assert_eq!(query("\"*"), "\"\u{e022}\u{e02a}\"");
    }
}
