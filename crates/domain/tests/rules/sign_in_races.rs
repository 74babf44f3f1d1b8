//! Many sign-ins at the same moment: orders drawn by chance, every order of a few, and real threads.

use std::thread;

use practice_domain::lockout::Scope;
use practice_domain::usecase::{self, ConfirmPasswordError, SignIn, SignInError};
use practice_domain::value::MemberId;
use practice_testkit::scene::operator;

use crate::world::check::{check, problems};
use crate::world::interleave::{Dice, Job, Orders, interleave, run};
use crate::world::people::{Office, sign_in};
use crate::world::{GOOD, Grain, WRONG, World, email, origin, password};

const ANN: &str = "ann@x.example";

struct Scene {
    world: World,
    office: Office,
    member: MemberId,
    device: String,
}

fn scene() -> Scene {
    let world = World::new();
    let office = world.office("boss@x.example");
    world.colleague(&office, ANN);
    let member = world.member(office.practice, ANN).expect("a member").id;
    let device = world.try_sign_in(ANN, GOOD, None).expect("signed in").device.0;
    Scene { world, office, member, device }
}

/// True: signed in. False: refused. Anything else is a fault of the world, and there is none.
async fn attempt(world: &World, cmd: SignIn) -> bool {
    match usecase::sign_in(&world.ports, cmd).await {
        Ok(_) => true,
        Err(SignInError::Refused | SignInError::PasswordOutdated(_)) => false,
        Err(error) => panic!("{error:?}"),
    }
}

fn jobs<'a>(world: &'a World, with: &'a str, device: Option<&'a str>, times: usize) -> Vec<Job<'a, bool>> {
    (0..times).map(|_| Box::pin(attempt(world, sign_in(ANN, with, device))) as Job<'_, _>).collect()
}

/// LOCK-1, LOCK-3, LOCK-5
#[test]
fn of_a_hundred_wrong_guesses_at_once_seven_are_looked_at() {
    for seed in 0..4 {
        let Scene { world, .. } = scene();
        let (checks, mut dice) = (world.passwords.real_checks(), Dice(seed));
        world.store.set(Grain::Calls);
        let told = interleave(jobs(&world, WRONG, None, 100), |of| dice.below(of));
        world.store.set(Grain::Whole);
        assert!(told.iter().all(|signed_in| !signed_in));
        assert_eq!(world.passwords.real_checks() - checks, 7, "seed {seed}");
        assert!(!run(attempt(&world, sign_in(ANN, GOOD, None))), "the right one is refused alike");
        assert_eq!(world.facts_of("account.locked").len(), 1);
        assert_eq!(world.passwords.real_checks() - checks, 7);
        check(&world);
    }
}

/// LOCK-1, LK-03: no right password is refused because of others that are right.
#[test]
fn twenty_right_passwords_at_once_all_pass() {
    for seed in 0..30 {
        let Scene { world, .. } = scene();
        let mut dice = Dice(seed);
        world.store.set(Grain::Calls);
        let told = interleave(jobs(&world, GOOD, None, 20), |of| dice.below(of));
        world.store.set(Grain::Whole);
        assert_eq!(told.iter().filter(|signed_in| **signed_in).count(), 20, "seed {seed}");
        check(&world);
    }
}

/// LOCK-1: six wrong ones beside them change nothing for those who know the password.
#[test]
fn right_passwords_pass_beside_a_few_wrong_ones() {
    for seed in 0..30 {
        let Scene { world, .. } = scene();
        let mut dice = Dice(seed);
        world.store.set(Grain::Commits);
        let mut all = jobs(&world, GOOD, None, 4);
        all.extend(jobs(&world, WRONG, None, 3));
        let told = interleave(all, |of| dice.below(of));
        world.store.set(Grain::Whole);
        assert_eq!(told, [true, true, true, true, false, false, false], "seed {seed}");
        check(&world);
    }
}

