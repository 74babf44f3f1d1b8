//! A link that does nothing any more.

use super::{Phone, Visitor};
use askama::Template;

/// Status 410: the link is dead, and what to do now. It never says whom a newer link went to.
#[derive(Template)]
#[template(path = "dead_link.html")]
pub struct DeadLinkPage {
    /// The frame; its practice is named as the one to call.
    pub visitor: Visitor,
    /// Why the link is dead.
    pub why: DeadLink,
    /// How long such links work, `30 days`; for expired links.
    pub lifetime: Option<String>,
    /// The number of the practice.
    pub call: Option<Phone>,
}

/// Why a link is dead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadLink {
    /// Its time is over.
    Expired,
    /// A newer invitation was sent.
    Newer,
    /// Withdrawn, used up or unknown.
    Gone,
    /// The person has registered with it.
    Registered,
}

impl DeadLinkPage {
    /// The heading.
    #[must_use]
    pub const fn heading(&self) -> &'static str {
        match self.why {
            DeadLink::Expired => "This link has expired",
            DeadLink::Newer => "A newer invitation was sent",
            DeadLink::Gone => "This link no longer works",
            DeadLink::Registered => "You are already registered",
        }
    }
}
