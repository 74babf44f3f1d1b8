//! The letters that a search looks for: every one, two, three and five letters in a row of a row's names and address, as the
//! tokens of a full-text index. A term of one, two, three or five letters is one token; another one is up to four of its threes or
//! fives, and the rows found are looked at again.
//!
//! Ones to threes find whatever is typed. Fives are rare, so a long term costs what its hits cost, however large the practice is.

use std::collections::BTreeSet;

use practice_domain::port::Fault;
use rusqlite::{Connection, TransactionBehavior};

use crate::fault::fault;
use crate::statement::Statement;

/// Writes the tokens of a row, from its search key.
pub(crate) fn write(seq: i64, search_key: &str) -> Statement {
    let sql = "INSERT OR REPLACE INTO person_gram (rowid, grams) VALUES (?, ?)";
    Statement::new(sql).bind(seq).bind(tokens(search_key))
}

/// Writes the tokens of every row, where there are none: a migration that changes what they are empties the index.
pub(crate) fn refill(conn: &mut Connection) -> Result<(), Fault> {
    let failed = |error| fault(REFILL, error);
    let work = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
    let any = Statement::new("SELECT rowid FROM person_gram LIMIT 1").finds(&work, REFILL)?;
    let mut next = (!any).then_some(i64::MIN);
    while let Some(from) = next.take() {
        let some = Statement::new("SELECT seq, search_key FROM person WHERE seq > ? ORDER BY seq LIMIT ?");
        for (seq, search_key) in some.bind(from).bind(BATCH).all::<(i64, String)>(&work, REFILL)? {
            write(seq, &search_key).execute(&work, REFILL)?;
            next = Some(seq);
        }
    }
    work.commit().map_err(failed)
}

const REFILL: &str = "write the letters of the list";

/// The tokens of a row, from its search key: its lines are first name, last name and address.
fn tokens(search_key: &str) -> String {
    let mut grams = BTreeSet::new();
    for line in search_key.lines() {
        let letters: Vec<char> = line.chars().map(letter).collect();
        for length in LENGTHS {
            grams.extend(letters.windows(length).map(|gram| gram.iter().collect::<String>()));
        }
    }
    grams.into_iter().collect::<Vec<_>>().join(" ")
}

/// What to ask the index for, so that every row with this term is among those found.
pub(crate) fn query(term: &str) -> String {
    let letters: Vec<char> = term.chars().map(letter).collect();
    let telling = telling(&letters);
    let length = LENGTHS.into_iter().rfind(|length| *length <= telling.len()).unwrap_or(1);
    let every = (telling.len() + 1).saturating_sub(length).div_ceil(MOST).max(1);
    let grams: BTreeSet<String> = telling.windows(length).step_by(every).map(|gram| gram.iter().collect()).collect();
    grams.into_iter().map(|gram| format!("\"{gram}\"")).collect::<Vec<_>>().join(" ")
}

/// What is behind the @ of an address many rows have: where enough stands before it, that is all that is asked for.
fn telling(letters: &[char]) -> &[char] {
    let at = letters.iter().position(|c| *c == letter('@'));
    at.filter(|at| *at + 1 >= LONGEST).map_or(letters, |at| &letters[..=at])
}

/// The tokenizer ends a token at every ASCII sign that is neither a letter nor a digit: such signs move to the private use area.
fn letter(c: char) -> char {
    if c.is_ascii() && !c.is_ascii_alphanumeric() { char::from_u32(PRIVATE + u32::from(c)).unwrap_or(c) } else { c }
}

/// The start of Unicode's private use area.
const PRIVATE: u32 = 0xe000;

/// How many letters in a row are a token.
const LENGTHS: [usize; 4] = [1, 2, 3, LONGEST];

/// So many at most.
const LONGEST: usize = 5;

/// Rows whose tokens are written before the next ones are read.
const BATCH: i64 = 1_000;

/// Of a long term so many parts, evenly spread, are asked for: each takes time, and more leave hardly fewer rows to look at.
const MOST: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_becomes_its_ones_twos_threes_and_fives() {
        assert_eq!(tokens("abc\n\nz"), "a ab abc b bc c z");
        assert_eq!(tokens("a.b"), "a a\u{e02e} a\u{e02e}b b \u{e02e} \u{e02e}b");
        assert_eq!(tokens("aaaaab"), "a aa aaa aaaaa aaaab aab ab b");
    }

    #[test]
    fn a_term_becomes_one_token_or_its_threes_or_fives() {
        assert_eq!(query("é"), "\"é\"");
        assert_eq!(query("ab"), "\"ab\"");
        assert_eq!(query("abcd"), "\"abc\" \"bcd\"");
        assert_eq!(query("abcdef"), "\"abcde\" \"bcdef\"");
        assert_eq!(query("abcdefgh"), "\"abcde\" \"bcdef\" \"cdefg\" \"defgh\"");
        assert_eq!(query("abcdefghi"), "\"abcde\" \"cdefg\" \"efghi\"");
        assert_eq!(query("\"*"), "\"\u{e022}\u{e02a}\"");
    }

    #[test]
    fn what_is_behind_the_at_sign_is_asked_for_where_little_stands_before_it() {
        assert_eq!(query("anna@mail.example"), "\"anna\u{e040}\"");
        assert_eq!(query("ann@ma"), "\"ann\u{e040}m\" \"nn\u{e040}ma\"");
        assert_eq!(query("@m"), "\"\u{e040}m\"");
    }
}
