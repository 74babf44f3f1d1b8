use std::collections::{HashMap, HashSet};

use crate::intake::entry::draft;
use crate::intake::{Column, Entry, Part, Sheet, Wanted};
use crate::value::{Email, Phones};

/// Somebody whom the practice knows already: only what a verdict needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What a file would say of them.
    pub entry: Entry,
    /// How they are known.
    pub presence: Presence,
}

/// How somebody is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    /// An active employee (`EMP-1`).
    Employee,
    /// An employee who is not active any more; none is ever deleted (`EMP-1`).
    Inactive,
    /// Holds an open invitation, pending or expired (`INV-4`).
    Invited,
    /// Has an account in the practice.
    Registered,
}

/// Whom a file may mean: of a long list, only they need be known to judge it.
pub struct Mentions {
    addresses: HashMap<String, Phones>,
    names: HashSet<String>,
    looks: HashSet<String>,
}

impl Mentions {
    /// Everybody whom a row names, or resembles.
    #[must_use]
    pub fn of(sheet: &Sheet, wanted: Wanted<'_>) -> Self {
        let mut mentions = Self { addresses: HashMap::new(), names: HashSet::new(), looks: HashSet::new() };
        for entry in sheet.rows.iter().filter_map(|row| Some(draft(row, wanted).ok()?.entry)) {
            mentions.looks.insert(look(&entry));
            mentions.names.insert(entry.name.key());
            if let Some(email) = &entry.email {
                mentions.addresses.entry(email.normal().to_owned()).or_insert(entry.phones);
            }
        }
        mentions
    }

    /// Whether a verdict may hang on this person.
    #[must_use]
    pub fn mean(&self, known: &Entry) -> bool {
        let by_address = known.email.as_ref().is_some_and(|email| self.addresses.contains_key(email.normal()));
        by_address || self.names.contains(&known.name.key()) || self.looks.contains(&look(known))
    }

    /// The numbers that the file gives whoever has this address.
    #[must_use]
    pub fn phones_of(&self, email: &Email) -> Phones {
        self.addresses.get(email.normal()).cloned().unwrap_or_default()
    }
}

/// Entries by what makes two of them the same person, or look like the same.
pub(super) struct Index {
    by_address: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
    by_bare_name: HashMap<String, Vec<usize>>,
    by_look: HashMap<String, Vec<usize>>,
}

impl Index {
    /// An index of these, by the number that each comes with.
    pub(super) fn of<'a>(entries: impl IntoIterator<Item = (usize, &'a Entry)>) -> Self {
        let mut index = Self {
            by_address: HashMap::new(),
            by_name: HashMap::new(),
            by_bare_name: HashMap::new(),
            by_look: HashMap::new(),
        };
        for (at, entry) in entries {
            index.by_look.entry(look(entry)).or_default().push(at);
            if let Some(email) = &entry.email {
                index.by_address.entry(email.normal().to_owned()).or_default().push(at);
            }
            if !entry.name.is_empty() {
                let name = entry.name.key();
                if entry.email.is_none() {
                    index.by_bare_name.entry(name.clone()).or_default().push(at);
                }
                index.by_name.entry(name).or_default().push(at);
            }
        }
        index
    }

    /// Who is the same person as this: by the address, or by the name where one of the two has no address (`INV-4`, `EMP-1`).
    pub(super) fn same(&self, entry: &Entry) -> Vec<usize> {
        let mut same = Vec::new();
        match &entry.email {
            Some(email) => {
                same.extend(self.by_address.get(email.normal()).into_iter().flatten());
                if !self.by_bare_name.is_empty() {
                    same.extend(self.by_bare_name.get(&entry.name.key()).into_iter().flatten());
                }
            }
            None => same.extend(self.by_name.get(&entry.name.key()).into_iter().flatten()),
        }
        same
    }

    /// Who looks like this: by the address, or by the name where neither has one.
    pub(super) fn alike(&self, entry: &Entry) -> &[usize] {
        self.by_look.get(&look(entry)).map_or(&[], Vec::as_slice)
    }
}

/// The columns in which a row says something else than what is known. What a row leaves empty says nothing.
pub(super) fn differences(said: &Entry, known: &Entry) -> Vec<Column> {
    let other = |said: &str, known: &str| !said.is_empty() && said != known;
    let part = match (said.part, known.part) {
        (Part::Employee(Some(role)), Part::Employee(known)) if known != Some(role) => Some(Column::Role),
        (Part::Invitee(kind, _), Part::Invitee(known, _)) if kind != known => Some(Column::Kind),
        (Part::Invitee(_, placement), Part::Invitee(_, known)) if placement != known => Some(Column::Placement),
        _ => None,
    };
    let columns = [
        other(said.name.first(), known.name.first()).then_some(Column::FirstName),
        other(said.name.last(), known.name.last()).then_some(Column::LastName),
        (said.email.is_some() && said.email != known.email).then_some(Column::Email),
        (said.phones.cell.is_some() && said.phones.cell != known.phones.cell).then_some(Column::CellPhone),
        (said.phones.landline.is_some() && said.phones.landline != known.phones.landline).then_some(Column::Phone),
        part,
    ];
    columns.into_iter().flatten().collect()
}

/// An address and a name never look alike: only addresses hold an `@` before which no space stands.
fn look(entry: &Entry) -> String {
    entry.email.as_ref().map_or_else(|| format!(" {}", entry.name.look()), Email::look)
}
