use std::time::Duration;

use practice_domain::channel::Product;
use practice_domain::commit::{Commit, Write};
use practice_domain::event::Event;
use practice_domain::fact::Log;
use practice_domain::member::Tier;
use practice_domain::notice::{About, Notice};
use practice_domain::port::{Leased, Queue, Settlement};
use practice_domain::value::{MemberId, Time};

use crate::contract::samples::{NOON, commit, entry, id, member, notice};
use crate::contract::{Harness, Stores};

const LEASE: Duration = Duration::from_secs(60);

/// Events wait in the queue of their endpoint, and mails in theirs: whoever takes from one finds nothing of another, and what waits in
/// one does not come before what waits in another. Each event comes back as it was ordered; one that was ordered ahead not before.
pub async fn each_queue_is_leased_by_itself(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let letter = notice(99, About::Locked { account: id(1) });
    let to = [Product::Operator, Product::SecureMail, Product::TruForm, Product::Collaborator];
    let events: Vec<Notice> = every_event().into_iter().zip(1..).map(|(event, n)| told(n, to[0], event)).collect();
    let others = (20..).zip(&to[1..]).map(|(n, to)| told(n, *to, Event::MemberLeft(id(3))));
    let others: Vec<Notice> = others.collect();
    let later = Notice { ordered_at: NOON.next_day(), ..told(30, to[0], Event::EndReached(id(3))) };
    let all = events.iter().chain(&others).chain([&later, &letter]);
    stores.accept(all.cloned().fold(commit(), Commit::notify)).await;
    let backlog = stores.outbox.backlog().await.unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!((backlog.waiting, backlog.oldest), (events.len() as u64 + 5, Some(NOON)));
    assert_eq!(notices(&lease(&stores, Queue::People, NOON).await), [&letter]);
    for (to, expected) in to[1..].iter().zip(&others) {
        let leased = lease(&stores, Queue::Events(*to), NOON).await;
        assert_eq!(notices(&leased), [expected]);
        let settled = stores.outbox.settle(&leased[0], Settlement::Sent, NOON).await;
        assert!(settled.unwrap_or_else(|fault| panic!("{fault:?}")));
    }
    let leased = lease(&stores, Queue::Events(to[0]), NOON).await;
    assert_eq!(notices(&leased), events.iter().collect::<Vec<_>>());
    assert!(lease(&stores, Queue::Events(to[0]), NOON.plus(LEASE / 2)).await.is_empty());
    for held in &leased {
        let settled = stores.outbox.settle(held, Settlement::Obsolete, NOON).await;
        assert!(settled.unwrap_or_else(|fault| panic!("{fault:?}")));
    }
    assert_eq!(notices(&lease(&stores, Queue::Events(to[0]), NOON.next_day()).await), [&later]);
}

/// `LOCK-5`, `PRA-5`: a lock that is recorded in one practice is told of in each where its account works.
pub async fn a_lock_is_told_of_wherever_its_account_works(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let (here, there) = (member(1, id(1), id(1)), member(2, id(2), id(1)));
    stores.accept(commit().insert(here).insert(there)).await;
    for (event, locked) in [(Event::Locked as fn(MemberId) -> Event, true), (Event::Unlocked, false)] {
        let n = u128::from(locked) * 2;
        let recorded = Commit::recording(entry(Log::Practice(id(1)))).write(Write::ListLocked(id(1), locked));
        let about = |practice, member| About::Event { to: Product::Operator, practice, event: event(member) };
        let here = notice(n + 1, about(id(1), id(1)));
        let there = notice(n + 2, about(id(2), id(2)));
        stores.accept(recorded.notify(here.clone()).notify(there.clone())).await;
        let leased = lease(&stores, Queue::Events(Product::Operator), NOON).await;
        assert_eq!(notices(&leased), [&here, &there]);
    }
}

/// `LOCK-5`: what a notice is passed on as is ordered in its place, once, and by nobody who has lost it; also in practices that no log says
/// anything of.
pub async fn what_is_passed_on_is_ordered_once(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    stores.accept(commit().notify(notice(9, About::LockToTell { account: id(1) }))).await;
    let pass_on = async |leased: &Leased, others: &[Notice]| {
        stores.outbox.pass_on(leased, others, NOON).await.unwrap_or_else(|fault| panic!("{fault:?}"))
    };
    let events = [1, 2].map(|n| told(n, Product::Operator, Event::Locked(id(n))));
    let lost = lease(&stores, Queue::People, NOON).await;
    let held = lease(&stores, Queue::People, NOON.plus(LEASE)).await;
    assert_eq!((lost.len(), held.len()), (1, 1));
    assert!(!pass_on(&lost[0], &events).await, "somebody else has it by now");
    assert!(lease(&stores, Queue::Events(Product::Operator), NOON).await.is_empty());
    assert!(pass_on(&held[0], &events).await);
    assert!(!pass_on(&held[0], &events).await, "it is settled");
    let ordered = lease(&stores, Queue::Events(Product::Operator), NOON).await;
    assert_eq!(notices(&ordered), events.iter().collect::<Vec<_>>());
    assert!(lease(&stores, Queue::People, NOON.next_day()).await.is_empty());
}

fn told(n: u128, to: Product, event: Event) -> Notice {
    notice(n, About::Event { to, practice: id(2), event })
}

fn every_event() -> Vec<Event> {
    let member = id(3);
    let tiers = [Tier::Free, Tier::Paid, Tier::PaidWithPlugin].map(|tier| Event::TierChanged(member, tier));
    let others = [
        Event::InvitationAccepted(id(3)),
        Event::MemberRegistered(member),
        Event::MemberLeft(member),
        Event::EndReached(member),
        Event::Locked(member),
        Event::Unlocked(member),
    ];
    tiers.into_iter().chain(others).collect()
}

async fn lease(stores: &Stores, queue: Queue, now: Time) -> Vec<Leased> {
    let mut leased =
        stores.outbox.lease(queue, id(1), now, LEASE, 99).await.unwrap_or_else(|fault| panic!("{fault:?}"));
    leased.sort_by_key(|leased| leased.notice.id);
    leased
}

fn notices(leased: &[Leased]) -> Vec<&Notice> {
    leased.iter().map(|leased| &leased.notice).collect()
}
