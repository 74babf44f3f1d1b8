use std::borrow::Cow;
use std::fmt;

use phonenumber::country::{Id, US};
use phonenumber::metadata::DATABASE;
use phonenumber::{Mode, PhoneNumber, Type};

/// A telephone number in E.164 form, like `+14155552671`. `Debug` shows its last two digits only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    e164: String,
    /// What its numbering plan says of it. It follows from the number; it is kept because asking the plan is dear.
    plan: Plan,
}

/// Where a number belongs, and whether calling it is ordinary.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Plan {
    country: Option<Id>,
    ordinary: bool,
}

/// Text that is not a number one can call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing but spaces.
    #[error("enter a phone number")]
    Empty,
    /// Not a number that exists in its numbering plan.
    #[error("enter a 10-digit phone number, or one that starts with + and the country code")]
    Invalid,
}

impl Phone {
    /// Reads a number (`IN-03`); without a country code it is one of the North American plan. The country code may stand in
    /// parentheses, like `(+1) 415 555 2671`.
    ///
    /// # Errors
    ///
    /// [`PhoneError`] says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, PhoneError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(PhoneError::Empty);
        }
        let plain = text.len() <= 24 && text.chars().all(|c| c.is_ascii_digit() || "+()-. ".contains(c));
        if !plain || text.chars().filter(char::is_ascii_digit).count() > 15 {
            return Err(PhoneError::Invalid);
        }
        let (code, text) = set_apart(text).ok_or(PhoneError::Invalid)?;
        if text.rfind('+').is_some_and(|at| at > 0) {
            return Err(PhoneError::Invalid);
        }
        let (mut number, e164) = read(&text).ok_or(PhoneError::Invalid)?;
        if code.is_some_and(|code| code != number.code().value().to_string()) {
            return Err(PhoneError::Invalid);
        }
        // The library takes some numbers that are too long, and then does not know its own form of them again.
        if text != e164 {
            let (again, same) = read(&e164).ok_or(PhoneError::Invalid)?;
            if same != e164 {
                return Err(PhoneError::Invalid);
            }
            number = again;
        }
        Ok(Self { e164, plan: Plan::of(&number) })
    }

    /// The E.164 form.
    #[must_use]
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// The ten thousand numbers in a row that it stands in: all of it but the last four digits.
    pub(crate) fn block(&self) -> &str {
        &self.e164[..self.e164.len().saturating_sub(4)]
    }

    /// The country of its numbering plan, by its two letters; none for numbers that belong to no country.
    pub(crate) fn country(&self) -> Option<&str> {
        self.plan.country.as_ref().map(AsRef::as_ref)
    }

    /// Whether calling it costs what an ordinary call costs, or nothing.
    pub(super) fn is_ordinary(&self) -> bool {
        self.plan.ordinary
    }

    /// The last two digits: enough for the owner to recognise the number, too few for anyone else.
    #[must_use]
    pub fn last_two(&self) -> &str {
        &self.e164[self.e164.len() - 2..]
    }

    /// The number as people of its country write it, like `(415) 555-2671`; E.164 outside the North American plan.
    #[must_use]
    pub fn national(&self) -> String {
        match self.e164.strip_prefix("+1") {
            Some(d) if d.len() == 10 => format!("({}) {}-{}", &d[..3], &d[3..6], &d[6..]),
            _ => self.e164.clone(),
        }
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone(…{})", self.last_two())
    }
}

impl Plan {
    fn of(number: &PhoneNumber) -> Self {
        let ordinary = matches!(
            number.number_type(&DATABASE),
            Type::FixedLine | Type::Mobile | Type::FixedLineOrMobile | Type::Voip | Type::TollFree
        );
        Self { country: number.country().id(), ordinary }
    }
}

/// The country code that stands in parentheses, if one does, and the number without those; nothing when they are never closed.
fn set_apart(text: &str) -> Option<(Option<&str>, Cow<'_, str>)> {
    let Some(rest) = text.strip_prefix("(+") else { return Some((None, Cow::Borrowed(text))) };
    let (code, number) = rest.split_once(')')?;
    Some((Some(code), Cow::Owned(format!("+{code} {number}"))))
}

/// A number that exists in its numbering plan, and its E.164 form.
fn read(text: &str) -> Option<(PhoneNumber, String)> {
    let number = phonenumber::parse(Some(US), text).ok()?;
    let e164 = number.is_valid().then(|| number.format().mode(Mode::E164).to_string())?;
    Some((number, e164))
}

/// The numbers of one person: texts and calls go to the cell phone, only calls to the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phones {
    /// Can receive texts.
    pub cell: Option<Phone>,
    /// A line that can only be called.
    pub landline: Option<Phone>,
}

impl Phones {
    /// Whether neither number is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cell.is_none() && self.landline.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IN-03
    #[test]
    fn numbers_become_e164() {
        let phone = Phone::parse("(415) 555-2671").expect("a number");
        assert_eq!(phone.e164(), "+14155552671");
        assert_eq!(phone.national(), "(415) 555-2671");
        assert_eq!(phone.block(), "+1415555");
        assert_eq!(format!("{phone:?}"), "Phone(…71)");
        assert_eq!(Phone::parse("+49 30 901820").map(|p| p.national()), Ok("+4930901820".to_owned()));
    }

    /// IN-03: a number is the same however it was written.
    #[test]
    fn the_form_a_number_came_in_leaves_no_trace() {
        let stored = Phone::parse("+14155552671").expect("a number");
        for text in ["(415) 555-2671", "1 415 555 2671", " +1.415.555.2671 "] {
            assert_eq!(Phone::parse(text).as_ref(), Ok(&stored), "{text}");
        }
        assert!(Phone::parse("+493212345678901").is_ok(), "fifteen digits are the most");
    }

    /// IN-03: people put the country code in parentheses.
    #[test]
    fn a_country_code_may_stand_in_parentheses() {
        for text in ["(+1) 415 555 2671", "(+1)4155552671", "(+1) (415) 555-2671", "(+1)-415-555-2671"] {
            assert_eq!(Phone::parse(text), Phone::parse("+14155552671"), "{text}");
        }
        assert_eq!(Phone::parse("(+49) 30 901820"), Phone::parse("+4930901820"));
        assert_eq!(Phone::parse("(+353) 1 671 5520"), Phone::parse("+35316715520"));
        for text in [
            "(+1 415 555 2671",
            "(+1 415) 555 2671",
            "(+1415) 555 2671",
            "(+14155552671)",
            "(+14) 155552671",
            "(+01) 415 555 2671",
            "(+4) 930 901820",
            "(+) 415 555 2671",
            "(+)14155552671",
            "(++1) 415 555 2671",
            "(+1) +14155552671",
            "((+1)) 415 555 2671",
            "( +1) 415 555 2671",
            "415 (+1) 555 2671",
            "(+1) 415 555 267",
            "(+2) 415 555 2671",
        ] {
            assert_eq!(Phone::parse(text), Err(PhoneError::Invalid), "{text}");
        }
    }

    /// IN-03
    #[test]
    fn what_cannot_be_called_is_refused() {
        for text in [
            "+1415555267",
            "+0415555267",
            "12345678901234567",
            "+1415555 2671;ext=1",
            "+3367a829916",
            "1+4155552671",
            "abc",
            "+",
            "+800 1111123158",
            "++14155552671",
            "4155552671+",
            "+4949112345678901",
        ] {
            assert_eq!(Phone::parse(text), Err(PhoneError::Invalid), "{text}");
        }
        assert_eq!(Phone::parse(" "), Err(PhoneError::Empty));
    }
}
