//! The parts of a term that a search looks for. The database keeps every one, two, three and five letters in a row of a row's names
//! and address, as numbers in an index (`letters_of`). A term of one, two, three or five letters is one part; another one is up to four
//! of its threes or fives, and the rows found are looked at again.
//!
//! Ones to threes find whatever is typed. Fives are rare, so a long term costs what its hits cost, however large the practice is.

use std::collections::BTreeSet;

/// What to ask the index for, so that every row with this term is among those found.
pub(crate) fn parts(term: &str) -> Vec<String> {
    let letters: Vec<char> = term.chars().collect();
    let telling = telling(&letters);
    let length = LENGTHS.into_iter().rfind(|length| *length <= telling.len()).unwrap_or(1);
    let every = (telling.len() + 1).saturating_sub(length).div_ceil(MOST).max(1);
    let grams: BTreeSet<String> = telling.windows(length).step_by(every).map(|gram| gram.iter().collect()).collect();
    grams.into_iter().collect()
}

/// What is behind the @ of an address many rows have: where enough stands before it, that is all that is asked for.
fn telling(letters: &[char]) -> &[char] {
    let at = letters.iter().position(|c| *c == '@');
    at.filter(|at| *at + 1 >= LONGEST).map_or(letters, |at| &letters[..=at])
}

/// How many letters in a row are a part.
const LENGTHS: [usize; 4] = [1, 2, 3, LONGEST];

/// So many at most.
const LONGEST: usize = 5;

/// Of a long term so many parts, evenly spread, are asked for: each takes time, and more leave hardly fewer rows to look at.
const MOST: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_becomes_one_part_or_its_threes_or_fives() {
        assert_eq!(parts("é"), ["é"]);
        assert_eq!(parts("ab"), ["ab"]);
        assert_eq!(parts("abcd"), ["abc", "bcd"]);
        assert_eq!(parts("abcdef"), ["abcde", "bcdef"]);
        assert_eq!(parts("abcdefgh"), ["abcde", "bcdef", "cdefg", "defgh"]);
        assert_eq!(parts("abcdefghi"), ["abcde", "cdefg", "efghi"]);
        assert_eq!(parts("\"*"), ["\"*"]);
    }

    #[test]
    fn what_is_behind_the_at_sign_is_asked_for_where_little_stands_before_it() {
        assert_eq!(parts("anna@mail.example"), ["anna@"]);
        assert_eq!(parts("ann@ma"), ["ann@m", "nn@ma"]);
        assert_eq!(parts("@m"), ["@m"]);
    }
}
