use std::sync::atomic::{AtomicU64, Ordering};

use practice_domain::passkey::{Asked, Credential, Handle, Made, Passkey, Unproven, Used};
use practice_domain::port::{Authenticators, Fault, Holder, Question};

/// Authenticators on paper: a question is a number, and an answer is the number with a passkey and its counter, both as text in JSON.
/// Nothing is signed, so everything but the signature can be tried.
#[derive(Debug, Default)]
pub struct PaperAuthenticators {
    asked: AtomicU64,
}

impl PaperAuthenticators {
    /// What an authenticator answers to such a question when it makes or uses this passkey, at this count.
    #[must_use]
    pub fn answer(options: &str, passkey: u8, counter: u32) -> String {
        format!("\"{} {passkey:02x} {counter}\"", options.trim_matches('"'))
    }

    fn ask(&self, what: &str) -> Question {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let asked = format!("{what}-{number}");
        Question { options: format!("\"{asked}\""), asked: Asked(asked) }
    }
}

impl Authenticators for PaperAuthenticators {
    fn ask_to_make(&self, _whose: &Holder, _kept: &[Passkey]) -> Result<Question, Fault> {
        Ok(self.ask("make"))
    }

    fn made(&self, asked: &Asked, answer: &str) -> Result<Made, Unproven> {
        let (handle, counter) = read(asked, answer).ok_or(Unproven::Wrong)?;
        Ok(Made { credential: written(&handle, counter), handle, counter })
    }

    fn ask_to_use(&self, _kept: &[Passkey]) -> Result<Question, Fault> {
        Ok(self.ask("use"))
    }

    fn used(&self, asked: &Asked, answer: &str) -> Result<Used, Unproven> {
        let (handle, counter) = read(asked, answer).ok_or(Unproven::Wrong)?;
        Ok(Used { credential: written(&handle, counter), handle, counter })
    }
}

fn read(asked: &Asked, answer: &str) -> Option<(Handle, u32)> {
    let mut parts = answer.trim_matches('"').split(' ');
    let for_this = parts.next()? == asked.0;
    let (handle, counter) = (Handle::parse(parts.next()?)?, parts.next()?.parse().ok()?);
    for_this.then_some((handle, counter))
}

fn written(handle: &Handle, counter: u32) -> Credential {
    Credential(format!("paper {handle} {counter}"))
}
