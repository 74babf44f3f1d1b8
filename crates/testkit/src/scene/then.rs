use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use practice_domain::fact::{Entry, Log};
use practice_domain::notice::Notice;

use super::Scene;
use crate::interleave::run;

/// What came of an act.
#[must_use = "a story without an end asserts nothing"]
pub struct Then<T, E> {
    /// What the use case answered.
    pub outcome: Result<T, E>,
    /// What it recorded: log by log, in order.
    pub entries: Vec<Entry>,
    /// What it ordered to be sent.
    pub notices: Vec<Notice>,
}

impl Scene {
    /// Lets somebody act, to the end, and sees what comes of it.
    pub fn when<T, E>(&self, act: impl Future<Output = Result<T, E>>) -> Then<T, E> {
        let mut lengths: BTreeMap<Log, usize> = BTreeMap::new();
        for entry in self.memory.audit() {
            *lengths.entry(entry.log).or_default() += 1;
        }
        let ordered: BTreeSet<_> = self.memory.notices().iter().map(|notice| notice.id).collect();
        let outcome = run(act);
        let mut entries = self.memory.audit();
        entries.retain(|entry| match lengths.get_mut(&entry.log) {
            Some(old @ 1..) => {
                *old -= 1;
                false
            }
            _ => true,
        });
        let mut notices = self.memory.notices();
        notices.retain(|notice| !ordered.contains(&notice.id));
        Then { outcome, entries, notices }
    }
}

impl<T, E: Debug> Then<T, E> {
    /// It was done; what it answered.
    ///
    /// # Panics
    ///
    /// If it was refused.
    #[track_caller]
    pub fn done(self) -> T {
        self.outcome.unwrap_or_else(|refusal| panic!("it was refused: {refusal:?}"))
    }

    /// It was refused; why.
    ///
    /// # Panics
    ///
    /// If it was done.
    #[track_caller]
    pub fn refused(self) -> E {
        self.outcome.err().expect("it is not allowed, and was done")
    }

    /// Exactly these facts were recorded, by their codes: log by log, in order.
    ///
    /// # Panics
    ///
    /// If others were.
    #[track_caller]
    pub fn records(self, codes: &[&str]) -> Self {
        let recorded: Vec<&str> = self.entries.iter().map(|entry| entry.fact.code()).collect();
        assert_eq!(recorded, codes, "what was recorded; refused: {:?}", self.outcome.as_ref().err());
        self
    }

    /// Nothing was recorded, and so nothing was written, and nothing ordered.
    ///
    /// # Panics
    ///
    /// If anything was.
    #[track_caller]
    pub fn changes_nothing(self) -> Self {
        assert!(self.notices.is_empty(), "{:?} was ordered", self.notices);
        self.records(&[])
    }
}
