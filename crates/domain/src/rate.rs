//! How often something may be asked for (`RL-01`, `RL-02`, `RL-03`, `RL-05`, `TK-10`): named limits as data, and one rule.
//!
//! A limit gives out units. So many are there at first, and one comes back after each span. What is stored is one moment: when all
//! units will be back (the theoretical arrival time of GCRA). Counters are kept under digests, never under addresses or numbers.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use crate::port::Keys;
use crate::value::{Digest, Time};

/// Something that may be asked for only so often, by whomever or to whomever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limit {
    /// `RL-01`: sign-ins from one network; a clinic shares one.
    SignInsFromNetwork,
    /// `RL-01`: sign-ins to one username, whether or not somebody has it.
    SignInsToAddress,
    /// `RL-02`: letters that somebody asked for, to one address.
    LettersToAddress,
    /// `RL-02`: letters that somebody asked for, from one network.
    LettersFromNetwork,
    /// `RL-03`: the pause between two texts or calls to one number.
    TextsToPhone,
    /// `RL-03`: texts and calls to one number in ten minutes.
    TextsToPhoneSoon,
    /// `RL-03`: texts and calls to one number in a day.
    TextsToPhoneDaily,
    /// `RL-03`: texts and calls to numbers in a row, whoever asks for them: whoever is paid for calls to such a row gets little.
    TextsToBlock,
    /// `RL-03`: texts and calls to one country.
    TextsToCountry,
    /// `RL-03`: texts and calls from one network.
    TextsFromNetwork,
    /// `RL-03`: texts and calls for one practice.
    TextsForPractice,
    /// `RL-03`: texts and calls of the whole platform; over it, somebody must look.
    TextsOfPlatform,
    /// `RL-03`: the word to whoever must look, once a day.
    AlertOfTexts,
    /// `SESS-3`: codes of the authenticator app for one account, right ones included.
    SecondFactors,
    /// `RL-01`: codes of authenticator apps from one network.
    SecondFactorsFromNetwork,
    /// `BOT-1`: one answer to a bot check; it is good once.
    BotAnswer,
    /// `TK-10`: links from one network that are none of ours.
    UnknownLinks,
}

/// How many units there are, and how they come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Units that may be taken at one moment. At least 1.
    pub burst: u32,
    /// How long until one more is there.
    pub every: Duration,
}

/// One unit, asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// Whose units: a digest.
    pub key: Digest,
    /// How many there are.
    pub quota: Quota,
}

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// One unit of each was taken.
    Granted,
    /// Of one at least there was none, and so none was taken.
    Refused {
        /// When the same may be asked for again.
        possible_at: Time,
    },
}

impl Limit {
    /// Every limit.
    pub const ALL: [Self; 17] = [
        Self::SignInsFromNetwork,
        Self::SignInsToAddress,
        Self::LettersToAddress,
        Self::LettersFromNetwork,
        Self::TextsToPhone,
        Self::TextsToPhoneSoon,
        Self::TextsToPhoneDaily,
        Self::TextsToBlock,
        Self::TextsToCountry,
        Self::TextsFromNetwork,
        Self::TextsForPractice,
        Self::TextsOfPlatform,
        Self::AlertOfTexts,
        Self::SecondFactors,
        Self::SecondFactorsFromNetwork,
        Self::BotAnswer,
        Self::UnknownLinks,
    ];

    /// How many units there are.
    #[must_use]
    pub fn quota(self) -> Quota {
        let (burst, every) = match self {
            Self::SignInsFromNetwork | Self::SecondFactorsFromNetwork => (30, 2),
            Self::SignInsToAddress => (60, 1),
            Self::LettersToAddress => (3, HOUR),
            Self::LettersFromNetwork | Self::TextsFromNetwork => (10, HOUR / 10),
            Self::TextsToPhone => (1, 30),
            Self::TextsToPhoneSoon => (3, 600),
            Self::TextsToPhoneDaily => (10, DAY / 10),
            Self::TextsToBlock => (300, DAY / 300),
            Self::TextsToCountry => (1_800, DAY / 1_800),
            Self::TextsForPractice => (200, DAY / 200),
            Self::TextsOfPlatform => (2_000, DAY / 2_000),
            Self::AlertOfTexts => (1, DAY),
            Self::SecondFactors => (10, 180),
            Self::BotAnswer => (1, 900),
            Self::UnknownLinks => (20, 30),
        };
        Quota { burst, every: Duration::from_secs(every) }
    }

