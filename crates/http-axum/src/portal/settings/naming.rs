//! Whom and what entries of a practice's audit log are about, as the practice calls them. Nobody who is not of the practice is named.

use std::collections::HashMap;

use practice_domain::fact::{Actor, product_code};
use practice_domain::member::{Member, Role};
use practice_domain::port::{Fault, LogLine};
use practice_domain::role::Roles;
use practice_domain::value::{
    AccountId, Email, EmployeeId, InvitationId, MemberId, PasswordLinkId, PersonName, PracticeId, RegistrationId,
};
use uuid::Uuid;

use crate::present;
use crate::site::Portal;

/// Looks names up, each once.
pub(super) struct Naming<'a> {
    portal: &'a Portal,
    practice: PracticeId,
    pub(super) roles: Roles,
    known: HashMap<(&'static str, Uuid), Option<String>>,
}

impl<'a> Naming<'a> {
    pub(super) async fn new(portal: &'a Portal, practice: PracticeId) -> Result<Self, Fault> {
        let roles = Roles::of(portal.ports.store.roles(practice).await?);
        Ok(Self { portal, practice, roles, known: HashMap::new() })
    }

    /// Who did it.
    pub(super) async fn actor(&mut self, line: &LogLine) -> Result<String, Fault> {
        Ok(match &line.actor {
            Actor::Account(id) => {
                let name = self.name("account", id.0).await?;
                name.unwrap_or_else(|| "Somebody who is not of the practice".to_owned())
            }
            Actor::Visitor => "Somebody not signed in".to_owned(),
            Actor::Product(product) => match product_code(*product) {
                "securemail" => "SecureMail".to_owned(),
                "truform" => "TruForm".to_owned(),
                "collaborator" => "Collaborator".to_owned(),
                _ => "Support".to_owned(),
            },
            Actor::Operator(name) => format!("Support: {name}"),
            Actor::Payments => "Payment provider".to_owned(),
        })
    }

    /// Whom it was about: the first of these that the entry names and the practice knows.
    pub(super) async fn about(&mut self, line: &LogLine) -> Result<Option<String>, Fault> {
        if line.kind.code().starts_with("role.") && line.detail("member").is_empty() {
            return Ok(Role::with_code(line.detail("role")).map(|role| present::role_name(&self.roles, role)));
        }
        for kind in ["employee", "member", "account", "invitation", "registration", "link"] {
            let Ok(id) = Uuid::try_parse(line.detail(kind)) else { continue };
            if let Some(name) = self.name(kind, id).await? {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    async fn name(&mut self, kind: &'static str, id: Uuid) -> Result<Option<String>, Fault> {
        if let Some(known) = self.known.get(&(kind, id)) {
            return Ok(known.clone());
        }
        let found = match kind {
            "account" => self.account(AccountId(id)).await?,
            "member" => self.member(MemberId(id)).await?,
            "employee" => self.employee(EmployeeId(id)).await?,
            "invitation" => self.invitation(InvitationId(id)).await?,
            "registration" => self.registration(RegistrationId(id)).await?,
            _ => self.link(PasswordLinkId(id)).await?,
        };
        self.known.insert((kind, id), found.clone());
        Ok(found)
    }

    async fn account(&self, id: AccountId) -> Result<Option<String>, Fault> {
        match self.portal.ports.store.member(self.practice, id).await? {
            Some(member) => self.of(&member).await,
            None => Ok(None),
        }
    }

    async fn member(&self, id: MemberId) -> Result<Option<String>, Fault> {
        match self.portal.ports.store.member_by_id(self.practice, id).await? {
            Some(member) => self.of(&member).await,
            None => Ok(None),
        }
    }

    async fn of(&self, member: &Member) -> Result<Option<String>, Fault> {
        let account = self.portal.ports.store.account(member.account).await?;
        Ok(account.map(|account| called(&account.name, &account.email)))
    }

    async fn employee(&self, id: EmployeeId) -> Result<Option<String>, Fault> {
        let row = self.portal.ports.reader.employee_row(self.practice, id).await?;
        Ok(row.as_ref().map(present::called))
    }

    async fn invitation(&self, id: InvitationId) -> Result<Option<String>, Fault> {
        let found = self.portal.ports.store.invitation(id).await?.filter(|found| found.practice == self.practice);
        Ok(found.map(|found| called(&found.name, &found.email)))
    }

    async fn registration(&self, id: RegistrationId) -> Result<Option<String>, Fault> {
        match self.portal.ports.store.registration(id).await? {
            Some(run) => self.invitation(run.invitation).await,
            None => Ok(None),
        }
    }

    async fn link(&self, id: PasswordLinkId) -> Result<Option<String>, Fault> {
        let Some(link) = self.portal.ports.store.password_link(id).await? else { return Ok(None) };
        match (link.employee(), link.account()) {
            (Some(employee), _) => self.employee(employee).await,
            (None, Some(account)) => self.account(account).await,
            (None, None) => Ok(None),
        }
    }
}

fn called(name: &PersonName, email: &Email) -> String {
    if name.is_empty() { email.as_typed().to_owned() } else { name.to_string() }
}
