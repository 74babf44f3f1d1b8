use crate::employee::Login;
use crate::import::{Content, Import};
use crate::intake::{DryRun, Entry, Known, Mentions, Part, Presence, Sheet, SheetError, Wanted, read};
use crate::person::{Enrolment, Person};
use crate::port::{EmployeeQuery, EmployeeRow, Fault, Filter, PeopleQuery, Sort, UserAccount};
use crate::usecase::Ports;
use crate::usecase::import::ImportError;
use crate::value::{InvitationId, Phones, PracticeId};

/// The dry run of a file, against what the practice knows now. It reads the whole list of the practice once, page by page, and keeps
/// of it only whom the file may mean.
///
/// # Errors
///
/// [`ImportError::Sheet`] for a file that cannot be read, or a fault.
pub async fn judge_import(ports: &Ports, import: &Import) -> Result<DryRun, ImportError> {
    let sheet = read(import.text.as_bytes())?;
    let wanted = wanted(ports, import.content);
    let mentions = Mentions::of(&sheet, wanted);
    let known = match import.content {
        Content::Employees => employees(ports, import.practice, &mentions).await?,
        Content::Invitations(_) => people(ports, import.practice, &mentions).await?,
    };
    Ok(DryRun::of(sheet, wanted, &known)?.complete())
}

/// Whether the file has the columns that it needs.
pub(super) fn columns(ports: &Ports, content: Content, sheet: Sheet) -> Result<(), SheetError> {
    let header = Sheet { rows: Vec::new(), ..sheet };
    DryRun::of(header, wanted(ports, content), &[]).map(drop)
}

pub(super) fn wanted(ports: &Ports, content: Content) -> Wanted<'_> {
    match content {
        Content::Employees => Wanted::Employees,
        Content::Invitations(product) => Wanted::Invitations { product, catalogue: &ports.platform.catalogue },
    }
}

async fn employees(ports: &Ports, practice: PracticeId, mentions: &Mentions) -> Result<Vec<Known>, Fault> {
    let mut known = Vec::new();
    let mut after = None;
    loop {
        let page = ports.reader.employees(&EmployeeQuery { practice, active: None, after, size: PAGE }).await?;
        known.extend(page.rows.iter().map(employee).filter(|known| mentions.mean(&known.entry)));
        after = page.after;
        if after.is_none() {
            return Ok(known);
        }
    }
}

/// An employee, as a file says it.
#[must_use]
pub fn employee(row: &EmployeeRow) -> Known {
    let (email, cell, role) = match &row.user {
        UserAccount::None => (None, None, None),
        UserAccount::Pending { pending, .. } => {
            (Some(pending.email.clone()), Some(pending.cell.clone()), Some(pending.role))
        }
        UserAccount::Member { email, cell, role, .. } => (Some(email.clone()), cell.clone(), Some(*role)),
    };
    let presence = match (row.employee.active, &row.employee.login) {
        (false, _) => Presence::Inactive,
        (true, Login::Member { .. }) => Presence::Registered,
        (true, Login::None | Login::Pending(_)) => Presence::Employee,
    };
    let phones = Phones { cell, landline: None };
    Known { entry: Entry { name: row.employee.name.clone(), email, phones, part: Part::Employee(role) }, presence }
}

async fn people(ports: &Ports, practice: PracticeId, mentions: &Mentions) -> Result<Vec<Known>, Fault> {
    let mut known = Vec::new();
    let mut from = None;
    loop {
        let (filter, sort) = (Filter::default(), Sort::default());
        let query = PeopleQuery { practice, search: String::new(), filter, sort, from, size: PAGE };
        let page = ports.reader.people(&query).await?;
        for row in &page.people {
            let mut one = person(row);
            if mentions.mean(&one.entry) {
                one.entry.phones = phones(ports, row, mentions).await?;
                known.push(one);
            }
        }
        from = page.after;
        if from.is_none() {
            return Ok(known);
        }
    }
}

/// A row of Manage Account, as a file says it; the row knows no numbers.
#[must_use]
pub fn person(row: &Person) -> Known {
    let presence = if row.standing == Enrolment::NotRegistered { Presence::Invited } else { Presence::Registered };
    let part = Part::Invitee(row.kind, row.placement);
    let entry = Entry { name: row.name.clone(), email: Some(row.email.clone()), phones: Phones::default(), part };
    Known { entry, presence }
}

/// The numbers of an invitation. Those of somebody who is registered are theirs: what a file says of them contradicts nothing.
async fn phones(ports: &Ports, row: &Person, mentions: &Mentions) -> Result<Phones, Fault> {
    if row.standing != Enrolment::NotRegistered {
        return Ok(mentions.phones_of(&row.email));
    }
    let invitation = ports.store.invitation(InvitationId(row.id.0)).await?;
    Ok(invitation.map(|invitation| invitation.phones).unwrap_or_default())
}

const PAGE: u16 = 200;
