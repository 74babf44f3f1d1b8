//! Signing in, locks and unlocking, through the use cases.

use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::commit::{Commit, Write};
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::lockout::Scope;
use practice_domain::notice::About;
use practice_domain::policy::Preset;
use practice_domain::port::{Fault, Passwords, Store, Verdict};
use practice_domain::usecase::{self, ConfirmPasswordError, Ports, SignInError};
use practice_domain::value::{Password, PasswordHash};
use practice_testkit::fakes::PlainPasswords;
use practice_testkit::scene::operator;

use crate::world::check::check;
use crate::world::interleave::run;
use crate::world::people::Office;
use crate::world::{DAY, GOOD, MINUTE, WRONG, World, email, origin, password};

const BOSS: &str = "boss@x.example";
const ANN: &str = "ann@x.example";

/// A practice with a User Manager and somebody else, who has signed in from a browser once: its device token.
fn two_people() -> (World, Office, String) {
    let world = World::new();
    let office = world.office(BOSS);
    world.colleague(&office, ANN);
    let device = world.try_sign_in(ANN, GOOD, None).expect("signed in").device.0;
    (world, office, device)
}

fn refused(answer: Result<usecase::Welcome, SignInError>) -> bool {
    matches!(answer, Err(SignInError::Refused))
}

fn fail(world: &World, who: &str, times: usize, device: Option<&str>) {
    for _ in 0..times {
        assert!(refused(world.try_sign_in(who, WRONG, device)));
    }
}

/// LOCK-1, LK-01
#[test]
fn six_failures_are_forgiven_by_a_success_and_the_seventh_locks() {
    let (world, ..) = two_people();
    for _ in 0..2 {
        fail(&world, ANN, 6, None);
        assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
    }
    fail(&world, ANN, 7, None);
    assert!(refused(world.try_sign_in(ANN, GOOD, None)));
    world.later(30 * DAY);
    assert!(refused(world.try_sign_in(ANN, GOOD, None)), "time opens no lock");
    assert_eq!(world.facts_of("account.locked").len(), 1);
    check(&world);
}

/// LOCK-1: the office preset locks at the fifth.
#[test]
fn the_limit_is_the_practice_s() {
    let world = World::new();
    world.office_of(BOSS, Preset::Office);
    fail(&world, BOSS, 4, None);
    assert!(world.try_sign_in(BOSS, GOOD, None).is_ok());
    fail(&world, BOSS, 5, None);
    assert!(refused(world.try_sign_in(BOSS, GOOD, None)));
    check(&world);
}

