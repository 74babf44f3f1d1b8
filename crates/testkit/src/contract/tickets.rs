use std::time::Duration;

use practice_domain::commit::Write;
use practice_domain::lockout::{
    Admission, CEILING, Counter, LEASE, Outcome, Scope, Subject, Ticket, TicketAnswer, TicketRequest,
};
use practice_domain::policy::LockoutPolicy;
use practice_domain::rate::{Ask, Quota};
use practice_domain::value::{DeviceId, TicketId, Time, Version};

use crate::contract::join::join;
use crate::contract::samples::{NOON, commit, id};
use crate::contract::{Harness, Stores};

const POLICY: LockoutPolicy = LockoutPolicy { lock_at_failure: 7, device_aware: true, reset_unlocks: true };

/// However many ask at once, no more tickets are in flight than failures are left; each scope counts on its own, but a lock of the
/// account's counter counts everywhere.
pub async fn parallel_tickets_never_exceed_the_limit(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let device = Scope::Device(id::<DeviceId>(1));
    for (round, scope) in (1_u128..).zip([Scope::Strangers, device, Scope::Account]) {
        let answers = join((0..20).map(|n| take(&stores, 1, scope, round * 100 + n, NOON))).await;
        let granted = answers.iter().filter(|answer| matches!(answer, Admission::Granted(_))).count();
        assert_eq!(granted, 7, "{scope:?}: {answers:?}");
        assert_eq!(answers.iter().filter(|answer| **answer == Admission::Busy).count(), 13);
    }
    let locked = Counter { locked_at: Some(NOON), ..Counter::fresh(Subject(id(2)), Scope::Account) };
    stores.accept(commit().write(Write::Count { counter: locked, gone: Vec::new() })).await;
    for (ticket, scope) in (1..).zip([Scope::Account, Scope::Strangers, device]) {
        assert_eq!(take(&stores, 2, scope, ticket, NOON).await, Admission::Locked, "{scope:?}");
    }
}

/// A ticket that nobody settled counts as a failure when its lease has ended, and enough of them lock.
pub async fn an_abandoned_ticket_counts(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    for n in 1..=7 {
        assert!(matches!(take(&stores, 1, Scope::Strangers, n, NOON).await, Admission::Granted(_)));
    }
    let late = NOON.plus(LEASE);
    assert_eq!(take(&stores, 1, Scope::Strangers, 8, late.minus(Duration::from_micros(1))).await, Admission::Busy);
    assert_eq!(take(&stores, 1, Scope::Strangers, 9, late).await, Admission::Locked);
    assert!(matches!(take(&stores, 2, Scope::Strangers, 9, late).await, Admission::Granted(_)), "somebody else");
    let counters = counters(&stores, Scope::Strangers).await;
    assert_eq!(counters[1].failures_at(late), 7);
    assert_eq!(counters[1].version, Version(0), "tickets do not change the version");
    assert_eq!(counters[1].tickets.len(), 7);
}

/// Whoever asks for a ticket takes the units of its limits along, whether or not there is one, and learns of the counters as they were;
/// without the units nothing is taken (`RL-01`, `RL-05`).
pub async fn a_ticket_takes_its_units_along(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let unit = |key: u8| Ask { key: [key; 32], quota: Quota { burst: 1, every: LEASE } };
    let with = |ticket: u128, keys: &[u8]| {
        let units = keys.iter().map(|key| unit(*key)).collect();
        TicketRequest { units, ..request(1, Scope::Strangers, ticket) }
    };
    let device = Counter { failures: 3, ..Counter::fresh(Subject(id(1)), Scope::Device(id::<DeviceId>(1))) };
    stores.accept(commit().write(Write::Count { counter: device, gone: Vec::new() })).await;
    let first = ask(&stores, with(1, &[1]), NOON).await;
    let fresh = [Scope::Account, Scope::Strangers].map(|scope| Counter::fresh(Subject(id(1)), scope));
    let TicketAnswer::Asked { admission: Admission::Granted(held), counters: seen } = first else {
        panic!("{first:?}")
    };
    assert_eq!(seen, fresh, "before the ticket");
    let refused = TicketAnswer::TooOften { possible_at: NOON.plus(LEASE) };
    assert_eq!(ask(&stores, with(2, &[2, 1]), NOON).await, refused);
    let kept = [fresh[0].clone(), Counter { tickets: vec![held], ..fresh[1].clone() }];
    assert_eq!(counters(&stores, Scope::Strangers).await, kept, "no second ticket");
    let locked = Counter { locked_at: Some(NOON), ..fresh[0].clone() };
    stores.accept(commit().write(Write::Count { counter: locked, gone: Vec::new() })).await;
    let locked = ask(&stores, with(3, &[2]), NOON).await;
    assert_eq!(locked.admission(), Some(Admission::Locked), "the unit was not taken before");
    assert_eq!(ask(&stores, with(4, &[2]), NOON).await, refused, "but by whoever met the lock");
}

