//! What happens between two looks: while a password is being checked, while others hold every ticket.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::commit::{Commit, Write};
use practice_domain::fact::{Actor, Entry, Fact, Log, Origin};
use practice_domain::lockout::{Admission, LEASE, Scope, Subject, TicketRequest};
use practice_domain::member::Role;
use practice_domain::policy::{Policy, Preset, Value};
use practice_domain::port::{Clock, Fault, Passwords, Store, Verdict};
use practice_domain::rate::{Limit, Taken};
use practice_domain::usecase::{self, ChangePassword, Ports, SignIn, SignInError, units_of};
use practice_domain::value::{AccountId, DeviceId, Password, PasswordHash, TicketId};
use practice_testkit::fakes::{FakeClock, PlainPasswords};
use practice_testkit::scene::operator;
use uuid::Uuid;

use crate::world::check::check;
use crate::world::interleave::{Job, interleave, run};
use crate::world::people::{Office, sign_in};
use crate::world::staff::BETTER;
use crate::world::{GOOD, Grain, MINUTE, WRONG, World, email, password};

const ANN: &str = "ann@x.example";
const OWNER: &str = "owner@x.example";

type Act = Box<dyn FnOnce() + Send>;

/// Checks passwords after something else has happened, once.
struct After {
    plain: Arc<PlainPasswords>,
    act: Mutex<Option<Act>>,
}

#[async_trait]
impl Passwords for After {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, Fault> {
        self.plain.hash(password).await
    }

    async fn verify<'a>(&self, password: &Password, hash: Option<&'a PasswordHash>) -> Result<Verdict, Fault> {
        if let Some(act) = self.act.lock().expect("nobody panicked").take() {
            act();
        }
        self.plain.verify(password, hash).await
    }

    fn is_common(&self, password: &Password) -> bool {
        self.plain.is_common(password)
    }
}

/// Has no time to check a password.
struct Overrun;

#[async_trait]
impl Passwords for Overrun {
    async fn hash(&self, _: &Password) -> Result<PasswordHash, Fault> {
        Err(Fault::busy("hash a password"))
    }

    async fn verify<'a>(&self, _: &Password, _: Option<&'a PasswordHash>) -> Result<Verdict, Fault> {
        Err(Fault::busy("check a password"))
    }

    fn is_common(&self, _: &Password) -> bool {
        false
    }
}

fn office() -> (World, Office, AccountId) {
    let world = World::new();
    let office = world.office(OWNER);
    let ann = world.colleague(&office, ANN);
    (world, office, ann)
}

/// Signs Ann in with her password from a strange browser, while something else happens.
fn sign_in_while(world: &World, act: impl FnOnce() + Send + 'static) -> Result<(), SignInError> {
    let passwords = After { plain: Arc::clone(&world.passwords), act: Mutex::new(Some(Box::new(act))) };
    let ports = Ports { passwords: Arc::new(passwords), ..world.ports.clone() };
    run(usecase::sign_in(&ports, sign_in(ANN, GOOD, None))).map(|_| ())
}

/// PWD-1, LOCK-3: a password that is changed while it is being checked signs nobody in; it is answered like a wrong one.
#[test]
fn a_password_that_is_changed_while_it_is_checked_is_refused() {
    let (world, ..) = office();
    let (ports, who) = (world.ports.clone(), world.signed_in(ANN));
    let cmd = ChangePassword { current: password(GOOD), new: password(BETTER), again: password(BETTER) };
    let refused = sign_in_while(&world, move || {
        run(usecase::change_password(&ports, &who, cmd)).expect("changed");
    });
    assert!(matches!(refused, Err(SignInError::Refused)), "{refused:?}");
    assert!(world.try_sign_in(ANN, BETTER, None).is_ok());
    check(&world);
}

/// PWD-1, PW-06: a password that somebody distrusts while it is being checked opens nothing.
#[test]
fn a_password_that_is_distrusted_while_it_is_checked_is_refused() {
    let (world, ..) = office();
    let ports = world.ports.clone();
    let refused = sign_in_while(&world, move || {
        run(usecase::distrust_password(&ports, &operator(), &email(ANN))).expect("distrusted");
    });
    assert!(matches!(refused, Err(SignInError::Refused)), "{refused:?}");
    assert!(world.facts_of("sign-in.succeeded").is_empty());
    check(&world);
}

