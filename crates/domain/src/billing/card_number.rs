use unicode_normalization::UnicodeNormalization;

/// Text that holds what looks like a card number is not taken (`BILL-7`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this looks like a card number; cards are entered on the payment provider's page only")]
pub struct CardDataRefused;

impl CardDataRefused {
    /// The stable code, for the API.
    #[must_use]
    pub fn code(self) -> &'static str {
        "card-data-refused"
    }
}

/// Whether text holds 13 to 19 digits that end with the check digit of a card number (Luhn), alone or in groups with blanks or dashes
/// between them. Not so: a telephone number that begins with `+` (at most 15 digits), a health care provider's number (NPI) with the
/// 80840 that makes it a card's number in form, and digits that are all zero. For free text (`PM-01`).
#[must_use]
pub fn looks_like_card_number(text: &str) -> bool {
    runs(text).iter().any(|run| run.holds(|_| true))
}

/// The same where ids and dates stand, too, like the name of a file: only a number that begins and measures as the cards of a network do
/// (ISO/IEC 7812). One in ten long numbers has a fitting check digit by chance.
#[must_use]
pub(crate) fn looks_like_network_card(text: &str) -> bool {
    runs(text).iter().any(|run| run.holds(is_of_a_network))
}

/// The refusal of free text with a card's number.
///
/// # Errors
///
/// [`CardDataRefused`].
pub fn refuse_card_number(text: &str) -> Result<(), CardDataRefused> {
    if looks_like_card_number(text) { Err(CardDataRefused) } else { Ok(()) }
}

/// Groups of digits with nothing but blanks and dashes between them.
#[derive(Default)]
struct Run {
    /// Whether a plus stands before it.
    plus: bool,
    groups: Vec<Vec<u8>>,
}

impl Run {
    /// Whether some of its groups make a card's number together.
    fn holds(&self, may_be: fn(&[u8]) -> bool) -> bool {
        if self.plus && self.groups.iter().map(Vec::len).sum::<usize>() <= LONGEST_PHONE {
            return false;
        }
        (0..self.groups.len()).any(|from| {
            let mut digits = Vec::new();
            for group in &self.groups[from..] {
                digits.extend_from_slice(group);
                if digits.len() > 19 {
                    return false;
                }
                if digits.len() >= 13 && luhn(&digits) && !is_npi(&digits) && may_be(&digits) {
                    return true;
                }
            }
            false
        })
    }
}

/// The runs of digits in a text. Digits and blanks of other widths count as what they look like.
fn runs(text: &str) -> Vec<Run> {
    if text.bytes().filter(u8::is_ascii_digit).count() < 13 && text.is_ascii() {
        return Vec::new();
    }
    let mut runs: Vec<Run> = Vec::new();
    let (mut apart, mut before) = (usize::MAX, ' ');
    for c in text.nfkc() {
        if let Some(digit) = c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
            if apart > MOST_APART {
                runs.push(Run { plus: before == '+', groups: Vec::new() });
            }
            if let Some(run) = runs.last_mut() {
                match run.groups.last_mut() {
                    Some(group) if apart == 0 => group.push(digit),
                    _ => run.groups.push(vec![digit]),
                }
            }
            apart = 0;
        } else {
            let joins = matches!(c, ' ' | '\t' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
            apart = if joins { apart.saturating_add(1) } else { usize::MAX };
        }
        before = c;
    }
    runs
}

/// The check digit of cards.
fn luhn(digits: &[u8]) -> bool {
    let value = |(at, digit): (usize, &u8)| match (at % 2, digit * 2) {
        (0, _) => u32::from(*digit),
        (_, doubled) => u32::from(doubled / 10 + doubled % 10),
    };
    let sum: u32 = digits.iter().rev().enumerate().map(value).sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| *digit != 0)
}

/// A National Provider Identifier as it is checked: ten digits after 80840.
fn is_npi(digits: &[u8]) -> bool {
    digits.len() == 15 && digits.starts_with(&[8, 0, 8, 4, 0])
}

