//! What a link makes.

use todc_utils::Specification;

/// A link to register with, opened by several browsers (TK-03, REG-6).
#[derive(Debug)]
pub(crate) struct Link;

/// What a browser did with a link.
#[derive(Debug, Clone)]
pub(crate) enum OfLink {
    /// Did its password make the account?
    Complete { browser: usize, made: Option<bool> },
    /// Does its password sign in?
    SignIn { browser: usize, works: bool },
}

impl Specification for Link {
    /// Whose password it is.
    type State = Option<usize>;
    type Operation = OfLink;

    fn init() -> Self::State {
        None
    }

    fn apply(asked: &OfLink, now: &Self::State) -> (bool, Self::State) {
        match *asked {
            OfLink::SignIn { browser, works } => (works == (*now == Some(browser)), *now),
            OfLink::Complete { browser, made } => {
                (made.is_none_or(|made| made == now.is_none()), now.or(Some(browser)))
            }
        }
    }
}
