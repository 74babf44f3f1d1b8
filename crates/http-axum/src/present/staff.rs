use std::time::Duration;

use practice_domain::employee::{Employee, Employment};
use practice_domain::member::Role;
use practice_domain::port::{EmployeeRow, UserAccount};
use practice_domain::role::Roles;
use practice_domain::value::Time;

use crate::page::{AccountState, EmployeeLine, UserLine};
use crate::present::Calendar;

/// A row of Settings › Employees.
pub(crate) fn employee_line(calendar: &Calendar, roles: &Roles, row: &EmployeeRow, now: Time) -> EmployeeLine {
    EmployeeLine {
        id: row.employee.id.to_string(),
        name: called(row),
        work: work(calendar, row.employee.employment),
        active: row.employee.active,
        account: account_state(calendar, row, now),
        role: role(&row.user).map(|role| role_name(roles, role)),
    }
}

/// A row of Settings › User Accounts.
pub(crate) fn user_line(calendar: &Calendar, roles: &Roles, row: &EmployeeRow, now: Time) -> UserLine {
    let (email, cell) = match &row.user {
        UserAccount::None => (None, None),
        UserAccount::Pending { pending, .. } => (Some(&pending.email), Some(&pending.cell)),
        UserAccount::Member { email, cell, .. } => (Some(email), cell.as_ref()),
    };
    UserLine {
        id: row.employee.id.to_string(),
        name: called(row),
        email: email.map(|email| email.as_typed().to_owned()),
        cell: cell.map(practice_domain::value::Phone::national),
        role: role(&row.user).map(|role| role_name(roles, role)),
        account: account_state(calendar, row, now),
    }
}

/// What to call an employee: by name, or by the address of somebody who has none.
pub(crate) fn called(row: &EmployeeRow) -> String {
    match (name(&row.employee), &row.user) {
        (Some(name), _) => name,
        (None, UserAccount::Member { email, .. }) => email.as_typed().to_owned(),
        (None, UserAccount::Pending { .. } | UserAccount::None) => "that person".to_owned(),
    }
}

fn name(employee: &Employee) -> Option<String> {
    Some(employee.name.to_string()).filter(|name| !name.is_empty())
}

/// How a user account stands at this moment.
pub(crate) fn account_state(calendar: &Calendar, row: &EmployeeRow, now: Time) -> AccountState {
    match &row.user {
        UserAccount::None if row.employee.active => AccountState::None,
        UserAccount::None => AccountState::Impossible,
        UserAccount::Pending { sent_at, expires_at, .. } if expires_at.is_some_and(|at| now < at) => {
            AccountState::Pending(calendar.day(*sent_at))
        }
        UserAccount::Pending { .. } => AccountState::Expired,
        UserAccount::Member { active: false, .. } => AccountState::Inactive,
        UserAccount::Member { until: Some(until), .. } if *until <= now => AccountState::Ended,
        UserAccount::Member { locked: true, .. } => AccountState::Locked,
        UserAccount::Member { .. } => AccountState::Active,
    }
}

/// A role as people call it.
pub(crate) fn role_name(roles: &Roles, role: Role) -> String {
    let copy = || roles.definition(role).map(|one| one.name.as_str());
    role.predefined_name().or_else(copy).unwrap_or("A role that is gone").to_owned()
}

/// How long a link works: `3 days`, `4 hours`.
pub(crate) fn lifetime(life: Duration) -> String {
    let hours = life.as_secs() / 3_600;
    let (number, unit) = if hours >= 24 && hours.is_multiple_of(24) { (hours / 24, "day") } else { (hours, "hour") };
    if number == 1 { format!("1 {unit}") } else { format!("{number} {unit}s") }
}

fn role(user: &UserAccount) -> Option<Role> {
    match user {
        UserAccount::None => None,
        UserAccount::Pending { pending, .. } => Some(pending.role),
        UserAccount::Member { role, .. } => Some(*role),
    }
}

fn work(calendar: &Calendar, employment: Employment) -> String {
    match employment {
        Employment::Employed => "Employed".to_owned(),
        Employment::Consultant { until: None } => "Not an employee".to_owned(),
        Employment::Consultant { until: Some(until) } => {
            format!("Not an employee, until {}", calendar.day(until.minus(Duration::from_micros(1))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_are_worded() {
        let hours = |n: u64| lifetime(Duration::from_secs(n * 3_600));
        assert_eq!([hours(72), hours(24), hours(4), hours(36)], ["3 days", "1 day", "4 hours", "36 hours"]);
    }
}
