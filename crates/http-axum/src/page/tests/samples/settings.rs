//! The pages of Settings.

use askama::Template;

use super::{Names, text};
use crate::page::{
    AccountState, Chrome, EmployeeFilter, EmployeeLine, EmployeePage, EmployeesPage, KnownEmployee, Nav, NoText,
    Problems, RoleChoice, RotatePage, SettingsPage, UserAccountPage, UserAccountsPage, UserLine,
};

type Rendered = (&'static str, askama::Result<String>);

pub(super) fn all(names: &Names) -> Vec<(&'static str, String)> {
    let pages = general(names).into_iter().chain(employees(names)).chain(accounts(names));
    pages.map(|(name, page)| (name, page.expect("the template renders"))).collect()
}

fn general(names: &Names) -> Vec<Rendered> {
    vec![
        ("settings", SettingsPage { chrome: names.chrome(Nav::Settings) }.render()),
        ("settings-rotate", RotatePage { chrome: names.chrome(Nav::Settings) }.render()),
    ]
}

fn employees(names: &Names) -> Vec<Rendered> {
    let line = |id: &str, name: String, active: bool, account: AccountState, role: Option<&str>| EmployeeLine {
        id: text(id),
        name,
        work: text("Not an employee, until Jun 30, 2026"),
        active,
        account,
        role: role.map(text),
    };
    let list = EmployeesPage {
        chrome: names.chrome(Nav::Settings),
        show: EmployeeFilter::All,
        employees: vec![
            line("1", names.manager(), true, AccountState::Active, Some("Owner")),
            line("2", text("Petra Novak"), true, AccountState::None, None),
            line("3", text("Tunde Oyelaran"), false, AccountState::Impossible, None),
        ],
        next: Some(text("/settings/employees?show=all&page=x")),
        proposes_rotation: true,
    };
    let none = EmployeesPage {
        chrome: names.chrome(Nav::Settings),
        show: EmployeeFilter::Inactive,
        employees: Vec::new(),
        next: None,
        proposes_rotation: false,
    };
    let blank = EmployeePage {
        chrome: Chrome { problems: Problems::one("first", "Enter a name."), ..names.chrome(Nav::Settings) },
        known: None,
        first: String::new(),
        last: String::new(),
        employed: false,
        ends_on: String::new(),
        active: true,
        asks_deactivate: false,
    };
    vec![
        ("settings-employees", list.render()),
        ("settings-employees-none", none.render()),
        ("settings-employee-add", blank.render()),
        ("settings-employee", employee(names, true, false).render()),
        ("settings-employee-inactive", employee(names, false, false).render()),
        ("settings-employee-deactivate", employee(names, true, true).render()),
    ]
}

fn employee(names: &Names, active: bool, asks_deactivate: bool) -> EmployeePage {
    EmployeePage {
        chrome: names.chrome(Nav::Settings),
        known: Some(KnownEmployee {
            id: text("2"),
            name: names.manager(),
            version: text("3"),
            active,
            account: AccountState::None,
        }),
        first: text("Marisol"),
        last: names.last.clone(),
        employed: asks_deactivate,
        ends_on: text("2026-06-30"),
        active,
        asks_deactivate,
    }
}

fn accounts(names: &Names) -> Vec<Rendered> {
    let states = [
        AccountState::Active,
        AccountState::Locked,
        AccountState::Pending(text("Jun 8, 2026")),
        AccountState::Expired,
        AccountState::Inactive,
        AccountState::Ended,
        AccountState::None,
    ];
    let user = |(n, account): (usize, AccountState)| UserLine {
        id: n.to_string(),
        name: names.manager(),
        email: (account != AccountState::None).then(|| text("someone@a-rather-long-domain-name.example")),
        cell: (account != AccountState::None).then(|| text("(555) 010-0187")),
        role: (account != AccountState::None).then(|| text("Office Administrator")),
        account,
    };
    let list = |code_word: Option<&str>| UserAccountsPage {
        chrome: names.chrome(Nav::Settings),
        code_word: code_word.map(text),
        users: states.iter().cloned().enumerate().map(user).collect(),
        next: None,
        proposes_rotation: code_word.is_none(),
    };
    vec![
        ("settings-user-accounts", list(None).render()),
        ("settings-user-accounts-revealed", list(Some("otter-quartz-lamp")).render()),
        ("settings-user-account-add", account(names, AccountState::None, false).render()),
        ("settings-user-account", account(names, AccountState::Locked, false).render()),
        ("settings-user-account-deactivate", account(names, AccountState::Expired, true).render()),
    ]
}

fn account(names: &Names, account: AccountState, asks_deactivate: bool) -> UserAccountPage {
    let role = |code: &str, name: &str, chosen| RoleChoice { code: text(code), name: text(name), chosen };
    let mut chrome = names.chrome(Nav::Settings);
    if account == AccountState::None {
        chrome.problems = Problems::one("cell", "Enter a cell phone number. We send the code word to it.");
        chrome.problems.add("active", "This employee is not active.");
    }
    let no_text = match account {
        AccountState::Locked => Some(NoText::Stopped),
        AccountState::Expired => Some(NoText::Failed),
        _ => None,
    };
    UserAccountPage {
        chrome,
        id: text("2"),
        name: names.manager(),
        active: true,
        settled: account.is_settled(),
        sessions_href: account.is_settled().then(|| text("/manage/users/7#sessions")),
        account,
        email: text("someone@brightwater-dental.example"),
        cell: text("(555) 010-0187"),
        roles: vec![role("owner", "Owner", false), role("front-desk", "Front Desk", true)],
        email_hint: text("We send the setup link here. It works for 3 days."),
        no_text,
        asks_deactivate,
    }
}
