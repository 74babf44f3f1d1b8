//! The pool that hashes passwords.

use std::sync::Arc;
use std::time::{Duration, Instant};

use practice_domain::port::{Fault, Passwords, Verdict};
use practice_domain::value::{Password, PasswordHash};
use practice_keyring::{ArgonPool, Checks, Cost, Key, Keyring, Memory, PoolSettings, bare_argon2id};

const GOOD: &str = "zq7-otter-quart";

/// PW-08
#[tokio::test]
async fn the_right_password_is_right_and_any_other_is_wrong() {
    let pool = pool(ring(1), Cost::STANDARD);
    let hash = pool.hash(&password("zq7-otter-quart")).await.expect("hashed");
    let parts: Vec<_> = hash.encoded().split('$').collect();
    assert_eq!(&parts[1..4], ["argon2id", "v=19", "m=19456,t=2,p=1"]);
    let maker = parts[0].strip_suffix(':').and_then(|maker| maker.split_once('/'));
    assert!(maker.is_some_and(|(key, judge)| key.parse::<u8>().is_ok() && judge.parse::<u8>().is_ok()));
    assert_eq!(pool.verify(&password("zq7-otter-quart"), Some(&hash)).await.expect("checked"), Verdict::Right);
    for wrong in ["zq7-otter-quar", "zq7-otter-quart ", "ZQ7-otter-quart", ""] {
        assert_eq!(pool.verify(&password(wrong), Some(&hash)).await.expect("checked"), Verdict::Wrong, "{wrong}");
    }
}

/// PW-02
#[tokio::test]
async fn every_byte_of_a_long_password_counts() {
    let pool = pool(ring(1), Cost::TESTING);
    let long = "a".repeat(4095);
    let hash = pool.hash(&password(&format!("{long}x"))).await.expect("hashed");
    assert_eq!(pool.verify(&password(&format!("{long}x")), Some(&hash)).await.expect("checked"), Verdict::Right);
    assert_eq!(pool.verify(&password(&format!("{long}y")), Some(&hash)).await.expect("checked"), Verdict::Wrong);
}

/// PW-08
#[tokio::test]
async fn one_password_of_two_people_has_two_hashes() {
    let pool = pool(ring(1), Cost::TESTING);
    let (a, b) =
        (pool.hash(&password("same")).await.expect("hashed"), pool.hash(&password("same")).await.expect("hashed"));
    assert_ne!(a.encoded(), b.encoded());
}

/// PW-08
#[tokio::test]
async fn without_the_pepper_the_right_password_is_wrong() {
    let kept = pool(ring(1), Cost::TESTING).hash(&password("right")).await.expect("hashed");
    let thief = pool(ring(2), Cost::TESTING);
    assert_eq!(thief.verify(&password("right"), Some(&kept)).await.expect("checked"), Verdict::Wrong);
    let forged = kept.encoded().split_once(':').map(|(_, hash)| format!("{}:{hash}", ring(2).current_id()));
    let forged = PasswordHash::new(forged.expect("an id"));
    assert_eq!(thief.verify(&password("right"), Some(&forged)).await.expect("checked"), Verdict::Wrong);
}

/// PW-08
#[tokio::test]
async fn a_hash_of_the_past_is_right_but_old() {
    let old = pool(ring(1), Cost::TESTING).hash(&password(GOOD)).await.expect("hashed");
    let dearer = pool(ring(1), Cost::STANDARD);
    assert_eq!(dearer.verify(&password(GOOD), Some(&old)).await.expect("checked"), Verdict::RightButOld);
    assert_eq!(dearer.verify(&password("wrong"), Some(&old)).await.expect("checked"), Verdict::Wrong);

    let newer_key = Keyring::new(key(2), vec![key(1)]).expect("two keys");
    let rotated = pool(newer_key, Cost::TESTING);
    assert_eq!(rotated.verify(&password(GOOD), Some(&old)).await.expect("checked"), Verdict::RightButOld);
    let anew = rotated.hash(&password(GOOD)).await.expect("hashed");
    assert_eq!(rotated.verify(&password(GOOD), Some(&anew)).await.expect("checked"), Verdict::Right);
}

/// BOT-3: what nobody judged, or a judge found common, is to be judged at the next sign-in.
#[tokio::test]
async fn a_common_password_is_right_but_old_however_new_its_hash_is() {
    let pool = pool(ring(1), Cost::TESTING);
    let common = pool.hash(&password("password")).await.expect("hashed");
    assert_eq!(pool.verify(&password("password"), Some(&common)).await.expect("checked"), Verdict::RightButOld);

    let judged = pool.hash(&password(GOOD)).await.expect("hashed");
    let (key, rest) = judged.encoded().split_once('/').expect("judged");
    let unjudged = PasswordHash::new(format!("{key}:{}", rest.split_once(':').expect("a judge").1));
    assert_eq!(pool.verify(&password(GOOD), Some(&judged)).await.expect("checked"), Verdict::Right);
    assert_eq!(pool.verify(&password(GOOD), Some(&unjudged)).await.expect("checked"), Verdict::RightButOld);
}

