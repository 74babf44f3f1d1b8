//! What only signing in asks of a store: units of limits, the cap on sessions, half-way sign-ins.

use std::time::Duration;

use practice_domain::commit::{Commit, Write};
use practice_domain::rate::{Ask, Quota, Taken};
use practice_domain::session::{Half, Session, Stage};
use practice_domain::value::{SessionId, Time, Version};

use crate::contract::join::join;
use crate::contract::samples::{NOON, commit, id, session};
use crate::contract::{Harness, Stores};

/// However many ask at once, no more units are given out than there are; they come back one by one; of several, all are taken or none
/// (`RL-05`).
pub async fn units_are_given_out_once(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let ask = |key: u8, burst| Ask { key: [key; 32], quota: Quota { burst, every: Duration::from_secs(10) } };
    let asks = [ask(1, 7)];
    let answers = join((0..20).map(|_| take(&stores, &asks, NOON))).await;
    assert_eq!(answers.iter().filter(|answer| **answer == Taken::Granted).count(), 7, "{answers:?}");
    let later = NOON.plus(Duration::from_secs(10));
    assert_eq!(take(&stores, &asks, NOON).await, Taken::Refused { possible_at: later });
    assert_eq!(take(&stores, &[ask(2, 1), ask(1, 7)], NOON).await, Taken::Refused { possible_at: later });
    assert_eq!(take(&stores, &[ask(2, 1)], NOON).await, Taken::Granted, "nothing was taken of the other");
    assert_eq!(take(&stores, &asks, later).await, Taken::Granted);
    assert_eq!(take(&stores, &asks, later).await, Taken::Refused { possible_at: later.plus(Duration::from_secs(10)) });
    for days in 1..4_u64 {
        let at = NOON.plus(Duration::from_secs(days * 3 * 24 * 60 * 60));
        let all = [asks[0]; 7];
        assert_eq!(take(&stores, &all, at).await, Taken::Granted, "all are back");
    }
}

/// Of an account's live and whole sessions the newest stay; those that were long unused or lasted too long go, half-way ones included;
/// what ends is at its next version, so that a decision on one that was loaded before is stale (`SE-09`).
pub async fn the_oldest_session_gives_way(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let minutes = |n: u64| Duration::from_secs(n * 60);
    let begun = |n: u64| Session { started_at: NOON.plus(minutes(n)), seen_at: NOON.plus(minutes(100)), ..some(n) };
    let half = Stage::Half(Half { enrols: false, wrong: 0, known: false });
    let all = [
        Session { started_at: NOON, ..begun(1) },
        begun(2),
        begun(3),
        begun(4),
        Session { seen_at: NOON.plus(minutes(40)), ..begun(5) },
        Session { stage: half, ..begun(6) },
        Session { account: id(2), ..begun(7) },
    ];
    stores.accept(all.iter().cloned().fold(commit(), Commit::insert)).await;
    let cap = Write::CapSessions {
        account: id(1),
        most: 2,
        unused_since: NOON.plus(minutes(40)),
        begun_before: NOON,
        at: NOON.next_day(),
    };
    stores.accept(commit().write(cap)).await;
    let mut live = Vec::new();
    for session in all {
        let found = stores.store.session(session.id).await.unwrap_or_else(|fault| panic!("{fault:?}"));
        let found = found.unwrap_or_else(|| panic!("gone"));
        let ended = found.ended_at.is_some();
        assert_eq!(found.version, Version(u32::from(ended)), "{:?}", session.id);
        if !ended {
            live.push(session.id);
        }
    }
    assert_eq!(live, [3, 4, 6, 7].map(id::<SessionId>));
    let shown = stores.reader.sessions(id(1)).await.unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!(
        shown.iter().map(|face| face.id).collect::<Vec<_>>(),
        [4, 3].map(id::<SessionId>),
        "half-way is not there"
    );
}

fn some(n: u64) -> Session {
    session(u128::from(n), id(1), None)
}

async fn take(stores: &Stores, asks: &[Ask], now: Time) -> Taken {
    stores.store.take_units(asks, now).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}