/// Failures that no unlock took back, and checks in flight of every scope, never exceed the ceiling (`LK-09`).
pub async fn a_hundred_failures_end_what_tickets_open(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let near = Counter { unforgiven: CEILING - 3, ..Counter::fresh(Subject(id(1)), Scope::Account) };
    stores.accept(commit().write(Write::Count { counter: near.clone(), gone: Vec::new() })).await;
    let device = Scope::Device(id::<DeviceId>(1));
    let takes = (0..12).map(|n| take(&stores, 1, if n % 2 == 0 { device } else { Scope::Strangers }, n, NOON));
    let answers = join(takes).await;
    let granted = answers.iter().filter(|answer| matches!(answer, Admission::Granted(_))).count();
    assert_eq!(granted, 3, "{answers:?}");
    let gone = Counter { version: Version(1), unforgiven: CEILING, ..near };
    stores.accept(commit().write(Write::Count { counter: gone, gone: Vec::new() })).await;
    let late = NOON.plus(LEASE);
    for scope in [Scope::Account, Scope::Strangers, device] {
        assert_eq!(take(&stores, 1, scope, 99, late).await, Admission::Locked, "{scope:?}");
    }
}

/// Settling one ticket leaves those that others took after the counter was loaded; settling on an old counter is stale. A try that
/// changes nothing makes nobody decide anew, but does not get past whoever changed something, either.
pub async fn a_ticket_granted_meanwhile_survives_a_settlement(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let mine = ticket(take(&stores, 1, Scope::Account, 1, NOON).await);
    let loaded = counters(&stores, Scope::Account).await.remove(0);
    let theirs = ticket(take(&stores, 1, Scope::Account, 2, NOON).await);
    let settled = loaded.clone().settle(Some(mine.id), Outcome::Wrong, NOON, POLICY).counter;
    let write = Write::Count { counter: settled, gone: vec![mine.id] };
    stores.accept(commit().write(write.clone())).await;
    let now = counters(&stores, Scope::Account).await.remove(0);
    assert_eq!(now, Counter { version: Version(1), failures: 1, tickets: vec![theirs], ..loaded });
    let again = stores.store.commit(&commit().write(write)).await;
    assert!(again.is_err(), "the counter has changed since");
    let stopped = Write::Count { counter: now.clone(), gone: vec![id(77)] };
    for _ in 0..2 {
        stores.accept(commit().write(stopped.clone())).await;
    }
    assert_eq!(counters(&stores, Scope::Account).await, std::slice::from_ref(&now), "nothing has changed");
    let old = Counter { version: Version(0), ..now.clone() };
    let again = stores.store.commit(&commit().write(Write::Count { counter: old, gone: Vec::new() })).await;
    assert!(again.is_err(), "the same, but somebody came between");
    let other = Counter { failures: 2, locked_at: Some(NOON), ..Counter::fresh(Subject(id(1)), Scope::Strangers) };
    stores.accept(commit().write(Write::Count { counter: other.clone(), gone: Vec::new() })).await;
    let all = stores.store.all_counters(Subject(id(1))).await.unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!(all, [now, Counter { version: Version(1), ..other }]);
}

async fn take(stores: &Stores, subject: u128, scope: Scope, ticket: u128, now: Time) -> Admission {
    let answer = ask(stores, request(subject, scope, ticket), now).await;
    answer.admission().unwrap_or_else(|| panic!("no units were asked for"))
}

fn request(subject: u128, scope: Scope, ticket: u128) -> TicketRequest {
    let (subject, ticket) = (Subject(id(subject)), id::<TicketId>(ticket));
    TicketRequest { subject, scope, ticket, policy: POLICY, units: Vec::new() }
}

async fn ask(stores: &Stores, request: TicketRequest, now: Time) -> TicketAnswer {
    stores.store.take_ticket(&request, now).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}

async fn counters(stores: &Stores, scope: Scope) -> Vec<Counter> {
    stores.store.counters(Subject(id(1)), scope).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}

fn ticket(admission: Admission) -> Ticket {
    match admission {
        Admission::Granted(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}
