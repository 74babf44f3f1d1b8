//! Settings › Security: the rules for everybody in the practice.

use super::Chrome;
use askama::Template;

/// `GET /settings/security` (`PRA-6`).
#[derive(Template)]
#[template(path = "settings/security.html")]
pub struct SecurityPage {
    /// The frame.
    pub chrome: Chrome,
    /// What the form was made from.
    pub version: String,
    /// The preset that the values start from.
    pub preset: &'static str,
    /// Every preset, to start from: code, name, and whether it is the chosen one.
    pub presets: Vec<(&'static str, &'static str, bool)>,
    /// Whether the values on the page are those of another preset, and not saved.
    pub previewed: bool,
    /// What the values are, section by section.
    pub sections: Vec<PolicySection>,
    /// Values that a published norm advises against: which, and the norm.
    pub deviations: Vec<(&'static str, &'static str)>,
    /// Whether the password has to be given to save.
    pub asks_password: bool,
}

/// A section of the policy.
#[derive(Clone, Debug)]
pub struct PolicySection {
    /// How addresses and forms spell it.
    pub code: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Its values.
    pub rows: Vec<PolicyRow>,
}

/// A value of the policy.
#[derive(Clone, Debug)]
pub struct PolicyRow {
    /// The name of its field: `session.idle_minutes`.
    pub name: &'static str,
    /// The `id` of its field: `session-idle-minutes`.
    pub id: String,
    /// What people read.
    pub label: &'static str,
    /// `5 to 60 minutes. Standard: 30.`
    pub hint: String,
    /// The field.
    pub control: PolicyControl,
}

/// The field of a value.
#[derive(Clone, Debug)]
pub enum PolicyControl {
    /// A number.
    Number {
        /// The least that the field takes.
        least: u32,
        /// The most.
        most: u32,
        /// What stands behind it: `minutes`.
        unit: &'static str,
        /// What it holds, as typed.
        value: String,
    },
    /// On or off.
    Switch(bool),
    /// One of several words: code, name, and whether it is chosen.
    Choice(Vec<(&'static str, String, bool)>),
}

impl PolicyRow {
    /// The `id` of its hint.
    #[must_use]
    pub fn hint_id(&self) -> String {
        format!("{}-hint", self.id)
    }
}
