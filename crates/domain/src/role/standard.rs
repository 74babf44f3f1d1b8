//! What the predefined roles are called, and what they let people do until a practice says otherwise (`ROLE-1`).

use crate::member::Role;
use crate::role::{Permission, Permissions};

impl Role {
    /// Every predefined role, in the order in which pages offer them.
    pub const PREDEFINED: [Self; 8] = [
        Self::Owner,
        Self::OfficeAdministrator,
        Self::Dentist,
        Self::Hygienist,
        Self::TreatmentCoordinator,
        Self::HygieneCoordinator,
        Self::FrontDesk,
        Self::RestrictedStaff,
    ];

    /// The name of a predefined role; a copy's is with its definition.
    #[must_use]
    pub fn predefined_name(self) -> Option<&'static str> {
        Some(match self {
            Self::Owner => "Owner",
            Self::OfficeAdministrator => "Office Administrator",
            Self::Dentist => "Dentist",
            Self::Hygienist => "Hygienist",
            Self::TreatmentCoordinator => "Treatment Coordinator",
            Self::HygieneCoordinator => "Hygiene Coordinator",
            Self::FrontDesk => "Front Desk",
            Self::RestrictedStaff => "Restricted Staff",
            Self::Copied(_) => return None,
        })
    }

    /// What a predefined role lists when a practice has not edited it; none for a copy.
    #[must_use]
    pub fn predefined_permissions(self) -> Option<Permissions> {
        let column = COLUMNS.iter().find(|(role, _)| *role == self)?.1;
        let rows = DEFAULTS.iter().filter(|(_, roles)| roles.contains(column));
        Some(rows.map(|(permission, _)| *permission).collect())
    }
}

/// The letters that [`DEFAULTS`] uses.
const COLUMNS: [(Role, char); 8] = [
    (Role::Owner, 'O'),
    (Role::OfficeAdministrator, 'A'),
    (Role::Dentist, 'D'),
    (Role::Hygienist, 'H'),
    (Role::TreatmentCoordinator, 'T'),
    (Role::HygieneCoordinator, 'C'),
    (Role::FrontDesk, 'F'),
    (Role::RestrictedStaff, 'R'),
];

/// Who has what: the table of defaults.
const DEFAULTS: [(Permission, &str); 24] = [
    (Permission::ViewPracticeData, "O A D H T C F R"),
    (Permission::ManageTasks, "O A . . T C . ."),
    (Permission::ChangeSettings, "O A . . . . . ."),
    (Permission::ViewUserAccounts, "O A . . . . . ."),
    (Permission::EditUserAccounts, "O A . . . . . ."),
    (Permission::UseCodeWord, "O A . . . . . ."),
    (Permission::EndSessions, "O A . . . . . ."),
    (Permission::ExportPeople, "O A . . . . . ."),
    (Permission::ChangePolicy, "O . . . . . . ."),
    (Permission::ReadAudit, "O . . . . . . ."),
    (Permission::AccessBilling, "O . . . . . . ."),
    (Permission::ViewPatients, "O A D H T C F ."),
    (Permission::SearchPatients, "O A D H T C F ."),
    (Permission::ViewCallLogs, "O A . . T C F ."),
    (Permission::SeeScheduleProduction, "O A D H T C . ."),
    (Permission::SeeHuddleProduction, "O A D H T C . ."),
    (Permission::ViewDashboards, "O A D . . . . ."),
    (Permission::ViewFinancialAccounts, "O . . . . . . ."),
    (Permission::SetGoals, "O A D . . . . ."),
    (Permission::RunQueries, "O A D . . . . ."),
    (Permission::SaveQueries, "O A . . . . . ."),
    (Permission::ChargePayments, "O A . . T . F ."),
    (Permission::ManageRefunds, "O A . . . . . ."),
    (Permission::ViewPayments, "O A . . T . F ."),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn of(role: Role) -> Permissions {
        role.predefined_permissions().expect("a predefined role")
    }

    /// ROLE-1, ROLE-2: the table covers the catalogue, nothing in it lacks its parent, and two roles manage user logins.
    #[test]
    fn defaults_are_whole_and_effective() {
        assert_eq!(DEFAULTS.map(|(permission, _)| permission), Permission::ALL);
        for role in Role::PREDEFINED {
            assert_eq!(of(role).effective(), of(role), "{role:?}");
            assert!(of(role).has(Permission::ViewPracticeData), "all roles need it");
            let manages = matches!(role, Role::Owner | Role::OfficeAdministrator);
            assert_eq!(of(role).has(Permission::EditUserAccounts), manages, "{role:?}");
        }
        assert_eq!(of(Role::Owner), Permissions::all());
        assert_eq!(of(Role::RestrictedStaff), Permission::ViewPracticeData.into());
    }

    /// ROLE-1: nobody but an Owner can do what an Office Administrator cannot.
    #[test]
    fn every_other_role_is_within_the_office_administrator_s() {
        for role in Role::PREDEFINED.into_iter().skip(1) {
            assert!(of(role).are_within(of(Role::OfficeAdministrator)), "{role:?}");
        }
    }
}
