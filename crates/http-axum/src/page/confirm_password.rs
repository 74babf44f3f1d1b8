//! The password once more, before something sensitive.

use super::Chrome;
use askama::Template;

/// `GET /confirm-password`: a fresh sign-in. Fields: `next`, `password`.
#[derive(Template)]
#[template(path = "confirm_password.html")]
pub struct ConfirmPasswordPage {
    /// The frame.
    pub chrome: Chrome,
    /// Where to go on; sent back as the field `next`.
    pub next: String,
    /// What the person is about to do, after "You are about to": `change 2-step verification`.
    pub purpose: String,
    /// Where Cancel leads.
    pub cancel_href: String,
}
