//! One's own email address.

use super::{Chrome, Visitor};
use askama::Template;

/// `GET /profile/email`. Field: `email`.
#[derive(Template)]
#[template(path = "change_email.html")]
pub struct ChangeEmailPage {
    /// The frame; problems go to `email`.
    pub chrome: Chrome,
    /// The new address typed before.
    pub email: String,
}

/// `GET /email`: the link that was mailed to the new address. The form has no fields.
#[derive(Template)]
#[template(path = "confirm_email.html")]
pub struct ConfirmEmailPage {
    /// The frame; a problem goes to `main`.
    pub visitor: Visitor,
    /// The new address.
    pub email: String,
}