/// LOCK-1, LOCK-3: the same with real threads.
#[test]
fn threads_get_no_more_guesses_than_one() {
    let Scene { world, .. } = scene();
    let checks = world.passwords.real_checks();
    let guess = |with: &'static str| {
        let ports = world.ports.clone();
        thread::spawn(move || run(usecase::sign_in(&ports, sign_in(ANN, with, None))).is_ok())
    };
    let threads: Vec<_> = (0..100).map(|_| guess(WRONG)).collect();
    assert!(threads.into_iter().all(|thread| !thread.join().expect("it ends")));
    assert_eq!(world.passwords.real_checks() - checks, 7);
    assert!(!run(attempt(&world, sign_in(ANN, GOOD, None))));
    check(&world);
}

/// LOCK-1, LK-03: twenty threads that know the password.
#[test]
fn threads_with_the_right_password_all_pass() {
    let Scene { world, .. } = scene();
    let pass = || {
        let ports = world.ports.clone();
        thread::spawn(move || run(usecase::sign_in(&ports, sign_in(ANN, GOOD, None))).map(|_| ()))
    };
    let threads: Vec<_> = (0..20).map(|_| pass()).collect();
    for thread in threads {
        thread.join().expect("it ends").expect("signed in");
    }
    check(&world);
}

