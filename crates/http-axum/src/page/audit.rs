//! Settings › Audit log: who did what in the practice, and when.

use super::{Chrome, When};
use askama::Template;

/// `GET /settings/audit` (section 13).
#[derive(Template)]
#[template(path = "settings/audit.html")]
pub struct AuditPage {
    /// The frame.
    pub chrome: Chrome,
    /// The first day wanted, `2026-06-09`; empty for none.
    pub from: String,
    /// The last day wanted.
    pub to: String,
    /// The words that name a person.
    pub person: String,
    /// Sorts of actors to choose from: code, name, and whether it is chosen.
    pub actors: Vec<(&'static str, &'static str, bool)>,
    /// Topics to choose from: code, name, and whether it is chosen.
    pub topics: Vec<(&'static str, &'static str, bool)>,
    /// The entries of this page, newest first.
    pub entries: Vec<AuditLine>,
    /// Where the newest entries are, for whoever has gone back from there.
    pub newest: Option<String>,
    /// Where older entries go on, if there are any.
    pub older: Option<String>,
    /// Where all entries that are wanted can be had as a file.
    pub export: String,
    /// The time zone of the times on the page: `Central Time`.
    pub time_zone: String,
}

/// An entry.
#[derive(Clone, Debug)]
pub struct AuditLine {
    /// When.
    pub at: When,
    /// Who.
    pub who: String,
    /// What happened, as a sentence.
    pub event: String,
    /// Whom or what it was about.
    pub about: Option<String>,
    /// The network address.
    pub address: Option<String>,
}

impl AuditPage {
    /// Whether anything is left out.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        let chosen = |options: &[(&str, &str, bool)]| options.iter().any(|(.., chosen)| *chosen);
        [&self.from, &self.to, &self.person].iter().any(|text| !text.is_empty())
            || chosen(&self.actors)
            || chosen(&self.topics)
    }
}
