//! Sign in: the second step.

use super::{AppKey, Link, Visitor};
use crate::next::encode;
use askama::Template;

/// `GET /login/code`. Fields: `code`, `next`, and `with` where it is a recovery code.
#[derive(Template)]
#[template(path = "second_step.html")]
pub struct SecondStepPage {
    /// The frame; problems go to `code`.
    pub visitor: Visitor,
    /// What is asked for.
    pub stage: SecondStep,
    /// Whether a passkey may be used in place of a code.
    pub passkey: bool,
    /// Where to go after sign-in; sent back as the field `next`.
    pub next: Option<String>,
}

impl SecondStepPage {
    /// The same page, asking for the other kind of code.
    #[must_use]
    pub fn other(&self) -> String {
        let path = match self.stage {
            SecondStep::Code => "/login/code?with=recovery",
            SecondStep::Recovery | SecondStep::Passkey(_) | SecondStep::Begin | SecondStep::Confirm(_) => {
                "/login/code?with=app"
            }
        };
        self.next.as_ref().map_or_else(|| path.to_owned(), |next| format!("{path}&next={}", encode(next)))
    }
}

/// What the second step asks for.
#[derive(Clone, Debug)]
pub enum SecondStep {
    /// A code of the app.
    Code,
    /// A recovery code: it has letters, so phones must offer them.
    Recovery,
    /// A passkey: the browser asks for this, which is JSON.
    Passkey(String),
    /// To set up an app first, because the practice asks for one.
    Begin,
    /// A code of the app that is being set up.
    Confirm(AppKey),
}

/// The recovery codes, once, after an app was set up on the way in.
#[derive(Template)]
#[template(path = "recovery_codes.html")]
pub struct RecoveryCodesPage {
    /// The frame.
    pub visitor: Visitor,
    /// The codes.
    pub codes: Vec<String>,
    /// Where to go on.
    pub onward: Link,
}