/// LOCK-1, LOCK-3: an address that nobody has is counted alike, at once too.
#[test]
fn an_unknown_address_gets_no_more_guesses_either() {
    let Scene { world, .. } = scene();
    let (checks, mut dice) = (world.passwords.real_checks(), Dice(5));
    world.store.set(Grain::Calls);
    let all = (0..40).map(|_| Box::pin(attempt(&world, sign_in("nobody@x.example", WRONG, None))) as Job<'_, _>);
    interleave(all.collect(), |of| dice.below(of));
    world.store.set(Grain::Whole);
    assert_eq!((world.facts_of("sign-in.failed").len(), world.facts_of("sign-in.refused").len()), (7, 33));
    assert_eq!((world.passwords.real_checks() - checks, world.passwords.dummy_checks()), (0, 40));
}

/// LOCK-1, LOCK-4: the guess that locks, from the known browser, and a right password from another at the same moment.
#[test]
fn nobody_signs_in_after_a_lock_that_stops_everybody() {
    let orders = Orders::each(|orders| {
        let Scene { world, device, .. } = scene();
        for _ in 0..6 {
            assert!(world.try_sign_in(ANN, WRONG, Some(&device)).is_err());
        }
        world.store.set(Grain::Calls);
        let mut both = jobs(&world, WRONG, Some(&device), 1);
        both.extend(jobs(&world, GOOD, None, 1));
        interleave(both, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        let audit = world.memory.audit();
        let locked = audit.iter().position(|entry| entry.fact.code() == "account.locked").expect("locked");
        let after = audit[locked..].iter().filter(|entry| entry.fact.code() == "sign-in.succeeded").count();
        assert_eq!(after, 0, "somebody signed in after the lock");
        assert!(problems(&world).is_empty());
    });
    assert!(orders > 10);
}

/// LOCK-2, PRA-3: the badge follows the lock when an operator changes the same row at that moment.
#[test]
fn the_badge_agrees_with_the_lock_whoever_else_changes_the_row() {
    let grant = |world: &World, office: &Office| {
        let (ports, practice) = (world.ports.clone(), office.practice);
        async move { usecase::grant_user_manager(&ports, &operator(), practice, &email(ANN)).await.is_ok() }
    };
    Orders::each(|orders| {
        let Scene { world, office, .. } = scene();
        for _ in 0..6 {
            assert!(world.try_sign_in(ANN, WRONG, None).is_err());
        }
        world.store.set(Grain::Commits);
        let mut both = jobs(&world, WRONG, None, 1);
        both.push(Box::pin(grant(&world, &office)));
        interleave(both, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        let wrong = problems(&world);
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

/// LOCK-2, PRA-3: the same with an unlock, which nobody could repeat when the badge stayed.
#[test]
fn the_badge_goes_with_the_lock_whoever_else_changes_the_row() {
    Orders::each(|orders| {
        let Scene { world, office, member, .. } = scene();
        let who = world.manager(office.manager);
        for _ in 0..7 {
            assert!(world.try_sign_in(ANN, WRONG, None).is_err());
        }
        world.store.set(Grain::Commits);
        let both = vec![
            Box::pin(async { usecase::unlock_account(&world.ports, &who, member).await.is_ok() }) as Job<'_, bool>,
            Box::pin(async {
                usecase::grant_user_manager(&world.ports, &operator(), office.practice, &email(ANN)).await.is_ok()
            }),
        ];
        assert_eq!(interleave(both, |of| orders.choose(of)), [true, true]);
        world.store.set(Grain::Whole);
        let wrong = problems(&world);
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

/// LOCK-2, LOCK-4: an unlock while the person's own browser, which had never failed before, gets locked.
#[test]
fn the_badge_stays_when_another_lock_falls_during_an_unlock() {
    Orders::each(|orders| {
        let Scene { world, office, member, device } = scene();
        let who = world.manager(office.manager);
        for _ in 0..7 {
            assert!(world.try_sign_in(ANN, WRONG, None).is_err());
        }
        world.store.set(Grain::Commits);
        let both = vec![
            Box::pin(async { usecase::unlock_account(&world.ports, &who, member).await.is_ok() }) as Job<'_, bool>,
            Box::pin(async {
                for _ in 0..7 {
                    assert!(!attempt(&world, sign_in(ANN, WRONG, Some(&device))).await);
                }
                true
            }),
        ];
        interleave(both, |of| orders.choose(of));
        world.store.set(Grain::Whole);
        let wrong = problems(&world);
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

/// LOCK-2: two managers click at once: one fact, one notice.
#[test]
fn two_unlocks_at_once_are_one() {
    Orders::each(|orders| {
        let Scene { world, office, member, .. } = scene();
        let who = world.manager(office.manager);
        for _ in 0..7 {
            assert!(world.try_sign_in(ANN, WRONG, None).is_err());
        }
        world.store.set(Grain::Calls);
        let unlock = || async { usecase::unlock_account(&world.ports, &who, member).await.expect("unlocked").already };
        let mut told =
            interleave(vec![Box::pin(unlock()) as Job<'_, bool>, Box::pin(unlock())], |of| orders.choose(of));
        world.store.set(Grain::Whole);
        told.sort_unstable();
        assert_eq!(told, [false, true]);
        assert_eq!(world.facts_of("account.unlocked").len(), 1);
        check(&world);
    });
}

/// LOCK-1, SESS-2: sign-in and confirmation share their guesses also at the same moment.
#[test]
fn guesses_at_both_doors_at_once_are_counted_together() {
    for seed in 0..20 {
        let Scene { world, .. } = scene();
        let welcome = world.try_sign_in(ANN, GOOD, None).expect("signed in");
        let who = run(usecase::authenticate(&world.ports, &welcome.cookie, origin())).expect("asked").expect("live");
        let (checks, mut dice, wrong) = (world.passwords.real_checks(), Dice(seed), password(WRONG));
        world.store.set(Grain::Commits);
        let mut all = jobs(&world, WRONG, Some(&welcome.device.0), 6);
        for _ in 0..6 {
            all.push(Box::pin(async {
                match usecase::confirm_password(&world.ports, &who, &wrong).await {
                    Err(ConfirmPasswordError::Refused) => false,
                    other => panic!("{:?}", other.map(|_| ())),
                }
            }));
        }
        interleave(all, |of| dice.below(of));
        world.store.set(Grain::Whole);
        assert_eq!(world.passwords.real_checks() - checks, 7, "seed {seed}");
        let device = world.counters(welcome.session.account).into_iter().find(|c| matches!(c.scope, Scope::Device(_)));
        assert!(device.is_some_and(|counter| counter.locked_at.is_some()));
        check(&world);
    }
}
