use std::ops::Deref;
use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::account::Account;
use practice_domain::code_word::CodeWord;
use practice_domain::commit::{Commit, Name, Replay};
use practice_domain::email_change::EmailChange;
use practice_domain::employee::Employee;
use practice_domain::import::{Import, Stage};
use practice_domain::invitation::Invitation;
use practice_domain::lockout::{Counter, Scope, Subject, TicketAnswer, TicketRequest};
use practice_domain::member::{Member, Role};
use practice_domain::password_link::{PasswordLink, PasswordRun};
use practice_domain::port::{Candidate, CommitError, Fault, Standing, Store};
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::rate::{Ask, Taken};
use practice_domain::registration::Registration;
use practice_domain::role::RoleDefinition;
use practice_domain::second_factor::SecondFactor;
use practice_domain::session::Session;
use practice_domain::texts::{Awaited, TextFate, Texts};
use practice_domain::value::{
    AccountId, Digest, Email, EmployeeId, ImportId, InvitationId, MemberId, NoticeId, PasswordLinkId, PracticeId,
    RegistrationId, SessionId, Time,
};
use uuid::Uuid;

use crate::lock;
use crate::memory::Memory;
use crate::memory::beside::{Beside, agree};

/// What a test puts before the reference store: how a commit is made, and what comes before every other call.
#[async_trait]
pub trait Front: Send + Sync {
    /// Makes a commit, or only part of it.
    async fn commit(&self, memory: &Memory, commit: &Commit) -> Result<(), CommitError>;

    /// Comes before every other call.
    async fn before_call(&self) {}

    /// Whether what is written otherwise than by a commit is answered as ever, and forgotten.
    fn forgets(&self) -> bool {
        false
    }
}

/// The reference store with a front; what only the front can do is asked of it directly.
pub struct Fronted<F> {
    memory: Arc<Memory>,
    front: F,
}

impl<F: Front> Fronted<F> {
    /// This store behind this front.
    pub fn new(memory: Arc<Memory>, front: F) -> Self {
        Self { memory, front }
    }
}

impl<F> Deref for Fronted<F> {
    type Target = F;

    fn deref(&self) -> &F {
        &self.front
    }
}

/// A front that is wrong on purpose: it applies a commit piece by piece, and when one piece is refused the former ones stay. A
/// contract that it passes proves nothing.
pub struct Leaky;

#[async_trait]
impl Front for Leaky {
    async fn commit(&self, memory: &Memory, commit: &Commit) -> Result<(), CommitError> {
        lock(&memory.state).apply(commit, &*memory.seal)
    }
}

macro_rules! pass_on {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty $(, forgotten |$memory:pat_param| $instead:expr)?;)+) => {
        #[async_trait]
        impl<F: Front> Store for Fronted<F> {
            async fn commit(&self, commit: &Commit) -> Result<(), CommitError> {
                self.front.commit(&self.memory, commit).await
            }

            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer, Fault> {
                self.front.before_call().await;
                $(if self.front.forgets() {
                    let $memory = &*self.memory;
                    return Ok($instead);
                })?
                self.memory.$name($($argument),*).await
            })+
        }

        #[async_trait]
        impl Store for Beside {
            async fn commit(&self, commit: &Commit) -> Result<(), CommitError> {
                self.commit_to_both(commit).await
            }

            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer, Fault> {
                let _turn = self.turn().await;
                let answer = self.stores.store.$name($($argument),*).await?;
                agree(stringify!($name), &answer, &self.memory.$name($($argument),*).await);
                Ok(answer)
            })+
        }
    };
}

/// As if no ticket had been given; the one that is given next is there when its try is settled.
fn forget_tickets(memory: &Memory, subject: Subject) {
    for counter in lock(&memory.state).counters.values_mut().filter(|counter| counter.subject == subject) {
        counter.tickets.clear();
    }
}

/// A file that is under way, whoever works on it.
fn going(memory: &Memory) -> Option<Import> {
    let state = lock(&memory.state);
    state.imports.values().map(|(import, _)| import).find(|import| import.stage == Stage::Going).cloned()
}

// A new method of `Store` is one line here.
pass_on! {
    take_ticket(request: &TicketRequest, now: Time) -> TicketAnswer, forgotten |memory| {
        forget_tickets(memory, request.subject);
        memory.take_ticket(&TicketRequest { units: Vec::new(), ..request.clone() }, now).await?
    };
    take_units(asks: &[Ask], now: Time) -> Taken, forgotten |_| Taken::Granted;
    second_factor(account: AccountId) -> Option<SecondFactor>;
    email_change(account: AccountId) -> Option<EmailChange>;
    note_texts(number: &Digest, texts: Texts, at: Time) -> ();
    texts_stopped(number: &Digest) -> Option<Time>;
    note_text(notice: NoticeId, fate: TextFate) -> ();
    text_fate(of: Awaited) -> Option<TextFate>;
    note_seen(session: SessionId, at: Time) -> ();
    counters(subject: Subject, scope: Scope) -> Vec<Counter>;
    all_counters(subject: Subject) -> Vec<Counter>;
    candidate(email: &Email) -> Option<Candidate>;
    standing(cookie: &Digest) -> Option<Standing>;
    practice(id: PracticeId) -> Option<Practice>;
    account(id: AccountId) -> Option<Account>;
    member(practice: PracticeId, account: AccountId) -> Option<Member>;
    member_by_id(practice: PracticeId, id: MemberId) -> Option<Member>;
    memberships(account: AccountId) -> Vec<Member>;
    roles(practice: PracticeId) -> Vec<RoleDefinition>;
    in_role(practice: PracticeId, role: Role) -> usize;
    invitation(id: InvitationId) -> Option<Invitation>;
    open_invitations(email: &Email) -> Vec<Invitation>;
    registration(id: RegistrationId) -> Option<Registration>;
    registration_of(cookie: &Digest) -> Option<Registration>;
    employee(practice: PracticeId, id: EmployeeId) -> Option<Employee>;
    owners(practice: PracticeId) -> Vec<Member>;
    with_role(practice: PracticeId, role: Role, most: usize) -> Vec<Member>;
    user_managers(practice: PracticeId, most: usize) -> Vec<Member>;
    password_link(id: PasswordLinkId) -> Option<PasswordLink>;
    open_setups(practice: PracticeId) -> Vec<PasswordLink>;
    password_run_of(cookie: &Digest) -> Option<PasswordRun>;
    code_word(practice: PracticeId) -> Option<CodeWord>;
    session(id: SessionId) -> Option<Session>;
    api_key(digest: &Digest) -> Option<ApiKey>;
    api_keys(practice: PracticeId) -> Vec<ApiKey>;
    replay(key: &Digest) -> Option<Replay>;
    add_import(import: &Import) -> (), forgotten |_| ();
    keep_import(import: &Import, leased: Option<Time>) -> bool, forgotten |_| true;
    import(practice: PracticeId, id: ImportId) -> Option<Import>;
    lease_import(now: Time, until: Time) -> Option<Import>, forgotten |memory| going(memory);
    holder(name: &Name) -> Option<Uuid>;
}
