use std::collections::BTreeSet;

use crate::intake::entry::{Draft, draft, lacks};
use crate::intake::known::{Index, differences};
use crate::intake::{Column, Entry, Flaw, Known, Presence, Row, Sheet, SheetError, Wanted};

/// What would become of a file. Nothing has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DryRun {
    rows: Vec<Judged>,
}

/// A row and what would become of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The row.
    pub row: Row,
    /// What would become of it.
    pub verdict: Verdict,
}

/// What would become of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It would be created.
    New(Entry),
    /// Everything that it says is known.
    AlreadyThere(Presence),
    /// It contradicts what is known, or another row. Nobody but a person can say which is right, so nothing would be done.
    Conflict(Conflict),
    /// It would be created, but only after a person has looked at it: it resembles somebody else.
    LookAlike(Entry, Like),
    /// It cannot be read.
    Bad(Vec<Flaw>),
}

/// What a row contradicts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// Somebody who is known.
    Known {
        /// How.
        presence: Presence,
        /// Where the row says something else.
        columns: Vec<Column>,
    },
    /// Another row about the same person.
    Row {
        /// Its number.
        line: u64,
    },
}

/// What a row resembles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Like {
    /// Somebody who is known.
    Known(Box<Known>),
    /// Another row.
    Row {
        /// Its number.
        line: u64,
    },
}

/// What a file would create, in its order, and nothing else. Made only by [`DryRun::go`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    entries: Vec<Entry>,
}

impl DryRun {
    /// Judges every row of a file against what the practice knows, and against the other rows.
    ///
    /// # Errors
    ///
    /// [`SheetError::Missing`] when the file lacks a column without which no row can be read.
    pub fn of(sheet: Sheet, wanted: Wanted<'_>, known: &[Known]) -> Result<Self, SheetError> {
        if let Some(column) = missing(&sheet.columns, wanted) {
            return Err(SheetError::Missing(column));
        }
        let parsed: Vec<Result<Draft, Vec<Flaw>>> = sheet.rows.iter().map(|row| draft(row, wanted)).collect();
        let readable = parsed.iter().enumerate().filter_map(|(at, draft)| Some((at, &draft.as_ref().ok()?.entry)));
        let file = Index::of(readable);
        let there = Index::of(known.iter().map(|known| &known.entry).enumerate());
        let lines: Vec<u64> = sheet.rows.iter().map(|row| row.line).collect();
        let verdicts = parsed.into_iter().enumerate().map(|(at, draft)| match draft {
            Ok(draft) => judge(at, draft, known, &there, &file, &lines),
            Err(flaws) => Verdict::Bad(flaws),
        });
        let judged = verdicts.collect::<Vec<_>>().into_iter().zip(sheet.rows);
        Ok(Self { rows: judged.map(|(verdict, row)| Judged { row, verdict }).collect() })
    }

    /// The rows and their verdicts, in the order of the file.
    #[must_use]
    pub fn rows(&self) -> &[Judged] {
        &self.rows
    }

    /// The same, where no row is new of which a part could not be kept: an employee with an address, but without the cell phone and the
    /// role that a user account needs (`EMP-2`).
    #[must_use]
    pub fn complete(self) -> Self {
        let complete = |judged: Judged| match &judged.verdict {
            Verdict::New(entry) | Verdict::LookAlike(entry, _) => match lacks(entry) {
                flaws if flaws.is_empty() => judged,
                flaws => Judged { verdict: Verdict::Bad(flaws), ..judged },
            },
            Verdict::AlreadyThere(_) | Verdict::Conflict(_) | Verdict::Bad(_) => judged,
        };
        Self { rows: self.rows.into_iter().map(complete).collect() }
    }

    /// Every row's number and verdict in short, to tell whether another run came to the same.
    #[must_use]
    pub fn outline(&self) -> String {
        let letter = |verdict: &Verdict| match verdict {
            Verdict::New(_) => 'n',
            Verdict::AlreadyThere(_) => 't',
            Verdict::Conflict(_) => 'c',
            Verdict::LookAlike(..) => 'l',
            Verdict::Bad(_) => 'b',
        };
        self.rows.iter().map(|judged| format!("{}{}", judged.row.line, letter(&judged.verdict))).collect()
    }

    /// The numbers of the rows that [`go`](Self::go) makes a plan of.
    #[must_use]
    pub fn lines(&self, looked_at: &BTreeSet<u64>) -> Vec<u64> {
        let wanted = self.rows.iter().filter(|judged| match judged.verdict {
            Verdict::New(_) => true,
            Verdict::LookAlike(..) => looked_at.contains(&judged.row.line),
            Verdict::AlreadyThere(_) | Verdict::Conflict(_) | Verdict::Bad(_) => false,
        });
        wanted.map(|judged| judged.row.line).collect()
    }

    /// What a person's "Go" creates: the new rows, and of those that look like somebody else only the ones that the person looked at,
    /// by their numbers.
    #[must_use]
    pub fn go(self, looked_at: &BTreeSet<u64>) -> Plan {
        let wanted = self.rows.into_iter().filter_map(|judged| match judged.verdict {
            Verdict::New(entry) => Some(entry),
            Verdict::LookAlike(entry, _) if looked_at.contains(&judged.row.line) => Some(entry),
            Verdict::LookAlike(..) | Verdict::AlreadyThere(_) | Verdict::Conflict(_) | Verdict::Bad(_) => None,
        });
        Plan { entries: wanted.collect() }
    }
}

impl Plan {
    /// What is to be created.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

fn missing(columns: &[Column], wanted: Wanted<'_>) -> Option<Column> {
    match wanted {
        Wanted::Employees => {
            let named = columns.contains(&Column::FirstName) || columns.contains(&Column::LastName);
            (!named).then_some(Column::LastName)
        }
        Wanted::Invitations { .. } => {
            [Column::Email, Column::Kind, Column::Placement].into_iter().find(|needed| !columns.contains(needed))
        }
    }
}

/// The verdict on the row at this place. What is known is asked first: a row that says only that is already there, whatever else the
/// file holds.
fn judge(at: usize, draft: Draft, known: &[Known], there: &Index, file: &Index, lines: &[u64]) -> Verdict {
    let Draft { entry, missing } = draft;
    let same = there.same(&entry);
    let compared = same.iter().map(|same| (&known[*same], differences(&entry, &known[*same].entry)));
    // Somebody whom the row describes as they are; otherwise the first whom it contradicts.
    if let Some((found, columns)) = compared.min_by_key(|(_, columns)| !columns.is_empty()) {
        let presence = found.presence;
        return if columns.is_empty() {
            Verdict::AlreadyThere(presence)
        } else {
            Verdict::Conflict(Conflict::Known { presence, columns })
        };
    }
    if !missing.is_empty() {
        return Verdict::Bad(missing);
    }
    if let Some(other) = file.same(&entry).into_iter().find(|other| *other != at) {
        return Verdict::Conflict(Conflict::Row { line: lines[other] });
    }
    if let Some(like) = there.alike(&entry).first() {
        return Verdict::LookAlike(entry, Like::Known(Box::new(known[*like].clone())));
    }
    if let Some(other) = file.alike(&entry).iter().find(|other| **other != at) {
        let like = Like::Row { line: lines[*other] };
        return Verdict::LookAlike(entry, like);
    }
    Verdict::New(entry)
}
