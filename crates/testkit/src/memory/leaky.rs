use std::sync::Arc;

use async_trait::async_trait;
use practice_domain::account::Account;
use practice_domain::commit::{Commit, Name, Replay};
use practice_domain::email_change::EmailChange;
use practice_domain::invitation::Invitation;
use practice_domain::lockout::{Admission, Counter, Scope, Subject};
use practice_domain::member::Member;
use practice_domain::policy::LockoutPolicy;
use practice_domain::port::{Candidate, CommitError, Fault, Standing, Store};
use practice_domain::practice::Practice;
use practice_domain::product::ApiKey;
use practice_domain::rate::{Ask, Taken};
use practice_domain::registration::Registration;
use practice_domain::second_factor::SecondFactor;
use practice_domain::session::Session;
use practice_domain::value::{
    AccountId, Digest, Email, InvitationId, MemberId, PracticeId, RegistrationId, SessionId, TicketId, Time,
};
use uuid::Uuid;

use crate::lock;
use crate::memory::Memory;

/// A store that is wrong on purpose: it applies a commit piece by piece, and when one piece is refused the former ones stay. A
/// contract that it passes proves nothing.
pub struct Leaky(pub Arc<Memory>);

macro_rules! pass_on {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+) => {
        #[async_trait]
        impl Store for Leaky {
            async fn commit(&self, commit: &Commit) -> Result<(), CommitError> {
                lock(&self.0.state).apply(commit, &*self.0.seal)
            }

            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer, Fault> {
                self.0.$name($($argument),*).await
            })+
        }
    };
}

pass_on! {
    take_ticket(subject: Subject, scope: Scope, ticket: TicketId, now: Time, policy: LockoutPolicy) -> Admission;
    take_units(asks: &[Ask], now: Time) -> Taken;
    note_seen(session: SessionId, at: Time) -> ();
    counters(subject: Subject, scope: Scope) -> Vec<Counter>;
    all_counters(subject: Subject) -> Vec<Counter>;
    candidate(email: &Email) -> Option<Candidate>;
    standing(cookie: &Digest) -> Option<Standing>;
    practice(id: PracticeId) -> Option<Practice>;
    account(id: AccountId) -> Option<Account>;
    second_factor(account: AccountId) -> Option<SecondFactor>;
    email_change(account: AccountId) -> Option<EmailChange>;
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
