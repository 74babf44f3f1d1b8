//! One's own authenticator app.

use super::{AppKey, Chrome, PasskeyPanel, When};
use askama::Template;

/// `GET /profile/second-factor`, and what its forms lead to.
#[derive(Template)]
#[template(path = "second_factor.html")]
pub struct SecondFactorPage {
    /// The frame; problems go to `code`, `name` or `main`.
    pub chrome: Chrome,
    /// How far it is.
    pub panel: FactorPanel,
}

/// How far an authenticator app is set up.
#[derive(Clone, Debug)]
pub enum FactorPanel {
    /// There is none.
    Off,
    /// The app is shown the key, and a code is asked for.
    Confirm(AppKey),
    /// It was set up just now; these are its recovery codes.
    Codes(Vec<String>),
    /// It is asked for at each sign-in.
    On {
        /// Since when.
        since: When,
        /// Recovery codes that are left.
        left: usize,
        /// Passkeys, where they are used.
        passkeys: Option<PasskeyPanel>,
    },
}
