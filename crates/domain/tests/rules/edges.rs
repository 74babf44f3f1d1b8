//! The last value that is taken, and the first that is not.

use practice_domain::intake::{MOST_BYTES, SheetError, read};
use practice_domain::lockout::{Admission, Counter, Outcome, Scope, Subject};
use practice_domain::policy::{LockoutPolicy, Policy, Preset};
use practice_domain::rate::{Limit, Quota};
use practice_domain::second_factor::{RECOVERY_CODES, base32, recovery_codes};
use practice_domain::value::{Currency, Email, Money, Password, Reason, TicketId, Time, Word};
use uuid::Uuid;

use crate::world::DAY;

/// IN-01, LK-08, CODE-3, PWD-1: a text of exactly the longest length is taken.
#[test]
fn texts_of_the_longest_length_are_taken() {
    let local = |length: usize| Email::parse(&format!("{}@x.example", "a".repeat(length)));
    assert!(local(64).is_ok() && local(65).is_err());
    let labels = [62, 62, 62].map(|length| "b".repeat(length)).join(".");
    let address = |length: usize| Email::parse(&format!("{}@{labels}.example", "a".repeat(length)));
    assert_eq!(address(57).expect("254 octets").normal().len(), 254);
    assert!(address(58).is_err());
    assert!(Reason::parse(&"a".repeat(300)).is_ok() && Reason::parse(&"a".repeat(301)).is_err());
    assert!(Password::parse(&"a".repeat(4_096)).is_ok() && Password::parse(&"a".repeat(4_097)).is_err());
    // The longest word in its longest spelling: four bytes a character.
    assert!(Word::parse(&"\u{20000}".repeat(64)).is_ok() && Word::parse(&"\u{20000}".repeat(65)).is_err());
}

/// Section 12: four mebibytes are read, whatever is in them.
#[test]
fn a_file_of_the_greatest_size_is_read() {
    assert_eq!(MOST_BYTES, 4 * 1_048_576);
    assert_ne!(read(&vec![b'a'; MOST_BYTES]), Err(SheetError::TooLarge));
    assert_eq!(read(&vec![b'a'; MOST_BYTES + 1]), Err(SheetError::TooLarge));
}

/// BILL-3: nothing is neither owed nor given back.
#[test]
fn no_money_has_no_sign() {
    assert_eq!(Money::zero(Currency::USD).to_string(), "USD 0.00");
    assert_eq!(Money::new(-5, Currency::USD).to_string(), "USD -0.05");
}

/// LOCK-1, PRA-6: a limit that is lowered while a password is checked holds at once, for the right password, too.
#[test]
fn a_limit_that_is_lowered_meanwhile_holds_at_once() {
    let usual = Policy::of(Preset::Standard).lockout;
    let lower = LockoutPolicy { lock_at_failure: usual.lock_at_failure - 2, ..usual };
    let now = Time::from_micros(0);
    let mut counter = Counter::fresh(Subject(Uuid::from_u128(1)), Scope::Account);
    for guess in 1..=usual.lock_at_failure - 1 {
        let id = TicketId(Uuid::from_u128(guess.into()));
        let Admission::Granted(ticket) = counter.admit(id, now, usual) else { panic!("below the limit") };
        counter.tickets.push(ticket);
        if counter.failures == lower.lock_at_failure {
            let settled = counter.settle(Some(id), Outcome::Right, now, lower);
            assert!(settled.locks && !settled.signed_in);
            return;
        }
        counter = counter.settle(Some(id), Outcome::Wrong, now, usual).counter;
    }
    panic!("the lower limit was never reached");
}

/// RL-01 to RL-05, TK-10: so many at once, and one again after so many seconds.
#[test]
fn limits_are_the_documented_ones() {
    let limits = [
        (Limit::SignInsFromNetwork, 30, 2),
        (Limit::SecondFactorsFromNetwork, 30, 2),
        (Limit::SignInsToAddress, 60, 1),
        (Limit::LettersToAddress, 3, 3_600),
        (Limit::LettersFromNetwork, 10, 360),
        (Limit::TextsFromNetwork, 10, 360),
        (Limit::TextsToPhone, 1, 30),
        (Limit::TextsToPhoneSoon, 3, 600),
        (Limit::TextsToPhoneDaily, 10, 8_640),
        (Limit::TextsToBlock, 300, 288),
        (Limit::TextsToCountry, 1_800, 48),
        (Limit::TextsForPractice, 200, 432),
        (Limit::TextsOfPlatform, 2_000, 43),
        (Limit::AlertOfTexts, 1, 86_400),
        (Limit::SecondFactors, 10, 180),
        (Limit::BotAnswer, 1, 900),
        (Limit::UnknownLinks, 20, 30),
    ];
    for (limit, burst, seconds) in limits {
        let quota = limit.quota();
        assert_eq!((quota.burst, quota.every.as_secs()), (burst, seconds), "{limit:?}");
    }
}

/// BC-03: three times as strict is a third of the burst, at a third of the pace; one unit always stays.
#[test]
fn a_tightened_limit_has_fewer_units_and_gives_them_back_later() {
    let quota = Quota { burst: 10, every: DAY };
    assert_eq!((quota.tightened(3).burst, quota.tightened(3).every), (3, 3 * DAY));
    assert_eq!(Quota { burst: 2, every: DAY }.tightened(3).burst, 1);
}

/// SESS-3: every value of a byte makes a letter or digit, and the secret is spelled as RFC 4648 says.
#[test]
fn recovery_codes_and_secrets_are_spelled_as_documented() {
    let mut chance = [[0; 32]; RECOVERY_CODES];
    chance[1] = std::array::from_fn(|at| u8::try_from(at).expect("small") + 22);
    chance[2] = [255; 32];
    let codes = recovery_codes(chance);
    assert_eq!(codes[..3], ["aaaaa-aaaaa", "z0234-56789", "99999-99999"]);
    assert_eq!(base32(b"12345678901234567890"), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    assert_eq!(base32(&[0xff; 20]), "7".repeat(32));
}
