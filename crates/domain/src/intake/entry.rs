use crate::channel::{Catalogue, NoSuchChannel, Placement, Product};
use crate::intake::{Column, Row};
use crate::member::{Kind, Role};
use crate::value::{Email, EmailError, NameError, PersonName, Phone, PhoneError, Phones, fold};

/// What a file is for.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    /// Employees of the practice (`EMP-1`).
    Employees,
    /// Invitations through a product, where its channels allow them (`INV-1`).
    Invitations {
        /// The product.
        product: Product,
        /// The channels.
        catalogue: &'a Catalogue,
    },
}

/// What one row says of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name; never empty for an employee.
    pub name: PersonName,
    /// The address; always there for an invitation.
    pub email: Option<Email>,
    /// The numbers.
    pub phones: Phones,
    /// As what.
    pub part: Part,
}

/// As what a person stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// On the staff, with the role that a login of theirs is to have, where it is said.
    Employee(Option<Role>),
    /// Invited.
    Invitee(Kind, Placement),
}

/// What is wrong with one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flaw {
    /// Where.
    pub column: Column,
    /// What.
    pub why: CellError,
}

/// Why a cell cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CellError {
    /// It must not be empty.
    #[error("this must not be empty")]
    Empty,
    /// Not an address (`IN-01`).
    #[error(transparent)]
    Email(EmailError),
    /// Not a number (`IN-03`).
    #[error(transparent)]
    Phone(PhoneError),
    /// Not a name (`IN-02`).
    #[error(transparent)]
    Name(NameError),
    /// Not a role (`ROLE-1`).
    #[error("there is no such role")]
    NoSuchRole,
    /// Not a kind.
    #[error("say Doctor, Staff or Patient")]
    NoSuchKind,
    /// Not a placement.
    #[error("say In Practice or Outside")]
    NoSuchPlacement,
    /// Nobody of this kind is invited there (`INV-1`).
    #[error(transparent)]
    NoSuchChannel(NoSuchChannel),
    /// The row has more cells than the header.
    #[error("this row has more cells than the first line; is a comma not in quotes?")]
    TooWide,
    /// An employee has a cell phone and no other number (`EMP-2`).
    #[error("an employee has a cell phone only; leave this empty")]
    NotKept,
}

/// Reads a row. A cell with nothing but spaces is empty.
///
/// # Errors
///
/// Every [`Flaw`] of the row, so that they can be mended at once; never an empty list.
pub fn parse(row: &Row, wanted: Wanted<'_>) -> Result<Entry, Vec<Flaw>> {
    let Draft { entry, missing } = draft(row, wanted)?;
    if missing.is_empty() { Ok(entry) } else { Err(missing) }
}

/// A row that can be compared with what is known. What is missing counts only for somebody who is not.
pub(super) struct Draft {
    pub(super) entry: Entry,
    pub(super) missing: Vec<Flaw>,
}

/// Reads a row as far as it can be compared with what is known: an export may hold people whom no file could add, like a member without
/// a name.
pub(super) fn draft(row: &Row, wanted: Wanted<'_>) -> Result<Draft, Vec<Flaw>> {
    let mut flaws = Flaws { flaws: Vec::new(), unreadable: false };
    if row.too_wide {
        flaws.note(Column::FirstName, CellError::TooWide);
    }
    let name = name(row, wanted, &mut flaws);
    let email = match Email::parse(row.cell(Column::Email)) {
        Ok(email) => Some(email),
        Err(EmailError::Empty) => match wanted {
            Wanted::Employees => None,
            Wanted::Invitations { .. } => flaws.none(Column::Email, CellError::Empty),
        },
        Err(why) => flaws.none(Column::Email, CellError::Email(why)),
    };
    let phones =
        Phones { cell: phone(row, Column::CellPhone, &mut flaws), landline: phone(row, Column::Phone, &mut flaws) };
    let part = part(row, wanted, &mut flaws);
    match part {
        Some(part) if !flaws.unreadable => {
            Ok(Draft { entry: Entry { name, email, phones, part }, missing: flaws.flaws })
        }
        _ => Err(flaws.flaws),
    }
}

/// What an employee's row must say, or leave out, so that all of it can be kept (`EMP-2`): an address, a cell phone and a role make a
/// user account, and come together or not at all.
pub(super) fn lacks(entry: &Entry) -> Vec<Flaw> {
    let Part::Employee(role) = entry.part else { return Vec::new() };
    let Phones { cell, landline } = &entry.phones;
    let asks = entry.email.is_some() || cell.is_some() || role.is_some();
    let empty =
        [(Column::Email, entry.email.is_none()), (Column::CellPhone, cell.is_none()), (Column::Role, role.is_none())];
    let lacking = empty.into_iter().filter(|(_, empty)| asks && *empty);
    let lacking = lacking.map(|(column, _)| Flaw { column, why: CellError::Empty });
    lacking.chain(landline.iter().map(|_| Flaw { column: Column::Phone, why: CellError::NotKept })).collect()
}

