//! A file on its way in (section 12): uploaded and judged, then carried out row by row once somebody said "Go".

use std::fmt;

use crate::channel::Product;
use crate::value::{AccountId, Digest, ImportId, PracticeId, Time, Version};

/// An uploaded file, and how far it has come. Its text holds names and addresses, so it is kept for [`KEPT`](Self::KEPT) only.
#[derive(Clone, PartialEq, Eq)]
pub struct Import {
    /// Its identity.
    pub id: ImportId,
    /// Counts its changes.
    pub version: Version,
    /// Where to.
    pub practice: PracticeId,
    /// Who vouches for it: their rights count, row by row.
    pub account: AccountId,
    /// Digest of the cookie of their session.
    pub cookie: Digest,
    /// What it holds.
    pub content: Content,
    /// What the file is called; empty for text that was pasted.
    pub name: String,
    /// The text of the file.
    pub text: String,
    /// How far it has come.
    pub stage: Stage,
    /// The numbers of the rows that are to be carried out, in the order of the file.
    pub plan: Vec<u64>,
    /// What became of the first rows of the plan.
    pub done: Vec<Outcome>,
    /// When it came.
    pub uploaded_at: Time,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Content {
    /// Employees (`EMP-1`, `EMP-2`).
    Employees,
    /// Invitations through a product (`INV-1`).
    Invitations(Product),
}

/// How far a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Its rows are judged. Nothing was done.
    Judged,
    /// Somebody said "Go"; row after row is carried out.
    Going,
    /// It waits for somebody who says that it goes on.
    Stopped(Halt),
    /// Every row of the plan was carried out.
    Done,
}

/// Why a file waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Halt {
    /// Somebody stopped it.
    Asked,
    /// Whoever vouched for it may not any more, or has signed out.
    NotAllowed,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The row's number.
    pub line: u64,
    /// What became of it.
    pub came: Came,
}

/// What can become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// Somebody is new.
    Created,
    /// Everything was there, from this file or from elsewhere.
    AlreadyThere,
    /// Something else stands in its way that did not before.
    Changed,
    /// It was refused, for this reason in words.
    Refused(String),
}

/// An act that does not fit how far the file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this file is at another step already; look at the page again")]
pub struct OutOfStep;

impl Import {
    /// How long a file is kept.
    pub const KEPT: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 60 * 60);

    /// These rows are to be carried out; whoever shows this cookie vouches.
    ///
    /// # Errors
    ///
    /// [`OutOfStep`] when somebody said "Go" before.
    pub fn go(self, plan: Vec<u64>, account: AccountId, cookie: Digest) -> Result<Self, OutOfStep> {
        if self.stage != Stage::Judged {
            return Err(OutOfStep);
        }
        let stage = if plan.is_empty() { Stage::Done } else { Stage::Going };
        Ok(Self { plan, account, cookie, stage, ..self })
    }

    /// It waits from now on.
    ///
    /// # Errors
    ///
    /// [`OutOfStep`] when it is not under way.
    pub fn stop(self, why: Halt) -> Result<Self, OutOfStep> {
        if self.stage == Stage::Going { Ok(Self { stage: Stage::Stopped(why), ..self }) } else { Err(OutOfStep) }
    }

    /// It goes on; whoever shows this cookie vouches.
    ///
    /// # Errors
    ///
    /// [`OutOfStep`] when it does not wait.
    pub fn go_on(self, account: AccountId, cookie: Digest) -> Result<Self, OutOfStep> {
        match self.stage {
            Stage::Stopped(_) => Ok(Self { stage: Stage::Going, account, cookie, ..self }),
            Stage::Judged | Stage::Going | Stage::Done => Err(OutOfStep),
        }
    }

    /// The row whose turn it is, while the file is under way.
    #[must_use]
    pub fn next(&self) -> Option<u64> {
        (self.stage == Stage::Going).then(|| self.plan.get(self.done.len()).copied()).flatten()
    }

    /// This became of the row whose turn it was.
    #[must_use]
    pub fn note(mut self, came: Came) -> Self {
        if let Some(line) = self.next() {
            self.done.push(Outcome { line, came });
        }
        if self.stage == Stage::Going && self.done.len() == self.plan.len() {
            self.stage = Stage::Done;
        }
        self
    }

    /// How many rows have come to this.
    #[must_use]
    pub fn count(&self, came: impl Fn(&Came) -> bool) -> usize {
        self.done.iter().filter(|outcome| came(&outcome.came)).count()
    }
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Import({}, {:?}, {} of {})", self.id, self.stage, self.done.len(), self.plan.len())
    }
}
