//! What is known of texts and calls once they have left: whether they arrived, and who wants none (`WH-06`, `F-27`).
//!
//! All of it is observed, not decided: a telephone company said so. Numbers are remembered as digests only.

use crate::notice::About;
use crate::port::Keys;
use crate::value::{Digest, NoticeId, PasswordLinkId, Phone, RegistrationId};

/// Whether a number wants our texts. Calls are another matter: they stay possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Texts {
    /// Whoever has the number told us to stop.
    Stopped,
    /// They told us to go on, or never told us to stop.
    Wanted,
}

/// How a text or call fares. Of two reports the greater one counts, whichever came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextFate {
    /// The peer took it.
    Sent,
    /// It did not arrive, as far as anybody knows.
    Failed,
    /// It arrived.
    Delivered,
}

/// A text or call that somebody waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Awaited {
    /// A registration's code, of this serial.
    SecretCode(RegistrationId, u32),
    /// The code word of this serial, for whoever holds the link.
    CodeWord(PasswordLinkId, u32),
}

/// What whoever texts for us reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextReport {
    /// Somebody answered a text with a word that stops texts, or lets them go on.
    Reply {
        /// Whose number it is.
        from: Phone,
        /// What they want.
        texts: Texts,
    },
    /// What became of a text or call.
    Receipt {
        /// The notice that ordered it.
        notice: NoticeId,
        /// How it fares.
        fate: TextFate,
        /// Its number, when the report says that it wants no texts.
        stopped: Option<Phone>,
    },
    /// Nothing that matters here.
    Other,
}

impl Texts {
    /// What an answer to a text asks for, when all of it is one of the words that carriers know (47 CFR 64.1200(a)(10)), in any case.
    #[must_use]
    pub fn asked_by(answer: &str) -> Option<Self> {
        let plain = answer.trim().trim_end_matches(['.', '!']).to_ascii_uppercase();
        let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        match words.as_str() {
            "STOP" | "STOPALL" | "STOP ALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" | "REVOKE" | "OPTOUT"
            | "OPT OUT" | "OPT-OUT" => Some(Self::Stopped),
            "START" | "UNSTOP" | "YES" => Some(Self::Wanted),
            _ => None,
        }
    }
}

impl Awaited {
    /// The text or call that a notice brings, when it brings one.
    #[must_use]
    pub fn by(about: About) -> Option<Self> {
        match about {
            About::SecretCode { registration, serial } => Some(Self::SecretCode(registration, serial)),
            About::CodeWord { link, serial } => Some(Self::CodeWord(link, serial)),
            _ => None,
        }
    }
}

/// What a number is remembered under.
#[must_use]
pub fn remembered(keys: &dyn Keys, phone: &Phone) -> Digest {
    keys.digest(format!("texts to {}", phone.e164()).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WH-06
    #[test]
    fn the_words_that_stop_texts_are_known_in_any_case() {
        for word in [
            "STOP",
            "stop",
            " Stop. ",
            "StopAll",
            "unsubscribe",
            "CANCEL",
            "end",
            "Quit!",
            "revoke",
            "opt  out",
            "OptOut",
        ] {
            assert_eq!(Texts::asked_by(word), Some(Texts::Stopped), "{word}");
        }
        for word in ["START", "unstop", "Yes"] {
            assert_eq!(Texts::asked_by(word), Some(Texts::Wanted), "{word}");
        }
        for words in ["", "please stop by at noon", "HELP", "stopp", "012345", "don't stop"] {
            assert_eq!(Texts::asked_by(words), None, "{words}");
        }
    }

    /// F-27: what a company says last is not what counts; what it knows best is.
    #[test]
    fn a_receipt_that_it_arrived_counts_most() {
        assert!(TextFate::Delivered > TextFate::Failed && TextFate::Failed > TextFate::Sent);
    }
}