    /// The stable code, part of every key.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::SignInsFromNetwork => "sign-ins-from-network",
            Self::SignInsToAddress => "sign-ins-to-address",
            Self::LettersToAddress => "letters-to-address",
            Self::LettersFromNetwork => "letters-from-network",
            Self::TextsToPhone => "texts-to-phone",
            Self::TextsToPhoneSoon => "texts-to-phone-soon",
            Self::TextsToPhoneDaily => "texts-to-phone-daily",
            Self::TextsToBlock => "texts-to-block",
            Self::TextsToCountry => "texts-to-country",
            Self::TextsFromNetwork => "texts-from-network",
            Self::TextsForPractice => "texts-for-practice",
            Self::TextsOfPlatform => "texts-of-platform",
            Self::AlertOfTexts => "alert-of-texts",
            Self::SecondFactors => "second-factors",
            Self::SecondFactorsFromNetwork => "second-factors-from-network",
            Self::BotAnswer => "bot-answer",
            Self::UnknownLinks => "unknown-links",
        }
    }

    /// One unit, for this subject: an address as it is compared, a number, an id, a [`network`]. Only a digest of it is kept.
    #[must_use]
    pub fn ask(self, keys: &dyn Keys, subject: &str) -> Ask {
        Ask { key: keys.digest(format!("limit {} {subject}", self.code()).as_bytes()), quota: self.quota() }
    }
}

impl Quota {
    /// The same, this many times as strict (`BC-03`).
    #[must_use]
    pub fn tightened(self, times: u32) -> Self {
        Self { burst: (self.burst / times).max(1), every: self.every * times }
    }

    /// Takes a unit: gives back when all will be back, or, when there is none, when one will be.
    ///
    /// # Errors
    ///
    /// The moment from which on a unit is there again.
    pub fn take(self, back_at: Option<Time>, now: Time) -> Result<Time, Time> {
        let back_at = back_at.unwrap_or(now).max(now).plus(self.every);
        let earliest = back_at.minus(self.every * self.burst);
        if earliest <= now { Ok(back_at) } else { Err(earliest) }
    }
}

/// Takes one unit of each, or none at all. `stored` says when all units of a key will be back; a key that is missing has them all.
pub fn take_all(stored: &mut BTreeMap<Digest, Time>, asks: &[Ask], now: Time) -> Taken {
    let mut after = BTreeMap::new();
    let mut possible_at: Option<Time> = None;
    for ask in asks {
        let before = after.get(&ask.key).or_else(|| stored.get(&ask.key)).copied();
        match ask.quota.take(before, now) {
            Ok(back_at) => _ = after.insert(ask.key, back_at),
            Err(earliest) => possible_at = possible_at.max(Some(earliest)),
        }
    }
    match possible_at {
        Some(possible_at) => Taken::Refused { possible_at },
        None => {
            stored.append(&mut after);
            Taken::Granted
        }
    }
}

