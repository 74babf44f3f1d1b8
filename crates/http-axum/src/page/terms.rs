//! The terms of use: as a step of registration, and to read at any time.

use super::{Steps, Visitor};
use askama::Template;

/// `GET /register/terms`. Fields: `version`, and `read`, which is `yes` once the end was reached.
#[derive(Template)]
#[template(path = "terms_step.html")]
pub struct TermsStepPage {
    /// The frame; problems go to `read`.
    pub visitor: Visitor,
    /// Where the person stands.
    pub steps: Steps,
    /// The text to accept.
    pub terms: TermsText,
    /// The last day of the invitation: `Jul 9, 2026`.
    pub open_until: String,
}

/// `GET /terms`: the same text, to read, save or print.
#[derive(Template)]
#[template(path = "terms.html")]
pub struct TermsPage {
    /// The frame.
    pub visitor: Visitor,
    /// The text.
    pub terms: TermsText,
}

/// One version of the terms.
#[derive(Clone, Debug)]
pub struct TermsText {
    /// What names the version: `2026-05-04`.
    pub version: String,
    /// The version for people: `May 4, 2026`.
    pub dated: String,
    /// The numbered parts.
    pub sections: Vec<TermsSection>,
}

/// A part of the terms.
#[derive(Clone, Debug)]
pub struct TermsSection {
    /// Its heading; the page numbers it.
    pub heading: String,
    /// Its paragraphs.
    pub paragraphs: Vec<String>,
}
