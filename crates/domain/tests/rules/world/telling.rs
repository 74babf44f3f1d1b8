//! What products hear of, and what the audit log says that they must.

use std::collections::{BTreeMap, BTreeSet};

use practice_domain::billing::BillingFact;
use practice_domain::channel::Product;
use practice_domain::commit::{Record, Write};
use practice_domain::event::Event;
use practice_domain::fact::{Actor, EmployeeFact, Entry, Fact, Log};
use practice_domain::member::Member;
use practice_domain::notice::About;
use practice_domain::value::{AccountId, MemberId, PracticeId, Time};
use uuid::Uuid;

use crate::world::World;

/// Which endpoint is told what, where, and of when.
pub(crate) type Telling = (Product, PracticeId, Event, Time);

/// Whose lock, and when.
pub(crate) type Lock = (AccountId, Time);

/// Every event that was ordered, in order; but for ends that are still to come, and for locks, see [`locks`].
pub(crate) fn told(world: &World) -> Vec<Telling> {
    let mut told: Vec<_> = (world.memory.notices().into_iter())
        .filter_map(|notice| match notice.about {
            About::Event { event: Event::EndReached(_) | Event::Locked(_), .. } => None,
            About::Event { to, practice, event } => Some((to, practice, event, notice.ordered_at)),
            _ => None,
        })
        .collect();
    told.sort();
    told
}

/// What was kept asks for: found another way than by the rules, from the facts of each commit and from who was a member where by then.
pub(crate) fn expected(world: &World) -> Vec<Telling> {
    let mut members: BTreeMap<MemberId, Member> = BTreeMap::new();
    let mut found = Vec::new();
    for commit in world.store.commits() {
        let mut before: BTreeMap<MemberId, Option<Member>> = BTreeMap::new();
        for write in commit.writes() {
            if let Write::Insert(Record::Member(member)) | Write::Update(Record::Member(member)) = write {
                before.insert(member.id, members.insert(member.id, member.clone()));
            }
        }
        let mut once = BTreeSet::new();
        for entry in commit.entries().iter().filter(|entry| !is_given(entry)) {
            let places = |account: AccountId| {
                let here = members.values().filter(move |member| member.account == account && member.works(entry.at));
                here.map(|member| (member.practice, member.id))
            };
            let practice = match entry.log {
                Log::Practice(practice) => practice,
                Log::Platform => PracticeId(Uuid::nil()),
            };
            let mut add = |practice, event| once.insert((practice, event, entry.at));
            match &entry.fact {
                Fact::AccountRegistered { invitation, .. } => _ = add(practice, Event::InvitationAccepted(*invitation)),
                Fact::MemberJoined { member, .. } | Fact::Employee(EmployeeFact::UserRestored { member, .. }) => {
                    add(practice, Event::MemberRegistered(*member));
                }
                Fact::Employee(EmployeeFact::UserDeactivated { member: Some(member), .. }) => {
                    let worked = before.get(member).and_then(Option::as_ref).is_some_and(|it| it.works(entry.at));
                    _ = worked && add(practice, Event::MemberLeft(*member));
                }
                Fact::Billing(BillingFact::TierChanged { member, after, .. }) => {
                    add(practice, Event::TierChanged(*member, *after));
                }
                Fact::Unlocked { account, .. } => {
                    places(*account).for_each(|(practice, id)| _ = add(practice, Event::Unlocked(id)));
                }
                _ => {}
            }
        }
        found.extend(once);
    }
    let listeners = &world.ports.platform.listeners;
    let each = |(practice, event, at)| listeners.iter().map(move |to| (*to, practice, event, at));
    let mut told: Vec<_> = found.into_iter().flat_map(each).collect();
    told.sort();
    told
}

/// The locks that are to be told of, whoever has the address: as ordered, and as the facts ask for. The events follow later.
pub(crate) fn locks(world: &World) -> (Vec<Lock>, Vec<Lock>) {
    let mut ordered: Vec<Lock> = (world.memory.notices().into_iter())
        .filter_map(|notice| match notice.about {
            About::LockToTell { account } => Some((account, notice.ordered_at)),
            _ => None,
        })
        .collect();
    let mut expected: Vec<Lock> = Vec::new();
    for commit in world.store.commits() {
        let lock = commit.entries().iter().filter(|entry| !is_given(entry)).find_map(|entry| match entry.fact {
            Fact::Locked { account, .. } => Some((account.unwrap_or(AccountId(Uuid::nil())), entry.at)),
            _ => None,
        });
        expected.extend(lock);
    }
    ordered.sort();
    expected.sort();
    (ordered, expected)
}

/// Whether it was there before the story began, and went past the use cases.
fn is_given(entry: &Entry) -> bool {
    matches!(&entry.actor, Actor::Operator(name) if name == "scene" || name == "test")
}
