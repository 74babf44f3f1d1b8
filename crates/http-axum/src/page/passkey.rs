//! One's own passkeys, and the page on which the browser asks for one.

use super::{Chrome, When};
use askama::Template;

/// What people see of their passkeys, below their authenticator app.
#[derive(Clone, Debug, Default)]
pub struct PasskeyPanel {
    /// Whether another can be added.
    pub room: bool,
    /// Whether their practice lets them be used.
    pub allowed: bool,
    /// What was typed for the name of a new one.
    pub name: String,
    /// The passkeys, the oldest first.
    pub kept: Vec<PasskeyRow>,
}

/// A passkey.
#[derive(Clone, Debug)]
pub struct PasskeyRow {
    /// What addresses name it by.
    pub id: String,
    /// What its person calls it.
    pub name: String,
    /// Since when.
    pub added: When,
    /// When it last signed somebody in.
    pub used: Option<When>,
}

/// What `POST /profile/second-factor/passkeys` leads to: the browser asks for a passkey to be made.
#[derive(Template)]
#[template(path = "passkey.html")]
pub struct PasskeyPage {
    /// The frame.
    pub chrome: Chrome,
    /// What it will be called.
    pub name: String,
    /// What the browser asks, as JSON.
    pub options: String,
}
