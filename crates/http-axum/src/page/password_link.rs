//! A mailed link to a password: what it leads to, the code word that goes with it, and what to do when it is dead.

use super::{Phone, SecurityCheck, Steps, Visitor};
use askama::Template;

/// `GET /password`: what the link leads to, and Continue. Looking at it changes nothing, and shows no address.
#[derive(Template)]
#[template(path = "password_link.html")]
pub struct PasswordLinkPage {
    /// The frame.
    pub visitor: Visitor,
    /// Whether it leads to a new account; otherwise to another password.
    pub setup: bool,
    /// Whether the practice's code word is asked for.
    pub asks_word: bool,
    /// Whether the system texts it; otherwise it is only ever said.
    pub texts_word: bool,
    /// When it stops working: `Jul 9, 2026, 3:15 PM`.
    pub works_until: String,
}

/// `GET /password/code-word`. Field: `code_word`, which is never printed again.
#[derive(Template)]
#[template(path = "code_word.html")]
pub struct CodeWordPage {
    /// The frame; problems go to `code-word`.
    pub visitor: Visitor,
    /// The check that comes first, where one is asked for (`BOT-1`).
    pub check: Option<SecurityCheck>,
    /// Where the person stands.
    pub steps: Steps,
    /// Whether the system has texted the word; otherwise it is only ever said.
    pub texts_word: bool,
    /// The number of the practice.
    pub call: Option<Phone>,
}

/// Status 410: the link, or the way from it, is over, and what to do now.
#[derive(Template)]
#[template(path = "dead_password_link.html")]
pub struct DeadPasswordLinkPage {
    /// The frame; its practice is named as the one to ask.
    pub visitor: Visitor,
    /// What ended it.
    pub why: PasswordLinkEnd,
    /// Whether the person may ask for another link without anybody's help.
    pub can_ask: bool,
    /// The number of the practice.
    pub call: Option<Phone>,
}

/// What ended the way to a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordLinkEnd {
    /// The link's time is over.
    Expired,
    /// A newer link was sent.
    Newer,
    /// Closed or unknown.
    Gone,
    /// It did its work.
    Used,
    /// The steps took too long; the link itself may still work.
    TooSlow,
}

impl PasswordLinkPage {
    /// The heading.
    #[must_use]
    pub const fn heading(&self) -> &'static str {
        if self.setup { "Set up your account" } else { "Choose a new password" }
    }
}

impl CodeWordPage {
    /// How the word comes to the person.
    #[must_use]
    pub const fn how(&self) -> &'static str {
        if self.texts_word {
            "We sent it to your cell phone in a text. No text? Ask your office in person or by phone."
        } else {
            "Ask your office for it, in person or by phone."
        }
    }
}

impl DeadPasswordLinkPage {
    /// The heading.
    #[must_use]
    pub const fn heading(&self) -> &'static str {
        match self.why {
            PasswordLinkEnd::Expired => "This link has expired",
            PasswordLinkEnd::Newer => "A newer link was sent",
            PasswordLinkEnd::Gone => "This link no longer works",
            PasswordLinkEnd::Used => "This link has been used",
            PasswordLinkEnd::TooSlow => "This took too long",
        }
    }

    /// What that means.
    #[must_use]
    pub const fn explained(&self) -> &'static str {
        match self.why {
            PasswordLinkEnd::Expired => "A newer link may be in your inbox.",
            PasswordLinkEnd::Newer => "Each new link switches off the links in older emails.",
            PasswordLinkEnd::Gone => {
                "It was closed, perhaps after too many wrong code words, or part of the link is missing."
            }
            PasswordLinkEnd::Used => "Such a link works once, and this one did its work.",
            PasswordLinkEnd::TooSlow => "For your safety the steps end after an hour. Nothing was changed.",
        }
    }
}
