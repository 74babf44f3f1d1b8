//! Employees, links to a password and code words, read from the columns that the lists name.

use practice_domain::code_word::CodeWord;
use practice_domain::employee::{Employee, Employment, Login, Pending};
use practice_domain::member::Member;
use practice_domain::password_link::{LinkState, PasswordLink, PasswordRun, RunStep};
use practice_domain::port::{EmployeeRow, Fault};
use practice_domain::value::{SealedWord, Time};

use crate::row::{Cells, Value};

impl Value for Employee {
    const WHAT: &str = "employee";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let (practice, id, version, name) = (cells.id()?, cells.id()?, cells.version()?, cells.name()?);
        let (employment, until): (&str, _) = (cells.next()?, cells.optional_time()?);
        let employment = match employment {
            "employed" => Employment::Employed,
            "consultant" => Employment::Consultant { until },
            other => return Err(Fault::corrupt(cells.what, format!("unknown employment {other:?}"))),
        };
        let active = cells.next()?;
        Ok(Self { practice, id, version, name, employment, active, login: login(cells)?, added_at: cells.time()? })
    }
}

fn login(cells: &mut Cells<'_>) -> Result<Login, Fault> {
    let login: &str = cells.next()?;
    let email = if cells.is_empty()? { cells.next::<Option<&str>>()?.and(None) } else { Some(cells.email()?) };
    let cell = cells.phone()?;
    let role = if cells.is_empty()? { cells.next::<Option<&str>>()?.and(None) } else { Some(cells.role()?) };
    let since = cells.optional_time()?;
    let (member, account) = (cells.optional_id()?, cells.optional_id()?);
    Ok(match login {
        "none" => Login::None,
        "pending" => Login::Pending(Pending {
            email: cells.must(email)?,
            cell: cells.must(cell)?,
            role: cells.must(role)?,
            since: cells.must(since)?,
        }),
        "member" => Login::Member { member: cells.must(member)?, account: cells.must(account)? },
        other => return Err(Fault::corrupt(cells.what, format!("unknown login {other:?}"))),
    })
}

impl Value for PasswordLink {
    const WHAT: &str = "password link";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: cells.id()?,
            version: cells.version()?,
            purpose: cells.code()?,
            practice: cells.optional_id()?,
            generation: cells.number()?,
            forgotten_at: cells.time()?,
            state: link_state(cells)?,
        })
    }
}

fn link_state(cells: &mut Cells<'_>) -> Result<LinkState, Fault> {
    let (state, at): (&str, Time) = (cells.next()?, cells.time()?);
    let (expires_at, tries_left) = (cells.optional_time()?, optional_number(cells)?);
    Ok(match state {
        "open" => {
            LinkState::Open { sent_at: at, expires_at: cells.must(expires_at)?, tries_left: cells.must(tries_left)? }
        }
        "used" => LinkState::Used { at },
        "closed" => LinkState::Closed { at },
        other => return Err(Fault::corrupt(cells.what, format!("unknown state {other:?}"))),
    })
}

fn optional_number<T>(cells: &mut Cells<'_>) -> Result<Option<T>, Fault>
where
    T: TryFrom<i64, Error: std::error::Error + Send + Sync + 'static>,
{
    if cells.is_empty()? { Ok(cells.next::<Option<i64>>()?.and(None)) } else { cells.number().map(Some) }
}

impl Value for PasswordRun {
    const WHAT: &str = "password run";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let (id, version, link) = (cells.id()?, cells.version()?, cells.id()?);
        let (generation, cookie) = (cells.number()?, cells.digest()?);
        let (step, word): (&str, _) = (cells.next()?, optional_number(cells)?);
        let step = match step {
            "word" => RunStep::Word,
            "password" => RunStep::Password { word },
            "done" => RunStep::Done,
            other => return Err(Fault::corrupt(cells.what, format!("unknown step {other:?}"))),
        };
        Ok(Self { id, version, link, generation, cookie, step, expires_at: cells.time()? })
    }
}

impl Value for CodeWord {
    const WHAT: &str = "code word";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        Ok(Self {
            practice: cells.id()?,
            version: cells.version()?,
            serial: cells.number()?,
            sealed: SealedWord(cells.next()?),
            made_at: cells.time()?,
            wrong: cells.number()?,
            counted_from: cells.time()?,
            paused_until: cells.optional_time()?,
        })
    }
}

/// An employee with their link, the address and number of their account, whether they are locked, and their place: each may be
/// missing.
impl Value for EmployeeRow {
    const WHAT: &str = "employee";

    fn read(cells: &mut Cells<'_>) -> Result<Self, Fault> {
        let employee: Employee = cells.value()?;
        let link = if cells.is_empty()? { None } else { Some(cells.value::<PasswordLink>()?) };
        if link.is_none() {
            cells.skip(LINK_COLUMNS);
        }
        let locked = cells.next()?;
        let place = match cells.is_empty()? {
            true => None,
            false => {
                let (email, cell, member) = (cells.email()?, cells.phone()?, cells.value::<Member>()?);
                Some((member, email, cell, locked))
            }
        };
        Ok(Self::of(employee, link.as_ref(), place))
    }
}

/// How many columns a link has.
const LINK_COLUMNS: usize = 10;
