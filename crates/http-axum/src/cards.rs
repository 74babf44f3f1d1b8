//! Card numbers are entered on the payment provider's page, and nowhere here (`BILL-7`, `PM-01`).

use practice_domain::billing::{CardDataRefused, looks_like_card_number};
use uuid::Uuid;

use crate::refusal::{Face, Field};

/// Whether a free text holds a card's number. Telephone numbers, ids, secrets and codes are not asked about.
pub(crate) fn is_card_number_in(name: &str, text: &str) -> bool {
    let exempt = EXEMPT.contains(&name) || name.ends_with("password") || Uuid::try_parse(text.trim()).is_ok();
    !exempt && looks_like_card_number(text)
}

/// The same for a form, whose names are read by their own rules: those say it beside the field.
pub(crate) fn is_card_number_beyond_names(name: &str, text: &str) -> bool {
    !matches!(name, "first" | "last") && is_card_number_in(name, text)
}

/// The refusal of it, on its field. The text itself is repeated nowhere.
pub(crate) fn refused(name: &str) -> Face {
    let face = Face::from(CardDataRefused);
    let short: String = if looks_like_card_number(name) { String::new() } else { name.chars().take(40).collect() };
    let field = Field { name: short.into(), text: face.sentence.clone() };
    Face { fields: vec![field], ..face }
}

/// What has digits of its own. `text` is a file that somebody pasted: its cells are looked at one by one, as a file's are.
const EXEMPT: [&str; 14] = [
    "cell",
    "phone",
    "again",
    "code",
    "csrf",
    "altcha",
    "turnstile",
    "patience",
    "token",
    "key",
    "next",
    "page",
    "cursor",
    "text",
];

#[cfg(test)]
mod tests {
    use super::*;

    /// BILL-7, PM-01
    #[test]
    fn free_text_is_looked_at_and_numbers_of_other_kinds_are_not() {
        let number = "4242 4242 4242 4242";
        for name in ["q", "reason", "first_name", "anything"] {
            assert!(is_card_number_in(name, number), "{name}");
        }
        for name in ["cell", "phone", "password", "current_password", "code"] {
            assert!(!is_card_number_in(name, number), "{name}");
        }
        assert!(!is_card_number_in("person", "42424242-4242-4242-0000-000000000000"));
        assert!(is_card_number_beyond_names("reason", number) && !is_card_number_beyond_names("first", number));
        let face = refused("q");
        assert!(face.code == "card-data-refused" && !face.sentence.contains("4242"));
        assert_eq!((&*face.fields[0].name, &*refused(number).fields[0].name), ("q", ""));
    }
}
