//! Places in the list as addresses spell them: opaque, and only good for the order that they were made in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use practice_domain::member::Tier;
use practice_domain::person::{Column, SortKey, Status};
use practice_domain::port::{Cursor, EmployeeMark, Filter, HistoryMark, Mark, PeopleQuery, Side, Sort};
use practice_domain::practice::Practice;
use practice_domain::value::{EmployeeId, InvoiceId, PersonId, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What somebody wants to see of a practice's people.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wanted {
    pub(crate) search: String,
    pub(crate) status: Option<Status>,
    pub(crate) patients: Option<bool>,
    pub(crate) tier: Option<Tier>,
    pub(crate) locked: Option<bool>,
    pub(crate) sort: Sort,
    pub(crate) from: Option<Cursor>,
    pub(crate) size: u16,
}

impl Wanted {
    /// The question for the reader.
    pub(crate) fn of(self, practice: &Practice) -> PeopleQuery {
        let cells = Filter::cells(self.status, self.patients, practice.two_step());
        let search = self.search.trim().chars().take(LONGEST_SEARCH).collect();
        let filter = Filter { cells, tier: self.tier, locked: self.locked };
        PeopleQuery { practice: practice.id, search, filter, sort: self.sort, from: self.from, size: self.size }
    }
}

#[derive(Serialize, Deserialize)]
struct Spelling(bool, u8, bool, Option<String>, Option<i64>, String, [u8; 16]);

/// A place, in this order.
pub(crate) fn write(cursor: &Cursor, sort: Sort) -> String {
    let Mark { key, name, id } = &cursor.mark;
    let (text, number) = match key {
        SortKey::Text(text) => (Some(text.clone()), None),
        SortKey::Number(number) => (None, Some(*number)),
    };
    let after = cursor.side == Side::After;
    let spelling = Spelling(after, column(sort.by), sort.descending, text, number, name.clone(), id.0.into_bytes());
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&spelling).unwrap_or_default())
}

/// The place that a text spells in this order; none, and so the first page, when it spells none.
pub(crate) fn read(text: &str, sort: Sort) -> Option<Cursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let Spelling(after, by, descending, text, number, name, id) = serde_json::from_slice(&bytes).ok()?;
    let key = match (sort.by, text, number) {
        (Column::FirstName | Column::LastName, Some(text), None) => SortKey::Text(text),
        (Column::FirstName | Column::LastName, ..) => return None,
        (_, None, Some(number)) => SortKey::Number(number),
        _ => return None,
    };
    let side = if after { Side::After } else { Side::Before };
    let mark = Mark { key, name, id: PersonId(Uuid::from_bytes(id)) };
    (by == column(sort.by) && descending == sort.descending).then_some(Cursor { side, mark })
}

/// A place in the list of employees.
pub(crate) fn write_employee(mark: &EmployeeMark) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(&mark.name, mark.id.0.as_bytes())).unwrap_or_default())
}

/// The place in the list of employees that a text spells; none, and so the first page, when it spells none.
pub(crate) fn read_employee(text: &str) -> Option<EmployeeMark> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (name, id): (String, [u8; 16]) = serde_json::from_slice(&bytes).ok()?;
    Some(EmployeeMark { name, id: EmployeeId(Uuid::from_bytes(id)) })
}

/// A place in an audit log.
pub(crate) fn write_history(mark: HistoryMark) -> String {
    format!("{}-{}", mark.at.micros(), mark.number)
}

/// The place in an audit log that a text spells; none, and so the newest entries, when it spells none.
pub(crate) fn read_history(text: &str) -> Option<HistoryMark> {
    let (at, number) = text.rsplit_once('-')?;
    Some(HistoryMark { at: Time::from_micros(at.parse().ok()?), number: number.parse().ok()? })
}

/// A place in the list of invoices.
pub(crate) fn write_invoice(charged_at: Time, id: InvoiceId) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&(charged_at.micros(), id.0.as_bytes())).unwrap_or_default())
}

/// The place in the list of invoices that a text spells; none, and so the first page, when it spells none.
pub(crate) fn read_invoice(text: &str) -> Option<(Time, InvoiceId)> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (micros, id): (i64, [u8; 16]) = serde_json::from_slice(&bytes).ok()?;
    Some((Time::from_micros(micros), InvoiceId(Uuid::from_bytes(id))))
}

fn column(column: Column) -> u8 {
    match column {
        Column::FirstName => 0,
        Column::LastName => 1,
        Column::Role => 2,
        Column::Created => 3,
        Column::LastActivity => 4,
        Column::Status => 5,
        Column::Tier => 6,
    }
}

/// The most characters of a search.
pub(crate) const LONGEST_SEARCH: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use practice_domain::policy::{Preset, TwoStep};
    use practice_domain::value::{PracticeId, PracticeName};

    fn cursor(key: SortKey) -> Cursor {
        let mark = Mark { key, name: "lee\u{1}ann\u{1}a@x.example".to_owned(), id: PersonId(Uuid::from_u128(3)) };
        Cursor { side: Side::Before, mark }
    }

    #[test]
    fn a_place_survives_an_address() {
        let sort = Sort { by: Column::LastName, descending: true };
        let place = cursor(SortKey::Text("lee \"ü\"".to_owned()));
        assert_eq!(read(&write(&place, sort), sort), Some(place.clone()));
        let created = Sort { by: Column::Created, descending: false };
        let there = cursor(SortKey::Number(-5));
        assert_eq!(read(&write(&there, created), created), Some(there));
        assert_eq!(read(&write(&place, sort), created), None);
        assert_eq!(read(&write(&place, sort), Sort { descending: false, ..sort }), None);
    }

    #[test]
    fn a_place_in_a_log_survives_an_address() {
        for micros in [-5, 0, 1_782_129_600_000_000] {
            let mark = HistoryMark { at: Time::from_micros(micros), number: 7 };
            assert_eq!(read_history(&write_history(mark)), Some(mark));
        }
        for odd in ["", "-", "5", "5-", "x-1", "1--1"] {
            assert_eq!(read_history(odd), None, "{odd}");
        }
    }

    #[test]
    fn what_spells_no_place_is_the_first_page() {
        for odd in ["", "x", "W10", "AAAA", "%%%", &"A".repeat(5000)] {
            assert_eq!(read(odd, Sort::default()), None, "{odd}");
        }
    }

    #[test]
    fn a_status_that_nobody_can_have_asks_for_nobody() {
        let name = PracticeName::parse("Brightwater").expect("plain");
        let practice = Practice::found(PracticeId(Uuid::nil()), name, None, Preset::Standard, Time::from_micros(0));
        let practice = practice.with_two_step(TwoStep { doctors: true, patients: false });
        let pending = Wanted { status: Some(Status::TwoStepPending), patients: Some(true), ..Wanted::default() };
        assert_eq!(pending.of(&practice).filter.cells, Some(Vec::new()));
        assert_eq!(Wanted::default().of(&practice).filter.cells, None);
    }
}