/// The network that a client belongs to: its IPv4 address, or the first 64 bits of its IPv6 address (`RL-05`).
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOON: Time = Time::from_micros(1_782_129_600_000_000);

    fn second(n: u64) -> Time {
        NOON.plus(Duration::from_secs(n))
    }

    /// How many of these moments get a unit.
    fn granted(limit: Limit, moments: impl IntoIterator<Item = u64>) -> Vec<u64> {
        let mut stored = None;
        let mut take = |at: &u64| {
            let answer = limit.quota().take(stored, second(*at));
            stored = answer.ok().or(stored);
            answer.is_ok()
        };
        moments.into_iter().filter(|at| take(at)).collect()
    }

    /// RL-01
    #[test]
    fn the_thirty_first_sign_in_from_a_network_waits_two_seconds() {
        assert_eq!(granted(Limit::SignInsFromNetwork, [0; 31]).len(), 30);
        let all = |at| granted(Limit::SignInsFromNetwork, [0; 30].into_iter().chain([at])).len();
        assert_eq!((all(1), all(2)), (30, 31));
        assert_eq!(granted(Limit::SignInsFromNetwork, [0; 30].into_iter().chain([60; 31])).len(), 60);
        assert_eq!(granted(Limit::SignInsToAddress, [0; 61]).len(), 60);
    }

    /// RL-02
    #[test]
    fn an_address_gets_three_letters_and_then_one_an_hour() {
        assert_eq!(granted(Limit::LettersToAddress, [0, 0, 0, 0, 3_599, 3_600, 3_601, 7_200]), [0, 0, 0, 3_600, 7_200]);
        assert_eq!(granted(Limit::LettersFromNetwork, [0; 11]).len(), 10);
    }

    /// RL-03
    #[test]
    fn a_phone_gets_three_texts_in_ten_minutes_ten_a_day_and_never_two_at_once() {
        assert_eq!(granted(Limit::TextsToPhone, [0, 29, 30]), [0, 30]);
        assert_eq!(granted(Limit::TextsToPhoneSoon, [0, 30, 60, 90, 300, 599, 600]), [0, 30, 60, 600]);
        assert_eq!(granted(Limit::TextsToPhoneDaily, [0; 11]).len(), 10);
        assert_eq!(granted(Limit::TextsForPractice, [0; 201]).len(), 200);
        assert_eq!(granted(Limit::TextsOfPlatform, [0; 2_001]).len(), 2_000);
    }

    /// RL-05
    #[test]
    fn neighbours_in_a_network_share_its_units() {
        let of = |text: &str| network(text.parse().expect("an address"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
    }

    /// RL-05: no two limits share a counter.
    #[test]
    fn every_limit_has_a_code_of_its_own() {
        let codes: std::collections::BTreeSet<_> = Limit::ALL.map(Limit::code).into();
        assert_eq!(codes.len(), Limit::ALL.len());
    }

    /// RL-01, RL-03: one refusal takes nothing of the others.
    #[test]
    fn of_several_units_all_are_taken_or_none() {
        let ask = |key: u8, burst| Ask { key: [key; 32], quota: Quota { burst, every: Duration::from_secs(10) } };
        let mut stored = BTreeMap::new();
        assert_eq!(take_all(&mut stored, &[ask(1, 1), ask(2, 2)], NOON), Taken::Granted);
        let before = stored.clone();
        let refused = Taken::Refused { possible_at: second(10) };
        assert_eq!(take_all(&mut stored, &[ask(2, 2), ask(1, 1)], NOON), refused);
        assert_eq!(stored, before);
        assert_eq!(take_all(&mut stored, &[ask(3, 1), ask(3, 1)], NOON), refused, "one key twice");
        assert_eq!(stored, before);
    }

    /// A bucket that is filled drop by drop: `burst * every` microseconds of credit at most, `every` a unit.
    struct Bucket {
        credit: u128,
        seen: Time,
    }

    impl Bucket {
        fn take(&mut self, quota: Quota, now: Time) -> bool {
            let (unit, full) = (quota.every.as_micros(), (quota.every * quota.burst).as_micros());
            self.credit = (self.credit + now.since(self.seen).as_micros()).min(full);
            self.seen = now;
            let granted = self.credit >= unit;
            self.credit -= if granted { unit } else { 0 };
            granted
        }
    }

    proptest! {
        /// RL-01, RL-02, RL-03: the stored moment says the same as a bucket that is really filled; a refusal names the first moment
        /// at which the bucket gives again.
        #[test]
        fn the_rule_agrees_with_a_bucket(burst in 1..6_u32, every in 1..50_u64, waits in prop::collection::vec(0..60_u64, 1..60)) {
            let quota = Quota { burst, every: Duration::from_secs(every) };
            let mut bucket = Bucket { credit: (quota.every * burst).as_micros(), seen: NOON };
            let (mut stored, mut now) = (None, NOON);
            for wait in waits {
                now = now.plus(Duration::from_secs(wait));
                let answer = quota.take(stored, now);
                if let Err(earliest) = answer {
                    let before = earliest.minus(Duration::from_micros(1));
                    prop_assert!(quota.take(stored, before).is_err() && quota.take(stored, earliest).is_ok());
                }
                prop_assert_eq!(answer.is_ok(), bucket.take(quota, now));
                stored = answer.ok().or(stored);
            }
        }
    }
}
