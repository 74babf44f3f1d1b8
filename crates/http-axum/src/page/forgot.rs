//! A forgotten password: whose it is, and that a link is on its way.

use super::{SecurityCheck, Visitor};
use askama::Template;

/// `GET /forgot`. Field: `email`.
#[derive(Template)]
#[template(path = "forgot.html")]
pub struct ForgotPage {
    /// The frame; problems go to `email`.
    pub visitor: Visitor,
    /// The check that comes first, where one is asked for (`BOT-1`).
    pub check: Option<SecurityCheck>,
    /// The address typed before, where it was no address.
    pub email: String,
}

/// `GET /forgot/sent`: the same page whatever the address was, so it does not show the address. Somebody who signed in with a right
/// password that must be renewed sees it too, and is told so (`BOT-3`).
#[derive(Template)]
#[template(path = "check_email.html")]
pub struct CheckEmailPage {
    /// The frame.
    pub visitor: Visitor,
    /// Whether it follows a right password that must be renewed.
    pub renewal: bool,
}

impl CheckEmailPage {
    /// The heading.
    #[must_use]
    pub const fn heading(&self) -> &'static str {
        if self.renewal { "Your password must be renewed" } else { "Check your email" }
    }
}
