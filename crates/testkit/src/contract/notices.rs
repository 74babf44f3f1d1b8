use std::time::Duration;

use practice_domain::commit::Write;
use practice_domain::notice::{About, Notice, SupportAct};
use practice_domain::person::{MailState, Person, Undeliverable};
use practice_domain::port::{Backlog, Leased, Parked, Queue, Settlement};
use practice_domain::value::{PracticeId, Time};
use uuid::Uuid;

use crate::contract::join::join;
use crate::contract::samples::{NOON, commit, id, invitation, notice};
use crate::contract::{Harness, Stores};

const LEASE: Duration = Duration::from_secs(60);

/// Of many workers at once, each notice goes to one, the oldest first, and comes back as it was ordered.
pub async fn a_leased_notice_is_leased_once(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let ordered: Vec<Notice> = every_kind();
    stores.accept(ordered.iter().cloned().fold(commit(), practice_domain::commit::Commit::notify)).await;
    let early = lease(&stores, 1, Time::from_micros(NOON.micros() - 1), 99).await;
    assert!(early.is_empty(), "not due yet");
    let oldest = lease(&stores, 1, NOON.next_day(), 2).await;
    assert_eq!(oldest.iter().map(|l| &l.notice).collect::<Vec<_>>(), [&ordered[0], &ordered[1]]);
    let shares = join((2..8).map(|worker| lease(&stores, worker, NOON.next_day(), 3))).await;
    let mut rest: Vec<Leased> = shares.into_iter().flatten().collect();
    rest.sort_by_key(|leased| leased.notice.id);
    assert_eq!(rest.iter().map(|l| &l.notice).collect::<Vec<_>>(), ordered[2..].iter().collect::<Vec<_>>());
    assert!(rest.iter().all(|leased| leased.attempt == 1));
}

/// A worker that dies keeps nothing: when its lease has ended somebody else may send, and what was to be retried comes back, too.
pub async fn an_unsettled_lease_returns(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    stores.accept(commit().notify(notice(1, About::Locked { account: id(1) }))).await;
    let first = lease(&stores, 1, NOON, 9).await;
    assert_eq!(first.len(), 1);
    assert!(lease(&stores, 2, NOON.plus(LEASE / 2), 9).await.is_empty());
    let second = lease(&stores, 2, NOON.plus(LEASE), 9).await;
    assert_eq!(second[0], Leased { worker: id(2), attempt: 2, ..first[0].clone() });
    let later = NOON.plus(LEASE * 9);
    assert!(settle(&stores, &second[0], Settlement::Retry(later)).await);
    assert!(lease(&stores, 3, NOON.plus(LEASE * 8), 9).await.is_empty());
    let third = lease(&stores, 3, later, 9).await;
    assert_eq!(third[0].attempt, 3);
    assert!(settle(&stores, &third[0], Settlement::Sent).await);
    assert!(lease(&stores, 4, later.next_day(), 9).await.is_empty());
}

/// What was given up is listed, the newest first, and can go out again while it is worth it; its row says so.
pub async fn a_parked_notice_can_go_out_again(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let asked = invitation(1, id(1), "ann@example.com");
    let row = Write::List(Person::invited(&asked));
    let about = About::Invitation { invitation: asked.id, generation: asked.generation };
    let listed = commit().insert(asked.clone()).write(row).notify(notice(1, about));
    stores.accept(listed.notify(notice(2, About::Locked { account: id(1) }))).await;
    let mut held = lease(&stores, 1, NOON, 9).await;
    held.sort_by_key(|leased| leased.notice.id);
    assert!(parked(&stores, 9).await.is_empty());
    assert!(settle(&stores, &held[0], Settlement::Parked(Undeliverable::Refused)).await);
    assert!(settle(&stores, &held[1], Settlement::Parked(Undeliverable::GaveUp)).await);
    let all = parked(&stores, 9).await;
    assert_eq!(
        all.iter().map(|one| (&one.notice, one.why)).collect::<Vec<_>>(),
        [(&held[0].notice, Undeliverable::Refused), (&held[1].notice, Undeliverable::GaveUp)]
    );
    assert_eq!(parked(&stores, 1).await.len(), 1);
    assert_eq!(backlog(&stores).await, Backlog { waiting: 0, oldest: None, parked: 2 });
    let retry = |n: u128, now| stores.outbox.retry(id(n), now);
    assert!(!retry(3, NOON).await.unwrap_or_else(|fault| panic!("{fault:?}")), "there is none");
    assert!(!retry(1, held[0].notice.expires_at).await.unwrap_or_else(|fault| panic!("{fault:?}")), "too late");
    assert!(retry(1, NOON).await.unwrap_or_else(|fault| panic!("{fault:?}")));
    assert!(!retry(1, NOON).await.unwrap_or_else(|fault| panic!("{fault:?}")), "it is on its way");
    assert_eq!(parked(&stores, 9).await.len(), 1);
    let row = stores.reader.person(id(1), asked.id.into()).await.unwrap_or_else(|fault| panic!("{fault:?}"));
    assert_eq!(row.map(|row| row.mail), Some(MailState::Queued));
    assert_eq!(backlog(&stores).await, Backlog { waiting: 1, oldest: Some(NOON), parked: 1 });
    let again = lease(&stores, 2, NOON, 9).await;
    assert_eq!(again.iter().map(|leased| &leased.notice).collect::<Vec<_>>(), [&held[0].notice]);
    assert!(settle(&stores, &again[0], Settlement::Sent).await);
    assert_eq!(parked(&stores, 9).await.len(), 1);
}

