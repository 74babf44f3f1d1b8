use std::time::Duration;

use practice_domain::account::Account;
use practice_domain::channel::Product;
use practice_domain::code_word::CodeWord;
use practice_domain::commit::{Budget, Commit, Guard, Name, Record, Replay, Spend, Write};
use practice_domain::email_change::EmailChange;
use practice_domain::employee::Employee;
use practice_domain::fact::Log;
use practice_domain::invitation::Invitation;
use practice_domain::lockout::{Counter, Scope, Subject};
use practice_domain::member::{Member, Role};
use practice_domain::notice::About;
use practice_domain::password_link::{PasswordLink, PasswordRun};
use practice_domain::person::Person;
use practice_domain::port::{CommitError, Fault, Queue};
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::registration::Registration;
use practice_domain::role::{Permissions, RoleDefinition};
use practice_domain::second_factor::SecondFactor;
use practice_domain::session::Session;
use practice_domain::value::{AccountId, InvitationId, MemberId, PracticeId, RoleName, SessionId, Time, Version};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use uuid::Uuid;

use crate::contract::agree::View;
use crate::contract::samples::{
    NOON, account, commit, email, entry, id, invitation, member, notice, person, practice, registration, session,
};
use crate::contract::{Harness, Stores, books};
use crate::strategy;

/// Whatever is asked of a new store, it has nothing.
pub async fn an_empty_store_knows_nothing(harness: &dyn Harness) {
    let stores = harness.fresh().await;
    let empty = View::of(&stores).await;
    stores.accept(commit()).await;
    assert_ne!(View::of(&stores).await, empty, "a fact shows");
    let stores = harness.fresh().await;
    let (store, reader) = (&stores.store, &stores.reader);
    assert!(store.practice(id(1)).await.is_ok_and(|found| found.is_none()));
    assert!(store.candidate(&email("ann@example.com")).await.is_ok_and(|found| found.is_none()));
    assert!(store.standing(&[0; 32]).await.is_ok_and(|found| found.is_none()));
    let counters = store.counters(Subject(id(1)), Scope::Strangers).await;
    let fresh = [Scope::Account, Scope::Strangers].map(|scope| Counter::fresh(Subject(id(1)), scope));
    assert!(counters.is_ok_and(|counters| counters == fresh));
    assert!(reader.tally(id(1)).await.is_ok_and(|tally| tally.all() == 0));
    assert!(reader.heads().await.is_ok_and(|heads| heads.is_empty()));
    assert!(
        stores
            .outbox
            .lease(Queue::People, id(1), NOON, Duration::from_secs(1), 9)
            .await
            .is_ok_and(|leased| leased.is_empty())
    );
}

/// Every kind of record, with every variant in it, comes back as it was written: when it is new, and when it was changed.
pub async fn a_commit_is_read_back(harness: &dyn Harness) {
    let mut runner = TestRunner::deterministic();
    let stores = harness.fresh().await.with_world().await;
    let seed = (1..=3).fold(commit(), |commit, n| commit.insert(invitation(n, id(n), "seed@example.com")));
    stores.accept(seed).await;
    for n in 100..500_u16 {
        let tree = strategy::record().new_tree(&mut runner).unwrap_or_else(|why| panic!("{why}"));
        let record = renamed(tree.current(), n);
        let mut new = commit().write(Write::Insert(record.clone()));
        if let Record::Member(member) = &record {
            new = new.insert(Account { id: member.account, email: email(&format!("{n}@example.com")), ..account(1) });
        }
        if let Record::CodeWord(word) = &record {
            new = new.insert(Practice { id: word.practice, ..practice(1) });
        }
        if let Record::SecondFactor(SecondFactor { account: id, .. })
        | Record::EmailChange(EmailChange { account: id, .. }) = &record
        {
            new = new.insert(Account { id: *id, email: email(&format!("{n}@example.com")), ..account(1) });
        }
        stores.accept(new).await;
        assert_eq!(stored(&stores, &record).await, Some(record.clone()), "a new record");
        let Some(next) = next(record.clone()) else { continue };
        stores.accept(commit().write(Write::Update(record.clone()))).await;
        assert_eq!(stored(&stores, &next).await, Some(next), "a changed record");
        let again = stores.store.commit(&commit().write(Write::Update(record))).await;
        assert!(matches!(again, Err(CommitError::Stale)), "a version is good for one change");
    }
    assert!(stores.store.candidate(&email("account1@example.com")).await.is_ok_and(|found| found.is_some()));
}

