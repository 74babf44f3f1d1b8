use std::fmt;

use csv_core::{ReadRecordResult, Reader};

use crate::billing::{CardDataRefused, looks_like_card_number, looks_like_network_card};
use crate::intake::unguard;
use crate::value::{Phone, fold};

/// What a column holds; the table of headers is in the module's docs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// First Name.
    FirstName,
    /// Last Name.
    LastName,
    /// Email.
    Email,
    /// Cell Phone: can receive texts.
    CellPhone,
    /// Phone: can be called.
    Phone,
    /// Role of an employee.
    Role,
    /// Kind of person that is invited.
    Kind,
    /// Whether somebody is invited into the practice.
    Placement,
}

/// The rows of a file, as plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The columns that the file has.
    pub columns: Vec<Column>,
    /// Headers that nobody knows; what stands under them is not read.
    pub ignored: Vec<String>,
    /// The rows that are not empty, in the order of the file.
    pub rows: Vec<Row>,
}

/// One row, as plain text. A column that the file lacks is empty. `Debug` hides what stands in it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Row {
    /// Its number as spreadsheets count; the header's is 1.
    pub line: u64,
    /// Whether it has more cells than the header, so that nobody knows what stands where.
    pub too_wide: bool,
    cells: [String; Column::ALL.len()],
}

/// A file that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// More than [`MOST_BYTES`].
    #[error("this file is too large; split it into several")]
    TooLarge,
    /// More than [`MOST_ROWS`].
    #[error("this file has more than 10,000 rows; split it into several")]
    TooManyRows,
    /// Not text in UTF-8.
    #[error("this file is not a CSV file in UTF-8; in a spreadsheet choose “Save as CSV UTF-8”")]
    NotText,
    /// No header, or one without any column that is known.
    #[error("the first line must name the columns, like First Name, Last Name, Email")]
    NoHeader,
    /// A column is needed and not there.
    #[error("the column {} is missing", .0.header())]
    Missing(Column),
    /// A column is there twice.
    #[error("the column {} is there twice", .0.header())]
    Twice(Column),
    /// What looks like a card's number stands in this row (`BILL-7`, `PM-01`).
    #[error("row {line}: {refused}", refused = CardDataRefused)]
    CardNumber {
        /// The row's number; the header's is 1.
        line: u64,
    },
}

impl Column {
    /// Every column, in the order in which files are written.
    pub const ALL: [Self; 8] = [
        Self::FirstName,
        Self::LastName,
        Self::Email,
        Self::CellPhone,
        Self::Phone,
        Self::Role,
        Self::Kind,
        Self::Placement,
    ];

    /// What stands above it.
    #[must_use]
    pub fn header(self) -> &'static str {
        match self {
            Self::FirstName => "First Name",
            Self::LastName => "Last Name",
            Self::Email => "Email",
            Self::CellPhone => "Cell Phone",
            Self::Phone => "Phone",
            Self::Role => "Role",
            Self::Kind => "Kind",
            Self::Placement => "Placement",
        }
    }

    fn named(header: &str) -> Option<Self> {
        let header = fold(header.trim());
        Self::ALL.into_iter().find(|column| fold(column.header()) == header)
    }
}

impl Row {
    /// A row of these cells.
    #[must_use]
    pub fn new<'a>(line: u64, cells: impl IntoIterator<Item = (Column, &'a str)>) -> Self {
        let mut row = Self { line, ..Self::default() };
        for (column, text) in cells {
            row.cells[column as usize] = text.to_owned();
        }
        row
    }

    /// What stands in this column.
    #[must_use]
    pub fn cell(&self, column: Column) -> &str {
        &self.cells[column as usize]
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({})", self.line)
    }
}