/// What is wrong with a row so far.
struct Flaws {
    flaws: Vec<Flaw>,
    unreadable: bool,
}

impl Flaws {
    /// This cell cannot be read.
    fn note(&mut self, column: Column, why: CellError) {
        self.unreadable = true;
        self.miss(column, why);
    }

    /// This cell does not do for somebody who is new.
    fn miss(&mut self, column: Column, why: CellError) {
        self.flaws.push(Flaw { column, why });
    }

    /// Nothing can be made of this cell.
    fn none<T>(&mut self, column: Column, why: CellError) -> Option<T> {
        self.note(column, why);
        None
    }
}

fn name(row: &Row, wanted: Wanted<'_>, flaws: &mut Flaws) -> PersonName {
    let (first, last) = (row.cell(Column::FirstName), row.cell(Column::LastName));
    for (column, alone) in
        [(Column::FirstName, PersonName::parse(first, "")), (Column::LastName, PersonName::parse("", last))]
    {
        if let Err(why) = alone {
            flaws.note(column, CellError::Name(why));
        }
    }
    let name = PersonName::parse(first, last).unwrap_or_default();
    if matches!(wanted, Wanted::Employees) && first.trim().is_empty() && last.trim().is_empty() {
        flaws.miss(Column::LastName, CellError::Empty);
    }
    name
}

fn phone(row: &Row, column: Column, flaws: &mut Flaws) -> Option<Phone> {
    match Phone::parse(row.cell(column)) {
        Ok(phone) => Some(phone),
        Err(PhoneError::Empty) => None,
        Err(why @ PhoneError::Invalid) => flaws.none(column, CellError::Phone(why)),
    }
}

fn part(row: &Row, wanted: Wanted<'_>, flaws: &mut Flaws) -> Option<Part> {
    match wanted {
        Wanted::Employees => {
            let role = row.cell(Column::Role).trim();
            let known = by_label(role, &ROLES);
            if known.is_none() && !role.is_empty() {
                return flaws.none(Column::Role, CellError::NoSuchRole);
            }
            Some(Part::Employee(known))
        }
        Wanted::Invitations { product, catalogue } => {
            let kind = label(row, Column::Kind, &KINDS, CellError::NoSuchKind, flaws);
            let placement = label(row, Column::Placement, &PLACEMENTS, CellError::NoSuchPlacement, flaws);
            let (kind, placement) = (kind?, placement?);
            if let Err(why) = catalogue.channel(product, placement, kind) {
                flaws.miss(Column::Placement, CellError::NoSuchChannel(why));
            }
            Some(Part::Invitee(kind, placement))
        }
    }
}

/// What the word in this column means; it must be there.
fn label<T: Copy>(row: &Row, column: Column, words: &[(T, &str)], why: CellError, flaws: &mut Flaws) -> Option<T> {
    let text = row.cell(column).trim();
    match by_label(text, words) {
        Some(meant) => Some(meant),
        None => flaws.none(column, if text.is_empty() { CellError::Empty } else { why }),
    }
}

fn by_label<T: Copy>(text: &str, words: &[(T, &str)]) -> Option<T> {
    let text = fold(text);
    words.iter().find(|(_, word)| fold(word) == text).map(|(meant, _)| *meant)
}

/// The word that stands in a file for this.
pub(super) fn word<T: PartialEq>(meant: T, words: &[(T, &'static str)]) -> &'static str {
    words.iter().find(|(other, _)| *other == meant).map_or("", |(_, word)| word)
}

/// The roles by their names (`ROLE-1`).
pub(super) const ROLES: [(Role, &str); 8] = [
    (Role::Owner, "Owner"),
    (Role::OfficeAdministrator, "Office Administrator"),
    (Role::Dentist, "Dentist"),
    (Role::Hygienist, "Hygienist"),
    (Role::TreatmentCoordinator, "Treatment Coordinator"),
    (Role::HygieneCoordinator, "Hygiene Coordinator"),
    (Role::FrontDesk, "Front Desk"),
    (Role::RestrictedStaff, "Restricted Staff"),
];

/// The kinds of people.
pub(super) const KINDS: [(Kind, &str); 3] =
    [(Kind::Doctor, "Doctor"), (Kind::Staff, "Staff"), (Kind::Patient, "Patient")];

/// Into the practice or not.
pub(super) const PLACEMENTS: [(Placement, &str); 2] =
    [(Placement::InPractice, "In Practice"), (Placement::Outside, "Outside")];