/// A write that somebody was faster with is refused, with all that was before it and after it.
pub async fn a_stale_write_changes_nothing(harness: &dyn Harness) {
    for stale in [
        Write::Update(practice(2).with_two_step(practice(2).two_step()).into()),
        Write::Insert(account(2).into()),
        Write::Update(session(9, id(1), None).into()),
        Write::Count {
            counter: Counter { version: Version(5), ..Counter::fresh(Subject(id(1)), Scope::Account) },
            gone: Vec::new(),
        },
    ] {
        let stores = harness.fresh().await.with_world().await;
        stores.accept(commit().update(practice(2))).await;
        stores.accept(commit().write(Write::List(person(1, id(1), "Bo", "Ng", "bo@example.com")))).await;
        let commit = full(commit().update(practice(1))).write(stale).update(practice(3)).insert(account(9));
        nothing_of(&stores, &commit, |error| matches!(error, CommitError::Stale)).await;
    }
}

/// What a decision read and what changed since then undoes the decision.
pub async fn a_broken_guard_changes_nothing(harness: &dyn Harness) {
    let held = Name::Address("held@example.com".to_owned());
    for guard in [
        Guard::Practice(id::<PracticeId>(2), Version(1)),
        Guard::Practice(id::<PracticeId>(9), Version(0)),
        Guard::Member(id::<PracticeId>(1), id::<MemberId>(1), Version(1)),
        Guard::Member(id::<PracticeId>(2), id::<MemberId>(1), Version(0)),
        Guard::SecondFactor(id(1), None),
        Guard::SecondFactor(id(1), Some(Version(1))),
        Guard::SecondFactor(id(2), Some(Version(0))),
        Guard::RoleDefinition(id::<PracticeId>(1), Role::FrontDesk, None),
        Guard::RoleDefinition(id::<PracticeId>(1), Role::FrontDesk, Some(Version(1))),
        Guard::RoleDefinition(id::<PracticeId>(2), Role::FrontDesk, Some(Version(0))),
        Guard::InRole(id::<PracticeId>(1), Role::Dentist, 0),
        Guard::InRole(id::<PracticeId>(1), Role::Dentist, 2),
        Guard::InRole(id::<PracticeId>(2), Role::Dentist, 1),
        Guard::Member(id(1), id(9), Version(0)),
        Guard::Account(id(1), Version(1)),
        Guard::Account(id(9), Version(0)),
        Guard::Invitation(id::<InvitationId>(1), Version(3)),
        Guard::Registration(id(1), Version(1)),
        Guard::PasswordLink(id(1), Version(1)),
        Guard::PasswordLink(id(9), Version(0)),
        Guard::CodeWord(id(1), Version(0)),
        Guard::Counter(Subject(id(5)), Scope::Strangers, Version(1)),
        Guard::Subscription(id(1), Version(1)),
        Guard::Free(held.clone()),
        Guard::OpenInvitations("bo@example.com".to_owned(), 0),
        Guard::OpenInvitations("bo@example.com".to_owned(), 2),
        Guard::OpenInvitations("nobody@example.com".to_owned(), 1),
    ] {
        let stores = harness.fresh().await.with_world().await;
        let invited = invitation(1, id(1), "bo@example.com");
        let world =
            commit().insert(invited.clone()).insert(registration(1, &invited)).hold(held.clone(), id::<Uuid>(8));
        let edited = RoleDefinition::edited(id(1), Role::FrontDesk, Permissions::NONE);
        let world = world.insert(SecondFactor::none(id(1)));
        stores.accept(edited.into_iter().fold(world, Commit::insert).insert(member(1, id(1), id(1)))).await;
        let commit = full(commit()).update(practice(1)).guard(guard);
        nothing_of(&stores, &commit, |error| matches!(error, CommitError::Stale)).await;
    }
    let stores = harness.fresh().await.with_world().await;
    let kept = [
        Guard::Counter(Subject(id(5)), Scope::Strangers, Version(0)),
        Guard::SecondFactor(id(1), None),
        Guard::RoleDefinition(id(1), Role::FrontDesk, None),
        Guard::InRole(id(1), Role::Owner, 0),
        Guard::Free(held),
        Guard::OpenInvitations("nobody@example.com".to_owned(), 0),
    ];
    stores.accept(commit().guard_all(kept)).await;
    let unchanged = Guard::Practice(id(2), Version(0));
    stores.accept(commit().guard(unchanged.clone()).update(practice(2))).await;
    let again = stores.store.commit(&commit().guard(unchanged)).await;
    assert!(matches!(again, Err(CommitError::Stale)));
}