/// LOCK-3: one answer and one hash, for whatever reason.
#[test]
fn unknown_wrong_and_locked_get_one_answer_in_equal_work() {
    let (world, office, _) = two_people();
    world
        .invite(
            &office,
            "invited@x.example",
            practice_domain::member::Kind::Staff,
            practice_domain::channel::Placement::InPractice,
        )
        .expect("invited");
    fail(&world, ANN, 7, None);
    let mut answers = Vec::new();
    for (who, with) in
        [("nobody@x.example", GOOD), ("invited@x.example", GOOD), (BOSS, WRONG), (ANN, GOOD), (ANN, WRONG)]
    {
        let checks = || world.passwords.real_checks() + world.passwords.dummy_checks();
        let (before, commits) = (checks(), world.store.commits().len());
        let answer = world.try_sign_in(who, with, None).map(|_| ()).expect_err("refused");
        assert_eq!((checks() - before, world.store.commits().len() - commits), (1, 1), "{who}");
        answers.push(format!("{answer:?} {answer}"));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

/// LOCK-3: an address without an account locks as one with an account does, so that no answer ever tells.
#[test]
fn an_unknown_address_is_counted_alike() {
    let (world, ..) = two_people();
    fail(&world, "nobody@x.example", 9, None);
    fail(&world, ANN, 9, None);
    let locks = world.facts_of("account.locked");
    assert_eq!(locks.len(), 2);
    assert!(matches!(locks[0].fact, Fact::Locked { account: None, scope: Scope::Strangers, failures: 7 }), "{locks:?}");
    assert!(matches!(locks[1].fact, Fact::Locked { account: Some(_), scope: Scope::Strangers, failures: 7 }));
    assert_eq!(world.facts_of("sign-in.failed").len(), 14);
    assert_eq!(world.facts_of("sign-in.refused").len(), 4);
    check(&world);
}

/// LOCK-5, LOCK-2, LIST-4: a fact with time, origin and counter, one notice, and the badge on the row.
#[test]
fn a_lock_is_recorded_told_and_shown() {
    let (world, office, _) = two_people();
    fail(&world, ANN, 9, None);
    let account = world.account(ANN).expect("an account").id;
    let locks = world.facts_of("account.locked");
    let expected = Entry {
        log: Log::Practice(office.practice),
        fact: Fact::Locked { account: Some(account), scope: Scope::Strangers, failures: 7 },
        actor: Actor::Visitor,
        origin: origin(),
        at: world.now(),
    };
    assert_eq!(locks, [expected]);
    let told = world.memory.notices().iter().filter(|n| n.about == About::Locked { account }).count();
    assert_eq!(told, 1);
    assert!(world.row_of(office.practice, ANN).expect("listed").locked);
    check(&world);
}

/// LOCK-2, LK-06: instant, audited once, told once, and a second click changes nothing. Password and sessions stay.
#[test]
fn an_unlock_is_instant_and_a_second_one_changes_nothing() {
    let (world, office, device) = two_people();
    let who = world.manager(BOSS);
    let cookie = world.try_sign_in(ANN, GOOD, Some(&device)).expect("signed in").cookie;
    fail(&world, ANN, 7, None);
    fail(&world, ANN, 7, Some(&device));
    let kept = world.account(ANN);
    let member = world.member(office.practice, ANN).expect("a member").id;
    let unlocked = run(usecase::unlock_account(&world.ports, &who, member)).expect("unlocked");
    assert!(!unlocked.already);
    assert_eq!(world.account(ANN), kept, "the password stays");
    assert!(run(usecase::authenticate(&world.ports, &cookie, origin())).expect("asked").is_ok(), "so does the session");
    assert!(!world.row_of(office.practice, ANN).expect("listed").locked);
    check(&world);
    let commits = world.store.commits().len();
    let again = run(usecase::unlock_account(&world.ports, &who, member)).expect("answered");
    assert!(again.already);
    assert_eq!(world.store.commits().len(), commits);
    let facts = world.facts_of("account.unlocked");
    assert!(matches!(facts[..], [Entry { fact: Fact::Unlocked { failures: 7, reason: None, .. }, .. }]));
    let told = |n: &&practice_domain::notice::Notice| matches!(n.about, About::Unlocked { .. });
    assert_eq!(world.memory.notices().iter().filter(told).count(), 1);
    fail(&world, ANN, 6, None);
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok() && world.try_sign_in(ANN, GOOD, Some(&device)).is_ok());
}

/// LOCK-2: an operator says why; nobody manages another practice's people.
#[test]
fn operators_unlock_with_a_reason_and_managers_only_their_own() {
    let (world, office, _) = two_people();
    let other = world.office("other@y.example");
    fail(&world, ANN, 7, None);
    let member = world.member(office.practice, ANN).expect("a member").id;
    let foreign = run(usecase::unlock_account(&world.ports, &world.manager(other.manager), member));
    assert!(matches!(foreign, Err(usecase::UnlockAccountError::Refused(practice_domain::access::WhyNot::NotHere))));
    let silent = practice_domain::access::Operator::at_the_command_line("casey".to_owned(), None);
    let why = run(usecase::unlock_account_by_operator(&world.ports, &silent, &email(ANN)));
    assert!(matches!(why, Err(usecase::UnlockAccountError::NoReason)));
    assert!(refused(world.try_sign_in(ANN, GOOD, None)));
    run(usecase::unlock_account_by_operator(&world.ports, &operator(), &email(ANN))).expect("unlocked");
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
    let facts = world.facts_of("account.unlocked");
    assert!(matches!(
        &facts[..],
        [Entry { fact: Fact::Unlocked { reason: Some(_), .. }, actor: Actor::Operator(_), .. }]
    ));
    check(&world);
}

/// LOCK-4: strangers' failures lock strangers out; another person's token makes nobody known; a device's own lock stops everybody.
#[test]
fn strangers_cannot_lock_out_a_browser_that_is_known() {
    let (world, ..) = two_people();
    let device = world.try_sign_in(ANN, GOOD, None).expect("signed in").device.0;
    let of_boss = world.try_sign_in(BOSS, GOOD, None).expect("signed in").device.0;
    fail(&world, ANN, 4, None);
    fail(&world, ANN, 3, Some(&of_boss));
    assert!(refused(world.try_sign_in(ANN, GOOD, None)), "a new browser is locked out");
    assert!(refused(world.try_sign_in(ANN, GOOD, Some(&of_boss))));
    assert!(world.try_sign_in(ANN, GOOD, Some(&device)).is_ok(), "the known one is not");
    let account = world.account(ANN).expect("an account").id;
    assert!(world.is_locked(account), "and the badge stays");
    check(&world);
    fail(&world, ANN, 7, Some(&device));
    for token in [None, Some(device.as_str()), Some("nonsense")] {
        assert!(refused(world.try_sign_in(ANN, GOOD, token)), "{token:?}");
    }
    check(&world);
}

/// LOCK-4: a device's lock stops another device and strangers who were never locked.
#[test]
fn a_device_s_lock_stops_everybody() {
    let (world, _, device) = two_people();
    let second = world.try_sign_in(ANN, GOOD, None).expect("signed in").device.0;
    let session = world.signed_in(ANN);
    fail(&world, ANN, 7, Some(&device));
    assert!(refused(world.try_sign_in(ANN, GOOD, None)));
    assert!(refused(world.try_sign_in(ANN, GOOD, Some(&second))));
    let standing = run(world.store.standing(&session.session().cookie)).expect("stored").expect("a session");
    assert!(standing.session.ended_at.is_none(), "open sessions stay");
    let locked = world.facts_of("account.locked");
    assert!(matches!(locked[..], [Entry { fact: Fact::Locked { scope: Scope::Device(_), failures: 7, .. }, .. }]));
    check(&world);
}

/// LOCK-1, LOCK-4, SESS-2: the same counter wherever a password is asked for; the session stays.
#[test]
fn confirming_a_password_shares_the_counter() {
    let (world, ..) = two_people();
    let welcome = world.try_sign_in(ANN, GOOD, None).expect("signed in");
    let who = || run(usecase::authenticate(&world.ports, &welcome.cookie, origin())).expect("asked").expect("live");
    let confirm = |with: &str| run(usecase::confirm_password(&world.ports, &who(), &password(with)));
    for _ in 0..3 {
        assert!(matches!(confirm(WRONG), Err(ConfirmPasswordError::Refused)));
    }
    fail(&world, ANN, 3, Some(&welcome.device.0));
    assert!(matches!(confirm(WRONG), Err(ConfirmPasswordError::Refused)));
    assert!(refused(world.try_sign_in(ANN, GOOD, Some(&welcome.device.0))), "the seventh locked");
    assert!(matches!(confirm(GOOD), Err(ConfirmPasswordError::Refused)), "also here");
    assert_eq!(who().account(), welcome.session.account, "and the session goes on");
    assert_eq!(world.facts_of("account.locked").len(), 1);
    check(&world);
}

/// PWD-2: a password kept the way of the past is kept today's way after the next sign-in.
#[test]
fn an_old_hash_is_made_anew_at_the_next_sign_in() {
    let (world, office, _) = two_people();
    age_the_hash(&world, office.practice);
    fail(&world, ANN, 2, None);
    assert!(world.account(ANN).expect("an account").password.encoded().starts_with("old:"), "only a success renews");
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
    assert_eq!(world.account(ANN).expect("an account").password.encoded(), format!("plain:{GOOD}"));
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
    check(&world);
}

/// Passwords that are checked but, because too much is going on, never hashed.
struct NoHashing(Arc<PlainPasswords>);

#[async_trait]
impl Passwords for NoHashing {
    async fn hash(&self, _: &Password) -> Result<PasswordHash, Fault> {
        Err(Fault::busy("hash a password"))
    }

    async fn verify<'a>(&self, password: &Password, hash: Option<&'a PasswordHash>) -> Result<Verdict, Fault> {
        self.0.verify(password, hash).await
    }

    fn is_common(&self, password: &Password) -> bool {
        self.0.is_common(password)
    }
}

/// PWD-2, LOCK-1: that a hash could not be renewed must not count against somebody who knows the password.
#[test]
fn a_right_password_that_cannot_be_hashed_anew_is_no_failure() {
    let (world, office, _) = two_people();
    age_the_hash(&world, office.practice);
    let ports = Ports { passwords: Arc::new(NoHashing(world.passwords.clone())), ..world.ports.clone() };
    for _ in 0..7 {
        let _ = run(usecase::sign_in(&ports, crate::world::people::sign_in(ANN, GOOD, None)));
        world.later(MINUTE);
    }
    assert!(world.try_sign_in(ANN, GOOD, None).is_ok());
}

fn age_the_hash(world: &World, practice: practice_domain::value::PracticeId) {
    let mut account = world.account(ANN).expect("an account");
    account.password = PlainPasswords::old_hash(&password(GOOD));
    let fact = Fact::TermsAccepted { registration: account.id.0.into(), version: "old".to_owned() };
    let (log, actor, origin) = (Log::Practice(practice), Actor::Visitor, Origin::default());
    let commit = Commit::recording(Entry { log, fact, actor, origin, at: world.now() });
    run(world.store.commit(&commit.write(Write::Update(account.into())))).expect("kept");
}
