//! What it means when Stripe does not do what it was asked. Numbers and codes only: Stripe's words may repeat keys and names.

use practice_domain::billing::Doubt;
use practice_domain::port::Fault;
use serde::Deserialize;

/// Why a request did not lead to what it asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// It may have arrived and been done, or not.
    #[error("Stripe gave no answer")]
    NoAnswer,
    /// Somebody else is at it, or we are too hasty: nothing was done, and Stripe keeps no such answer.
    #[error("Stripe is busy: {0}")]
    Busy(u16),
    /// It failed, before or after it did what it was asked; Stripe keeps that answer under the key.
    #[error("Stripe failed: {0}")]
    Failed(u16),
    /// Our key may not do this, or is none.
    #[error("Stripe does not let us: {0}")]
    Forbidden(u16),
    /// It was understood, and refused.
    #[error("Stripe refused: {0}")]
    Refused(Refusal),
    /// The answer says other things than Stripe describes.
    #[error("Stripe's answer cannot be read: {0}")]
    Unreadable(&'static str),
}

/// What Stripe says about a refusal, without its words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// Its kind, like `card_error`.
    pub(crate) kind: String,
    /// Like `card_declined`.
    pub(crate) code: String,
    /// What the bank said, like `insufficient_funds`.
    pub(crate) decline: String,
}

impl Trouble {
    /// What an answer that is no success means.
    pub(crate) fn of(status: u16, body: &[u8]) -> Self {
        match status {
            409 | 425 | 429 => Self::Busy(status),
            401 | 403 | 407 => Self::Forbidden(status),
            400..=499 => {
                Refusal::read(status, body).map_or(Self::Unreadable("a refusal without a reason"), Self::Refused)
            }
            500..=599 => Self::Failed(status),
            // A redirect is not followed, and nobody else has a reason to send one.
            _ => Self::NoAnswer,
        }
    }

    /// What it leaves open about an order.
    pub(crate) fn doubt(&self) -> Doubt {
        match self {
            Self::Failed(_) => Doubt::KeySpent,
            Self::Refused(refusal) if refusal.kind == "idempotency_error" => Doubt::KeySpent,
            _ => Doubt::NoAnswer,
        }
    }

    /// Whether Stripe knows no such thing.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.status == 404 || refusal.code == "resource_missing")
    }

    /// The fault of whoever was doing this.
    pub(crate) fn fault(self, doing: &'static str) -> Fault {
        match self {
            Self::Unreadable(_) => Fault::corrupt("answer of Stripe", self),
            other => Fault::unavailable(doing, other),
        }
    }
}

impl Refusal {
    /// Why something was refused: a bank that says no and one that asks for the payer answer with the same number. That there is no
    /// such thing needs no reason.
    fn read(status: u16, body: &[u8]) -> Option<Self> {
        let said = serde_json::from_slice::<Said>(body).map(|said| said.error);
        let said = said.ok().or_else(|| (status == 404).then(Error::default))?;
        Some(Self { status, kind: code(said.kind), code: code(said.code), decline: code(said.decline_code) })
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.status)?;
        for part in [&self.kind, &self.code, &self.decline] {
            if !part.is_empty() {
                write!(f, ", {part}")?;
            }
        }
        Ok(())
    }
}

/// A code is a few small letters; anything else could be anything.
fn code(text: Option<String>) -> String {
    let plain = |text: &String| text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    text.filter(plain).unwrap_or_default()
}

#[derive(Deserialize)]
struct Said {
    error: Error,
}

#[derive(Deserialize, Default)]
struct Error {
    #[serde(rename = "type")]
    kind: Option<String>,
    code: Option<String>,
    decline_code: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> Trouble {
        Trouble::of(402, body.as_bytes())
    }

    /// F-23: what each kind of answer leaves open.
    #[test]
    fn a_stored_failure_spends_its_key_and_nothing_else_does() {
        for (status, doubt) in [
            (500, Doubt::KeySpent),
            (503, Doubt::KeySpent),
            (409, Doubt::NoAnswer),
            (429, Doubt::NoAnswer),
            (401, Doubt::NoAnswer),
            (302, Doubt::NoAnswer),
        ] {
            assert_eq!(Trouble::of(status, b"").doubt(), doubt, "{status}");
        }
        let other = Trouble::of(400, br#"{"error":{"type":"idempotency_error"}}"#);
        assert_eq!(other.doubt(), Doubt::KeySpent, "something else was asked under this key");
        assert_eq!(Trouble::NoAnswer.doubt(), Doubt::NoAnswer);
    }

    /// PV-01
    #[test]
    fn stripes_words_are_not_repeated() {
        let said = refused(
            r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"expired_card","message":"Ann's card sk_test_1"}}"#,
        );
        assert_eq!(said.to_string(), "Stripe refused: 402, card_error, card_declined, expired_card");
        let odd = refused(r#"{"error":{"type":"Ann Lee","code":"sk_test_0123456789"}}"#);
        assert_eq!(odd.to_string(), "Stripe refused: 402");
        assert_eq!(refused("<html>").to_string(), "Stripe's answer cannot be read: a refusal without a reason");
        assert_eq!(Trouble::of(404, b"Not Found").to_string(), "Stripe refused: 404");
    }
}
