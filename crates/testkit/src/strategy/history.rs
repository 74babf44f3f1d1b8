use std::time::Duration;

use practice_domain::commit::{Budget, Commit, Guard, Name, Spend, Write};
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::lockout::{Counter, Scope, Subject};
use practice_domain::passkey::Handle;
use practice_domain::person::Undeliverable;
use practice_domain::port::Settlement;
use practice_domain::rate::{Ask, Quota};
use practice_domain::value::{DeviceId, PracticeId, SessionId, TicketId, Time, Version};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

use crate::strategy::billing::billing_name;
use crate::strategy::{notice, person, record, role, time};

/// One thing that happens to a store.
#[derive(Debug, Clone)]
pub enum Step {
    /// A commit.
    Commit(Box<Commit>),
    /// Somebody asks for a ticket.
    Ticket(Subject, Scope, TicketId, Vec<Ask>, Time),
    /// Somebody takes units of limits.
    Units(Vec<Ask>, Time),
    /// A session was used.
    Seen(SessionId, Time),
    /// Notices that are due are leased, at most so many, and settled.
    Mail(Time, usize, Settlement),
}

/// Anything that can happen to a store.
pub fn step() -> impl Strategy<Value = Step> {
    let ticket = (1..=100_u128).prop_map(|n| TicketId(Uuid::from_u128(n)));
    let settlement = prop_oneof![
        Just(Settlement::Sent),
        time().prop_map(Settlement::Retry),
        select(vec![Undeliverable::Refused, Undeliverable::GaveUp]).prop_map(Settlement::Parked),
        Just(Settlement::Obsolete),
    ];
    prop_oneof![
        8 => commit().prop_map(|commit| Step::Commit(Box::new(commit))),
        1 => (subject(), scope(), ticket, vec(ask(), 0..2), time())
            .prop_map(|(subject, scope, id, units, at)| Step::Ticket(subject, scope, id, units, at)),
        1 => (id(), time()).prop_map(|(session, at)| Step::Seen(session, at)),
        1 => (vec(ask(), 1..3), time()).prop_map(|(asks, at)| Step::Units(asks, at)),
        2 => (time(), 0..5_usize, settlement).prop_map(|(at, most, settlement)| Step::Mail(at, most, settlement)),
    ]
}

fn ask() -> impl Strategy<Value = Ask> {
    (1..4_u8, 1..4_u32, 1..900_u64).prop_map(|(key, burst, every)| {
        let quota = Quota { burst, every: Duration::from_secs(every) };
        Ask { key: [key; 32], quota }
    })
}

/// Any commit over a universe of six ids of each kind; the practices, accounts and invitations 1 to 3 are thought to exist.
pub fn commit() -> impl Strategy<Value = Commit> {
    let owner = (1..=2_u128).prop_map(Uuid::from_u128);
    let claims = seldom((proptest::bool::weighted(0.7), name(), owner));
    (vec(entry(), 1..3), vec(write(), 0..3), seldom(guard()), claims, seldom(spend()), vec(notice(), 0..2)).prop_map(
        |(entries, writes, guards, claims, spends, notices)| {
            let mut entries = entries.into_iter();
            let first = entries.next().unwrap_or_else(|| unreachable!("there is at least one"));
            let commit = entries.fold(Commit::recording(first), Commit::and);
            let commit = writes.into_iter().fold(commit, Commit::write);
            let commit = guards.into_iter().fold(commit, Commit::guard);
            let commit = spends.into_iter().fold(commit, Commit::spend);
            let commit = notices.into_iter().fold(commit, Commit::notify);
            let commit = claims.into_iter().fold(commit, |commit, (hold, name, owner)| {
                if hold { commit.hold(name, owner) } else { commit.release(name, owner) }
            });
            recorded_where_it_writes(commit)
        },
    )
}

/// A record may come from any practice and go to any other, so whatever writes is recorded in the logs of all that are thought to
/// exist, and for what is new in the platform's.
fn recorded_where_it_writes(commit: Commit) -> Commit {
    let only_records = commit.writes().is_empty()
        && commit.claims().is_empty()
        && commit.spends().is_empty()
        && commit.notices().is_empty();
    let first = commit.entries()[0].clone();
    let practices = (1..=3_u128).map(|n| Log::Practice(PracticeId(Uuid::from_u128(n))));
    let logs = practices.chain([Log::Platform]).filter(|_| !only_records);
    logs.fold(commit, |commit, log| commit.and(Entry { log, ..first.clone() }))
}

/// None, or in one of four cases one.
fn seldom<S: Strategy<Value: Clone>>(strategy: S) -> impl Strategy<Value = Vec<S::Value>> {
    prop_oneof![3 => Just(Vec::new()), 1 => vec(strategy, 1)]
}

fn entry() -> impl Strategy<Value = Entry> {
    let log = of(known::<PracticeId>()).prop_map(|practice| practice.map_or(Log::Platform, Log::Practice));
    (log, known(), time()).prop_map(|(log, account, at)| {
        let fact = Fact::SignInFailed { account: Some(account), failures: 1 };
        Entry { log, fact, actor: Actor::Visitor, origin: Origin::default(), at }
    })
}

