use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use practice_domain::challenge::Delivery;
use practice_domain::port::{SendError, Texter};
use practice_domain::value::{self, NoticeId, PracticeName, Word};

use crate::lock;

/// A telephone that keeps every text and call, and fails as often as it is told.
#[derive(Debug, Default)]
pub struct Phone {
    rings: Mutex<Vec<Ring>>,
    words: Mutex<Vec<WordText>>,
    failures: Mutex<VecDeque<SendError>>,
}

/// One text or call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// The notice that ordered it.
    pub notice: NoticeId,
    /// Where to.
    pub to: value::Phone,
    /// How.
    pub by: Delivery,
    /// The code that it brought.
    pub code: String,
    /// How long the code was good for.
    pub good_for: Duration,
}

/// One text with a practice's code word.
#[derive(Debug, Clone)]
pub struct WordText {
    /// The notice that ordered it.
    pub notice: NoticeId,
    /// Where to.
    pub to: value::Phone,
    /// Whose word.
    pub practice: PracticeName,
    /// The word.
    pub word: Word,
}

impl Phone {
    /// Every text with a code word so far, oldest first.
    #[must_use]
    pub fn words(&self) -> Vec<WordText> {
        lock(&self.words).clone()
    }

    /// Every text and call so far, oldest first.
    #[must_use]
    pub fn rings(&self) -> Vec<Ring> {
        lock(&self.rings).clone()
    }

    /// The next one without a scripted answer is answered like this. An ambiguous answer keeps it all the same.
    pub fn fail_next(&self, failure: SendError) {
        lock(&self.failures).push_back(failure);
    }
}

#[async_trait]
impl Texter for Phone {
    async fn deliver_code(
        &self,
        notice: NoticeId,
        to: &value::Phone,
        by: Delivery,
        code: &str,
        good_for: Duration,
    ) -> Result<(), SendError> {
        let failure = lock(&self.failures).pop_front();
        if matches!(failure, None | Some(SendError::Ambiguous { .. })) {
            lock(&self.rings).push(Ring { notice, to: to.clone(), by, code: code.to_owned(), good_for });
        }
        failure.map_or(Ok(()), Err)
    }

    async fn deliver_code_word(
        &self,
        notice: NoticeId,
        to: &value::Phone,
        practice: &PracticeName,
        word: &Word,
    ) -> Result<(), SendError> {
        let failure = lock(&self.failures).pop_front();
        if matches!(failure, None | Some(SendError::Ambiguous { .. })) {
            let (to, practice, word) = (to.clone(), practice.clone(), word.clone());
            lock(&self.words).push(WordText { notice, to, practice, word });
        }
        failure.map_or(Ok(()), Err)
    }
}
