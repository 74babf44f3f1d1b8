//! A link of an invitation, just opened.

use super::{SecurityCheck, Visitor};
use askama::Template;

/// `GET /register`: who invited, and Get Started. Looking at it changes nothing.
#[derive(Template)]
#[template(path = "opened.html")]
pub struct OpenedPage {
    /// The frame.
    pub visitor: Visitor,
    /// Where Get Started posts to: `/register`.
    pub action: String,
    /// The practice that invited.
    pub practice: String,
    /// The person of the practice who invited; none when the vendor did.
    pub inviter: Option<String>,
    /// Whether the practice asks for a code.
    pub two_step: bool,
    /// The last day of the link: `Jul 9, 2026`.
    pub works_until: String,
    /// The security check, where one is asked for.
    pub check: Option<SecurityCheck>,
}

impl OpenedPage {
    /// Who invited, in the middle of a sentence.
    #[must_use]
    pub fn host(&self) -> String {
        match &self.inviter {
            Some(person) => format!("{person} of {}", self.practice),
            None => self.practice.clone(),
        }
    }
}
