//! Registration: the secret code.

use super::{Steps, Visitor};
use askama::Template;

/// `GET /register/code`. Field: `code`. Re-Send Code posts to `/register/code/resend`.
///
/// A code typed before is never printed again.
#[derive(Template)]
#[template(path = "code.html")]
pub struct CodePage {
    /// The frame; a wrong code goes to `code`, a resend too soon to `resend`.
    pub visitor: Visitor,
    /// Where the person stands.
    pub steps: Steps,
    /// How the code was sent.
    pub sent_by: CodeSentBy,
    /// The last digits of the number, `0187`.
    pub ending: String,
    /// How long a code works, in minutes.
    pub minutes: u32,
    /// How many digits a code has.
    pub digits: u32,
    /// Whether the text or call did not arrive, as far as anybody knows.
    pub failed: bool,
}

/// How a code was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeSentBy {
    /// By text message.
    Text,
    /// By voice call.
    Call,
}