/// Addresses of accounts, places in practices, cookies and keys are held by one record each.
pub async fn whatever_is_looked_up_by_another_key_is_unique(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let invited = invitation(1, id(1), "bo@example.com");
    let key = |n| ApiKey::issue(id(n), [7; 32], id(1), Product::TruForm, NOON);
    let begun = registration(1, &invited);
    let signed_in = session(1, id(1), None);
    let seat = member(1, id(1), id(1));
    let world = commit().insert(begun.clone()).insert(signed_in.clone()).insert(seat.clone()).insert(key(1));
    stores.accept(world.insert(invited)).await;
    let twins: [Record; 5] = [
        Account { id: id(9), email: email("ACCOUNT1@example.com"), ..account(9) }.into(),
        Member { id: id::<MemberId>(9), ..seat }.into(),
        Registration { id: id(9), ..begun }.into(),
        Session { id: id::<SessionId>(9), ..signed_in }.into(),
        key(9).into(),
    ];
    for twin in twins {
        let refused = commit().write(Write::Insert(twin));
        nothing_of(&stores, &refused, |error| matches!(error, CommitError::Stale)).await;
    }
    let renamed = Account { email: email("account1@example.com"), ..account(2) };
    nothing_of(&stores, &commit().update(renamed), |error| matches!(error, CommitError::Stale)).await;
}

/// Ending sessions counts as a change of each: a decision on one that was loaded before is stale, and cannot revive it.
pub async fn a_session_that_was_ended_stays_ended(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let (this, other, strange) = (session(1, id(1), None), session(2, id(1), None), session(3, id(2), None));
    stores.accept(commit().insert(this.clone()).insert(other.clone()).insert(strange.clone())).await;
    let end = Write::EndSessions { account: id(1), within: None, except: Some(this.id), at: NOON };
    stores.accept(commit().write(end)).await;
    let revived = Session { proved_at: NOON.next_day(), ..other.clone() };
    nothing_of(&stores, &commit().update(revived), |error| matches!(error, CommitError::Stale)).await;
    let ended = stores.store.session(other.id).await;
    assert!(ended.is_ok_and(|s| s.is_some_and(|s| s.ended_at == Some(NOON) && s.version == Version(1))));
    for untouched in [this, strange] {
        assert!(stores.store.session(untouched.id).await.is_ok_and(|s| s == Some(untouched)));
    }
    let live = stores.reader.sessions(id(1)).await;
    assert!(live.is_ok_and(|live| live.len() == 1));
}

/// `PRA-5`: a practice ends the sessions that work there, and no others; each shows where it works.
pub async fn sessions_end_in_one_practice_only(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let (here, there, nowhere) =
        (session(1, id(1), Some(id(1))), session(2, id(1), Some(id(2))), session(3, id(1), None));
    let strange = session(4, id(2), Some(id(1)));
    let world = commit().insert(here.clone()).insert(there.clone()).insert(nowhere.clone());
    stores.accept(world.insert(strange.clone())).await;
    let end = Write::EndSessions { account: id(1), within: Some(id(1)), except: None, at: NOON };
    stores.accept(commit().write(end)).await;
    let ended = stores.store.session(here.id).await;
    assert!(ended.is_ok_and(|s| s.is_some_and(|s| s.ended_at == Some(NOON) && s.version == Version(1))));
    for untouched in [there.clone(), nowhere.clone(), strange] {
        assert!(stores.store.session(untouched.id).await.is_ok_and(|s| s == Some(untouched)));
    }
    let live = stores.reader.sessions(id(1)).await;
    let live = live.map(|live| live.into_iter().map(|face| (face.id, face.practice)).collect::<Vec<_>>());
    assert!(live.is_ok_and(|live| live == [(nowhere.id, None), (there.id, Some(id(2)))]));
}

