//! What may be seen of each kind of thing, said as a machine that does one thing after the other; and whether what was seen can be
//! explained by it. The search is that of Wing and Gong, by `todc-utils`.

mod address;
mod code;
mod link;
mod lock;
mod network;
mod order;
mod role;
mod word;

use todc_utils::linearizability::history::Action;
use todc_utils::{History, Specification, WGLChecker};

pub(crate) use address::{Address, Invited, OfAddress};
pub(crate) use code::{Code, Guessed, OfCode};
pub(crate) use link::{Link, OfLink};
pub(crate) use lock::{Lock, OfLock};
pub(crate) use network::{Network, OfNetwork};
pub(crate) use order::{OfOrder, Order};
pub(crate) use role::{OfRole, Role};
pub(crate) use word::{Given, OfWord, Taken, Word};

/// One thing that somebody asked for.
#[derive(Debug, Clone)]
pub(crate) struct Call<O> {
    /// In microseconds.
    pub(crate) began: u64,
    /// None where nobody knows what came of it: it may have happened at any time since, or never.
    pub(crate) ended: Option<u64>,
    pub(crate) what: O,
}

/// Whether there is an order, true to the clock, in which one thing after the other would have been answered like this.
pub(crate) fn is_explained<S: Specification>(calls: &[Call<S::Operation>]) -> bool {
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
