//! One's own account.

use super::{Chrome, When};
use askama::Template;

/// `GET /profile`: who one is here, and where one is signed in.
#[derive(Template)]
#[template(path = "profile.html")]
pub struct ProfilePage {
    /// The frame; it holds the name and the email address.
    pub chrome: Chrome,
    /// `Doctor/Staff` or `Patient`.
    pub role: String,
    /// One's sessions, this one first.
    pub sessions: Vec<SessionRow>,
    /// The time zone of the times on the page: `Central Time`.
    pub time_zone: String,
}

/// A session.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// What addresses name it by.
    pub id: String,
    /// `Firefox on Windows`.
    pub device: String,
    /// Whether the device is a phone.
    pub on_phone: bool,
    /// When it began.
    pub began: When,
    /// When it was last used: `now`, `2 hours ago`.
    pub active: String,
    /// Whether it is the session that looks at the page.
    pub current: bool,
}
