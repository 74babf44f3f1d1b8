//! The catalogue of permissions: what each is called, which group it stands in, and what it needs to have any effect.

/// The groups of the role editor (`ROLE-1`). No permission of the Forms group is known so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PermissionGroup {
    /// Settings, people, patients.
    General,
    /// Calls.
    Communication,
    /// The schedule.
    Appointment,
    /// Numbers and queries.
    Analytics,
    /// Money from patients.
    Payments,
    /// Forms.
    Forms,
}

impl PermissionGroup {
    /// Every group, in the order of the editor.
    pub const ALL: [Self; 6] =
        [Self::General, Self::Communication, Self::Appointment, Self::Analytics, Self::Payments, Self::Forms];

    /// The stable code, also its spelling in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Communication => "communication",
            Self::Appointment => "appointment",
            Self::Analytics => "analytics",
            Self::Payments => "payments",
            Self::Forms => "forms",
        }
    }

    /// Its name in the editor.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::General => "General",
            Self::Communication => "Communication",
            Self::Appointment => "Appointment",
            Self::Analytics => "Analytics",
            Self::Payments => "Payments",
            Self::Forms => "Forms",
        }
    }
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident, $code:literal, $group:ident, $parent:expr, $label:literal, $hint:literal;)+) => {
        /// Something that a role lets people do (`ROLE-1`). Codes are stored and never change their meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$doc])* $name,)+
        }

        impl Permission {
            /// Every permission, group by group.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code),+
                }
            }

            /// Where it stands in the role editor.
            #[must_use]
            pub fn group(self) -> PermissionGroup {
                match self {
                    $(Self::$name => PermissionGroup::$group),+
                }
            }

            /// The permission without which this one has no effect.
            #[must_use]
            pub fn blocked_by(self) -> Option<Self> {
                match self {
                    $(Self::$name => $parent),+
                }
            }

            /// What people read.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $label),+
                }
            }

            /// What it is good for, in one sentence.
            #[must_use]
            pub fn hint(self) -> &'static str {
                match self {
                    $(Self::$name => $hint),+
                }
            }
        }
    };
}

const DATA: Option<Permission> = Some(Permission::ViewPracticeData);
const SETTINGS: Option<Permission> = Some(Permission::ChangeSettings);
const USERS: Option<Permission> = Some(Permission::ViewUserAccounts);

