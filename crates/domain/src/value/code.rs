use unicode_normalization::UnicodeNormalization;

/// A code as it is compared, whoever typed, pasted or dictated it: digits and letters of other widths count as what they look like, and
/// blanks, dashes and invisible characters count for nothing (`REG-2`, `SESS-3`). Of a longer text the first 64 characters are read.
#[must_use]
pub fn bare_code(text: &str) -> String {
    let same: String = text.chars().take(MOST).collect();
    same.nfkc().filter(|c| !is_gap(*c)).collect()
}

fn is_gap(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '-' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2010}'..='\u{2015}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{2212}' | '\u{feff}')
}

/// Characters that are read: a code, and what comes along with it.
const MOST: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    /// REG-2, SESS-3
    #[test]
    fn a_code_is_the_same_however_it_was_pasted() {
        let same = [
            "041592",
            " 041592\r\n",
            "041 592",
            "041\u{a0}592",
            "\u{a0}041\u{202f}592\u{3000}",
            "041-592",
            "041\u{2011}592",
            "041 \u{2013} 592",
            "0-4-1-5-9-2",
            "\u{ff10}\u{ff14}\u{ff11}\u{ff15}\u{ff19}\u{ff12}",
            "\u{ff10}41\u{ff0d}592",
            "\u{feff}041592\u{200b}",
            "\u{2068}041592\u{2069}",
        ];
        for text in same {
            assert_eq!(bare_code(text), "041592", "{text:?}");
        }
    }

    /// REG-2
    #[test]
    fn what_is_no_gap_stays() {
        for (text, bare) in
            [("04159", "04159"), ("04.592", "04.592"), ("041592 7", "0415927"), ("code 1", "code1"), ("", "")]
        {
            assert_eq!(bare_code(text), bare, "{text:?}");
        }
        assert_eq!(bare_code(&"1".repeat(100_000)).len(), 64);
    }
}
