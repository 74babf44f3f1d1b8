//! The card on file.

use super::Chrome;
use askama::Template;

/// A card, as its owner knows it.
#[derive(Clone, Debug)]
pub struct CardFace {
    /// `Visa ending in 4242`.
    pub name: String,
    /// `06/2026`.
    pub expires: String,
    /// `Expires this month`, when that is so.
    pub warning: Option<String>,
}

/// The card on one's profile.
#[derive(Clone, Debug)]
pub enum CardPanel {
    /// Nothing is sold here, or not to this person.
    Absent,
    /// None is on file.
    None,
    /// One is, and pays for so many people.
    OnFile(CardFace, usize),
}

impl CardPanel {
    /// Whether plans are sold to this person.
    #[must_use]
    pub fn is_there(&self) -> bool {
        !matches!(self, Self::Absent)
    }
}

/// `POST /profile/card`: on to the payment provider's page, where the card is entered.
#[derive(Template)]
#[template(path = "card_entry.html")]
pub struct CardEntryPage {
    /// The frame.
    pub chrome: Chrome,
    /// The provider's page.
    pub href: String,
    /// Whether a card is on file already.
    pub another: bool,
}
