//! What somebody is.

use todc_utils::Specification;

/// A member's role in the practice; given before everything else.
#[derive(Debug)]
pub(crate) struct Role;

/// What somebody did with a role.
#[derive(Debug, Clone)]
pub(crate) enum OfRole {
    Give(&'static str),
    See(String),
}

impl Specification for Role {
    type State = &'static str;
    type Operation = OfRole;

    fn init() -> Self::State {
        ""
    }

    fn apply(asked: &OfRole, now: &Self::State) -> (bool, Self::State) {
        match asked {
            OfRole::Give(role) => (true, *role),
            OfRole::See(role) => (role == now, *now),
        }
    }
}
