use crate::access::Administrator;
use crate::commit::Commit;
use crate::employee::{Employee, Employment, Login, NoName};
use crate::fact::{EmployeeFact, Fact};
use crate::member::{Member, Role};
use crate::port::Fault;
use crate::usecase::joining::ends;
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::{EmployeeId, PersonName, Version};

/// Somebody for the staff list.
#[derive(Debug, Clone)]
pub struct AddEmployee {
    /// Their name.
    pub name: PersonName,
    /// Employed, or working for the practice otherwise.
    pub employment: Employment,
    /// Whether they are in use from the start.
    pub active: bool,
}

/// Another name, or another sort of work.
#[derive(Debug, Clone)]
pub struct ChangeEmployee {
    /// Whose.
    pub employee: EmployeeId,
    /// What the caller saw; another version means that somebody else was first.
    pub seen: Option<Version>,
    /// The name.
    pub name: PersonName,
    /// Employed, or working for the practice otherwise.
    pub employment: Employment,
}

/// Why the list stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum AddEmployeeError {
    /// There is no such employee in this practice.
    #[error("we cannot find that person")]
    NoSuchEmployee,
    /// Neither part of the name was given.
    #[error(transparent)]
    NoName(#[from] NoName),
    /// Somebody else changed it since it was read.
    #[error("somebody else changed this person meanwhile; look at the new data and try again")]
    Changed,
    /// The practice must not be without an Owner or User Manager one day (`TN-06`).
    #[error("the account of an Owner or User Manager has no end date")]
    Manages,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for AddEmployeeError {}

/// `EMP-1`: an administrator adds somebody to the staff list, with a name and nothing else.
///
/// # Errors
///
/// [`AddEmployeeError`].
pub async fn add_employee(
    ports: &Ports,
    who: &Administrator,
    cmd: AddEmployee,
) -> Result<EmployeeId, AddEmployeeError> {
    add_employee_as(ports, who, EmployeeId(ports.entropy.id()), cmd).await
}

/// The same, with an id that names the request: asking again adds nobody.
pub(crate) async fn add_employee_as(
    ports: &Ports,
    who: &Administrator,
    id: EmployeeId,
    cmd: AddEmployee,
) -> Result<EmployeeId, AddEmployeeError> {
    let now = ports.clock.now();
    settle(ports, || async {
        if ports.store.employee(who.practice().id, id).await?.is_some() {
            return Ok(Decision::Already(id));
        }
        let AddEmployee { name, employment, active } = cmd.clone();
        let employee = Employee::add(id, who.practice().id, name, employment, active, now)?;
        let fact = Fact::Employee(EmployeeFact::Added { employee: id });
        committed(Commit::recording(who.person().record(fact, now)).insert(employee), id)
    })
    .await
}

/// `EMP-1`, `EMP-2`: an administrator changes an employee's name, or until when a non-employee's user account works.
///
/// # Errors
///
/// [`AddEmployeeError`].
pub async fn change_employee(ports: &Ports, who: &Administrator, cmd: ChangeEmployee) -> Result<(), AddEmployeeError> {
    let now = ports.clock.now();
    let practice = who.practice();
    settle(ports, || async {
        let employee = ports.store.employee(practice.id, cmd.employee).await?;
        let employee = employee.ok_or(AddEmployeeError::NoSuchEmployee)?;
        if cmd.seen.is_some_and(|seen| seen != employee.version) {
            return Err(AddEmployeeError::Changed);
        }
        let member = match employee.login {
            Login::Member { member, .. } => ports.store.member_by_id(practice.id, member).await?,
            Login::None | Login::Pending(_) => None,
        };
        let fact = Fact::Employee(EmployeeFact::Changed { employee: employee.id });
        let mut commit = Commit::recording(who.person().record(fact, now));
        if employee.employment != cmd.employment
            && let Some(member) = member
        {
            let until = ends(cmd.employment, practice, now);
            if until.is_some() && (member.user_manager || member.role == Role::Owner) {
                return Err(AddEmployeeError::Manages);
            }
            // A place that was taken away keeps when it ended; one that is given back gets its end date then.
            let until = if member.active { until } else { member.until };
            let (worked, member) = (member.works(now), Member { until, ..member });
            if !worked && member.works(now) {
                let (employee, member, role) = (employee.id, member.id, member.role);
                let fact = Fact::Employee(EmployeeFact::UserRestored { employee, member, role });
                commit = commit.and(who.person().record(fact, now));
            }
            commit = commit.update(member);
        }
        committed(commit.update(employee.change(cmd.name.clone(), cmd.employment)?), ())
    })
    .await
}

/// `EMP-1`: an administrator puts an employee back to use. Their user account stays as it is until it is activated again.
///
/// # Errors
///
/// [`AddEmployeeError`].
pub async fn reactivate_employee(ports: &Ports, who: &Administrator, id: EmployeeId) -> Result<(), AddEmployeeError> {
    let now = ports.clock.now();
    settle(ports, || async {
        let employee = ports.store.employee(who.practice().id, id).await?;
        let employee = employee.ok_or(AddEmployeeError::NoSuchEmployee)?;
        if employee.active {
            return Ok(Decision::Already(()));
        }
        let fact = Fact::Employee(EmployeeFact::Reactivated { employee: id });
        committed(Commit::recording(who.person().record(fact, now)).update(employee.reactivate()), ())
    })
    .await
}
