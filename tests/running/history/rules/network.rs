//! How often a network may come with links that are none of ours.

use todc_utils::Specification;

/// The units of one network (RL-05, TK-10), which come back with time.
#[derive(Debug)]
pub(crate) struct Network;

/// Somebody there came with such a link, between these moments in microseconds.
#[derive(Debug, Clone)]
pub(crate) struct OfNetwork {
    pub(crate) began: u64,
    pub(crate) ended: u64,
    /// Whether there was a unit for it; none where nobody knows.
    pub(crate) granted: Option<bool>,
}

impl Specification for Network {
    /// The earliest and the latest moment at which all units may be back, for all that is known.
    type State = (u64, u64);
    type Operation = OfNetwork;

    fn init() -> Self::State {
        (0, 0)
    }

    fn apply(asked: &OfNetwork, &(earliest, latest): &Self::State) -> (bool, Self::State) {
        let taken = |latest: u64| (earliest.max(asked.began) + EVERY, latest.max(asked.ended) + EVERY);
        // Beyond so much from now there is none left.
        let empty = |now: u64| now + (BURST - 1) * EVERY;
        match asked.granted {
            Some(true) => (earliest <= empty(asked.ended), taken(latest.min(empty(asked.ended)))),
            Some(false) => (latest > empty(asked.began), (earliest.max(empty(asked.began)), latest)),
            None => (true, (earliest, taken(latest).1)),
        }
    }
}

/// Units that are there at first.
const BURST: u64 = 20;

/// How long until one more is there, in microseconds.
const EVERY: u64 = 30_000_000;
