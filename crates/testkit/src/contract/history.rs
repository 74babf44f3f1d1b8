use practice_domain::channel::Product;
use practice_domain::commit::Commit;
use practice_domain::fact::{Actor, EmployeeFact, Entry, Fact, Log, Origin, Topic};
use practice_domain::lockout::Scope;
use practice_domain::member::{Kind, Role};
use practice_domain::port::{ActorKind, HistoryFilter, HistoryMark, HistoryPage, HistoryQuery, LogLine};
use practice_domain::role::{Permission, Permissions, RoleFact};
use practice_domain::value::{PracticeId, Reason, Time};
use uuid::Uuid;

use crate::contract::samples::{NOON, commit, id};
use crate::contract::{Harness, Stores};

const MINUTE: i64 = 60_000_000;

fn at(minute: i64) -> Time {
    Time::from_micros(NOON.micros() + minute * MINUTE)
}

fn ours() -> Log {
    Log::Practice(id::<PracticeId>(1))
}

fn entry(minute: i64, actor: Actor, fact: Fact) -> Entry {
    let origin = Origin { address: Some([192, 0, 2, 7].into()), agent: "\"x\"".to_owned(), request: "r".to_owned() };
    Entry { log: ours(), fact, actor, origin, at: at(minute) }
}

/// Entries of every sort of actor and topic, written in this order; the clock was set back once.
fn entries() -> Vec<Entry> {
    let person = || Actor::Account(id(5));
    let reason = Reason::parse("a \"ticket\" 48213").unwrap_or_else(|error| panic!("{error:?}"));
    let lists = |one: Permission| Permissions::from(one);
    let edited = RoleFact::Edited {
        role: Role::FrontDesk,
        added: lists(Permission::SetGoals),
        removed: lists(Permission::ViewPatients),
    };
    vec![
        entry(0, Actor::Operator("pat: x".to_owned()), Fact::PracticeFounded { practice: id(1), reason: None }),
        entry(
            1,
            Actor::Product(Product::TruForm),
            Fact::PersonInvited { invitation: id(6), product: Product::TruForm, kind: Kind::Patient },
        ),
        entry(2, Actor::Visitor, Fact::SignInFailed { account: None, failures: 1 }),
        entry(3, Actor::Visitor, Fact::Locked { account: Some(id(5)), scope: Scope::Account, failures: 7 }),
        entry(5, person(), Fact::Unlocked { account: id(7), failures: 7, reason: Some(reason) }),
        entry(4, person(), Fact::Role(edited)),
        entry(4, person(), Fact::Employee(EmployeeFact::WordShown { serial: 3 })),
        entry(5, Actor::Payments, Fact::Billing(practice_domain::billing::BillingFact::EventNoted)),
        Entry { origin: Origin::default(), ..entry(6, person(), Fact::AuditRead) },
    ]
}

/// A practice's log is read newest first, in pages of any size, each entry once and as it was written; what is left out is left out,
/// and no other log is among it.
pub async fn history_is_read_newest_first(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    for entry in entries() {
        stores.accept(commit().and(entry)).await;
    }
    let other = Entry { log: Log::Practice(id::<PracticeId>(2)), ..entry(3, Actor::Visitor, Fact::AuditRead) };
    stores.accept(Commit::recording(other)).await;
    let expected = newest_first();
    for size in [1, 2, 3, 200] {
        assert_eq!(all(&stores, HistoryFilter::default(), size).await, expected, "in pages of {size}");
    }
    let only = |filter: HistoryFilter| {
        let expected: Vec<LogLine> = expected.iter().filter(|line| filter.keeps(line)).cloned().collect();
        (filter, expected)
    };
    let none = HistoryFilter::default;
    let about = |n: u128| Some(vec![Uuid::from_u128(n), Uuid::from_u128(99)]);
    let mut filters = vec![
        (HistoryFilter { from: Some(at(4)), ..none() }, 5),
        (HistoryFilter { until: Some(at(4)), ..none() }, 4),
        (HistoryFilter { from: Some(at(3)), until: Some(at(5)), ..none() }, 3),
        (HistoryFilter { about: about(5), ..none() }, 5),
        (HistoryFilter { about: about(6), ..none() }, 1),
        (HistoryFilter { about: Some(Vec::new()), ..none() }, 0),
        (HistoryFilter { actor: Some(ActorKind::Account), topic: Some(Topic::SignIn), ..none() }, 1),
    ];
    filters.extend(
        ActorKind::ALL.map(|kind| (HistoryFilter { actor: Some(kind), ..none() }, [4, 2, 1, 1, 1][kind as usize])),
    );
    for (filter, number) in filters {
        let (filter, expected) = only(filter);
        assert_eq!(expected.len(), number, "{filter:?}");
        for size in [1, 200] {
            assert_eq!(all(&stores, filter.clone(), size).await, expected, "{filter:?}");
        }
    }
    let nowhere = HistoryQuery { log: Log::Practice(id::<PracticeId>(3)), filter: none(), before: None, size: 5 };
    assert_eq!(page(&stores, &nowhere).await, HistoryPage { lines: Vec::new(), older: None });
}

/// What was written, as it is to be read.
fn newest_first() -> Vec<LogLine> {
    let mut lines: Vec<LogLine> = (1..).zip(entries()).map(|(number, entry)| line(number, &entry)).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.mark()));
    lines
}

fn line(number: u64, entry: &Entry) -> LogLine {
    let details = entry.fact.details().into_iter().map(|(name, value)| (name.to_owned(), value));
    let mut details: Vec<_> = details.collect();
    details.sort();
    let (kind, actor, address) = (entry.fact.kind(), entry.actor.clone(), entry.origin.address);
    LogLine { number, at: entry.at, kind, actor, address, details }
}

/// Every page of the log, one after the other.
async fn all(stores: &Stores, filter: HistoryFilter, size: u16) -> Vec<LogLine> {
    let mut query = HistoryQuery { log: ours(), filter, before: None, size };
    let mut lines = Vec::new();
    loop {
        let HistoryPage { lines: more, older } = page(stores, &query).await;
        assert!(more.len() <= usize::from(size));
        lines.extend(more);
        let Some(older) = older else { return lines };
        assert!(query.before.is_none_or(|before: HistoryMark| older < before), "a page goes on");
        query.before = Some(older);
    }
}

async fn page(stores: &Stores, query: &HistoryQuery) -> HistoryPage {
    stores.reader.history(query).await.unwrap_or_else(|fault| panic!("{fault:?}"))
}