/// Reads a CSV file (RFC 4180; a byte order mark and all line ends are taken). The guard that an export puts before formulas is taken off
/// (`IN-05`).
///
/// No cell may hold a card's number (`PM-01`), also where nothing else is read of it: every number with a fitting check digit under a
/// header that is known; under the others, where ids may stand, and in the columns of telephone numbers only what the cards of a network
/// look like. What is a telephone number is none.
///
/// # Errors
///
/// [`SheetError`] says why nothing of the file can be read.
pub fn read(bytes: &[u8]) -> Result<Sheet, SheetError> {
    if bytes.len() > MOST_BYTES {
        return Err(SheetError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| SheetError::NotText)?;
    let mut records = Records::of(text.strip_prefix('\u{feff}').unwrap_or(text));
    let (first, header) = records.next().ok_or(SheetError::NoHeader)?;
    if header.iter().any(|cell| looks_like_network_card(cell)) {
        return Err(SheetError::CardNumber { line: first });
    }
    let places: Vec<Option<Column>> = header.iter().map(|cell| Column::named(unguard(cell))).collect();
    let columns: Vec<Column> = places.iter().copied().flatten().collect();
    if columns.is_empty() {
        return Err(SheetError::NoHeader);
    }
    if let Some((_, twice)) = columns.iter().enumerate().find(|(at, column)| columns[..*at].contains(column)) {
        return Err(SheetError::Twice(*twice));
    }
    let unknown = header.iter().zip(&places).filter(|(_, place)| place.is_none()).map(|(cell, _)| cell);
    let ignored = unknown.filter(|cell| !cell.trim().is_empty()).cloned().collect();
    let mut rows = Vec::new();
    for (line, cells) in records {
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if rows.len() == MOST_ROWS {
            return Err(SheetError::TooManyRows);
        }
        let columns = places.iter().copied().chain(std::iter::repeat(None));
        if columns.zip(&cells).any(|(column, cell)| is_card_number(column, unguard(cell))) {
            return Err(SheetError::CardNumber { line });
        }
        let known = places.iter().zip(&cells).filter_map(|(place, cell)| Some(((*place)?, unguard(cell))));
        let too_wide = cells.iter().skip(places.len()).any(|cell| !cell.trim().is_empty());
        rows.push(Row { too_wide, ..Row::new(line, known) });
    }
    Ok(Sheet { columns, ignored, rows })
}

/// Whether a cell holds a card's number.
fn is_card_number(column: Option<Column>, cell: &str) -> bool {
    match column {
        None => looks_like_network_card(cell),
        Some(Column::CellPhone | Column::Phone) => looks_like_network_card(cell) && Phone::parse(cell).is_err(),
        Some(_) => looks_like_card_number(cell),
    }
}

/// The records of a CSV text, numbered as spreadsheets number rows: an empty line is one, a line break within quotes is none.
struct Records<'a> {
    reader: Reader,
    rest: &'a [u8],
    number: u64,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Records<'a> {
    fn of(text: &'a str) -> Self {
        Self { reader: Reader::new(), rest: text.as_bytes(), number: 0, text: vec![0; 1024], ends: vec![0; 16] }
    }

    /// Goes to the next line that is not empty.
    fn skip_empty_lines(&mut self) {
        while let [b'\r', b'\n', rest @ ..] | [b'\r' | b'\n', rest @ ..] = self.rest {
            self.rest = rest;
            self.number += 1;
        }
    }

    /// Goes past this much of the text, and past the second half of a line end.
    fn advance(&mut self, by: usize) {
        let (done, rest) = self.rest.split_at(by);
        self.rest = if done.ends_with(b"\r") { rest.strip_prefix(b"\n").unwrap_or(rest) } else { rest };
    }
}

impl Iterator for Records<'_> {
    type Item = (u64, Vec<String>);

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_empty_lines();
        self.number += 1;
        let (mut written, mut ended) = (0, 0);
        loop {
            let (result, taken, wrote, ends) =
                self.reader.read_record(self.rest, &mut self.text[written..], &mut self.ends[ended..]);
            (written, ended) = (written + wrote, ended + ends);
            match result {
                ReadRecordResult::InputEmpty => self.rest = &self.rest[taken..],
                ReadRecordResult::End => return None,
                ReadRecordResult::Record => {
                    self.advance(taken);
                    break;
                }
                ReadRecordResult::OutputFull => {
                    self.rest = &self.rest[taken..];
                    self.text.resize(self.text.len() * 2, 0);
                }
                ReadRecordResult::OutputEndsFull => {
                    self.rest = &self.rest[taken..];
                    self.ends.resize(self.ends.len() * 2, 0);
                }
            }
        }
        let mut from = 0;
        let cells = self.ends[..ended].iter().map(|end| {
            let cell = String::from_utf8_lossy(&self.text[from..*end]).into_owned();
            from = *end;
            cell
        });
        Some((self.number, cells.collect()))
    }
}

/// How large a file may be.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;