/// LOCK-3, BOT-3: when a lock falls while a distrusted password is being checked, nothing tells that it was the right one: not the
/// answer, and not the log.
#[test]
fn a_lock_that_falls_while_a_password_is_checked_hides_what_it_was() {
    let (world, ..) = office();
    let device = world.try_sign_in(ANN, GOOD, None).expect("signed in").device.0;
    run(usecase::distrust_password(&world.ports, &operator(), &email(ANN))).expect("distrusted");
    let ports = world.ports.clone();
    let refused = sign_in_while(&world, move || {
        for _ in 0..7 {
            assert!(run(usecase::sign_in(&ports, sign_in(ANN, WRONG, Some(&device)))).is_err());
        }
    });
    assert!(matches!(refused, Err(SignInError::Refused)), "{refused:?}");
    assert!(world.facts_of("sign-in.password-outdated").is_empty());
    assert_eq!(world.facts_of("sign-in.failed").len(), 8);
    check(&world);
}

/// LOCK-3, PWD-2: while no password can be checked everybody is told so alike, whether the account is there, locked or neither.
#[test]
fn while_no_password_can_be_checked_all_are_answered_alike() {
    let (world, office, _) = office();
    world.colleague(&office, "locked@x.example");
    world.given_locked("locked@x.example");
    let ports = Ports { passwords: Arc::new(Overrun), ..world.ports.clone() };
    for who in [ANN, "locked@x.example", "nobody@x.example"] {
        let refused = run(usecase::sign_in(&ports, sign_in(who, GOOD, None))).map(|_| ());
        assert!(matches!(refused, Err(SignInError::Fault(_))), "{who}: {refused:?}");
    }
}

/// LOCK-1: whoever finds every ticket taken waits for two seconds, and is then told to come again.
#[test]
fn nobody_waits_for_a_ticket_for_longer_than_two_seconds() {
    let (world, _, ann) = office();
    let policy = Policy::of(Preset::Standard).lockout;
    let clock = Arc::new(FakeClock::at(world.now()));
    for n in 0..u128::from(policy.lock_at_failure) {
        let ticket = TicketId(Uuid::from_u128(n));
        let (subject, scope) = (Subject(ann.0), Scope::Strangers);
        let request = TicketRequest { subject, scope, ticket, policy, units: Vec::new() };
        let answer = run(world.memory.take_ticket(&request, world.now())).expect("stored");
        assert!(matches!(answer.admission(), Some(Admission::Granted(_))));
    }
    let ports = Ports { clock: Arc::clone(&clock) as Arc<dyn Clock>, ..world.ports.clone() };
    let told = run(usecase::sign_in(&ports, sign_in(ANN, GOOD, None))).map(|_| ());
    assert!(matches!(told, Err(SignInError::Fault(_))), "{told:?}");
    let waited = clock.now().since(world.now());
    assert!(waited >= Duration::from_secs(2) && waited < Duration::from_secs(3), "{waited:?}");
}

/// RL-01: whoever waits for a ticket has taken the units of the limits once, however often they ask for it.
#[test]
fn waiting_for_a_ticket_takes_no_more_units() {
    let (world, _, ann) = office();
    let policy = Policy::of(Preset::Standard).lockout;
    for n in 0..u128::from(policy.lock_at_failure) {
        let (subject, scope, ticket) = (Subject(ann.0), Scope::Strangers, TicketId(Uuid::from_u128(n)));
        let request = TicketRequest { subject, scope, ticket, policy, units: Vec::new() };
        run(world.memory.take_ticket(&request, world.now())).expect("stored");
    }
    let ports = Ports { clock: Arc::new(FakeClock::at(world.now())), ..world.ports.clone() };
    let units = || units_of(&*world.ports.keys, &[(Limit::SignInsFromNetwork, "192.0.2.7")], 1);
    let told = run(usecase::sign_in(&ports, SignIn { units: units(), ..sign_in(ANN, GOOD, None) })).map(|_| ());
    assert!(matches!(told, Err(SignInError::Fault(_))), "{told:?}");
    let take = || run(world.memory.take_units(&units(), world.now())).expect("stored");
    assert_eq!((0..30).filter(|_| take() == Taken::Granted).count(), 29);
}

