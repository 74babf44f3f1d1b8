//! How often somebody may guess.

use std::collections::BTreeSet;

use todc_utils::Specification;

/// An account's lock (LOCK-1, LK-02), from browsers that nobody knows.
#[derive(Debug)]
pub(crate) struct Lock;

/// What somebody tried with an account.
#[derive(Debug, Clone)]
pub(crate) enum OfLock {
    /// A wrong password, which signs nobody in.
    Wrong { told: Option<()> },
    /// The right one: did it sign in?
    Right { signed_in: Option<bool> },
    /// A User Manager opens it: was it open?
    Unlock { was_open: Option<bool> },
    /// Does the list say that it is locked?
    See(bool),
}

/// Failures, and whether they have locked. Those of whom nobody heard may be counted when their time is up, and lock later.
type Counter = (u8, bool);

impl Specification for Lock {
    /// Whatever it may be, for all that is known.
    type State = BTreeSet<Counter>;
    type Operation = OfLock;

    fn init() -> Self::State {
        [(0, false)].into()
    }

    fn apply(asked: &OfLock, now: &Self::State) -> (bool, Self::State) {
        let then: BTreeSet<_> = now.iter().flat_map(|counter| after(asked, *counter)).collect();
        (!then.is_empty(), then)
    }
}

/// What a counter may be afterwards; nothing where it cannot have been answered like this.
fn after(asked: &OfLock, (failures, locked): Counter) -> Vec<Counter> {
    let shut = locked || failures >= MOST;
    let now = (failures, locked);
    let counted = if shut { (failures, true) } else { (failures + 1, failures + 1 >= MOST) };
    let late = (counted.0, locked);
    match *asked {
        OfLock::See(seen) if seen != locked => vec![],
        OfLock::See(_) => vec![now],
        OfLock::Wrong { told: Some(()) } if shut => vec![now, counted],
        OfLock::Wrong { told: Some(()) } => vec![counted],
        OfLock::Wrong { told: None } => vec![now, counted, late],
        OfLock::Right { signed_in: Some(true) } if shut => vec![],
        OfLock::Right { signed_in: Some(true) } => vec![(0, false)],
        OfLock::Right { signed_in: Some(false) } if !shut => vec![],
        OfLock::Right { signed_in: Some(false) } => vec![now, counted],
        OfLock::Right { signed_in: None } if shut => vec![now, counted],
        OfLock::Right { signed_in: None } => vec![now, (0, false), counted, late],
        OfLock::Unlock { was_open: Some(open) } if open == locked => vec![],
        OfLock::Unlock { was_open: None } => vec![now, if locked { (0, false) } else { now }],
        OfLock::Unlock { .. } => vec![if locked { (0, false) } else { now }],
    }
}

/// The failure that locks.
const MOST: u8 = 7;
