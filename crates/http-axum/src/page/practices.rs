//! The practices of somebody who works in several.

use super::Chrome;
use askama::Template;

/// `GET /practices`. Each form has the fields `practice` and `next`.
#[derive(Template)]
#[template(path = "practices.html")]
pub struct PracticesPage {
    /// The frame; a problem goes to `main`.
    pub chrome: Chrome,
    /// The practices, those joined first come first.
    pub practices: Vec<PracticeLine>,
    /// Where to go on afterwards.
    pub next: Option<String>,
}

/// A practice to choose.
#[derive(Clone, Debug)]
pub struct PracticeLine {
    /// What the form names it by.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What the person is there: `Doctor/Staff` or `Patient`.
    pub role: String,
    /// Whether the person works there now.
    pub current: bool,
}
