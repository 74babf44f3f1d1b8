use std::net::IpAddr;

use crate::fact::words::{detail, sentence};
use crate::fact::{Actor, FactKind, Log, Topic};
use crate::role::Roles;
use crate::value::Time;

/// Which part of a log, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Which log.
    pub log: Log,
    /// What to leave out.
    pub filter: HistoryFilter,
    /// Where the page before it ended; the newest entries without one.
    pub before: Option<HistoryMark>,
    /// Entries wanted: 1 to 200.
    pub size: u16,
}

/// What to leave out; what is none leaves nothing out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryFilter {
    /// Only what happened at this moment or later.
    pub from: Option<Time>,
    /// Only what happened before this moment.
    pub until: Option<Time>,
    /// Only what such an actor did.
    pub actor: Option<ActorKind>,
    /// Only what one of these did, or what names one of them: ids of a person's account, place, employee and invitation.
    pub about: Option<Vec<uuid::Uuid>>,
    /// Only this topic.
    pub topic: Option<Topic>,
}

/// What sort of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActorKind {
    /// A person with an account.
    Account,
    /// Somebody who has not signed in.
    Visitor,
    /// A vendor application.
    Product,
    /// Vendor support.
    Operator,
    /// The payment provider.
    Payments,
}

/// An entry of a log, as far as its order needs it: by time, then by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HistoryMark {
    /// When it happened.
    pub at: Time,
    /// Its place in the log.
    pub number: u64,
}

/// An entry of a log, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Its place in the log.
    pub number: u64,
    /// When.
    pub at: Time,
    /// What kind of thing happened.
    pub kind: FactKind,
    /// Who did it.
    pub actor: Actor,
    /// Where from.
    pub address: Option<IpAddr>,
    /// The particulars by name, in the order of their names: see [`Fact::details`](crate::fact::Fact::details).
    pub details: Vec<(String, String)>,
}

/// Some entries of a log, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryPage {
    /// The entries that are wanted.
    pub lines: Vec<LogLine>,
    /// Where older ones go on, when there are any; they may be none that are wanted.
    pub older: Option<HistoryMark>,
}

/// Picks a page out of a log that is read from the newest entry on: for stores, so that all of them end a page at the same place.
#[derive(Debug)]
pub struct HistoryScan<'a> {
    query: &'a HistoryQuery,
    lines: Vec<LogLine>,
    looked_at: usize,
    last: Option<HistoryMark>,
    more: bool,
}

/// The most entries that are looked at for one page: whatever somebody looks for, it is bounded work. About 20 ms in one file.
pub const MOST_LOOKED_AT: usize = 5_000;

impl HistoryFilter {
    /// Whether an entry stays in.
    #[must_use]
    pub fn keeps(&self, line: &LogLine) -> bool {
        self.from.is_none_or(|from| from <= line.at)
            && self.until.is_none_or(|until| line.at < until)
            && self.actor.is_none_or(|kind| ActorKind::of(&line.actor) == kind)
            && self.topic.is_none_or(|topic| line.kind.topic() == topic)
            && self.about.as_ref().is_none_or(|ids| ids.iter().any(|id| line.names(*id)))
    }
}

impl ActorKind {
    /// Every sort.
    pub const ALL: [Self; 5] = [Self::Account, Self::Visitor, Self::Product, Self::Operator, Self::Payments];

    /// The sort of an actor.
    #[must_use]
    pub fn of(actor: &Actor) -> Self {
        match actor {
            Actor::Account(_) => Self::Account,
            Actor::Visitor => Self::Visitor,
            Actor::Product(_) => Self::Product,
            Actor::Operator(_) => Self::Operator,
            Actor::Payments => Self::Payments,
        }
    }

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Visitor => "visitor",
            Self::Product => "product",
            Self::Operator => "operator",
            Self::Payments => "payments",
        }
    }

    /// The sort with this code.
    #[must_use]
    pub fn with_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl LogLine {
    /// What happened, in plain words. Who it was about stands in the particulars.
    #[must_use]
    pub fn sentence(&self, roles: &Roles) -> String {
        sentence(self.kind, &self.details, roles)
    }

    /// A particular by its name; nothing when there is none.
    #[must_use]
    pub fn detail(&self, name: &str) -> &str {
        detail(&self.details, name)
    }

    /// Whether this one did it, or is named by it.
    #[must_use]
    pub fn names(&self, id: uuid::Uuid) -> bool {
        let text = id.to_string();
        matches!(self.actor, Actor::Account(account) if account.0 == id)
            || self.details.iter().any(|(_, value)| *value == text)
    }

    /// Its place.
    #[must_use]
    pub fn mark(&self) -> HistoryMark {
        HistoryMark { at: self.at, number: self.number }
    }
}

impl<'a> HistoryScan<'a> {
    /// Begins a page.
    #[must_use]
    pub fn new(query: &'a HistoryQuery) -> Self {
        Self { query, lines: Vec::new(), looked_at: 0, last: None, more: false }
    }

    /// Looks at the next older entry; says whether to go on.
    pub fn take(&mut self, line: LogLine) -> bool {
        if self.looked_at == MOST_LOOKED_AT || self.lines.len() >= usize::from(self.query.size) {
            self.more = true;
            return false;
        }
        self.looked_at += 1;
        self.last = Some(line.mark());
        if self.query.filter.keeps(&line) {
            self.lines.push(line);
        }
        true
    }

    /// The page.
    #[must_use]
    pub fn page(self) -> HistoryPage {
        HistoryPage { older: self.last.filter(|_| self.more), lines: self.lines }
    }
}
