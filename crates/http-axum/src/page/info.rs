//! Help, privacy and accessibility.

use super::Visitor;
use askama::Template;

/// `GET /help`: how inviting, registering and signing in work.
#[derive(Template)]
#[template(path = "help.html")]
pub struct HelpPage {
    /// The frame.
    pub visitor: Visitor,
}

/// `GET /privacy`: what is recorded, and who sees it.
#[derive(Template)]
#[template(path = "privacy.html")]
pub struct PrivacyPage {
    /// The frame.
    pub visitor: Visitor,
}

/// `GET /accessibility`: what the pages can do, and how to report a barrier.
#[derive(Template)]
#[template(path = "accessibility.html")]
pub struct AccessibilityPage {
    /// The frame.
    pub visitor: Visitor,
}