/// A request moves the last activity of its session and its row, forward only, and only while the session lives.
pub async fn note_seen_moves_the_last_activity(harness: &dyn Harness) {
    let stores = harness.fresh().await.with_world().await;
    let seat = member(1, id(1), id(1));
    let row = Person::registered(&seat, &account(1), false);
    let elsewhere = Person { practice: id(2), ..row.clone() };
    let world = commit().insert(seat).insert(session(1, id(1), Some(id(1)))).write(Write::List(row.clone()));
    stores.accept(world.write(Write::List(elsewhere))).await;
    let later = NOON.plus(Duration::from_secs(90));
    for at in [later, NOON] {
        noted(stores.store.note_seen(id(1), at).await);
    }
    assert_eq!(last_activity(&stores, id(1)).await, Some(later));
    assert_eq!(last_activity(&stores, id(2)).await, None, "the practice that they work in now");
    let seen = stores.store.session(id(1)).await;
    assert!(seen.is_ok_and(|s| s.is_some_and(|s| s.seen_at == later && s.version == Version(0))));
    stores.accept(commit().write(Write::List(row))).await;
    assert_eq!(last_activity(&stores, id(1)).await, Some(later), "writing the row anew keeps it");
    stores.accept(commit().write(Write::EndSessions { account: id(1), within: None, except: None, at: later })).await;
    noted(stores.store.note_seen(id(1), later.next_day()).await);
    noted(stores.store.note_seen(id(9), later).await);
    assert_eq!(last_activity(&stores, id(1)).await, Some(later), "a session that is over is not used");
    let active = Write::ListActive(id(1), id(1), later.next_day());
    stores.accept(commit().write(active).write(Write::ListActive(id(1), id(1), NOON))).await;
    assert_eq!(last_activity(&stores, id(1)).await, Some(later.next_day()));
}

/// A commit is refused like this, and nothing of it can be seen: neither records and rows, nor facts, claims, budgets, notices.
pub(super) async fn nothing_of(stores: &Stores, commit: &Commit, expected: impl Fn(&CommitError) -> bool) {
    let before = View::of(stores).await;
    match stores.store.commit(commit).await {
        Err(error) => assert!(expected(&error), "refused for another reason: {error:?}"),
        Ok(()) => panic!("must be refused: {commit:?}"),
    }
    let after = View::of(stores).await;
    assert!(before == after, "something stayed: {after:#?}\nnot {before:#?}");
    let due = stores.outbox.lease(Queue::People, id(1), NOON.next_day(), Duration::from_secs(1), 9).await;
    assert!(due.is_ok_and(|due| due.is_empty()), "a notice stayed");
    for spend in commit.spends().iter().filter(|spend| spend.limit == 1) {
        let spent = stores.store.commit(&self::commit().spend(spend.clone())).await;
        assert!(spent.is_ok(), "a budget was spent");
    }
}

/// Some of everything that a commit can hold, but for what is to be refused.
pub(super) fn full(commit: Commit) -> Commit {
    let row = person(1, id(1), "Ann", "Other", "ann@example.com");
    commit
        .and(entry(Log::Practice(id(1))))
        .insert(session(8, id(1), None))
        .write(Write::List(row))
        .write(Write::List(person(2, id(1), "New", "Row", "new@example.com")))
        .hold(Name::address(&email("bo@example.com")), id::<Uuid>(8))
        .spend(Spend { budget: Budget::PracticeMails(id(3)), window: NOON.day(), limit: 1 })
        .notify(notice(8, About::Locked { account: id::<AccountId>(1) }))
}

async fn last_activity(stores: &Stores, practice: PracticeId) -> Option<Time> {
    let row = stores.reader.person(practice, id(1)).await;
    row.unwrap_or_else(|fault| panic!("{fault:?}")).and_then(|row| row.active_at)
}

fn noted(answer: Result<(), Fault>) {
    answer.unwrap_or_else(|fault| panic!("{fault:?}"));
}

/// The same record under an id, and with an address or a cookie, that no other one has.
fn renamed(record: Record, n: u16) -> Record {
    let number = u128::from(n);
    let mut cookie = [0; 32];
    cookie[..2].copy_from_slice(&n.to_be_bytes());
    match record {
        Record::Practice(r) => Practice { id: id(number), ..r }.into(),
        Record::Account(r) => {
            let address = format!("{n}.{}", r.email.as_typed());
            Account { id: id(number), email: email(&address), ..r }.into()
        }
        Record::SecondFactor(r) => SecondFactor { account: id(number), ..r }.into(),
        Record::EmailChange(r) => EmailChange { account: id(number), ..r }.into(),
        Record::Member(r) => Member { id: id(number), account: id(number), ..r }.into(),
        Record::RoleDefinition(r) => {
            let name = RoleName::parse(&format!("Role {n}")).unwrap_or(r.name);
            RoleDefinition { role: Role::Copied(id(number)), name, removed_at: None, ..r }.into()
        }
        Record::Invitation(r) => Invitation { id: id(number), ..r }.into(),
        Record::Registration(r) => Registration { id: id(number), cookie, ..r }.into(),
        Record::Employee(r) => Employee { id: id(number), ..r }.into(),
        Record::PasswordLink(r) => PasswordLink { id: id(number), ..r }.into(),
        Record::PasswordRun(r) => PasswordRun { id: id(number), cookie, ..r }.into(),
        Record::CodeWord(r) => CodeWord { practice: id(number), ..r }.into(),
        Record::Session(r) => Session { id: id(number), cookie, ..r }.into(),
        Record::ApiKey(r) => ApiKey { id: id(number), digest: cookie, ..r }.into(),
        Record::Replay(r) => Replay { key: cookie, ..r }.into(),
        Record::Billing(r) => books::renamed(*r, number),
    }
}

