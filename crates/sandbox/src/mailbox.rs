use std::path::Path;
use std::sync::Arc;
use std::{fmt, io};

use async_trait::async_trait;
use practice_domain::port::{Clock, Letter, Mailer, SendError};
use serde::{Deserialize, Serialize};

use crate::shelf::{Numbered, Shelf};

/// Stands in for a mail server: keeps letters instead of sending them. `Debug` shows none.
pub struct Mailbox {
    clock: Arc<dyn Clock>,
    shelf: Shelf<Post>,
}

/// A letter that was kept. `Debug` hides it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Counts the letters.
    pub id: u64,
    /// When it was sent: microseconds since 1970.
    pub at: i64,
    /// What the `Message-ID` would be made of.
    pub notice: String,
    /// Where to.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The plain text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl Mailbox {
    /// A mailbox that is empty after a restart.
    #[must_use]
    pub fn in_memory(clock: Arc<dyn Clock>) -> Self {
        Self { clock, shelf: Shelf::in_memory() }
    }

    /// A mailbox that keeps its letters in a folder, which it makes where there is none.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made, read or written.
    pub fn open(folder: impl AsRef<Path>, clock: Arc<dyn Clock>) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { clock, shelf: Shelf::in_file(&folder.as_ref().join("letters.jsonl"))? })
    }

    /// The letters whose address holds this text, in any case; the newest first.
    #[must_use]
    pub fn letters(&self, to: &str) -> Vec<Arc<Post>> {
        let to = to.trim().to_lowercase();
        self.shelf.newest(|post| post.to.to_lowercase().contains(&to))
    }

    /// One letter.
    #[must_use]
    pub fn letter(&self, id: u64) -> Option<Arc<Post>> {
        self.shelf.newest(|post| post.id == id).pop()
    }
}

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, letter: &Letter) -> Result<(), SendError> {
        if letter.to.local().starts_with(REFUSED) {
            return Err(SendError::Permanent { reply: "550 5.1.1 no such mailbox (simulated)".to_owned() });
        }
        let at = self.clock.now().micros();
        let kept = self.shelf.put(|id| Post {
            id,
            at,
            notice: letter.notice.to_string(),
            to: letter.to.as_typed().to_owned(),
            subject: letter.subject.clone(),
            text: letter.text.clone(),
            html: letter.html.clone(),
        });
        kept.map_err(|error| SendError::Transient { reply: format!("the letter cannot be kept: {error}") })
    }
}

impl Numbered for Post {
    fn number(&self) -> u64 {
        self.id
    }
}

impl fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mailbox(…)")
    }
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Post({}, …)", self.id)
    }
}

/// How an address begins that refuses every letter.
const REFUSED: &str = "undeliverable";
