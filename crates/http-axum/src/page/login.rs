//! Sign in.

use super::{SecurityCheck, Visitor};
use askama::Template;

/// `GET /login`, and the same page again when a sign-in was refused.
///
/// A refusal reads the same whatever its cause: put one problem on the field `email`. "You are
/// registered…" and "You are signed out." come as the toast of the frame.
#[derive(Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// The frame.
    pub visitor: Visitor,
    /// The email address typed before.
    pub email: String,
    /// Where to go after sign-in; sent back as the field `next`.
    pub next: Option<String>,
    /// Whether a sign-in was refused; shows the fixed note about locked accounts.
    pub refused: bool,
    /// The security check, where one is asked for; what is wrong with it is a problem on the field `security-check`.
    pub check: Option<SecurityCheck>,
}
