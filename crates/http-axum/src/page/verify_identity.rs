//! Registration: how the secret code comes.

use super::{Steps, Visitor};
use askama::Template;

/// `GET /register/verify-identity`. Field: `method`, the value of an option.
#[derive(Template)]
#[template(path = "verify_identity.html")]
pub struct VerifyIdentityPage {
    /// The frame; problems go to `method`.
    pub visitor: Visitor,
    /// Where the person stands.
    pub steps: Steps,
    /// The ways on offer: text for cell phones only, a call for every number.
    pub options: Vec<DeliveryOption>,
    /// Whether the person may go back and give another number.
    pub can_change_number: bool,
    /// Whether the cell phone wants no texts, so that none is on offer (`WH-06`).
    pub texts_stopped: bool,
}

/// A way for the secret code to come.
#[derive(Clone, Debug)]
pub struct DeliveryOption {
    /// What the form sends: `text-cell`.
    pub value: String,
    /// `Send a text to (•••) •••-0187`.
    pub label: String,
    /// Whether it is chosen at first.
    pub selected: bool,
}