fn write() -> impl Strategy<Value = Write> {
    let counter = (subject(), scope(), 0..3_u32, 0..8_u8, of(time()), select(vec![0, 3, 97, 100, 255])).prop_map(
        |(subject, scope, version, failures, locked_at, unforgiven)| Counter {
            failures,
            locked_at,
            unforgiven,
            version: Version(version),
            ..Counter::fresh(subject, scope)
        },
    );
    let gone = vec((1..=100_u128).prop_map(|n| TicketId(Uuid::from_u128(n))), 0..40);
    prop_oneof![
        6 => record().prop_map(Write::Insert),
        4 => record().prop_map(Write::Update),
        1 => (counter, gone).prop_map(|(counter, gone)| Write::Count { counter, gone }),
        4 => person().prop_map(Write::List),
        1 => (known(), id()).prop_map(|(practice, id)| Write::Unlist(practice, id)),
        1 => (known(), any::<bool>()).prop_map(|(account, locked)| Write::ListLocked(account, locked)),
        1 => (known(), known(), time()).prop_map(|(account, practice, at)| Write::ListActive(account, practice, at)),
        1 => (known(), of(known()), of(id()), time())
            .prop_map(|(account, within, except, at)| Write::EndSessions { account, within, except, at }),
        1 => (known(), 0..3_usize, time(), time(), time()).prop_map(
            |(account, most, unused_since, begun_before, at)| {
                Write::CapSessions { account, most, unused_since, begun_before, at }
            }
        ),
    ]
}

fn guard() -> impl Strategy<Value = Guard> {
    let version = || prop_oneof![4 => Just(0), 1 => Just(1)].prop_map(Version);
    prop_oneof![
        (known(), version()).prop_map(|(id, version)| Guard::Practice(id, version)),
        (known(), version()).prop_map(|(id, version)| Guard::Account(id, version)),
        (known(), id(), version()).prop_map(|(practice, id, version)| Guard::Member(practice, id, version)),
        (known(), of(version())).prop_map(|(id, version)| Guard::SecondFactor(id, version)),
        (known(), role(), of(version()))
            .prop_map(|(practice, role, version)| Guard::RoleDefinition(practice, role, version)),
        (known(), role(), 0..2_usize).prop_map(|(practice, role, number)| Guard::InRole(practice, role, number)),
        (known(), version()).prop_map(|(id, version)| Guard::Invitation(id, version)),
        (id(), version()).prop_map(|(id, version)| Guard::Registration(id, version)),
        (known(), version()).prop_map(|(id, version)| Guard::PasswordLink(id, version)),
        (known(), version()).prop_map(|(id, version)| Guard::CodeWord(id, version)),
        (known(), version()).prop_map(|(id, version)| Guard::Counter(Subject(id), Scope::Strangers, version)),
        (id(), version()).prop_map(|(id, version)| Guard::Subscription(id, version)),
        name().prop_map(Guard::Free),
        (address(), 0..3_usize).prop_map(|(address, number)| Guard::OpenInvitations(address, number)),
    ]
}

fn address() -> impl Strategy<Value = String> {
    select(vec!["ann@example.com", "bo@example.com"]).prop_map(str::to_owned)
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![
        address().prop_map(Name::Address),
        (known(), address()).prop_map(|(practice, address)| Name::OpenInvitation(practice, address)),
        known().prop_map(Name::FirstUserManager),
        (known(), known()).prop_map(|(practice, account)| Name::Membership(practice, account)),
        (1..4_u8).prop_map(|n| Name::Passkey(Handle(vec![n, 0]))),
        billing_name().prop_map(Name::Billing),
    ]
}

fn spend() -> impl Strategy<Value = Spend> {
    let address = select(vec!["ann@example.com", "bo@example.com"]).prop_map(str::to_owned);
    let budget = prop_oneof![
        (known(), address).prop_map(|(practice, address)| Budget::AddressMails(practice, address)),
        known().prop_map(Budget::PracticeMails),
    ];
    let day = (0..3_i64).prop_map(|n| Time::from_micros(n * 86_400_000_000));
    (budget, day, 0..6_u32).prop_map(|(budget, window, limit)| Spend { budget, window, limit })
}

fn subject() -> impl Strategy<Value = Subject> {
    (1..=3_u128).prop_map(|n| Subject(Uuid::from_u128(n)))
}

fn scope() -> impl Strategy<Value = Scope> {
    let device = (1..=2_u128).prop_map(|n| Scope::Device(DeviceId(Uuid::from_u128(n))));
    prop_oneof![Just(Scope::Account), Just(Scope::Strangers), device]
}

fn id<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (1..=6_u128).prop_map(|n| Uuid::from_u128(n).into())
}

fn known<T: From<Uuid> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    (1..=3_u128).prop_map(|n| Uuid::from_u128(n).into())
}
