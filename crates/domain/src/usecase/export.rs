//! Lists as files (section 12): safe in a spreadsheet, and read again they change nothing (`IN-05`).

use crate::access::{Fresh, Holder, UserManager, permit};
use crate::commit::Commit;
use crate::fact::{Actor, Entry, Fact, ListFact, Listed, Log, product_code};
use crate::intake::{Column, write_header, write_line, write_row};
use crate::person::{Person, Status};
use crate::policy::TwoStep;
use crate::port::{
    ActorKind, Cursor, EmployeeMark, EmployeeQuery, EmployeeRow, Fault, Filter, HistoryFilter, HistoryMark,
    HistoryQuery, LogLine, PeopleQuery, Sort,
};
use crate::role::Roles;
use crate::usecase::import::{known_employee, known_person};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::{PracticeId, Time};

/// A list on its way into a file, piece by piece, so that its size does not matter. It was recorded before anything was read.
#[derive(Debug, Clone)]
pub struct Export {
    practice: PracticeId,
    place: Place,
}

/// How far a list has come.
#[derive(Debug, Clone)]
enum Place {
    Employees(Next<EmployeeMark>),
    People(TwoStep, Next<Cursor>),
    Audit(HistoryFilter, fn(Time) -> String, Next<HistoryMark>),
}

