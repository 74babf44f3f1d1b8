//! Settings: what an administrator arranges for the practice.

use super::Chrome;
use askama::Template;

/// `GET /settings`: what there is to arrange.
#[derive(Template)]
#[template(path = "settings/index.html")]
pub struct SettingsPage {
    /// The frame.
    pub chrome: Chrome,
}

/// `GET /settings/code-word/rotate`: the question before the practice has another code word (`CODE-1`).
#[derive(Template)]
#[template(path = "settings/rotate.html")]
pub struct RotatePage {
    /// The frame.
    pub chrome: Chrome,
    /// Whether the system texts the word; otherwise it is only ever said.
    pub texts_word: bool,
}
