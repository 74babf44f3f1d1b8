//! A store that gives way before it is asked, and remembers what was committed.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use practice_domain::account::Account;
use practice_domain::commit::{Commit, Name, Replay};
use practice_domain::invitation::Invitation;
use practice_domain::lockout::{Admission, Counter, Scope, Subject};
use practice_domain::member::Member;
use practice_domain::policy::LockoutPolicy;
use practice_domain::port::{Candidate, CommitError, Fault, Standing, Store};
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::registration::Registration;
use practice_domain::session::Session;
use practice_domain::value::{
    AccountId, Digest, Email, InvitationId, MemberId, PracticeId, RegistrationId, SessionId, TicketId, Time,
};
use practice_testkit::memory::Memory;
use uuid::Uuid;

use crate::world::interleave::give_way;

/// Before which calls others may come between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    /// None: what is asked is answered at once.
    Whole = 0,
    /// Only commits.
    Commits = 1,
    /// Every call.
    Calls = 2,
}

/// See the module.
pub(crate) struct Stepping {
    memory: Arc<Memory>,
    grain: AtomicU8,
    commits: Mutex<Vec<Commit>>,
}

impl Stepping {
    pub(crate) fn new(memory: Arc<Memory>) -> Self {
        Self { memory, grain: AtomicU8::new(Grain::Whole as u8), commits: Mutex::default() }
    }

    /// From now on others may come between before these calls.
    pub(crate) fn set(&self, grain: Grain) {
        self.grain.store(grain as u8, Ordering::SeqCst);
    }

    /// Every commit that was kept.
    pub(crate) fn commits(&self) -> Vec<Commit> {
        self.commits.lock().expect("nobody panicked").clone()
    }

    pub(super) async fn pause(&self, least: Grain) {
        if self.grain.load(Ordering::SeqCst) >= least as u8 {
            give_way().await;
        }
    }
}

macro_rules! pass_on {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        impl Store for Stepping {
            async fn commit(&self, commit: &Commit) -> Result<(), CommitError> {
                self.pause(Grain::Commits).await;
                self.memory.commit(commit).await?;
                self.commits.lock().expect("nobody panicked").push(commit.clone());
                Ok(())
            }

            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer, Fault> {
                self.pause(Grain::Calls).await;
                self.memory.$name($($argument),*).await
            })+
        }
    };
}

pass_on! {
    take_ticket(subject: Subject, scope: Scope, ticket: TicketId, now: Time, policy: LockoutPolicy) -> Admission;
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
    invitation(id: InvitationId) -> Option<Invitation>;
    open_invitations(email: &Email) -> Vec<Invitation>;
    registration(id: RegistrationId) -> Option<Registration>;
    registration_of(cookie: &Digest) -> Option<Registration>;
    session(id: SessionId) -> Option<Session>;
    api_key(digest: &Digest) -> Option<ApiKey>;
    replay(key: &Digest) -> Option<Replay>;
    holder(name: &Name) -> Option<Uuid>;
}
