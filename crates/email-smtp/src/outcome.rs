//! What a failure means for a letter.

use std::sync::atomic::{AtomicU8, Ordering};

use lettre::transport::smtp::Error;
use practice_domain::port::SendError;
use practice_domain::value::Email;

/// How far an attempt has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// Connecting, TLS, our sign-in, our address.
    Greeting,
    /// The recipient.
    Recipient,
    /// The letter itself: from here on the server may have it.
    Text,
}

/// The stage, readable also when the attempt is cut off.
pub(crate) struct Progress(AtomicU8);

impl Progress {
    pub(crate) fn new() -> Self {
        Self(AtomicU8::new(0))
    }

    pub(crate) fn reach(&self, stage: Stage) {
        self.0.store(stage as u8, Ordering::Relaxed);
    }

    pub(crate) fn stage(&self) -> Stage {
        match self.0.load(Ordering::Relaxed) {
            0 => Stage::Greeting,
            1 => Stage::Recipient,
            _ => Stage::Text,
        }
    }
}

/// What the server's refusal, or its silence, at this stage means.
pub(crate) fn failure(error: &Error, stage: Stage, to: &Email) -> SendError {
    let reply = mask(&error.to_string(), to);
    let answered = error.status().is_some();
    match stage {
        Stage::Text if !answered => SendError::Ambiguous { reply },
        Stage::Recipient | Stage::Text if error.is_permanent() => SendError::Permanent { reply },
        _ => SendError::Transient { reply },
    }
}

/// What an attempt means that took too long.
pub(crate) fn silence(stage: Stage) -> SendError {
    let reply = "the mail server did not answer in time".to_owned();
    if stage == Stage::Text { SendError::Ambiguous { reply } } else { SendError::Transient { reply } }
}

/// The words of a server without any address, which it may well repeat; one line, and not a long one.
pub(crate) fn mask(reply: &str, to: &Email) -> String {
    let (typed, _) = to.as_typed().rsplit_once('@').unwrap_or((to.as_typed(), ""));
    let mut masked = String::new();
    for word in reply.split_inclusive(|c: char| c.is_whitespace() || c.is_control() || DELIMITERS.contains(c)) {
        let bare = word.trim_end_matches(|c: char| c.is_whitespace() || c.is_control() || DELIMITERS.contains(c));
        let rest: String = word[bare.len()..].chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let tells = bare.contains('@') || bare.eq_ignore_ascii_case(typed);
        masked.push_str(if tells { "…" } else { bare });
        masked.push_str(&rest);
    }
    masked.chars().take(MOST).collect()
}

const DELIMITERS: &str = "<>()[]{},;:\"'`";
const MOST: usize = 300;

#[cfg(test)]
mod tests {
    use super::*;

    /// PV-01
    #[test]
    fn the_address_is_masked_however_the_server_repeats_it() {
        let to = Email::parse("Ann.Lee+x@Example.com").expect("an address");
        for reply in [
            "550 5.1.1 <Ann.Lee+x@example.com>: no such user",
            "550 ann.lee+x@EXAMPLE.COM unknown",
            "550 user (ann.lee+x) unknown",
            "550 \"Ann.Lee+x@example.com\"\r\n450 rcpt=Ann.Lee+x@example.com",
        ] {
            let masked = mask(reply, &to).to_lowercase();
            assert!(!masked.contains("ann.lee"), "{masked}");
            assert!(masked.starts_with("550 "));
            assert!(!masked.contains(['\r', '\n']));
        }
        assert_eq!(mask("550 5.1.1 <Ann.Lee+x@example.com>: no such user", &to), "550 5.1.1 <…>: no such user");
        assert!(mask(&"long ".repeat(1000), &to).len() <= MOST);
    }

    #[test]
    fn silence_is_ambiguous_only_once_the_letter_was_sent() {
        let progress = Progress::new();
        for stage in [Stage::Greeting, Stage::Recipient] {
            progress.reach(stage);
            assert!(matches!(silence(progress.stage()), SendError::Transient { .. }));
        }
        progress.reach(Stage::Text);
        assert!(matches!(silence(progress.stage()), SendError::Ambiguous { .. }));
    }
}
