//! A backup: lines of JSON, sealed. The first says what it is, the last how many rows there were; between them are rows.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use practice_domain::port::{Arrival, ArrivalError, Batch, Datum, Fault, Take};
use practice_domain::value::Time;
use practice_keyring::{Keyring, OpenedBackup, SealedBackup};
use serde::{Deserialize, Serialize};

/// A backup that is being written. It has its name only when it is whole.
pub(super) struct Writing {
    out: SealedBackup<BufWriter<File>>,
    part: PathBuf,
    name: PathBuf,
    counts: Counts,
}

/// A backup that is being read.
pub(super) struct Reading {
    lines: BufReader<OpenedBackup<BufReader<File>>>,
    /// When it was taken.
    pub(super) taken_at: Time,
}

/// How many rows of each table.
pub(super) type Counts = BTreeMap<String, u64>;

/// Why a backup is of no use.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error("the backup cannot be used")]
    File(#[from] io::Error),
    #[error("the backup's rows have no place here")]
    Arrival(#[from] ArrivalError),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Line {
    Head { format: u32, version: String, taken_at: i64 },
    Rows { table: String, columns: Vec<String>, rows: Vec<Vec<Cell>> },
    End { tables: Counts },
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Cell {
    Nothing,
    Number(i64),
    Text(String),
    Bytes { b: String },
}

impl Writing {
    /// Begins a backup. Only we may read the file.
    pub(super) fn begin(name: &Path, keyring: &Keyring, now: Time) -> io::Result<Self> {
        if name.exists() {
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, "there is a file of this name"));
        }
        let mut part = name.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let out = keyring.seal_backup(BufWriter::new(options.open(&part)?))?;
        let mut writing = Self { out, part, name: name.to_owned(), counts: Counts::new() };
        let version = env!("CARGO_PKG_VERSION").to_owned();
        writing.put(&Line::Head { format: FORMAT, version, taken_at: now.micros() })?;
        Ok(writing)
    }

    /// Ends it; it is on the disk then. Says how many rows there are.
    pub(super) fn finish(mut self) -> io::Result<Counts> {
        let tables = self.counts.clone();
        self.put(&Line::End { tables })?;
        let file = self.out.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        std::fs::rename(&self.part, &self.name)?;
        Ok(self.counts)
    }

    fn put(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")
    }
}

#[async_trait]
impl Take for Writing {
    async fn take(&mut self, batch: Batch) -> Result<(), Fault> {
        *self.counts.entry(batch.table.clone()).or_default() += batch.rows.len() as u64;
        let rows = batch.rows.into_iter().map(|row| row.into_iter().map(Cell::from).collect()).collect();
        let line = Line::Rows { table: batch.table, columns: batch.columns, rows };
        self.put(&line).map_err(|error| Fault::unavailable("write the backup", error))
    }
}

impl Reading {
    /// Opens a backup.
    pub(super) fn begin(name: &Path, keyring: &Keyring) -> io::Result<Self> {
        let opened = keyring.open_backup(BufReader::new(File::open(name)?))?;
        let mut reading = Self { lines: BufReader::new(opened), taken_at: Time::from_micros(0) };
        match reading.next()? {
            Some(Line::Head { format: FORMAT, taken_at, .. }) => reading.taken_at = Time::from_micros(taken_at),
            Some(Line::Head { .. }) => return Err(spoilt("it was made by a later version")),
            _ => return Err(spoilt("it does not say what it is")),
        }
        Ok(reading)
    }

    /// Lets every row come in. When this returns, the whole file was read, and not a bit of it was changed.
    pub(super) async fn pour(mut self, arrival: &mut dyn Arrival) -> Result<Counts, Unusable> {
        let mut counts = Counts::new();
        loop {
            match self.next()? {
                Some(Line::Rows { table, columns, rows }) => {
                    *counts.entry(table.clone()).or_default() += rows.len() as u64;
                    let rows = rows.into_iter().map(|row| row.into_iter().map(Datum::try_from).collect());
                    let rows = rows.collect::<Result<Vec<_>, _>>()?;
                    arrival.add(&Batch { table, columns, rows }).await?;
                }
                Some(Line::End { tables }) if tables == counts => break,
                _ => return Err(spoilt("rows are missing").into()),
            }
        }
        if self.next()?.is_some() {
            return Err(spoilt("it goes on after its end").into());
        }
        Ok(counts)
    }

    fn next(&mut self) -> io::Result<Option<Line>> {
        let mut line = String::new();
        if self.lines.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        Ok(Some(serde_json::from_str(&line)?))
    }
}

impl From<Datum> for Cell {
    fn from(datum: Datum) -> Self {
        match datum {
            Datum::Nothing => Self::Nothing,
            Datum::Number(number) => Self::Number(number),
            Datum::Text(text) => Self::Text(text),
            Datum::Bytes(bytes) => Self::Bytes { b: STANDARD_NO_PAD.encode(bytes) },
        }
    }
}

impl TryFrom<Cell> for Datum {
    type Error = io::Error;

    fn try_from(cell: Cell) -> io::Result<Self> {
        Ok(match cell {
            Cell::Nothing => Self::Nothing,
            Cell::Number(number) => Self::Number(number),
            Cell::Text(text) => Self::Text(text),
            Cell::Bytes { b } => Self::Bytes(STANDARD_NO_PAD.decode(b).map_err(|_| spoilt("bytes cannot be read"))?),
        })
    }
}

fn spoilt(why: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why)
}

const FORMAT: u32 = 1;
