use std::collections::BTreeMap;

use async_trait::async_trait;
use practice_domain::employee::{Employee, Login};
use practice_domain::fact::{Entry, Log};
use practice_domain::person::{Column, Person, SortKey};
use practice_domain::port::{
    Cursor, EmployeeMark, EmployeeQuery, EmployeeRow, EmployeesPage, Fault, Head, HistoryMark, HistoryPage,
    HistoryQuery, HistoryScan, LogLine, Mark, PeoplePage, PeopleQuery, Reader, SealedEntry, SessionFace, Side, Tally,
};
use practice_domain::session::{Session, Stage};
use practice_domain::value::{AccountId, EmployeeId, PersonId, PracticeId, fold};

use crate::lock;
use crate::memory::Memory;
use crate::memory::state::State;

#[async_trait]
impl Reader for Memory {
    async fn people(&self, query: &PeopleQuery) -> Result<PeoplePage, Fault> {
        let state = lock(&self.state);
        let mut people: Vec<&Person> =
            state.people.values().filter(|p| p.practice == query.practice && is_wanted(p, query)).collect();
        people.sort_by_cached_key(|p| mark(p, query.sort.by));
        if query.sort.descending {
            people.reverse();
        }
        Ok(page(&people, query))
    }

    async fn person(&self, practice: PracticeId, id: PersonId) -> Result<Option<Person>, Fault> {
        Ok(lock(&self.state).people.get(&(practice, id)).cloned())
    }

    async fn tally(&self, practice: PracticeId) -> Result<Tally, Fault> {
        let mut groups = BTreeMap::new();
        for person in lock(&self.state).people.values().filter(|p| p.practice == practice) {
            *groups.entry((person.cell(), person.locked)).or_insert(0) += 1;
        }
        Ok(Tally { groups: groups.into_iter().map(|((cell, locked), number)| (cell, locked, number)).collect() })
    }

    async fn employees(&self, query: &EmployeeQuery) -> Result<EmployeesPage, Fault> {
        let state = lock(&self.state);
        let mut found: Vec<&Employee> = (state.employees.values())
            .filter(|e| e.practice == query.practice && query.active.is_none_or(|active| e.active == active))
            .filter(|e| query.after.as_ref().is_none_or(|after| EmployeeMark::of(e) > *after))
            .collect();
        found.sort_by_cached_key(|e| EmployeeMark::of(e));
        let more = found.len() > usize::from(query.size);
        found.truncate(usize::from(query.size));
        let after = found.last().filter(|_| more).map(|e| EmployeeMark::of(e));
        Ok(EmployeesPage { rows: found.into_iter().map(|e| state.employee_row(e)).collect(), after })
    }

    async fn employee_row(&self, practice: PracticeId, id: EmployeeId) -> Result<Option<EmployeeRow>, Fault> {
        let state = lock(&self.state);
        Ok(state.employees.get(&(practice, id)).map(|e| state.employee_row(e)))
    }

    async fn sessions(&self, account: AccountId) -> Result<Vec<SessionFace>, Fault> {
        let whole = |s: &Session| matches!(s.stage, Stage::Whole { .. });
        let live = |s: &&Session| s.account == account && s.ended_at.is_none() && whole(s);
        let face = |s: &Session| SessionFace {
            id: s.id,
            practice: s.practice,
            agent: s.agent.clone(),
            started_at: s.started_at,
            seen_at: s.seen_at,
        };
        let mut faces: Vec<SessionFace> = lock(&self.state).sessions.values().filter(live).map(face).collect();
        faces.sort_by_key(|f| (f.started_at, f.id));
        faces.reverse();
        Ok(faces)
    }

    async fn heads(&self) -> Result<Vec<Head>, Fault> {
        let head = |(log, entries): (&Log, &Vec<(Entry, SealedEntry)>)| {
            entries.last().map(|(_, last)| Head { log: *log, number: last.number, seal: last.seal })
        };
        Ok(lock(&self.state).logs.iter().filter_map(head).collect())
    }

    async fn entries(&self, log: Log, from: u64, most: usize) -> Result<Vec<SealedEntry>, Fault> {
        let state = lock(&self.state);
        let entries = state.logs.get(&log).into_iter().flatten().map(|(_, sealed)| sealed);
        Ok(entries.filter(|sealed| sealed.number >= from).take(most).cloned().collect())
    }

