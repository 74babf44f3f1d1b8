//! One's own password.

use super::{Chrome, Rule};
use askama::Template;

/// `GET /profile/password`. Fields: `current_password`, `new_password`, `again`. None is ever printed again.
#[derive(Template)]
#[template(path = "change_password.html")]
pub struct ChangePasswordPage {
    /// The frame; problems go to `current-password`, `new-password` or `again`.
    pub chrome: Chrome,
    /// What the new password needs.
    pub rules: Vec<Rule>,
}

impl ChangePasswordPage {
    /// Whether any rule can be checked in the browser.
    #[must_use]
    pub fn has_live_rules(&self) -> bool {
        self.rules.iter().any(|rule| rule.kind.code().is_some())
    }
}