/// Whether a number begins and measures as the cards of a network do.
fn is_of_a_network(digits: &[u8]) -> bool {
    let begin = digits.iter().take(4).fold(0, |begin, digit| begin * 10 + u32::from(*digit));
    let long = digits.len();
    match begin {
        4000..=4999 => matches!(long, 13 | 16 | 19),
        2221..=2720 | 5100..=5599 => long == 16,
        3400..=3499 | 3700..=3799 => long == 15,
        3000..=3099 | 3600..=3699 | 3800..=3999 => (14..=19).contains(&long),
        2200..=2204 | 3528..=3589 | 6011 | 6200..=6299 | 6440..=6599 | 8100..=8299 => (16..=19).contains(&long),
        5000..=5099 | 5600..=5899 | 6000..=6999 => true,
        _ => false,
    }
}

/// What a telephone number has at most (E.164).
const LONGEST_PHONE: usize = 15;

/// How many blanks and dashes may stand between two groups.
const MOST_APART: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    /// BILL-7, PM-01: card numbers are refused in free text, however they are grouped; other numbers are not.
    #[test]
    fn card_numbers_are_known_by_their_check_digit() {
        for card in [
            "4242424242424242",
            "card 4242 4242 4242 4242, thanks",
            "3782-822463-10005",
            "my 1 4242424242424242",
            "x4242424242424242",
            "6304000000000000000",
            "4242  4242 - 4242 4242",
            "4242\u{a0}4242\u{2011}4242\u{2013}4242",
            "\u{ff14}\u{ff12}42 4242 4242 4242",
            "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
            "+4242 4242 4242 4242",
            "+1 415 555 2671 4242 4242 4242 4242",
            "1234567890123452",
        ] {
            assert!(looks_like_card_number(card), "{card}");
            assert_eq!(refuse_card_number(card).map_err(CardDataRefused::code), Err("card-data-refused"));
        }
        for other in [
            "",
            "4242424242424241",
            "424242424242",
            "42424242424242424242",
            "0000000000000000",
            "415 555 2671",
            "4242    4242 4242 4242",
            "4242/4242/4242/4242",
            "4242\n4242 4242 4242",
        ] {
            assert!(!looks_like_card_number(other), "{other}");
        }
    }

    /// PM-01: telephone numbers and provider numbers have check digits by chance or by design, and are no cards.
    #[test]
    fn telephone_and_provider_numbers_are_no_cards() {
        for phone in ["+4915123456787", "call +49 151 2345 6787 today", "+49 1512 345678908", "+441632960000120"] {
            assert!(!looks_like_card_number(phone), "{phone}");
        }
        assert!(luhn(&[4, 9, 1, 5, 1, 2, 3, 4, 5, 6, 7, 8, 7]), "without its plus it would be one");
        assert!(looks_like_card_number("4915123456787") && !looks_like_card_number("+4915123456787"));
        assert!(luhn(&[8, 0, 8, 4, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 3]), "the standard's own example");
        assert!(!looks_like_card_number("NPI 808401234567893") && !looks_like_card_number("NPI 1234567893"));
    }

    /// PM-01: where ids stand, too, only what a network could have given out is one.
    #[test]
    fn ids_and_dates_are_no_cards_of_a_network() {
        for card in [
            "4242 4242 4242 4242",
            "5555-5555-5555-4444",
            "2223003122003222",
            "378282246310005",
            "6011111111111117",
            "3056930009020004",
            "36227206271667",
            "3566002020360505",
            "6200000000000005",
            "6304000000000000000",
            "export of 4111111111111111.csv",
        ] {
            assert!(looks_like_network_card(card), "{card}");
        }
        // A time in milliseconds, a time in digits, an ISBN, a made-up id: each with a fitting check digit.
        for (id, long) in
            [("1767614400003", 13), ("20261122103017", 14), ("9780306406156", 13), ("1234567890123452", 16)]
        {
            let digits: Vec<u8> = id.bytes().map(|byte| byte - b'0').collect();
            assert!(digits.len() == long && luhn(&digits) && !looks_like_network_card(id), "{id}");
        }
    }
}
