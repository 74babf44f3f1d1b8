//! The pages of Settings.

use askama::Template;

use super::{Names, text, when};
use crate::page::{
    AccountState, AuditLine, AuditPage, Chrome, EmployeeFilter, EmployeeLine, EmployeePage, EmployeesPage,
    KnownEmployee, LookAlike, Nav, NoText, PermissionLine, PolicyControl, PolicyRow, PolicySection, Problems,
    RoleChoice, RoleLine, RoleOrigin, RolePage, RolesPage, RotatePage, Sections, SecurityPage, SessionsPanel,
    SettingsPage, UserAccountPage, UserAccountsPage, UserLine,
};

type Rendered = (&'static str, askama::Result<String>);

pub(super) fn all(names: &Names) -> Vec<(&'static str, String)> {
    let pages = general(names)
        .into_iter()
        .chain(employees(names))
        .chain(accounts(names))
        .chain(roles(names))
        .chain(security(names))
        .chain(audit(names))
        .chain(super::imports::all(names));
    pages.map(|(name, page)| (name, page.expect("the template renders"))).collect()
}

fn general(names: &Names) -> Vec<Rendered> {
    vec![
        ("settings", SettingsPage { chrome: names.chrome(Nav::Settings) }.render()),
        ("settings-rotate", RotatePage { chrome: names.chrome(Nav::Settings), texts_word: true }.render()),
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
        ("settings-employees-look", EmployeesPage { chrome: looking(names), ..list }.render()),
        ("settings-employee-look", EmployeePage { chrome: looking(names), ..employee(names, true, false) }.render()),
    ]
}

/// The frame for somebody who may look at employees and user accounts, and no more.
fn looking(names: &Names) -> Chrome {
    Chrome { settings: Sections { people: true, ..Sections::default() }, ..names.chrome(Nav::Settings) }
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
        texts_word: code_word.is_some(),
        users: states.iter().cloned().enumerate().map(user).collect(),
        next: None,
        proposes_rotation: code_word.is_none(),
    };
    vec![
        ("settings-user-accounts", list(None).render()),
        ("settings-user-accounts-revealed", list(Some("otter-quartz-lamp")).render()),
        ("settings-user-account-add", account(names, AccountState::None, false).render()),
        ("settings-user-account", account(names, AccountState::Locked, false).render()),
        ("settings-user-account-far", account(names, AccountState::Pending(text("Jun 8, 2026")), false).render()),
        ("settings-user-account-deactivate", account(names, AccountState::Expired, true).render()),
        ("settings-user-accounts-look", UserAccountsPage { chrome: looking(names), ..list(None) }.render()),
        (
            "settings-user-account-look",
            UserAccountPage { chrome: looking(names), ..account(names, AccountState::Active, false) }.render(),
        ),
        ("settings-user-account-none-look", {
            UserAccountPage { chrome: looking(names), ..account(names, AccountState::None, false) }.render()
        }),
        (
            "settings-user-account-sessions",
            UserAccountPage { sessions: behind(), ..account(names, AccountState::Active, false) }.render(),
        ),
        (
            "settings-user-account-look-alike",
            UserAccountPage { look_alike: Some(like()), ..account(names, AccountState::None, false) }.render(),
        ),
        (
            "settings-user-account-factor",
            UserAccountPage { asks_factor: true, ..account(names, AccountState::Active, false) }.render(),
        ),
    ]
}

fn behind() -> SessionsPanel {
    SessionsPanel::Behind(text("/confirm-password?next=%2Fsettings%2Fuser-accounts%2F2%23sessions"))
}

fn like() -> LookAlike {
    LookAlike { words: text("It looks like an address at gmail.com, and is not one."), confirms: text("ann@gmai1.com") }
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
        AccountState::Pending(_) => Some(NoText::OutOfReach),
        _ => None,
    };
    UserAccountPage {
        chrome,
        id: text("2"),
        name: names.manager(),
        active: true,
        settled: account.is_settled(),
        sessions: SessionsPanel::Absent,
        look_alike: None,
        email: text("someone@brightwater-dental.example"),
        cell: text("(555) 010-0187"),
        roles: vec![role("owner", "Owner", false), role("front-desk", "Front Desk", true)],
        cell_hint: "We text the Practice Code Word here.",
        texts_word: !asks_deactivate,
        second_factor: account.is_settled(),
        account,
        factor_required: false,
        asks_factor: false,
        email_hint: text("We send the setup link here. It works for 3 days."),
        no_text,
        asks_deactivate,
    }
}

fn roles(names: &Names) -> Vec<Rendered> {
    let list = RolesPage {
        chrome: names.chrome(Nav::Settings),
        roles: vec![
            role_line("owner", "Owner", RoleOrigin::Predefined),
            role_line("front-desk", "Front Desk", RoleOrigin::Edited),
            role_line("7", &names.last, RoleOrigin::Copied),
        ],
    };
    let copied = role(names, RoleOrigin::Copied);
    let found = RolePage { group: String::new(), search: names.last.clone(), ..role(names, RoleOrigin::Copied) };
    let mut wrong = role(names, RoleOrigin::Edited);
    wrong.chrome.problems = Problems::one("name", "A role has this name already.");
    let fixed = RolePage {
        fixed: Some(text("The Owner role always has every permission.")),
        available: Vec::new(),
        ..role(names, RoleOrigin::Predefined)
    };
    vec![
        ("settings-roles", list.render()),
        ("settings-role", copied.render()),
        ("settings-role-search", found.render()),
        ("settings-role-wrong", wrong.render()),
        ("settings-role-fixed", fixed.render()),
        ("settings-role-delete", RolePage { asks_delete: true, ..role(names, RoleOrigin::Copied) }.render()),
    ]
}

