//! Files of employees and of invitations, in and out (product description, section 12; `EMP-1`).
//!
//! A file is read into rows of plain text ([`read`]), each row gets a verdict against what the practice knows ([`DryRun::of`]), and only
//! [`DryRun::go`] makes a [`Plan`] of it: what is to be created and nothing else. Nothing in here creates or sends. A plan made again after
//! it was carried out is empty, because by then every row is already there. What is exported ([`write()`]) can be read again: it changes
//! nothing, and no spreadsheet takes a cell of it for a formula (`IN-05`).
//!
//! For a user account an employee's row has an address, a cell phone and a role, or none of the three ([`DryRun::complete`]).
//!
//! # The columns
//!
//! The first line names them; case, accents and spaces around them do not count, and their order does not either. A column that nobody
//! knows is left out, and said ([`Sheet::ignored`]).
//!
//! | header | holds | employees | invitations |
//! |---|---|---|---|
//! | First Name, Last Name | at most 64 characters each | one of them | may be empty |
//! | Email | one address | may be empty | needed |
//! | Cell Phone, Phone | ten digits, or `+` and the country code | may be empty | may be empty |
//! | Role | Owner, Office Administrator, Dentist, Hygienist, Treatment Coordinator, Hygiene Coordinator, Front Desk, Restricted Staff | may be empty | - |
//! | Kind | Doctor, Staff, Patient | - | needed |
//! | Placement | In Practice, Outside | - | needed |

mod cell;
mod entry;
mod export;
mod known;
mod sheet;
mod verdict;

pub use cell::{guard, unguard};
pub use entry::{CellError, Entry, Flaw, Part, Wanted, parse};
pub use export::{write, write_header, write_line, write_row};
pub use known::{Known, Mentions, Presence};
pub use sheet::{Column, MOST_BYTES, MOST_ROWS, Row, Sheet, SheetError, read};
pub use verdict::{Conflict, DryRun, Judged, Like, Plan, Verdict};
