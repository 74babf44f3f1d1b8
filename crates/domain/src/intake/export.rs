use crate::intake::entry::{KINDS, PLACEMENTS, ROLES, word};
use crate::intake::{Column, Entry, Part, guard};
use crate::value::Phone;

/// The entries as a CSV file: RFC 4180 in UTF-8 with the byte order mark by which spreadsheets know it, a header, and cells that no
/// spreadsheet takes for formulas (`IN-05`). Read again into the same practice, it changes nothing.
///
/// `columns` chooses what is written, in this order; the module's docs say which ones an import needs.
#[must_use]
pub fn write<'a>(columns: &[Column], entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let mut text = write_header(columns, &[]);
    for entry in entries {
        text.push_str(&write_row(columns, entry, &[]));
    }
    text
}

/// The first line of such a file, for one that is written piece by piece. `notes` are more columns, for people to read: an import
/// leaves them out.
#[must_use]
pub fn write_header(columns: &[Column], notes: &[&str]) -> String {
    let mut text = String::from('\u{feff}');
    let headers = columns.iter().map(|column| column.header());
    record(&mut text, headers.chain(notes.iter().copied()).map(str::to_owned));
    text
}

/// A further line, with the same columns and notes.
#[must_use]
pub fn write_row(columns: &[Column], entry: &Entry, notes: &[&str]) -> String {
    let mut text = String::new();
    let cells = columns.iter().map(|column| cell(entry, *column));
    record(&mut text, cells.chain(notes.iter().map(|note| (*note).to_owned())));
    text
}

/// A line of a file that is for people to read alone: no import knows its columns. As safe in a spreadsheet.
#[must_use]
pub fn write_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    record(&mut text, cells.into_iter().map(str::to_owned));
    text
}

fn cell(entry: &Entry, column: Column) -> String {
    match (column, entry.part) {
        (Column::FirstName, _) => entry.name.first().to_owned(),
        (Column::LastName, _) => entry.name.last().to_owned(),
        (Column::Email, _) => entry.email.as_ref().map(ToString::to_string).unwrap_or_default(),
        (Column::CellPhone, _) => entry.phones.cell.as_ref().map(Phone::national).unwrap_or_default(),
        (Column::Phone, _) => entry.phones.landline.as_ref().map(Phone::national).unwrap_or_default(),
        (Column::Role, Part::Employee(Some(role))) => word(role, &ROLES).to_owned(),
        (Column::Kind, Part::Invitee(kind, _)) => word(kind, &KINDS).to_owned(),
        (Column::Placement, Part::Invitee(_, placement)) => word(placement, &PLACEMENTS).to_owned(),
        (Column::Role | Column::Kind | Column::Placement, _) => String::new(),
    }
}

fn record(text: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            text.push(',');
        }
        let cell = guard(&cell);
        if cell.contains([',', '"', '\r', '\n']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}
