//! A practice's code word: what must accompany a link that sets the password of a doctor or staff member (`CODE-1` to `CODE-3`).

use std::time::Duration;

use crate::policy::CodeWordPolicy;
use crate::value::{PracticeId, SealedWord, Time, Version};

/// The code word of a practice, encrypted, and how often it was guessed wrong of late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeWord {
    /// Whose.
    pub practice: PracticeId,
    /// Counts its changes.
    pub version: Version,
    /// Counts the words: rotating makes the next one, and the former is dead.
    pub serial: u32,
    /// The word of this serial; it can be opened for this practice and serial only.
    pub sealed: SealedWord,
    /// When it was made.
    pub made_at: Time,
    /// Wrong words in the hour that began at `counted_from`.
    pub wrong: u32,
    /// When the first of them came.
    pub counted_from: Time,
    /// Until when no word is looked at (`CODE-3`).
    pub paused_until: Option<Time>,
}

/// `CODE-3`: too many wrong words in one hour. Right ones are not looked at either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there were too many wrong code words; try again later")]
pub struct Paused {
    /// When words are looked at again.
    pub until: Time,
}

/// How an authorised person told somebody the word (`CODE-2`). In writing is not a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Told {
    /// Face to face.
    InPerson,
    /// On the phone.
    ByPhone,
}

impl CodeWord {
    /// The first word of a practice.
    #[must_use]
    pub fn first(practice: PracticeId, sealed: SealedWord, at: Time) -> Self {
        let (version, serial) = (Version::default(), FIRST);
        Self { practice, version, serial, sealed, made_at: at, wrong: 0, counted_from: at, paused_until: None }
    }

    /// The next word; the former is dead. A pause goes on: whoever guessed may guess on.
    #[must_use]
    pub fn rotate(self, sealed: SealedWord, at: Time) -> Self {
        Self { serial: self.serial + 1, sealed, made_at: at, ..self }
    }

    /// Whether a word may be looked at now.
    ///
    /// # Errors
    ///
    /// [`Paused`] says until when not.
    pub fn admit(&self, now: Time) -> Result<(), Paused> {
        match self.paused_until {
            Some(until) if now < until => Err(Paused { until }),
            _ => Ok(()),
        }
    }

    /// One more wrong word; the one that reaches the limit pauses.
    #[must_use]
    pub fn count_wrong(self, now: Time, policy: CodeWordPolicy) -> Self {
        let over = now.since(self.counted_from) >= HOUR || self.paused_until.is_some_and(|until| until <= now);
        let (wrong, counted_from) =
            if over || self.wrong == 0 { (1, now) } else { (self.wrong + 1, self.counted_from) };
        let paused_until = (wrong >= policy.tries_per_practice).then(|| now.plus(PAUSE));
        Self { wrong, counted_from, paused_until, ..self }
    }
}

/// The serial of a practice's first word.
pub const FIRST: u32 = 1;

/// The span in which wrong words count together.
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How long a practice's words are not looked at.
const PAUSE: Duration = Duration::from_secs(15 * 60);

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::policy::{Policy, Preset};

    fn at(seconds: u64) -> Time {
        Time::from_micros(0).plus(Duration::from_secs(seconds))
    }

    fn word() -> CodeWord {
        CodeWord::first(PracticeId(Uuid::from_u128(1)), SealedWord(vec![1]), at(0))
    }

    fn wrong(word: CodeWord, times: u32, now: Time) -> CodeWord {
        let policy = Policy::of(Preset::Standard).code_word;
        (0..times).fold(word, |word, _| word.count_wrong(now, policy))
    }

    /// CODE-3
    #[test]
    fn twenty_wrong_words_in_an_hour_pause_for_a_quarter_of_an_hour() {
        let nearly = wrong(word(), 19, at(10));
        assert_eq!(nearly.admit(at(3_609)), Ok(()));
        let paused = wrong(nearly.clone(), 1, at(3_609));
        let until = at(3_609 + 900);
        assert_eq!(paused.admit(at(3_609 + 899)), Err(Paused { until }));
        assert_eq!(paused.admit(until), Ok(()));
        let again = wrong(paused, 1, until);
        assert_eq!((again.wrong, again.admit(until)), (1, Ok(())), "counting begins anew after a pause");
        assert_eq!(wrong(nearly, 1, at(3_610)).wrong, 1, "and after an hour");
    }

    /// CODE-3
    #[test]
    fn rotating_is_no_way_around_a_pause() {
        let rotated = wrong(word(), 20, at(10)).rotate(SealedWord(vec![2]), at(20));
        assert_eq!(rotated.serial, 2);
        assert!(rotated.admit(at(30)).is_err());
    }
}
