//! One's own account.

use super::{CardPanel, Chrome, When};
use askama::Template;

/// `GET /profile`: who one is here, and where one is signed in. Fields: `first`, `last`, `cell`, `phone`, `time_zone`.
#[derive(Template)]
#[template(path = "profile.html")]
pub struct ProfilePage {
    /// The frame; it holds the name and the email address. Problems go to the fields.
    pub chrome: Chrome,
    /// What the form shows.
    pub details: Details,
    /// Whether the cell phone wants no texts, because somebody answered STOP to one (`WH-06`).
    pub texts_stopped: bool,
    /// `Doctor/Staff` or `Patient`.
    pub role: String,
    /// Whether an authenticator app is asked for at each sign-in.
    pub second_factor: bool,
    /// How many passkeys may be used in place of its code; none where they are not used.
    pub passkeys: Option<usize>,
    /// The card on file.
    pub card: CardPanel,
    /// One's sessions, this one first.
    pub sessions: Vec<SessionRow>,
    /// The time zone of the times on the page: `Central Time`.
    pub time_zone: String,
}

/// What people may say of themselves.
#[derive(Clone, Debug, Default)]
pub struct Details {
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Cell phone.
    pub cell: String,
    /// Other number.
    pub phone: String,
    /// Whether the numbers can be changed now: that needs a fresh sign-in.
    pub phones_open: bool,
    /// The time zones to choose from.
    pub zones: Vec<ZoneOption>,
}

/// A time zone to choose.
#[derive(Clone, Debug)]
pub struct ZoneOption {
    /// What the form sends; empty for the portal's own.
    pub value: String,
    /// `Central Time`.
    pub label: String,
    /// Whether it is chosen.
    pub selected: bool,
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