/// Which piece is next.
#[derive(Debug, Clone)]
enum Next<P> {
    Header,
    First,
    After(P),
    Nothing,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ExportError {}

/// Section 12: every employee, active or not. Whoever asks has the permission (`ROLE-1`) and gave their password a moment ago (SE-08).
///
/// # Errors
///
/// [`ExportError`].
pub async fn export_employees(ports: &Ports, who: &Fresh<Holder<permit::ExportPeople>>) -> Result<Export, ExportError> {
    let who = who.who();
    record(ports, |fact, now| who.record(fact, now), Listed::Employees).await?;
    Ok(Export { practice: who.practice().id, place: Place::Employees(Next::Header) })
}

/// Section 12: everybody on Manage Account. Whoever asks gave their password a moment ago (SE-08).
///
/// # Errors
///
/// [`ExportError`].
pub async fn export_people(ports: &Ports, who: &Fresh<UserManager>) -> Result<Export, ExportError> {
    let who = who.who();
    record(ports, |fact, now| who.record(fact, now), Listed::People).await?;
    Ok(Export { practice: who.practice().id, place: Place::People(who.practice().two_step(), Next::Header) })
}

/// `AU-05`: the practice's audit log, the newest entry first, as far as the filter keeps it. Ids and codes, no names: the file says of
/// people what the log says. The export is an entry, too, and not in the file; nor is what happens while it is read. `moment` writes times.
/// Whoever asks gave their password a moment ago (SE-08).
///
/// # Errors
///
/// [`ExportError`].
pub async fn export_audit(
    ports: &Ports,
    who: &Fresh<Holder<permit::ReadAudit>>,
    filter: HistoryFilter,
    moment: fn(Time) -> String,
) -> Result<Export, ExportError> {
    let (who, now) = (who.who(), ports.clock.now());
    record(ports, |fact, at| who.record(fact, at), Listed::Audit).await?;
    let filter = HistoryFilter { until: Some(filter.until.map_or(now, |until| until.min(now))), ..filter };
    Ok(Export { practice: who.practice().id, place: Place::Audit(filter, moment, Next::Header) })
}

impl Export {
    /// The next piece of the file; nothing after the last one.
    ///
    /// # Errors
    ///
    /// A [`Fault`]; the same piece can be asked for again.
    pub async fn next(&mut self, ports: &Ports) -> Result<Option<String>, Fault> {
        match &mut self.place {
            Place::Employees(next) => employees(ports, self.practice, next).await,
            Place::People(two_step, next) => people(ports, self.practice, *two_step, next).await,
            Place::Audit(filter, moment, next) => audit(ports, self.practice, filter, *moment, next).await,
        }
    }
}

async fn employees(
    ports: &Ports,
    practice: PracticeId,
    next: &mut Next<EmployeeMark>,
) -> Result<Option<String>, Fault> {
    let after = match next {
        Next::Header => {
            *next = Next::First;
            return Ok(Some(write_header(&EMPLOYEES, &["Active"])));
        }
        Next::First => None,
        Next::After(after) => Some(after.clone()),
        Next::Nothing => return Ok(None),
    };
    let page = ports.reader.employees(&EmployeeQuery { practice, active: None, after, size: PAGE }).await?;
    *next = page.after.map_or(Next::Nothing, Next::After);
    let line = |row: &EmployeeRow| {
        let active = if row.employee.active { "Yes" } else { "No" };
        write_row(&EMPLOYEES, &known_employee(row).entry, &[active])
    };
    Ok(Some(page.rows.iter().map(line).collect()))
}

async fn people(
    ports: &Ports,
    practice: PracticeId,
    two_step: TwoStep,
    next: &mut Next<Cursor>,
) -> Result<Option<String>, Fault> {
    let from = match next {
        Next::Header => {
            *next = Next::First;
            return Ok(Some(write_header(&PEOPLE, &["Status"])));
        }
        Next::First => None,
        Next::After(after) => Some(after.clone()),
        Next::Nothing => return Ok(None),
    };
    let (filter, sort) = (Filter::default(), Sort::default());
    let query = PeopleQuery { practice, search: String::new(), filter, sort, from, size: PAGE };
    let page = ports.reader.people(&query).await?;
    *next = page.after.map_or(Next::Nothing, Next::After);
    let line = |person: &Person| {
        let status = match person.status(two_step) {
            Status::NotRegistered => "Not registered",
            Status::TwoStepPending => "Registered, 2-step pending",
            Status::Registered => "Registered",
        };
        write_row(&PEOPLE, &known_person(person).entry, &[status])
    };
    Ok(Some(page.people.iter().map(line).collect()))
}

async fn audit(
    ports: &Ports,
    practice: PracticeId,
    filter: &HistoryFilter,
    moment: fn(Time) -> String,
    next: &mut Next<HistoryMark>,
) -> Result<Option<String>, Fault> {
    let before = match next {
        Next::Header => {
            *next = Next::First;
            return Ok(Some(format!("\u{feff}{}", write_line(AUDIT))));
        }
        Next::First => None,
        Next::After(mark) => Some(*mark),
        Next::Nothing => return Ok(None),
    };
    let query = HistoryQuery { log: Log::Practice(practice), filter: filter.clone(), before, size: PAGE };
    let page = ports.reader.history(&query).await?;
    let roles = Roles::of(ports.store.roles(practice).await?);
    *next = page.older.map_or(Next::Nothing, Next::After);
    Ok(Some(page.lines.iter().map(|line| audit_line(line, &roles, moment)).collect()))
}

fn audit_line(line: &LogLine, roles: &Roles, moment: fn(Time) -> String) -> String {
    let actor = match &line.actor {
        Actor::Account(id) => id.to_string(),
        Actor::Product(product) => product_code(*product).to_owned(),
        Actor::Operator(name) => name.clone(),
        Actor::Visitor | Actor::Payments => String::new(),
    };
    let details: Vec<String> = line.details.iter().map(|(name, value)| format!("{name}={value}")).collect();
    write_line([
        line.number.to_string().as_str(),
        &moment(line.at),
        line.kind.code(),
        line.kind.topic().code(),
        &line.sentence(roles),
        ActorKind::of(&line.actor).code(),
        &actor,
        &line.address.map(|address| address.to_string()).unwrap_or_default(),
        &details.join("; "),
    ])
}

async fn record(
    ports: &Ports,
    entry: impl Fn(Fact, Time) -> Entry + Send + Sync,
    list: Listed,
) -> Result<(), ExportError> {
    let now = ports.clock.now();
    settle(ports, || async { committed(Commit::recording(entry(Fact::List(ListFact::Exported { list }), now)), ()) })
        .await
}

/// The columns of a file of employees.
const EMPLOYEES: [Column; 5] = [Column::FirstName, Column::LastName, Column::Email, Column::CellPhone, Column::Role];

/// The columns of a file of people.
const PEOPLE: [Column; 5] = [Column::FirstName, Column::LastName, Column::Email, Column::Kind, Column::Placement];

/// The columns of a file of the audit log.
const AUDIT: [&str; 9] = ["Number", "When", "Code", "Topic", "Event", "Done by", "Who", "Address", "Details"];

const PAGE: u16 = 200;
