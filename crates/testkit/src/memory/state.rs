use std::collections::BTreeMap;

use practice_domain::account::Account;
use practice_domain::code_word::CodeWord;
use practice_domain::commit::{Budget, Name, Replay};
use practice_domain::email_change::EmailChange;
use practice_domain::employee::Employee;
use practice_domain::fact::{Entry, Log};
use practice_domain::import::Import;
use practice_domain::invitation::Invitation;
use practice_domain::lockout::{Counter, Scope, Subject};
use practice_domain::member::{Member, Role};
use practice_domain::notice::Notice;
use practice_domain::password_link::{PasswordLink, PasswordRun};
use practice_domain::person::{Person, Undeliverable};
use practice_domain::port::SealedEntry;
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::registration::Registration;
use practice_domain::role::{Permissions, RoleDefinition, held_by};
use practice_domain::second_factor::SecondFactor;
use practice_domain::session::Session;
use practice_domain::texts::{Awaited, TextFate, Texts};
use practice_domain::value::{
    AccountId, ApiKeyId, Digest, EmployeeId, ImportId, InvitationId, MemberId, NoticeId, PasswordLinkId, PasswordRunId,
    PersonId, PracticeId, RegistrationId, SessionId, Time,
};
use uuid::Uuid;

use crate::memory::ledger::Books;

/// All that is stored.
#[derive(Clone, Default)]
pub(super) struct State {
    pub(super) held: bool,
    pub(super) practices: BTreeMap<PracticeId, Practice>,
    pub(super) accounts: BTreeMap<AccountId, Account>,
    pub(super) second_factors: BTreeMap<AccountId, SecondFactor>,
    pub(super) email_changes: BTreeMap<AccountId, EmailChange>,
    pub(super) units: BTreeMap<Digest, Time>,
    pub(super) members: BTreeMap<(PracticeId, MemberId), Member>,
    pub(super) roles: BTreeMap<(PracticeId, Role), RoleDefinition>,
    pub(super) invitations: BTreeMap<InvitationId, Invitation>,
    pub(super) registrations: BTreeMap<RegistrationId, Registration>,
    pub(super) employees: BTreeMap<(PracticeId, EmployeeId), Employee>,
    pub(super) password_links: BTreeMap<PasswordLinkId, PasswordLink>,
    pub(super) password_runs: BTreeMap<PasswordRunId, PasswordRun>,
    pub(super) code_words: BTreeMap<PracticeId, CodeWord>,
    pub(super) sessions: BTreeMap<SessionId, Session>,
    pub(super) api_keys: BTreeMap<ApiKeyId, ApiKey>,
    pub(super) books: Books,
    pub(super) replays: BTreeMap<Digest, Replay>,
    pub(super) counters: BTreeMap<(Subject, Scope), Counter>,
    pub(super) people: BTreeMap<(PracticeId, PersonId), Person>,
    pub(super) holders: BTreeMap<Name, Uuid>,
    pub(super) budgets: BTreeMap<Budget, (Time, u32)>,
    pub(super) logs: BTreeMap<Log, Vec<(Entry, SealedEntry)>>,
    /// With the moment until which somebody works on it.
    pub(super) imports: BTreeMap<(PracticeId, ImportId), (Import, Option<Time>)>,
    pub(super) notices: BTreeMap<NoticeId, Waiting>,
    pub(super) texts: BTreeMap<Digest, (Texts, Time)>,
    pub(super) fates: BTreeMap<Awaited, TextFate>,
}

/// A notice on its way out.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) notice: Notice,
    /// From when on it may be leased; none once it is settled for good.
    pub(super) due: Option<Time>,
    pub(super) worker: Option<Uuid>,
    pub(super) attempt: u32,
    /// That it will not arrive, and since when.
    pub(super) parked: Option<(Undeliverable, Time)>,
}

impl Waiting {
    /// A notice that was just ordered.
    pub(super) fn ordered(notice: &Notice) -> Self {
        Self { notice: notice.clone(), due: Some(notice.ordered_at), worker: None, attempt: 0, parked: None }
    }
}

impl State {
    pub(super) fn counter(&self, subject: Subject, scope: Scope) -> Counter {
        self.counters.get(&(subject, scope)).cloned().unwrap_or_else(|| Counter::fresh(subject, scope))
    }

    pub(super) fn seat(&self, practice: PracticeId, account: AccountId) -> Option<&Member> {
        self.members.values().find(|m| m.practice == practice && m.account == account)
    }

    pub(super) fn places(&self, account: AccountId) -> Vec<Member> {
        let mut members: Vec<Member> = self.members.values().filter(|m| m.account == account).cloned().collect();
        members.sort_by_key(|m| (m.joined_at, m.id));
        members
    }

    pub(super) fn in_role(&self, practice: PracticeId, role: Role) -> usize {
        self.members.values().filter(|m| m.practice == practice && m.role == role).count()
    }

    /// What a member's role lets them do.
    pub(super) fn permissions(&self, member: &Member) -> Permissions {
        let defined = self.roles.get(&(member.practice, member.role)).filter(|one| one.removed_at.is_none());
        held_by(member, defined.map(|one| one.permissions))
    }

    /// The person's last activity in this practice is at least this late.
    pub(super) fn active(&mut self, practice: PracticeId, account: AccountId, at: Time) {
        for person in self.people.values_mut().filter(|p| p.practice == practice && p.account == Some(account)) {
            person.active_at = person.active_at.max(Some(at));
        }
    }
}
