//! Settings › Employees: the people who work for a practice.

use super::{AccountState, Chrome};
use askama::Template;

/// `GET /settings/employees` (`EMP-1`).
#[derive(Template)]
#[template(path = "settings/employees.html")]
pub struct EmployeesPage {
    /// The frame.
    pub chrome: Chrome,
    /// Which of them.
    pub show: EmployeeFilter,
    /// The employees of this page of the list.
    pub employees: Vec<EmployeeLine>,
    /// Where the page after begins, if there is one.
    pub next: Option<String>,
    /// Whether to propose that the code word be rotated: somebody who knew it has left (`EMP-3`).
    pub proposes_rotation: bool,
}

/// Which employees a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmployeeFilter {
    /// Those in use.
    #[default]
    Active,
    /// The others.
    Inactive,
    /// Everybody.
    All,
}

/// A row of the list.
#[derive(Clone, Debug)]
pub struct EmployeeLine {
    /// Names the row in addresses.
    pub id: String,
    /// The full name, or what stands for it.
    pub name: String,
    /// `Employed`, or `Not an employee, until Jun 30, 2026`.
    pub work: String,
    /// Whether they are in use.
    pub active: bool,
    /// Their user account.
    pub account: AccountState,
    /// Their role, where they have a user account.
    pub role: Option<String>,
}

/// `GET /settings/employees/{id}`, and `GET /settings/employees/add` for somebody new.
#[derive(Template)]
#[template(path = "settings/employee.html")]
pub struct EmployeePage {
    /// The frame.
    pub chrome: Chrome,
    /// Who; nobody yet while somebody is added.
    pub known: Option<KnownEmployee>,
    /// First name.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Whether they are on the practice's payroll.
    pub employed: bool,
    /// The last day of their user account, `2026-06-30`; empty for none.
    pub ends_on: String,
    /// Whether the box Active is ticked, for somebody new.
    pub active: bool,
    /// Whether the page asks if they are really to be deactivated.
    pub asks_deactivate: bool,
}

/// Somebody who stands in the list.
#[derive(Clone, Debug)]
pub struct KnownEmployee {
    /// Names them in addresses.
    pub id: String,
    /// The full name, or what stands for it.
    pub name: String,
    /// What the form was made from.
    pub version: String,
    /// Whether they are in use.
    pub active: bool,
    /// Their user account.
    pub account: AccountState,
}

impl EmployeeFilter {
    /// Every filter, in the order of the page.
    pub const ALL: [Self; 3] = [Self::Active, Self::Inactive, Self::All];

    /// How the address spells it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::All => "all",
        }
    }

    /// How the page words it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
            Self::All => "All",
        }
    }

    /// Reads the spelling of the address; anything else is the first.
    #[must_use]
    pub fn parse(code: &str) -> Self {
        Self::ALL.into_iter().find(|one| one.code() == code).unwrap_or_default()
    }
}

impl EmployeePage {
    /// The heading.
    #[must_use]
    pub fn heading(&self) -> String {
        match &self.known {
            None => "Add Employee".to_owned(),
            Some(known) if self.chrome.settings.logins => format!("Edit {}", known.name),
            Some(known) => known.name.clone(),
        }
    }

    /// Where the form goes.
    #[must_use]
    pub fn action(&self) -> String {
        self.known
            .as_ref()
            .map_or_else(|| "/settings/employees".to_owned(), |known| format!("/settings/employees/{}", known.id))
    }
}
