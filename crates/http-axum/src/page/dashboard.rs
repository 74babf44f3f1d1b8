//! The first page after sign-in.

use super::Chrome;
use askama::Template;

/// `GET /dashboard`: tiles for what the person may use, and for managers what needs attention.
#[derive(Template)]
#[template(path = "dashboard.html")]
pub struct DashboardPage {
    /// The frame.
    pub chrome: Chrome,
    /// `Good morning, Marisol`.
    pub greeting: String,
    /// `Tuesday, June 9, 2026`.
    pub today: String,
    /// The configured products that the person may use. The page adds the portal's own tiles.
    pub tiles: Vec<Tile>,
    /// How many people of the practice are locked; 0 for people who are no managers.
    pub locked: u64,
    /// The names of the first few of them, for the sentence beside the count.
    pub locked_names: Vec<String>,
    /// How many invitations could not be delivered; 0 for people who are no managers.
    pub undeliverable: u64,
    /// Whether the person's plan is over because a payment failed (`BILL-8`).
    pub payment_failed: bool,
    /// Their card, when it expires soon.
    pub card_expires: Option<CardNotice>,
}

/// A card that expires soon.
#[derive(Clone, Debug)]
pub struct CardNotice {
    /// `Your card expires this month`.
    pub title: String,
    /// `Visa ending in 4242 pays for 6 people.`
    pub hint: String,
}

/// A tile that leads to a product.
#[derive(Clone, Debug)]
pub struct Tile {
    /// `Secure Inbox`.
    pub label: String,
    /// `Messages and replies`.
    pub hint: String,
    /// Where it leads.
    pub href: String,
    /// The name of a sign in the icon file; an unknown name shows a globe.
    pub icon: String,
    /// `3 new`.
    pub badge: Option<String>,
}

impl DashboardPage {
    /// Whether anything needs attention.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        self.locked > 0 || self.undeliverable > 0 || self.card_expires.is_some()
    }

    /// Who is locked: `Karin Bjornstad, Leila Ghorbani and 3 more`.
    #[must_use]
    pub fn locked_people(&self) -> String {
        let named = u64::try_from(self.locked_names.len()).unwrap_or(u64::MAX);
        let more = self.locked.saturating_sub(named);
        let mut parts = self.locked_names.clone();
        if more > 0 && !parts.is_empty() {
            parts.push(format!("{more} more"));
        }
        match parts.split_last() {
            None => String::new(),
            Some((only, [])) => only.clone(),
            Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        }
    }
}

impl Tile {
    /// The sign to draw.
    #[must_use]
    pub fn sign(&self) -> &str {
        const SIGNS: [&str; 9] = ["send", "inbox", "folder", "refer", "form", "mail", "text", "users", "device"];
        SIGNS.into_iter().find(|sign| *sign == self.icon).unwrap_or("globe")
    }
}
