//! What may be seen of each kind of thing, said as a machine that does one thing after the other; and whether what was seen can be
//! explained by it. The search is that of Wing and Gong, by `todc-utils`.

use std::collections::BTreeSet;

use todc_utils::linearizability::history::Action;
use todc_utils::{History, Specification, WGLChecker};

/// One thing that somebody asked for.
#[derive(Debug, Clone)]
pub(super) struct Call<O> {
    /// In microseconds.
    pub(super) began: u64,
    /// None where nobody knows what came of it: it may have happened at any time since, or never.
    pub(super) ended: Option<u64>,
    pub(super) what: O,
}

/// Whether there is an order, true to the clock, in which one thing after the other would have been answered like this.
pub(super) fn is_explained<S: Specification>(calls: &[Call<S::Operation>]) -> bool {
    if calls.is_empty() {
        return true;
    }
    let mut events = Vec::new();
    for (n, call) in calls.iter().enumerate() {
        events.push((call.began, false, n));
        events.push((call.ended.unwrap_or(u64::MAX), true, n));
    }
    // What began when another ended was beside it.
    events.sort_unstable();
    let action = |(_, ends, n): (u64, bool, usize)| {
        let what = calls[n].what.clone();
        (n, if ends { Action::Response(what) } else { Action::Call(what) })
    };
    WGLChecker::<S>::is_linearizable(History::from_actions(events.into_iter().map(action).collect()))
}

/// An address, and the one invitation that may be open for it.
#[derive(Debug)]
pub(super) struct Address;

/// Of an invitation, what nobody else has: which one it is, and how often it was corrected by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Invited {
    pub(super) which: u32,
    pub(super) text: u32,
}

/// What somebody asked of an address. No answer is known where it says none.
#[derive(Debug, Clone)]
pub(super) enum OfAddress {
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

/// An account's lock (LOCK-1, LK-02), from browsers that nobody knows.
#[derive(Debug)]
pub(super) struct Lock;

/// What somebody tried with an account.
#[derive(Debug, Clone)]
pub(super) enum OfLock {
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

/// A member's role in the practice; given before everything else.
#[derive(Debug)]
pub(super) struct Role;

/// What somebody did with a role.
#[derive(Debug, Clone)]
pub(super) enum OfRole {
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

/// A link to register with, opened by several browsers (TK-03, REG-6).
#[derive(Debug)]
pub(super) struct Link;

/// What a browser did with a link.
#[derive(Debug, Clone)]
pub(super) enum OfLink {
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

/// The failure that locks.
const MOST: u8 = 7;