catalogue! {
    /// The base of all others: without it nothing has any effect.
    ViewPracticeData, "view-practice-data", General, None, "View practice management data",
        "Every role needs this. Without it, all pages are blank.";
    /// Change whose a task is, when it is due and how far it is, for everybody's tasks.
    ManageTasks, "manage-tasks", General, DATA, "Manage everyone's tasks",
        "Change the owner, date or status of other people's tasks.";
    /// Open Settings.
    ChangeSettings, "change-settings", General, DATA, "Change practice settings",
        "Open Settings. What can be changed there, the permissions below say.";
    /// See employees, user accounts and roles (`EMP-1`).
    ViewUserAccounts, "view-user-accounts", General, SETTINGS, "Can view user accounts",
        "See names, email addresses and roles.";
    /// Manage user logins: employees, user accounts, resets, roles (`EMP-1` to `EMP-4`, `ROLE-1`, `ROLE-2`).
    EditUserAccounts, "edit-user-accounts", General, USERS, "Can edit user accounts",
        "Add people, reset passwords, change roles.";
    /// Show and rotate the code word (`CODE-1`).
    UseCodeWord, "use-code-word", General, Some(Self::EditUserAccounts), "Show and rotate the code word",
        "See the Practice Code Word, and give the practice another one.";
    /// See and end other people's sessions (`SESS-1`).
    EndSessions, "end-sessions", General, USERS, "End other people's sessions",
        "Sign other people out.";
    /// Export the lists of people (section 12).
    ExportPeople, "export-people", General, USERS, "Export lists of people",
        "Download the lists of people.";
    /// Change the security policy (`PRA-6`).
    ChangePolicy, "change-policy", General, SETTINGS, "Change the security policy",
        "Change password rules, lock-out and sign-out for everybody.";
    /// Read the practice's audit log (section 13).
    ReadAudit, "read-audit", General, SETTINGS, "Read the audit log",
        "See who did what, and when.";
    /// Open billing settings.
    AccessBilling, "access-billing", General, SETTINGS, "Access billing settings",
        "See and change how the practice pays.";
    /// Open a patient's window.
    ViewPatients, "view-patients", General, DATA, "View patient window",
        "Open what is known about a patient.";
    /// Look for patients.
    SearchPatients, "search-patients", General, DATA, "Use patient search",
        "Find a patient by name or birth date.";
    /// See who called whom.
    ViewCallLogs, "view-call-logs", Communication, DATA, "View phone call logs",
        "See who called whom, and when.";
    /// See what a day earns, on the schedule.
    SeeScheduleProduction, "see-schedule-production", Appointment, DATA, "See production numbers on the schedule",
        "See what a day earns, on the schedule.";
    /// See what a day earns, in the huddle.
    SeeHuddleProduction, "see-huddle-production", Appointment, DATA, "See production numbers in the huddle",
        "See what a day earns, in the morning meeting.";
    /// See dashboards that nobody shared.
    ViewDashboards, "view-dashboards", Analytics, DATA, "View built-in dashboards",
        "See the dashboards that come with the product.";
    /// See the practice's own accounts.
    ViewFinancialAccounts, "view-financial-accounts", Analytics, DATA, "View financial accounts",
        "See the practice's own bank and loan accounts.";
    /// Set goals.
    SetGoals, "set-goals", Analytics, DATA, "Edit and set practice goals",
        "Say what the practice wants to reach.";
    /// Ask queries.
    RunQueries, "run-queries", Analytics, DATA, "Run queries",
        "Ask for numbers of your own.";
    /// Keep queries.
    SaveQueries, "save-queries", Analytics, Some(Self::RunQueries), "Save custom queries",
        "Keep queries, to run them again.";
    /// Take payments.
    ChargePayments, "charge-payments", Payments, DATA, "Charge payments",
        "Take money from patients.";
    /// Give payments back.
    ManageRefunds, "manage-refunds", Payments, DATA, "Initiate and manage refunds",
        "Give money back to patients.";
    /// See payments.
    ViewPayments, "view-payments", Payments, DATA, "View practice payment data",
        "See what patients have paid.";
}

impl Permission {
    /// The permission with this code.
    #[must_use]
    pub fn with_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// ROLE-1: every permission comes to an end that nothing blocks, and that end is the base permission.
    #[test]
    fn parents_form_no_cycles_and_lead_to_the_base() {
        for permission in Permission::ALL {
            let mut at = *permission;
            for _ in 0..Permission::ALL.len() {
                at = at.blocked_by().unwrap_or(at);
            }
            assert_eq!(at, Permission::ViewPracticeData, "{permission:?}");
        }
    }

    /// ROLE-1
    #[test]
    fn codes_and_names_are_different_and_found_again() {
        let codes: BTreeSet<_> = Permission::ALL.iter().map(|p| p.code()).collect();
        let names: BTreeSet<_> = Permission::ALL.iter().map(|p| p.name()).collect();
        assert_eq!((codes.len(), names.len()), (Permission::ALL.len(), Permission::ALL.len()));
        assert!(Permission::ALL.iter().all(|p| p.hint().ends_with('.')));
        for permission in Permission::ALL {
            assert_eq!(Permission::with_code(permission.code()), Some(*permission));
            assert!(permission.code().bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{permission:?}");
        }
        assert_eq!(Permission::with_code("fly"), None);
    }

    /// ROLE-1
    #[test]
    fn every_group_but_forms_has_permissions() {
        for group in PermissionGroup::ALL {
            let some = Permission::ALL.iter().any(|permission| permission.group() == group);
            assert_eq!(some, group != PermissionGroup::Forms, "{}", group.name());
        }
    }
}