/// LOCK-1: a ticket that was given back while a password was checked is nobody's failure, also when its lease would have ended by then;
/// whether browsers count on their own, or all together.
#[test]
fn a_ticket_that_was_given_back_meanwhile_counts_for_nothing() {
    for device_aware in [true, false] {
        let (world, _, ann) = office();
        if !device_aware {
            world.set_policy(OWNER, &[("lockout.scope", Value::Word("account".to_owned()))]);
        }
        let (subject, policy) = (Subject(ann.0), Policy::of(Preset::Standard).lockout);
        let scope = if device_aware { Scope::Strangers } else { Scope::Account };
        let ticket = TicketId(Uuid::from_u128(1));
        let request = TicketRequest { subject, scope, ticket, policy, units: Vec::new() };
        run(world.memory.take_ticket(&request, world.now())).expect("stored");
        world.later(LEASE - Duration::from_secs(1));
        let clock = Arc::new(FakeClock::at(world.now()));
        let (memory, later) = (Arc::clone(&world.memory), Arc::clone(&clock));
        let gives_back = move || {
            let counter = run(memory.counters(subject, scope)).expect("stored").pop().expect("a counter");
            let (log, fact) = (Log::Platform, Fact::SignInRefused { account: None });
            let entry = Entry { log, fact, actor: Actor::Visitor, origin: Origin::default(), at: later.now() };
            let gives = Write::Count { counter, gone: vec![ticket] };
            run(memory.commit(&Commit::recording(entry).write(gives))).expect("given back");
            later.advance(Duration::from_secs(2));
        };
        let passwords = After { plain: Arc::clone(&world.passwords), act: Mutex::new(Some(Box::new(gives_back))) };
        let (passwords, clock) = (Arc::new(passwords), Arc::clone(&clock) as Arc<dyn Clock>);
        let ports = Ports { passwords, clock: Arc::clone(&clock), ..world.ports.clone() };
        assert!(run(usecase::sign_in(&ports, sign_in(ANN, WRONG, None))).is_err());
        let failures: Vec<u8> = world.counters(ann).iter().map(|counter| counter.failures_at(clock.now())).collect();
        assert_eq!(failures.iter().sum::<u8>(), 1, "the wrong password alone: {failures:?}");
    }
}

/// LK-09, LOCK-2: checks in another browser that nobody settled count as failures of the account, also when an unlock comes first.
#[test]
fn guesses_that_nobody_settled_are_remembered_through_an_unlock() {
    let (world, office, ann) = office();
    let policy = Policy::of(Preset::Standard).lockout;
    let (subject, browser) = (Subject(ann.0), Scope::Device(DeviceId(Uuid::from_u128(1))));
    let ticket = TicketId(Uuid::from_u128(2));
    let request = TicketRequest { subject, scope: browser, ticket, policy, units: Vec::new() };
    run(world.memory.take_ticket(&request, world.now())).expect("stored");
    world.given_locked(ANN);
    world.later(MINUTE);
    let member = world.member(office.practice, ANN).expect("a member").id;
    run(usecase::unlock_account(&world.ports, &world.manager(OWNER), member)).expect("unlocked");
    let unforgiven = |counter: &practice_domain::lockout::Counter| (counter.scope, counter.unforgiven);
    let kept: Vec<_> = world.counters(ann).iter().map(unforgiven).filter(|(_, times)| *times > 0).collect();
    assert_eq!(kept, [(Scope::Account, policy.lock_at_failure + 1)]);
    check(&world);
}

/// EMP-4, LOCK-2: a new password leaves nothing of the old one's failures, in whichever browser they were, nor of their locks.
#[test]
fn a_new_password_forgets_every_failure_of_the_old_one() {
    let world = World::new();
    let office = world.office(OWNER);
    world.hire(&office, ANN, Role::Hygienist);
    let account = world.account(ANN).expect("an account").id;
    let device = world.try_sign_in(ANN, GOOD, None).expect("signed in").device.0;
    assert!(world.try_sign_in(ANN, WRONG, Some(&device)).is_err());
    world.given_locked(ANN);
    world.ask_for_reset(ANN);
    let cookie = world.open(&world.password_link(world.reset_link(ANN)));
    world.give(&cookie, &world.word(office.practice)).expect("looked at");
    let before: Vec<_> = world.counters(account).iter().filter(|counter| counter.failures > 0).cloned().collect();
    assert_eq!(before.len(), 2, "strangers, and her browser: {before:?}");
    world.set(&cookie, BETTER).expect("set");
    for counter in world.counters(account) {
        assert_eq!((counter.failures, counter.unforgiven, counter.locked_at), (0, 0, None), "{:?}", counter.scope);
    }
    check(&world);
}

/// LOCK-3, PWD-1: whenever a password is changed during a sign-in, that sign-in comes before or after: it is let in or refused, and
/// never told to come again.
#[test]
fn a_sign_in_beside_a_change_of_its_password_comes_to_an_answer() {
    for before in 0..40 {
        let (world, ..) = office();
        let who = world.signed_in(ANN);
        let cmd = ChangePassword { current: password(GOOD), new: password(BETTER), again: password(BETTER) };
        world.store.set(Grain::Calls);
        let enters = usecase::sign_in(&world.ports, sign_in(ANN, GOOD, None));
        let changes = usecase::change_password(&world.ports, &who, cmd);
        let jobs = vec![
            Box::pin(async { matches!(enters.await, Ok(_) | Err(SignInError::Refused)) }) as Job<'_, bool>,
            Box::pin(async { changes.await.is_ok() }),
        ];
        let mut steps = 0;
        let answered = interleave(jobs, |of| {
            steps += 1;
            usize::from(of == 2 && steps > before)
        });
        world.store.set(Grain::Whole);
        assert_eq!(answered, [true, true], "after {before} steps");
        check(&world);
    }
}
