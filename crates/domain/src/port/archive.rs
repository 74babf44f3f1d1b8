use async_trait::async_trait;
use uuid::Uuid;

use crate::commit::Commit;
use crate::notice::Notice;
use crate::port::Fault;
use crate::value::{NoticeId, Time};

/// Everything that is kept, as rows that leave a store and come into another: the same from every store, so that what one of them
/// kept another one can keep. What a store derives from its rows, like counts and letters to search for, neither leaves nor comes.
#[async_trait]
pub trait Archive: Send + Sync {
    /// What this store has lived through.
    async fn life(&self) -> Result<Life, Fault>;

    /// Hands over every row as of one moment, table by table, those first that others refer to. Others go on writing meanwhile. Of a
    /// table without rows one batch without rows is handed over.
    async fn hand_over(&self, to: &mut dyn Take) -> Result<(), Fault>;

    /// Hands over every row while nobody can write. When [`Take::all_taken`] agrees this store is [`Stage::Moved`], and otherwise as
    /// it was.
    async fn leave(&self, to: &mut dyn Take) -> Result<(), Fault>;

    /// Lets rows come in; those of `source` step by step, so that what was interrupted goes on, and otherwise all or nothing.
    async fn arrival(&self, source: Option<Uuid>) -> Result<Box<dyn Arrival>, ArrivalError>;

    /// Every notice that waits to be sent.
    async fn waiting(&self) -> Result<Vec<Notice>, Fault>;

    /// Ends the time in which nothing is sent or sold, together with a commit; these notices are obsolete from then on. False, and
    /// nothing changed, when there was no such time.
    async fn release(&self, dropped: &[NoticeId], commit: &Commit, now: Time) -> Result<bool, Fault>;
}

/// Takes rows.
#[async_trait]
pub trait Take: Send {
    /// Takes some rows of one table.
    async fn take(&mut self, batch: Batch) -> Result<(), Fault>;

    /// There are no more. An error means that something is wrong with what was taken.
    async fn all_taken(&mut self) -> Result<(), Fault> {
        Ok(())
    }
}

/// Rows on their way into a store. Dropped before its end, nothing stays but what was kept.
#[async_trait]
pub trait Arrival: Send {
    /// How many rows of a table came before and were kept, of the same source.
    fn kept(&self, table: &str) -> u64;

    /// Adds rows to one table. Columns that are not in the batch get what they are by default.
    async fn add(&mut self, batch: &Batch) -> Result<(), ArrivalError>;

    /// Keeps what has come so far. Until its end, the store is [`Stage::Filling`].
    async fn keep(&mut self) -> Result<(), Fault>;

    /// Everything has come.
    async fn end(self: Box<Self>, ending: &Ending) -> Result<(), Fault>;
}

/// What stands in one column of one row. Identities and digests are bytes; an identity of nobody has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    /// Nothing.
    Nothing,
    /// A number, a moment, or whether something is so (1 or 0).
    Number(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl Datum {
    /// About how many bytes it takes.
    #[must_use]
    pub fn weight(&self) -> usize {
        match self {
            Self::Nothing => 1,
            Self::Number(_) => 8,
            Self::Text(text) => text.len(),
            Self::Bytes(bytes) => bytes.len(),
        }
    }
}

/// Some rows of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Which table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// Of each row, what stands in each of these columns.
    pub rows: Vec<Vec<Datum>>,
}

/// What a store has lived through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Life {
    /// Which store it is.
    pub id: Uuid,
    /// Goes into every link and code, and is drawn anew by a restore: those from before open nothing.
    pub epoch: Option<Uuid>,
    /// Since when nothing is sent or sold, because the store was restored.
    pub held_since: Option<Time>,
    /// Whether it may be served.
    pub stage: Stage,
}

/// Whether a store may be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Everything is here.
    Whole,
    /// Rows of another store are still coming.
    Filling,
    /// Everything has left for another store.
    Moved,
}

/// What becomes of a store when every row has come.
#[derive(Debug, Clone)]
pub enum Ending {
    /// It goes on as the store that it came from.
    Moved {
        /// That store.
        life: Life,
        /// What is recorded of it; nothing of a rehearsal.
        commit: Option<Box<Commit>>,
    },
    /// It goes on from an earlier moment (`BK-02`): sessions and what people had begun end, nothing is sent or sold until
    /// [`Archive::release`], and every order whose end is open is first looked up.
    Restored {
        /// The new epoch.
        epoch: Uuid,
        /// Now.
        at: Time,
        /// What is recorded of it.
        commit: Box<Commit>,
    },
}

/// Why rows do not come in.
#[derive(Debug, thiserror::Error)]
pub enum ArrivalError {
    /// The store has rows of its own.
    #[error("the store is not empty")]
    NotEmpty,
    /// Rows of another source began to come, and not all came.
    #[error("the store holds a part of another store")]
    OtherSource,
    /// The rows are of a later version, or of nothing that this store knows.
    #[error("there is no place for {0}")]
    Unknown(String),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// How many rows are handed over at once, at most.
pub const BATCH: usize = 500;
