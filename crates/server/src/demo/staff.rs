//! People in Brightwater's staff list who are not members, or not yet: each state that a user account can be in.

use std::time::Duration;

use practice_domain::commit::Commit;
use practice_domain::employee::{Employee, Employment, Pending};
use practice_domain::fact::{EmployeeFact, Fact};
use practice_domain::member::Role;
use practice_domain::password_link::PasswordLink;
use practice_domain::practice::Practice;
use practice_domain::value::{EmployeeId, PersonName, Time};

use super::seed::{Seed, SeedError, email, number};

/// Somebody for the staff list.
struct Listed {
    first: &'static str,
    last: &'static str,
    employment: Employment,
    active: bool,
    /// The address, the number and the age in days of a setup that waits.
    waits: Option<(&'static str, &'static str, u64)>,
}

impl Seed<'_> {
    /// Lists them.
    pub(super) async fn staff(&self, practice: &Practice) -> Result<(), SeedError> {
        for one in everybody(self.now) {
            self.list(practice, &one).await?;
        }
        Ok(())
    }

    async fn list(&self, practice: &Practice, one: &Listed) -> Result<(), SeedError> {
        let id = EmployeeId(self.ports.entropy.id());
        let name = PersonName::parse(one.first, one.last).map_err(|e| SeedError::Data(e.to_string()))?;
        let at = self.ago(60);
        let employee = Employee::add(id, practice.id, name, one.employment, one.active, at)
            .map_err(|e| SeedError::Data(e.to_string()))?;
        let mut commit = Commit::recording(self.entry(practice.id, added(id), at));
        let Some((address, cell, days)) = one.waits else {
            return Ok(self.ports.store.commit(&commit.insert(employee)).await?);
        };
        let (policy, since, role) = (practice.policy(), self.ago(days), Role::FrontDesk);
        let pending = Pending { email: email(address)?, cell: number(cell)?, role, since };
        let employee = employee.ask(pending).map_err(|e| SeedError::Data(e.to_string()))?;
        let link = PasswordLink::for_setup(id, since)
            .send(Some(practice.id), since, policy.link.setup, policy.code_word.tries_per_link)
            .map_err(|e| SeedError::Data(e.to_string()))?;
        let asked = Fact::Employee(EmployeeFact::UserAsked { employee: id, role });
        commit = commit.and(self.entry(practice.id, asked, since)).insert(employee).insert(link);
        Ok(self.ports.store.commit(&commit).await?)
    }
}

fn added(employee: EmployeeId) -> Fact {
    Fact::Employee(EmployeeFact::Added { employee })
}

fn everybody(now: Time) -> [Listed; 5] {
    let other = Employment::Consultant { until: None };
    let until = Employment::Consultant { until: Some(now.plus(Duration::from_secs(90 * 24 * 60 * 60))) };
    let listed = |first, last, employment, active, waits| Listed { first, last, employment, active, waits };
    [
        listed("Petra", "Novak", other, true, None),
        listed("Ola", "Jankowski", until, true, None),
        listed("Tunde", "Oyelaran", other, false, None),
        listed("Hodan", "Farah", other, true, Some(("hodan.farah@brightwater-dental.example", "(218) 555-0175", 1))),
        listed("Samir", "Mahmoud", until, true, Some(("s.mahmoud@ledgerpoint.example", "(218) 555-0195", 9))),
    ]
}
