//! What is written and said.

use practice_domain::value::{PracticeName, Word};

/// The text that brings a secret code (`OT-07`): no name, no practice, and a last line that binds the code to the portal's host, so
/// that telephones fill it in there and nowhere else.
pub(crate) fn code_text(code: &str, host: &str) -> String {
    format!("Your code is {code}. It ends in 10 minutes. Never share it.\n@{host} #{code}")
}

/// What a call says (`OT-07`), as TwiML: the digits one by one, twice. Anything that is not a letter, a digit or a space stays out of
/// the markup.
pub(crate) fn code_call(code: &str) -> String {
    let digits: Vec<String> = code.chars().filter(char::is_ascii_alphanumeric).map(String::from).collect();
    let digits = digits.join(", ");
    format!(
        "<Response><Pause/><Say>Hello. Your code is: {digits}.</Say><Pause/><Say>Again, your code is: {digits}.</Say>\
         <Pause/><Say>Never share it. Goodbye.</Say></Response>"
    )
}

/// The text that brings a practice's code word (`CODE-2`).
pub(crate) fn word_text(practice: &PracticeName, word: &Word) -> String {
    let word = word.expose();
    format!("The code word of {practice} is {word}. Nobody from your office will ask you to write it.")
}

/// The longest host with which the text of a code is one segment of 160 characters (`OT-07`).
pub(crate) const LONGEST_HOST: usize = 91;

#[cfg(test)]
mod tests {
    use super::*;

    /// OT-07
    #[test]
    fn a_code_is_texted_in_these_words_and_no_others() {
        let text = "Your code is 012345. It ends in 10 minutes. Never share it.\n@app.example #012345";
        assert_eq!(code_text("012345", "app.example"), text);
    }

    /// OT-07
    #[test]
    fn a_code_is_one_segment_whatever_the_host() {
        let text = code_text("012345", &"h".repeat(LONGEST_HOST));
        assert!(text.is_ascii() && text.len() <= 160, "{} characters", text.len());
        assert!(code_text("012345", &"h".repeat(LONGEST_HOST + 1)).len() > 160, "the longest host is longer");
    }

    /// OT-07
    #[test]
    fn a_call_says_every_digit_twice() {
        let twiml = code_call("012345");
        assert_eq!(twiml.matches("0, 1, 2, 3, 4, 5.").count(), 2, "{twiml}");
        assert_eq!(twiml.matches("<Pause/>").count(), 3);
        assert!(twiml.starts_with("<Response>") && twiml.ends_with("</Response>"));
    }

    #[test]
    fn nothing_in_a_code_becomes_markup() {
        let twiml = code_call("1</Say><Dial>&\"'");
        assert!(!twiml.contains("<Dial>") && !twiml.contains(['&', '"', '\'']), "{twiml}");
    }
}