async fn backlog(stores: &Stores) -> Backlog {
    stores.outbox.backlog().await.unwrap_or_else(|fault| panic!("{fault:?}"))
}

async fn parked(stores: &Stores, most: usize) -> Vec<Parked> {
    stores.outbox.parked(most).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}

/// Whoever lost a lease can settle nothing, and nobody settles twice.
pub async fn a_fenced_settlement_is_refused(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    stores.accept(commit().notify(notice(1, About::Locked { account: id(1) }))).await;
    let lost = lease(&stores, 1, NOON, 9).await;
    let held = lease(&stores, 1, NOON.plus(LEASE), 9).await;
    assert!(!settle(&stores, &lost[0], Settlement::Sent).await, "the same worker, an attempt ago");
    let thief = Leased { worker: id(2), ..held[0].clone() };
    assert!(!settle(&stores, &thief, Settlement::Sent).await, "another worker");
    let retry = NOON.plus(LEASE * 5);
    assert!(settle(&stores, &held[0], Settlement::Retry(retry)).await);
    assert!(!settle(&stores, &held[0], Settlement::Sent).await, "settled before");
    let again = lease(&stores, 3, retry, 9).await;
    assert_eq!(again.len(), 1, "a refused settlement changes nothing");
    let unknown = Leased { notice: notice(9, About::Locked { account: id(1) }), ..again[0].clone() };
    assert!(!settle(&stores, &unknown, Settlement::Sent).await);
}

/// `INV-10`: the row of an invited person shows how the mail with the newest link fares, and no older one.
pub async fn a_settled_notice_shows_on_its_row(harness: &dyn Harness) {
    let refused = MailState::Undeliverable(Undeliverable::Refused);
    let gave_up = MailState::Undeliverable(Undeliverable::GaveUp);
    for (settlement, shown) in [
        (Settlement::Sent, MailState::Sent),
        (Settlement::Retry(NOON.next_day()), MailState::Queued),
        (Settlement::Parked(Undeliverable::Refused), refused),
        (Settlement::Parked(Undeliverable::GaveUp), gave_up),
        (Settlement::Obsolete, MailState::Queued),
    ] {
        let stores = harness.fresh().await.with_world().await;
        let invited = invitation(1, id::<PracticeId>(1), "bo@example.com");
        let row = Person::invited(&invited);
        let older = About::Invitation { invitation: invited.id, generation: 0 };
        let newest = About::Invitation { invitation: invited.id, generation: 1 };
        let world = commit().insert(invited).write(Write::List(row.clone()));
        stores.accept(world.notify(notice(1, older)).notify(notice(2, newest))).await;
        let leased = lease(&stores, 1, NOON, 9).await;
        assert!(settle(&stores, &leased[0], Settlement::Parked(Undeliverable::GaveUp)).await);
        assert_eq!(mail(&stores, &row).await, MailState::Queued, "an older link");
        assert!(settle(&stores, &leased[1], settlement).await);
        assert_eq!(mail(&stores, &row).await, shown, "{settlement:?}");
    }
}

async fn lease(stores: &Stores, worker: u128, now: Time, most: usize) -> Vec<Leased> {
    let leased = stores.outbox.lease(Queue::People, id::<Uuid>(worker), now, LEASE, most).await;
    leased.unwrap_or_else(|fault| panic!("{fault:?}"))
}

async fn settle(stores: &Stores, leased: &Leased, settlement: Settlement) -> bool {
    stores.outbox.settle(leased, settlement, NOON).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}

async fn mail(stores: &Stores, row: &Person) -> MailState {
    let row = stores.reader.person(row.practice, row.id).await.unwrap_or_else(|fault| panic!("{fault:?}"));
    row.map_or_else(|| panic!("the row is gone"), |row| row.mail)
}

/// Notices of every kind, each a second after the one before.
fn every_kind() -> Vec<Notice> {
    let product = practice_domain::channel::Product::TruForm;
    let abouts = [
        About::Invitation { invitation: id(1), generation: 2 },
        About::PlainNotice { account: id(1), practice: id(2), product },
        About::SecretCode { registration: id(1), serial: 3 },
        About::Locked { account: id(1) },
        About::Unlocked { account: id(1) },
        About::CodeWordsPaused { account: id(1), practice: id(2) },
        About::SessionsEnded { account: id(1), practice: id(2) },
        About::UserManagersChanged { account: id(1), practice: id(2) },
        About::TwoStepChanged { account: id(1), practice: id(2) },
        About::LockToTell { account: id(1) },
    ];
    let acts = SupportAct::ALL.map(|act| About::Support { account: id(1), practice: id(2), act });
    let cycle = abouts.into_iter().chain(acts).cycle().take(14);
    cycle
        .zip(1_u32..)
        .map(|(about, n)| Notice { ordered_at: NOON.plus(Duration::from_secs(1) * n), ..notice(u128::from(n), about) })
        .collect()
}
