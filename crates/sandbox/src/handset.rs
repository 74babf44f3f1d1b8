use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use async_trait::async_trait;
use practice_domain::challenge::Delivery;
use practice_domain::port::{Clock, SendError, Texter};
use practice_domain::value::{NoticeId, Phone, PracticeName, Word};
use serde::{Deserialize, Serialize};

use crate::shelf::{Numbered, Shelf};

/// Stands in for a telephone: keeps texts and calls instead of making them. `Debug` shows none.
pub struct Handset {
    clock: Arc<dyn Clock>,
    shelf: Shelf<Message>,
}

/// A text or call that was kept. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Counts texts and calls.
    pub id: u64,
    /// When it was sent: microseconds since 1970.
    pub at: i64,
    /// What it was sent for.
    pub notice: String,
    /// The number, in E.164 form.
    pub to: String,
    /// The number, as people write it.
    pub number: String,
    /// `text` or `call`.
    pub by: String,
    /// What is written or said.
    pub words: String,
    /// The code, or code word, in it.
    pub code: String,
}

impl Handset {
    /// A telephone that is empty after a restart.
    #[must_use]
    pub fn in_memory(clock: Arc<dyn Clock>) -> Self {
        Self { clock, shelf: Shelf::in_memory() }
    }

    /// A telephone that keeps its texts and calls in a folder, which it makes where there is none.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made, read or written.
    pub fn open(folder: impl AsRef<Path>, clock: Arc<dyn Clock>) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { clock, shelf: Shelf::in_file(&folder.as_ref().join("messages.jsonl"))? })
    }

    /// The texts and calls to numbers with these digits; the newest first.
    #[must_use]
    pub fn messages(&self, to: &str) -> Vec<Arc<Message>> {
        let to: String = to.chars().filter(char::is_ascii_digit).collect();
        self.shelf.newest(|message| message.to.contains(&to))
    }
}

#[async_trait]
impl Texter for Handset {
    async fn deliver_code(
        &self,
        notice: NoticeId,
        to: &Phone,
        by: Delivery,
        code: &str,
        _good_for: Duration,
    ) -> Result<(), SendError> {
        let (by, words) = match by {
            Delivery::Text => ("text", format!("Your code is {code}. Never share it.")),
            Delivery::Call => ("call", format!("Hello. Your code is {0}. Again: {0}. Goodbye.", spoken(code))),
        };
        self.keep(notice, to, by, words, code)
    }

    async fn deliver_code_word(
        &self,
        notice: NoticeId,
        to: &Phone,
        practice: &PracticeName,
        word: &Word,
    ) -> Result<(), SendError> {
        let word = word.expose();
        let words = format!("The code word of {practice} is {word}. Nobody from your office will ask you to write it.");
        self.keep(notice, to, "text", words, word)
    }
}

impl Handset {
    fn keep(&self, notice: NoticeId, to: &Phone, by: &str, words: String, code: &str) -> Result<(), SendError> {
        let at = self.clock.now().micros();
        let kept = self.shelf.put(|id| Message {
            id,
            at,
            notice: notice.to_string(),
            to: to.e164().to_owned(),
            number: to.national(),
            by: by.to_owned(),
            words,
            code: code.to_owned(),
        });
        kept.map_err(|error| SendError::Transient { reply: format!("the message cannot be kept: {error}") })
    }
}

impl Numbered for Message {
    fn number(&self) -> u64 {
        self.id
    }
}

impl fmt::Debug for Handset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handset(…)")
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({}, …)", self.id)
    }
}

/// One digit after the other.
fn spoken(code: &str) -> String {
    let digits: Vec<_> = code.chars().map(String::from).collect();
    digits.join(", ")
}
