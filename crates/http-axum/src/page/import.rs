//! Settings › Import: a file of employees or invitations, judged before anything is done with it.

use askama::Template;

use super::Chrome;

/// `GET /settings/import`: which file.
#[derive(Template)]
#[template(path = "settings/import.html")]
pub struct ImportFormPage {
    /// The frame.
    pub chrome: Chrome,
    /// What the file can hold.
    pub kinds: Vec<ImportKind>,
    /// Text that was pasted.
    pub text: String,
}

/// Something that a file can hold.
#[derive(Clone, Debug)]
pub struct ImportKind {
    /// How the form spells it.
    pub code: &'static str,
    /// What it is called.
    pub label: String,
    /// Which columns it needs.
    pub columns: &'static str,
    /// Whether it is chosen.
    pub chosen: bool,
}

/// `GET /settings/import/{id}`: the dry run, then the progress, then the result.
#[derive(Template)]
#[template(path = "settings/import_run.html")]
pub struct ImportPage {
    /// The frame.
    pub chrome: Chrome,
    /// Names the file in addresses.
    pub id: String,
    /// What the file is called.
    pub name: String,
    /// What it holds.
    pub kind: String,
    /// How far it has come.
    pub stage: ImportStage,
    /// How many rows have come to what.
    pub tallied: Vec<Tallied>,
    /// What somebody must put right, or was refused.
    pub problems: Vec<ImportProblem>,
    /// How many more of them there are.
    pub more_problems: usize,
    /// Rows that resemble somebody.
    pub look_alikes: Vec<LookAlikeRow>,
    /// Rows of the file, while it is judged.
    pub rows: Vec<ImportRow>,
    /// Where the rows go on.
    pub next: Option<String>,
    /// What "Go" is about.
    pub seen: String,
}

/// How far a file has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportStage {
    /// Nothing was done; so many rows are ready.
    Judged {
        /// Rows that are new.
        ready: usize,
        /// What "Go" does: `Add 12 employees`.
        go: String,
        /// What else it does: mails and texts that go out.
        sends: String,
    },
    /// Under way.
    Going {
        /// Rows that are done.
        done: usize,
        /// Rows of the plan.
        of: usize,
    },
    /// It waits.
    Stopped {
        /// Rows that are done.
        done: usize,
        /// Rows of the plan.
        of: usize,
        /// Why.
        why: &'static str,
    },
    /// At its end.
    Done,
}

/// A number of rows.
#[derive(Clone, Debug)]
pub struct Tallied {
    /// How many.
    pub rows: usize,
    /// What they came to.
    pub label: &'static str,
}

/// A cell, or a row, that somebody must look at.
#[derive(Clone, Debug)]
pub struct ImportProblem {
    /// The row's number.
    pub line: u64,
    /// The column; empty for the whole row.
    pub column: &'static str,
    /// What stands there.
    pub sent: String,
    /// What to do.
    pub say: String,
}

/// A row that resembles somebody.
#[derive(Clone, Debug)]
pub struct LookAlikeRow {
    /// The row's number.
    pub line: u64,
    /// Whom it names.
    pub who: String,
    /// Whom it resembles.
    pub like: String,
}

/// A row and its verdict.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// The row's number.
    pub line: u64,
    /// The name that it gives.
    pub name: String,
    /// The address that it gives.
    pub email: String,
    /// What would become of it.
    pub verdict: RowVerdict,
}

/// What would become of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowVerdict {
    /// It is new.
    New,
    /// All of it is known.
    AlreadyThere,
    /// It contradicts what is known.
    Conflict,
    /// It resembles somebody.
    LookAlike,
    /// It cannot be read.
    Bad,
}

impl RowVerdict {
    /// The words.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::AlreadyThere => "Already there",
            Self::Conflict => "Conflict",
            Self::LookAlike => "Looks like somebody",
            Self::Bad => "Needs fixing",
        }
    }

    /// The classes of its badge.
    #[must_use]
    pub const fn look(self) -> &'static str {
        match self {
            Self::New => "is-ok dot",
            Self::AlreadyThere => "dot hollow",
            Self::LookAlike => "is-warn dot",
            Self::Conflict | Self::Bad => "is-hot",
        }
    }
}