/// LOCK-3
#[tokio::test]
async fn a_check_against_nothing_is_the_same_work() {
    let pool = pool(ring(1), Cost::TESTING);
    let hash = pool.hash(&password("right")).await.expect("hashed");
    assert_eq!(pool.verify(&password("right"), None).await.expect("checked"), Verdict::Wrong);
    assert_eq!(pool.verify(&password("wrong"), Some(&hash)).await.expect("checked"), Verdict::Wrong);
    assert_eq!(pool.checks(), Checks { hashed: 1, real: 1, dummy: 1, refused: 0 });
}

#[tokio::test]
async fn a_text_that_is_no_hash_is_a_fault() {
    let pool = pool(ring(1), Cost::TESTING);
    let verdict = pool.verify(&password("x"), Some(&PasswordHash::new("plain".to_owned()))).await;
    assert!(matches!(verdict, Err(Fault::Corrupt { .. })));
    assert_eq!(pool.checks(), Checks::default());
}

/// PW-09
#[tokio::test]
async fn what_finds_the_queue_full_is_told_at_once_and_whoever_hangs_up_is_not_hashed_for() {
    let slow = Cost::new(65_536, 12).expect("strong");
    let settings = PoolSettings { cost: slow, threads: 1, queue: 3 };
    let pool = Arc::new(ArgonPool::start(Arc::new(ring(1)), settings).expect("started"));
    let verify = || {
        let pool = Arc::clone(&pool);
        tokio::spawn(async move { pool.verify(&password("x"), None).await })
    };
    let mut asked: Vec<_> = (0..4).map(|_| verify()).collect();
    until(|| pool.load() == (1, 3)).await;

    let start = Instant::now();
    assert!(matches!(verify().await.expect("no panic"), Err(Fault::Busy { .. })));
    assert!(start.elapsed() < Duration::from_millis(100));

    for gone in asked.drain(1..) {
        gone.abort();
        assert!(gone.await.is_err_and(|error| error.is_cancelled()));
    }
    let after = verify();
    assert!(matches!(asked.remove(0).await.expect("no panic"), Ok(Verdict::Wrong)));
    assert!(matches!(after.await.expect("no panic"), Ok(Verdict::Wrong)));
    assert_eq!(pool.checks(), Checks { dummy: 2, refused: 1, ..Checks::default() });
}

/// PW-09
#[tokio::test]
async fn a_storm_is_served_to_its_end() {
    let settings = PoolSettings { cost: Cost::TESTING, threads: 2, queue: 64 };
    let pool = Arc::new(ArgonPool::start(Arc::new(ring(1)), settings).expect("started"));
    for _ in 0..20 {
        let storm: Vec<_> = (0..66)
            .map(|_| {
                let pool = Arc::clone(&pool);
                tokio::spawn(async move { pool.hash(&password("x")).await })
            })
            .collect();
        for one in storm {
            assert!(one.await.expect("no panic").is_ok());
        }
    }
    assert_eq!(pool.checks().hashed, 20 * 66);
    assert_eq!(pool.load(), (0, 0));
}

#[test]
fn the_defaults_are_the_cores_and_sixty_four() {
    let settings = PoolSettings::new(Cost::default());
    assert_eq!((settings.cost, settings.queue), (Cost::STANDARD, 64));
    assert!(settings.threads >= 1);
}

/// Against libargon2's own answer.
#[test]
fn the_work_is_that_of_the_reference_implementation() {
    let output = bare_argon2id(b"correct horse", b"0123456789abcdef", Cost::STANDARD, &mut Memory::of(Cost::STANDARD));
    let hex: String = output.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(hex, "ae4d8c8b713876044c8347c76986a9b5655944aaacfffe9bea4dff9e7b6a1899");
}

async fn until(condition: impl Fn() -> bool) {
    for _ in 0..1000 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    panic!("it never came to that");
}

fn pool(ring: Keyring, cost: Cost) -> ArgonPool {
    ArgonPool::start(Arc::new(ring), PoolSettings { cost, threads: 1, queue: 64 }).expect("started")
}

fn password(text: &str) -> Password {
    Password::parse(text).expect("short")
}

fn ring(seed: u8) -> Keyring {
    Keyring::new(key(seed), Vec::new()).expect("one key")
}

fn key(seed: u8) -> Key {
    let bytes: Vec<u8> = (seed..seed + 32).collect();
    Key::from_bytes(&bytes).expect("32 bytes")
}