/// The record as it is after an update; none for what is never changed.
fn next(record: Record) -> Option<Record> {
    Some(match record {
        Record::Practice(r) => Practice { version: r.version.next(), ..r }.into(),
        Record::Account(r) => Account { version: r.version.next(), ..r }.into(),
        Record::SecondFactor(r) => SecondFactor { version: r.version.next(), ..r }.into(),
        Record::EmailChange(r) => EmailChange { version: r.version.next(), ..r }.into(),
        Record::Member(r) => Member { version: r.version.next(), ..r }.into(),
        Record::RoleDefinition(r) => RoleDefinition { version: r.version.next(), ..r }.into(),
        Record::Invitation(r) => Invitation { version: r.version.next(), ..r }.into(),
        Record::Registration(r) => Registration { version: r.version.next(), ..r }.into(),
        Record::Employee(r) => Employee { version: r.version.next(), ..r }.into(),
        Record::PasswordLink(r) => PasswordLink { version: r.version.next(), ..r }.into(),
        Record::PasswordRun(r) => PasswordRun { version: r.version.next(), ..r }.into(),
        Record::CodeWord(r) => CodeWord { version: r.version.next(), ..r }.into(),
        Record::Session(r) => Session { version: r.version.next(), ..r }.into(),
        Record::Billing(r) => return books::next(*r),
        Record::ApiKey(r) => ApiKey { version: r.version.next(), ..r }.into(),
        Record::Replay(_) => return None,
    })
}

/// The record that is stored under the same id.
async fn stored(stores: &Stores, record: &Record) -> Option<Record> {
    let store = &stores.store;
    let found = match record {
        Record::Practice(r) => store.practice(r.id).await.map(|found| found.map(Record::from)),
        Record::Account(r) => store.account(r.id).await.map(|found| {
            let same = found.as_ref().is_some_and(|a| a.email.as_typed() == r.email.as_typed());
            assert!(same, "the address as typed");
            found.map(Record::from)
        }),
        Record::SecondFactor(r) => store.second_factor(r.account).await.map(|found| found.map(Record::from)),
        Record::EmailChange(r) => store.email_change(r.account).await.map(|found| found.map(Record::from)),
        Record::Member(r) => store.member_by_id(r.practice, r.id).await.map(|found| found.map(Record::from)),
        Record::RoleDefinition(r) => store
            .roles(r.practice)
            .await
            .map(|found| found.into_iter().find(|one| one.role == r.role).map(Record::from)),
        Record::Invitation(r) => store.invitation(r.id).await.map(|found| {
            let same = found.as_ref().is_some_and(|i| i.email.as_typed() == r.email.as_typed());
            assert!(same, "the address as typed");
            found.map(Record::from)
        }),
        Record::Registration(r) => store.registration_of(&r.cookie).await.map(|found| found.map(Record::from)),
        Record::Employee(r) => store.employee(r.practice, r.id).await.map(|found| found.map(Record::from)),
        Record::PasswordLink(r) => store.password_link(r.id).await.map(|found| found.map(Record::from)),
        Record::PasswordRun(r) => store.password_run_of(&r.cookie).await.map(|found| found.map(Record::from)),
        Record::CodeWord(r) => store.code_word(r.practice).await.map(|found| found.map(Record::from)),
        Record::Session(r) => store.session(r.id).await.map(|found| found.map(Record::from)),
        Record::ApiKey(r) => store.api_key(&r.digest).await.map(|found| found.map(Record::from)),
        Record::Replay(r) => store.replay(&r.key).await.map(|found| found.map(Record::from)),
        Record::Billing(r) => books::stored(&*stores.ledger, r).await,
    };
    found.unwrap_or_else(|fault| panic!("{fault:?}"))
}
