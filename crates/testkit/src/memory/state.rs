use std::collections::BTreeMap;

use practice_domain::account::Account;
use practice_domain::commit::{Budget, Name, Replay};
use practice_domain::fact::{Entry, Log};
use practice_domain::invitation::Invitation;
use practice_domain::lockout::{Counter, Scope, Subject};
use practice_domain::member::Member;
use practice_domain::notice::Notice;
use practice_domain::person::Person;
use practice_domain::port::SealedEntry;
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::registration::Registration;
use practice_domain::session::Session;
use practice_domain::value::{
    AccountId, ApiKeyId, Digest, InvitationId, MemberId, NoticeId, PersonId, PracticeId, RegistrationId, SessionId,
    Time,
};
use uuid::Uuid;

use crate::memory::ledger::Books;

/// All that is stored.
#[derive(Clone, Default)]
pub(super) struct State {
    pub(super) practices: BTreeMap<PracticeId, Practice>,
    pub(super) accounts: BTreeMap<AccountId, Account>,
    pub(super) members: BTreeMap<(PracticeId, MemberId), Member>,
    pub(super) invitations: BTreeMap<InvitationId, Invitation>,
    pub(super) registrations: BTreeMap<RegistrationId, Registration>,
    pub(super) sessions: BTreeMap<SessionId, Session>,
    pub(super) api_keys: BTreeMap<ApiKeyId, ApiKey>,
    pub(super) books: Books,
    pub(super) replays: BTreeMap<Digest, Replay>,
    pub(super) counters: BTreeMap<(Subject, Scope), Counter>,
    pub(super) people: BTreeMap<(PracticeId, PersonId), Person>,
    pub(super) holders: BTreeMap<Name, Uuid>,
    pub(super) budgets: BTreeMap<Budget, (Time, u32)>,
    pub(super) logs: BTreeMap<Log, Vec<(Entry, SealedEntry)>>,
    pub(super) notices: BTreeMap<NoticeId, Waiting>,
}

/// A notice on its way out.
#[derive(Clone)]
pub(super) struct Waiting {
    pub(super) notice: Notice,
    /// From when on it may be leased; none once it is settled for good.
    pub(super) due: Option<Time>,
    pub(super) worker: Option<Uuid>,
    pub(super) attempt: u32,
}

impl State {
    pub(super) fn counter(&self, subject: Subject, scope: Scope) -> Counter {
        self.counters.get(&(subject, scope)).cloned().unwrap_or_else(|| Counter::fresh(subject, scope))
    }

    pub(super) fn seat(&self, practice: PracticeId, account: AccountId) -> Option<&Member> {
        self.members.values().find(|m| m.practice == practice && m.account == account)
    }

    /// The person's last activity in this practice is at least this late.
    pub(super) fn active(&mut self, practice: PracticeId, account: AccountId, at: Time) {
        for person in self.people.values_mut().filter(|p| p.practice == practice && p.account == Some(account)) {
            person.active_at = person.active_at.max(Some(at));
        }
    }
}
