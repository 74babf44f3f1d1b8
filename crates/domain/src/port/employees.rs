use crate::employee::{Employee, Login, Pending};
use crate::member::{Member, Role};
use crate::password_link::{LinkState, PasswordLink};
use crate::value::{AccountId, Email, EmployeeId, MemberId, Phone, PracticeId, Time};

/// Which page of whose employees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployeeQuery {
    /// The practice.
    pub practice: PracticeId,
    /// Only active employees, or only others.
    pub active: Option<bool>,
    /// The row before the first wanted; from the start without one.
    pub after: Option<EmployeeMark>,
    /// Rows wanted: 1 to 200.
    pub size: u16,
}

/// A row of the list of employees, as far as the order needs it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmployeeMark {
    /// See [`Employee::name_key`].
    pub name: String,
    /// What breaks ties.
    pub id: EmployeeId,
}

/// One page of the list of employees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployeesPage {
    /// Its rows, by name.
    pub rows: Vec<EmployeeRow>,
    /// Where the next page begins, when there is one.
    pub after: Option<EmployeeMark>,
}

/// An employee, as the pages about employees and user accounts show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployeeRow {
    /// Who.
    pub employee: Employee,
    /// Their user account.
    pub user: UserAccount,
}

/// The state of an employee's user account (`EMP-2`). What expires is for the clock to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserAccount {
    /// They have none.
    None,
    /// The setup link was sent.
    Pending {
        /// What was entered.
        pending: Pending,
        /// When the newest link was sent.
        sent_at: Time,
        /// When it stops working; none once it was closed by too many wrong code words.
        expires_at: Option<Time>,
    },
    /// They have one.
    Member {
        /// Their place.
        member: MemberId,
        /// As whom they sign in.
        account: AccountId,
        /// Their username.
        email: Email,
        /// Where their texts go.
        cell: Option<Phone>,
        /// Their role.
        role: Role,
        /// Whether an administrator lets them work.
        active: bool,
        /// From this moment on they cannot.
        until: Option<Time>,
        /// Whether a lock stands against them (`LOCK-2`).
        locked: bool,
    },
}

impl EmployeeMark {
    /// The place of an employee in the list.
    #[must_use]
    pub fn of(employee: &Employee) -> Self {
        Self { name: employee.name_key(), id: employee.id }
    }
}

impl EmployeeRow {
    /// The row of an employee: with the link of a setup that waits, or with the member, their address and number, and whether
    /// they are locked.
    #[must_use]
    pub fn of(
        employee: Employee,
        link: Option<&PasswordLink>,
        place: Option<(Member, Email, Option<Phone>, bool)>,
    ) -> Self {
        let user = match (&employee.login, place) {
            (Login::Pending(pending), _) => {
                let (sent_at, expires_at) = match link.map(|link| link.state) {
                    Some(LinkState::Open { sent_at, expires_at, .. }) => (sent_at, Some(expires_at)),
                    _ => (pending.since, None),
                };
                UserAccount::Pending { pending: pending.clone(), sent_at, expires_at }
            }
            (Login::Member { .. }, Some((member, email, cell, locked))) => UserAccount::Member {
                member: member.id,
                account: member.account,
                email,
                cell,
                role: member.role,
                active: member.active,
                until: member.until,
                locked,
            },
            (Login::Member { .. } | Login::None, _) => UserAccount::None,
        };
        Self { employee, user }
    }
}