    async fn history(&self, query: &HistoryQuery) -> Result<HistoryPage, Fault> {
        let state = lock(&self.state);
        let (log, filter) = (state.logs.get(&query.log), &query.filter);
        let mut entries: Vec<(HistoryMark, &(Entry, SealedEntry))> = log.into_iter().flatten().map(marked).collect();
        entries.sort_by_key(|(mark, _)| std::cmp::Reverse(*mark));
        entries.retain(|(mark, _)| {
            query.before.is_none_or(|before| *mark < before)
                && filter.from.is_none_or(|from| from <= mark.at)
                && filter.until.is_none_or(|until| mark.at < until)
        });
        let mut scan = HistoryScan::new(query);
        let _ended = entries.into_iter().all(|(_, entry)| scan.take(line(entry)));
        Ok(scan.page())
    }
}

fn marked(entry: &(Entry, SealedEntry)) -> (HistoryMark, &(Entry, SealedEntry)) {
    (HistoryMark { at: entry.0.at, number: entry.1.number }, entry)
}

fn line((entry, sealed): &(Entry, SealedEntry)) -> LogLine {
    let details = entry.fact.details().into_iter().map(|(name, value)| (name.to_owned(), value));
    let mut details: Vec<_> = details.collect();
    details.sort();
    LogLine {
        number: sealed.number,
        at: entry.at,
        kind: entry.fact.kind(),
        actor: entry.actor.clone(),
        address: entry.origin.address,
        details,
    }
}

impl State {
    fn employee_row(&self, employee: &Employee) -> EmployeeRow {
        let place = match employee.login {
            Login::Member { member, .. } => self.members.get(&(employee.practice, member)),
            Login::None | Login::Pending(_) => None,
        };
        let place = place.and_then(|member| {
            let account = self.accounts.get(&member.account)?;
            let locked = self.counters.values().any(|c| c.subject.0 == account.id.0 && c.locked_at.is_some());
            Some((member.clone(), account.email.clone(), account.phones.cell.clone(), locked))
        });
        EmployeeRow::of(employee.clone(), self.password_links.get(&employee.setup_link()), place)
    }
}

fn is_wanted(person: &Person, query: &PeopleQuery) -> bool {
    let term = fold(query.search.trim());
    let filter = &query.filter;
    [person.name.first(), person.name.last(), person.email.normal()].iter().any(|text| fold(text).contains(&term))
        && filter.keeps(person.cell())
        && filter.tier.is_none_or(|tier| person.tier == tier)
        && filter.locked.is_none_or(|locked| person.locked == locked)
}

/// Cuts the page out of all rows in order. A cursor whose mark is of another column means the whole list.
fn page(people: &[&Person], query: &PeopleQuery) -> PeoplePage {
    let column = query.sort.by;
    let size = usize::from(query.size);
    let from = query.from.as_ref().filter(|cursor| is_text(column) == matches!(cursor.mark.key, SortKey::Text(_)));
    let precedes = |person: &Person, edge: &Mark| {
        let mark = mark(person, column);
        if query.sort.descending { mark > *edge } else { mark < *edge }
    };
    let range = match from {
        None => 0..people.len().min(size),
        Some(Cursor { side: Side::After, mark: edge }) => {
            let start = people.partition_point(|p| precedes(p, edge) || mark(p, column) == *edge);
            start..people.len().min(start + size)
        }
        Some(Cursor { side: Side::Before, mark: edge }) => {
            let end = people.partition_point(|p| precedes(p, edge));
            end.saturating_sub(size)..end
        }
    };
    let cursor = |side, person: &&Person| Cursor { side, mark: mark(person, column) };
    let rows = &people[range.clone()];
    PeoplePage {
        people: rows.iter().map(|p| (*p).clone()).collect(),
        before: rows.first().filter(|_| range.start > 0).map(|p| cursor(Side::Before, p)),
        after: rows.last().filter(|_| range.end < people.len()).map(|p| cursor(Side::After, p)),
    }
}

fn mark(person: &Person, column: Column) -> Mark {
    Mark { key: person.sort_key(column), name: person.name_key(), id: person.id }
}

fn is_text(column: Column) -> bool {
    matches!(column, Column::FirstName | Column::LastName)
}