/// How many rows a file may have.
pub const MOST_ROWS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<(u64, String, String)> {
        let sheet = read(text.as_bytes()).expect("a sheet");
        let cells = |row: &Row| (row.line, row.cell(Column::FirstName).to_owned(), row.cell(Column::Email).to_owned());
        sheet.rows.iter().map(cells).collect()
    }

    fn row(line: u64, first: &str, email: &str) -> (u64, String, String) {
        (line, first.to_owned(), email.to_owned())
    }

    /// IN-05
    #[test]
    fn a_file_is_read_as_spreadsheets_write_it() {
        let expected = [row(2, "Ann", "a@x.com"), row(3, "B, \"Bee\"\r\nLee", "=b@x.com"), row(5, "'t", "")];
        for end in ["\r\n", "\n", "\r"] {
            let text = format!(
                "\u{feff}EMAIL, first name {end}a@x.com,Ann{end}'=b@x.com,\"B, \"\"Bee\"\"\r\nLee\"{end}{end},'t{end} ,{end}"
            );
            assert_eq!(rows(&text), expected, "{end:?}");
        }
        assert_eq!(rows("Email,First Name\na@x.com,Ann"), [row(2, "Ann", "a@x.com")]);
    }

    #[test]
    fn what_stands_under_unknown_headers_is_left_out_and_said() {
        let sheet = read(b"Shoe Size,Email,\n44,a@x.com,,\n44,b@x.com,,x\n").expect("a sheet");
        assert_eq!(sheet.ignored, ["Shoe Size"]);
        assert_eq!(sheet.columns, [Column::Email]);
        assert_eq!(sheet.rows.iter().map(|row| row.too_wide).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn what_is_no_sheet_is_refused_with_a_reason() {
        assert_eq!(read(b""), Err(SheetError::NoHeader));
        assert_eq!(read(b"\n\n"), Err(SheetError::NoHeader));
        assert_eq!(read(b"Ann,Lee\n"), Err(SheetError::NoHeader));
        assert_eq!(read(b"Email,E\xcc"), Err(SheetError::NotText));
        assert_eq!(read(b"Email,Name,email"), Err(SheetError::Twice(Column::Email)));
        assert_eq!(read(&vec![b'a'; MOST_BYTES + 1]), Err(SheetError::TooLarge));
        let many = format!("Email\n{}", "a@x.com\n".repeat(MOST_ROWS));
        assert_eq!(read(many.as_bytes()).map(|sheet| sheet.rows.len()), Ok(MOST_ROWS));
        assert_eq!(read(format!("{many}a\n").as_bytes()), Err(SheetError::TooManyRows));
    }

    /// BILL-7, PM-01: wherever it stands in the file; telephone numbers and ids are none.
    #[test]
    fn a_file_with_a_card_number_is_not_read() {
        let head = "Email,Last Name,Phone,Cell Phone,Shoe Size";
        let all = |row: &str| read(format!("{head}\na@x.com,Lee,,,\n{row}\n").as_bytes());
        for row in [
            "b@x.com,4242 4242 4242 4242,,,",
            "b@x.com,\"Li, 4242-4242-4242-4242\",,,",
            "4242424242424242@x.com,Li,,,",
            "b@x.com,Li,4242 4242 4242 4242,,",
            "b@x.com,Li,,\"card: 5555555555554444\",",
            "b@x.com,Li,,,\"her card is\n3782-822463-10005\"",
            "b@x.com,Li,,,,,4242424242424242",
            "b@x.com,1234567890123452,,,",
            "b@x.com,Li,,,'4242424242424242",
        ] {
            assert_eq!(all(row), Err(SheetError::CardNumber { line: 3 }), "{row}");
        }
        for row in [
            "b@x.com,Li,+49 151 2345 6787,+4915123456787,",
            "b@x.com,Li,(415) 555-2671,4155552671,1234567893",
            "b@x.com,Li,,,1767614400003",
            "b@x.com,Li,,,808401234567893",
            "b@x.com,Li,4242424242424241,,",
        ] {
            assert_eq!(all(row).map(|sheet| sheet.rows.len()), Ok(2), "{row}");
        }
        let header = read(b"\nEmail,4242 4242 4242 4242\na@x.com,\n");
        assert_eq!(header, Err(SheetError::CardNumber { line: 2 }));
        let said = SheetError::CardNumber { line: 3 }.to_string();
        assert_eq!(said, "row 3: this looks like a card number; cards are entered on the payment provider's page only");
    }

    #[test]
    fn large_cells_and_wide_rows_are_read_whole() {
        let cell = "ü".repeat(5_000);
        assert_eq!(rows(&format!("Email,First Name\n\"{cell}\",Ann\n")), [row(2, "Ann", &cell)]);
        let wide = format!("Email{}\na{}\n", ",".repeat(500), ",".repeat(500));
        assert_eq!(rows(&wide), [row(2, "", "a")]);
    }
}
