//! Registration: the telephone numbers.

use super::{Steps, Visitor};
use askama::Template;

/// `GET /register/phone`. Fields: `cell`, `phone`; at least one is needed.
#[derive(Template)]
#[template(path = "phone.html")]
pub struct PhonePage {
    /// The frame; problems go to `cell` or `phone`.
    pub visitor: Visitor,
    /// Where the person stands.
    pub steps: Steps,
    /// The practice that invited.
    pub practice: String,
    /// The cell phone typed before, or already known.
    pub cell: String,
    /// The other number typed before, or already known.
    pub phone: String,
}
