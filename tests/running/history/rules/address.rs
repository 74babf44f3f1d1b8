//! An address, and who is invited there.

use todc_utils::Specification;

/// An address, and the one invitation that may be open for it.
#[derive(Debug)]
pub(crate) struct Address;

/// Of an invitation, what nobody else has: which one it is, and how often it was corrected by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Invited {
    pub(crate) which: u32,
    pub(crate) text: u32,
}

/// What somebody asked of an address. No answer is known where it says none.
#[derive(Debug, Clone)]
pub(crate) enum OfAddress {
    /// Was it made, or is there an open one?
    Invite {
        new: Invited,
        made: Option<bool>,
    },
    /// Was it changed, or was it another by then?
    Correct {
        seen: Invited,
        text: u32,
        done: Option<bool>,
    },
    /// Was it taken back, or was it gone?
    Withdraw {
        which: u32,
        done: Option<bool>,
    },
    See(Option<Invited>),
}

impl Specification for Address {
    type State = Option<Invited>;
    type Operation = OfAddress;

    fn init() -> Self::State {
        None
    }

    fn apply(asked: &OfAddress, now: &Self::State) -> (bool, Self::State) {
        let (can, then, told) = match *asked {
            OfAddress::See(seen) => return (seen == *now, *now),
            OfAddress::Invite { new, made } => (now.is_none(), Some(new), made),
            OfAddress::Correct { seen, text, done } => (*now == Some(seen), Some(Invited { text, ..seen }), done),
            OfAddress::Withdraw { which, done } => (now.is_some_and(|now| now.which == which), None, done),
        };
        (told.is_none_or(|told| told == can), if can { then } else { *now })
    }
}