fn role_line(code: &str, name: &str, origin: RoleOrigin) -> RoleLine {
    RoleLine { code: text(code), name: text(name), origin, permissions: 5, people: 0 }
}

fn role(names: &Names, origin: RoleOrigin) -> RolePage {
    let line = |code, name, blocked: Option<&str>, refused: Option<&str>| PermissionLine {
        code,
        name,
        hint: "Download the lists of people.",
        blocked: blocked.map(text),
        refused: refused.map(text),
    };
    RolePage {
        chrome: names.chrome(Nav::Settings),
        role: role_line("7", &names.last, origin),
        version: text("3"),
        roles: vec![(text("owner"), text("Owner"), false), (text("7"), names.last.clone(), true)],
        groups: vec![("general", "General", true), ("forms", "Forms", false)],
        group: text("general"),
        search: String::new(),
        included: vec![line("view-practice-data", "View practice management data", None, None)],
        available: vec![
            line("read-audit", "Read the audit log", Some("Blocked by Change practice settings"), Some("You lack it.")),
            line("set-goals", "Edit and set practice goals", None, None),
        ],
        fixed: None,
        copy_name: names.last.clone(),
        new_name: names.last.clone(),
        asks_delete: false,
    }
}

fn security(names: &Names) -> Vec<Rendered> {
    let row = |name: &'static str, label, control| PolicyRow {
        name,
        id: name.replace(['.', '_'], "-"),
        label,
        hint: text("5 to 60 minutes. Standard: 30."),
        control,
    };
    let number = |value: &str| PolicyControl::Number { least: 5, most: 60, unit: "minutes", value: text(value) };
    let choice = vec![("account", text("All attempts"), false), ("device_aware", text("Known browsers"), true)];
    let page = |asks_password, previewed, idle: &str| SecurityPage {
        chrome: names.chrome(Nav::Settings),
        version: text("3"),
        preset: "standard",
        presets: vec![("standard", "Standard", true), ("strict", "Strict", false)],
        previewed,
        sections: vec![PolicySection {
            code: "session",
            name: "Sessions",
            rows: vec![
                row("session.idle_minutes", "Sign people out when idle for", number(idle)),
                row("two_step.patients", "Patients give a code while registering", PolicyControl::Switch(true)),
                row("lockout.scope", "What counts together", PolicyControl::Choice(choice.clone())),
            ],
        }],
        deviations: if previewed { vec![("Ask for a new password after", "ASVS 6.2.10")] } else { Vec::new() },
        asks_password,
    };
    let mut wrong = page(true, false, &names.last);
    wrong.chrome.problems = Problems::one("session-idle-minutes", "Enter 5 to 60 minutes.");
    vec![
        ("settings-security", page(false, false, "30").render()),
        ("settings-security-preset", page(false, true, "30").render()),
        ("settings-security-wrong", wrong.render()),
    ]
}

fn audit(names: &Names) -> Vec<Rendered> {
    let line = |event: &str, about: Option<&str>, address: Option<&str>| AuditLine {
        at: when("Jun 9, 2026, 9:14:02 AM", "2026-06-09T09:14:02-05:00"),
        who: names.manager(),
        event: text(event),
        about: about.map(text),
        address: address.map(text),
    };
    let page = |person: &str, entries: Vec<AuditLine>, older: Option<&str>| AuditPage {
        chrome: names.chrome(Nav::Settings),
        from: String::new(),
        to: text("2026-06-09"),
        person: text(person),
        actors: vec![("account", "People who had signed in", false), ("operator", "Support", !person.is_empty())],
        topics: vec![("sign-in", "Sign-in and lock-out", false), ("plans", "Plans and cards", !person.is_empty())],
        entries,
        newest: older.map(|_| text("/settings/audit")),
        older: older.map(text),
        export: text("/settings/audit/export?to=2026-06-09"),
        time_zone: text("Central Time"),
    };
    let lines = vec![
        line("Account unlocked", Some("Fiona O’Donnell"), Some("2001:db8:85a3:8d3:1319:8a2e:370:7348")),
        line("Security settings changed; Sign people out when idle for: 30 to 20", None, Some("198.51.100.24")),
        line(&names.last, Some(&names.last), None),
    ];
    let mut wrong = page("nobody", Vec::new(), None);
    wrong.chrome.problems = Problems::one("person", "We find nobody of this name.");
    wrong.chrome.problems.add("from", "Enter a day like 2026-06-30.");
    vec![
        ("settings-audit", page("", lines, Some("/settings/audit?page=5-7")).render()),
        ("settings-audit-none", page(&names.last, Vec::new(), Some("/settings/audit?page=5-7")).render()),
        ("settings-audit-wrong", wrong.render()),
    ]
}
