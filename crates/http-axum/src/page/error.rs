//! Pages for requests that come to nothing.

use super::{Link, Visitor};
use askama::Template;

/// An error page. It uses the plain frame, for people signed in or not.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame.
    pub visitor: Visitor,
    /// What happened.
    pub kind: ErrorKind,
    /// What happened, where the kind has no words of its own.
    pub sentence: Option<String>,
    /// The reference of the request, for support.
    pub reference: Option<String>,
    /// Where to go from here: `Go to Dashboard`.
    pub onward: Option<Link>,
}

/// What came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// 403: the person may not open the page.
    Forbidden,
    /// 404: there is no such page.
    NotFound,
    /// 410: the page was there once.
    Gone,
    /// 429: too many requests.
    TooMany,
    /// 500: our fault.
    Internal,
    /// The form was older than the session.
    StaleForm,
    /// Anything else; the page has the sentence.
    Other,
}

impl ErrorKind {
    /// The heading.
    #[must_use]
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Forbidden => "You cannot open this page",
            Self::NotFound => "We cannot find that page",
            Self::Gone => "This page is no longer here",
            Self::TooMany => "Too many requests",
            Self::Internal => "Something went wrong on our side",
            Self::StaleForm => "Your session ended",
            Self::Other => "That did not work",
        }
    }

    /// What it means, and what to do.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Forbidden => "Ask a User Manager in your practice.",
            Self::NotFound => "Check the address for a typing mistake, or start again from the first page.",
            Self::Gone => "What it showed has ended or was removed. Start again from the first page.",
            Self::TooMany => "Wait a minute and try again.",
            Self::Internal => "Nothing was saved.",
            Self::StaleForm => "Sign in again; this form was not saved.",
            Self::Other => "Nothing was saved.",
        }
    }

    /// The sign beside the heading.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Forbidden => "lock",
            Self::NotFound => "search",
            Self::Gone | Self::TooMany | Self::StaleForm => "clock",
            Self::Internal | Self::Other => "alert",
        }
    }
}
