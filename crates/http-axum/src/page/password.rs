//! Choosing a password: as the last step of registration, or behind a mailed link.

use super::{Steps, Visitor};
use askama::Template;

/// `GET /register/password`. Fields: `new_password`, `again`. Neither is ever printed again.
#[derive(Template)]
#[template(path = "password.html")]
pub struct PasswordPage {
    /// The frame; problems go to `new-password` or `again`.
    pub visitor: Visitor,
    /// Where the person stands.
    pub steps: Steps,
    /// The user name, for password managers and for the eye.
    pub email: String,
    /// What the password needs.
    pub rules: Vec<Rule>,
}

/// `GET /password/new`. Fields: `new_password`, `again`, and `terms` where they are asked for. No password is ever printed again.
#[derive(Template)]
#[template(path = "new_password.html")]
pub struct NewPasswordPage {
    /// The frame; problems go to `new-password`, `again` or `terms`.
    pub visitor: Visitor,
    /// Where the person stands; none when there is only this step.
    pub steps: Option<Steps>,
    /// The user name, for password managers and for the eye.
    pub email: String,
    /// What the password needs.
    pub rules: Vec<Rule>,
    /// The version of the terms of use that a new account accepts.
    pub terms: Option<String>,
}

/// One thing that a password needs.
#[derive(Clone, Debug)]
pub struct Rule {
    /// How the browser can check it.
    pub kind: RuleKind,
    /// The rule in words: `At least 8 characters`.
    pub text: String,
    /// Whether the password sent before met it; false at first.
    pub met: bool,
}

/// How the browser can check a rule while the person types. The server checks them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// At least so many characters.
    Length(u32),
    /// A lower-case letter.
    Lower,
    /// An upper-case letter.
    Upper,
    /// A digit.
    Digit,
    /// A character that is no letter, digit or space.
    Symbol,
    /// Only the server can check it; printed as plain text.
    ServerOnly,
}

impl Rule {
    /// Whether any of these can be checked in the browser.
    #[must_use]
    pub fn any_live(rules: &[Self]) -> bool {
        rules.iter().any(|rule| rule.kind.code().is_some())
    }
}

impl RuleKind {
    /// What the script knows the rule by.
    #[must_use]
    pub const fn code(self) -> Option<&'static str> {
        match self {
            Self::Length(_) => Some("len"),
            Self::Lower => Some("lower"),
            Self::Upper => Some("upper"),
            Self::Digit => Some("digit"),
            Self::Symbol => Some("symbol"),
            Self::ServerOnly => None,
        }
    }

    /// The least number of characters, for a rule about length.
    #[must_use]
    pub const fn least(self) -> Option<u32> {
        match self {
            Self::Length(least) => Some(least),
            Self::Lower | Self::Upper | Self::Digit | Self::Symbol | Self::ServerOnly => None,
        }
    }
}
