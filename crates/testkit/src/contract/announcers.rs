//! What every [`Announcer`] keeps, whatever the endpoint does. The harness is asked for an announcer whose only endpoint is the
//! vendor's own, [`Product::Operator`].

use std::time::Instant;

use practice_domain::channel::Product;
use practice_domain::event::{Announcement, Event};
use practice_domain::member::Tier;
use practice_domain::port::Announcer;
use practice_domain::value::{AccountId, InvitationId, MemberId, NoticeId, PracticeId};
use uuid::Uuid;

use crate::contract::peers::{PeerHarness, Turn, must_be_honest};
use crate::contract::samples::NOON;

/// Each event arrives with its code and every id, and with its tier where it has one.
pub async fn an_event_arrives(harness: &dyn PeerHarness<dyn Announcer>) {
    for (event, subject, tier) in every_event() {
        let wire = harness.play(&[Turn::Take]).await.expect("every endpoint can take an event");
        assert!(wire.port.listens(Product::Operator));
        assert!(!wire.port.listens(Product::TruForm), "there is one endpoint");
        let told = announcement(1, event);
        wire.port.announce(Product::Operator, &told, NOON).await.expect("taken");
        let arrived = (wire.arrived)();
        assert_eq!(arrived.len(), 1, "{arrived:?}");
        let ids = [told.id.to_string(), told.practice.to_string(), told.account.to_string(), subject.to_string()];
        for part in ids.iter().map(String::as_str).chain([event.code(), tier]) {
            assert!(arrived[0].contains(part), "{part} in {}", arrived[0]);
        }
    }
}

/// The adapter says what the endpoint did, never more and never less, and names nobody in its error.
pub async fn an_announcer_says_what_became_of_an_event(harness: &dyn PeerHarness<dyn Announcer>) {
    for turn in [Turn::RefuseForGood, Turn::RefuseForNow, Turn::LoseAnswer, Turn::FallSilent] {
        let Some(wire) = harness.play(&[turn]).await else { continue };
        let told = announcement(1, Event::MemberLeft(MemberId(Uuid::from_u128(9))));
        let start = Instant::now();
        let answer = wire.port.announce(Product::Operator, &told, NOON).await;
        must_be_honest(turn, &answer, start.elapsed(), &told.account.to_string());
    }
}

/// A failure stays with its event: the next one arrives. The same event has the same id again.
pub async fn a_failed_event_does_not_hold_the_next(harness: &dyn PeerHarness<dyn Announcer>) {
    for turn in [Turn::RefuseForGood, Turn::RefuseForNow, Turn::LoseAnswer] {
        let Some(wire) = harness.play(&[turn, Turn::Take, Turn::Take]).await else { continue };
        let event = Event::MemberRegistered(MemberId(Uuid::from_u128(9)));
        let (first, second) = (announcement(1, event), announcement(2, event));
        let tell = |told: Announcement| {
            let port = wire.port.clone();
            async move { port.announce(Product::Operator, &told, NOON).await }
        };
        assert!(tell(first).await.is_err(), "{turn:?}");
        for told in [second, first] {
            tell(told).await.unwrap_or_else(|error| panic!("after {turn:?}: {error}"));
            let arrived = (wire.arrived)();
            assert!(arrived.last().is_some_and(|got| got.contains(&told.id.to_string())), "after {turn:?}");
        }
    }
}

/// Every event, its subject, and what it says of a tier.
fn every_event() -> Vec<(Event, Uuid, &'static str)> {
    let subject = Uuid::from_u128(9);
    let member = MemberId(subject);
    let plain = [
        Event::InvitationAccepted(InvitationId(subject)),
        Event::MemberRegistered(member),
        Event::MemberLeft(member),
        Event::EndReached(member),
        Event::Locked(member),
        Event::Unlocked(member),
    ];
    let tiers = [Tier::Free, Tier::Paid, Tier::PaidWithPlugin];
    let changed = tiers.map(|tier| (Event::TierChanged(member, tier), subject, tier.code()));
    plain.into_iter().map(|event| (event, subject, "")).chain(changed).collect()
}

fn announcement(number: u128, event: Event) -> Announcement {
    Announcement {
        id: NoticeId(Uuid::from_u128(number)),
        at: NOON,
        practice: PracticeId(Uuid::from_u128(7)),
        account: AccountId(Uuid::from_u128(8)),
        event,
    }
}

/// Makes one test of every law of an announcer. The argument is an expression of a
/// [`PeerHarness`](crate::contract::PeerHarness)`<dyn Announcer>`.
#[macro_export]
macro_rules! announcer_contract {
    ($harness:expr) => {
        $crate::contract! { $harness;
            an_event_arrives
            an_announcer_says_what_became_of_an_event
            a_failed_event_does_not_hold_the_next
        }
    };
}
