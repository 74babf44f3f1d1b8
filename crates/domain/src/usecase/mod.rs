//! What people do, one file a sentence. Each loads what its rule needs, decides, and commits once.
//!
//! Deciding is pure and synchronous: it takes what was loaded and gives back a [`Commit`] and an answer, or a refusal. When somebody
//! else was first the use case loads again and decides anew, and gives up in the end.

mod accept_terms;
mod attempt;
mod authenticate;
mod begin_registration;
pub mod billing;
mod complete_registration;
mod confirm_joining;
mod confirm_password;
mod correct_invitation;
mod end_session;
mod found_practice;
mod give_phones;
mod grant_user_manager;
mod in_progress;
mod invite_person;
mod issue_api_key;
mod joining;
mod open_invitation;
mod reinvite;
mod send_secret_code;
mod set_two_step;
mod sign_in;
mod unlock_account;
mod verify_secret_code;
mod withdraw_invitation;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

pub use accept_terms::accept_terms;
pub use authenticate::{authenticate, authenticate_product};
pub use begin_registration::{BeginRegistrationError, Begun, begin_registration};
pub use complete_registration::{CompleteRegistration, CompleteRegistrationError, Registered, complete_registration};
pub use confirm_joining::{ConfirmJoiningError, Joined, confirm_joining};
pub use confirm_password::{ConfirmPasswordError, Confirmed, confirm_password};
pub use correct_invitation::{CorrectInvitation, CorrectInvitationError, Corrected, correct_invitation};
pub use end_session::{EndSessionError, end_session, sign_out};
pub use found_practice::{FoundPractice, FoundPracticeError, Founded, found_practice};
pub use give_phones::give_phones;
pub use grant_user_manager::{GrantUserManagerError, grant_user_manager, revoke_user_manager};
pub use in_progress::{InProgress, StepError, in_progress};
pub use invite_person::{Idempotency, InvitePerson, InvitePersonError, Invited, invite_person};
pub use issue_api_key::{IssueApiKeyError, IssuedApiKey, issue_api_key};
pub use open_invitation::{Face, OpenInvitationError, Opening, open_invitation, practice_behind};
pub use reinvite::{Reinvite, ReinviteError, Reinvited, reinvite};
pub use send_secret_code::{resend_secret_code, send_secret_code};
pub use set_two_step::{SetTwoStepError, set_two_step};
pub use sign_in::{SignIn, SignInError, Welcome, sign_in};
pub use unlock_account::{UnlockAccountError, Unlocked, unlock_account, unlock_account_by_operator};
pub use verify_secret_code::{CodeAnswer, verify_secret_code};
pub use withdraw_invitation::{WithdrawInvitation, WithdrawInvitationError, Withdrawn, withdraw_invitation};

use crate::channel::Catalogue;
use crate::commit::{Budget, Commit, Spend};
use crate::invitation::Invitation;
use crate::notice::{About, Notice};
use crate::policy::InvitationPolicy;
use crate::port::{Clock, CommitError, Entropy, Fault, Keys, Passwords, Reader, Store};
use crate::value::{NoticeId, Time};

/// Everything that a use case asks the world for.
#[derive(Clone)]
pub struct Ports {
    /// Keeps everything.
    pub store: Arc<dyn Store>,
    /// Answers lists.
    pub reader: Arc<dyn Reader>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws identities and secrets.
    pub entropy: Arc<dyn Entropy>,
    /// Derives links, codes and digests.
    pub keys: Arc<dyn Keys>,
    /// Hashes passwords.
    pub passwords: Arc<dyn Passwords>,
    /// What the operator of the whole platform has set.
    pub platform: Arc<Platform>,
}

/// What holds for the whole platform.
#[derive(Debug, Clone)]
pub struct Platform {
    /// The service's name, as people know it.
    pub brand: String,
    /// Which products may invite whom.
    pub catalogue: Catalogue,
    /// The version of the terms of use in force, like `2026-05-04` (`REG-3`).
    pub terms: String,
}

/// What an attempt at deciding came to.
pub(crate) enum Decision<T> {
    /// Change this, then answer that.
    Commit(Box<Commit>, T),
    /// Nothing needs to change.
    Already(T),
}

/// An error of a use case: what to say when the world fails, or a budget is spent.
pub(crate) trait Refusal: From<Fault> {
    /// The refusal for a spent budget; only use cases that spend one say more.
    fn spent(_budget: &Budget, possible_at: Time) -> Self {
        let _ = possible_at;
        Fault::busy("spend a budget").into()
    }
}

/// Loads, decides and commits; again when somebody else was first.
pub(crate) async fn settle<T, E, F, A>(ports: &Ports, attempt: A) -> Result<T, E>
where
    E: Refusal,
    F: Future<Output = Result<Decision<T>, E>> + Send,
    A: Fn() -> F + Send + Sync,
{
    for _ in 0..TRIES {
        let (commit, answer) = match attempt().await? {
            Decision::Already(answer) => return Ok(answer),
            Decision::Commit(commit, answer) => (commit, answer),
        };
        match ports.store.commit(&commit).await {
            Ok(()) => return Ok(answer),
            Err(CommitError::Stale | CommitError::Taken(_)) => {}
            Err(CommitError::Spent(budget)) => {
                let window = commit.spends().iter().find(|s| s.budget == budget).map(|s| s.window);
                return Err(E::spent(&budget, window.unwrap_or_else(|| ports.clock.now()).next_day()));
            }
            Err(CommitError::Fault(fault)) => return Err(fault.into()),
        }
    }
    Err(Fault::busy("commit").into())
}

/// A commit and the answer to give once it is kept.
pub(crate) fn committed<T, E>(commit: Commit, answer: T) -> Result<Decision<T>, E> {
    Ok(Decision::Commit(Box::new(commit), answer))
}

/// The notice of an invitation's newest link.
pub(crate) fn invitation_notice(id: NoticeId, invitation: &Invitation, now: Time, life: Duration) -> Notice {
    let about = About::Invitation { invitation: invitation.id, generation: invitation.generation };
    Notice { id, about, ordered_at: now, expires_at: now.plus(life) }
}

/// What one more invitation mail spends (`INV-6`).
pub(crate) fn spend_a_mail(commit: Commit, invitation: &Invitation, now: Time, policy: InvitationPolicy) -> Commit {
    let window = now.day();
    let address = Budget::AddressMails(invitation.practice, invitation.email.normal().to_owned());
    commit.spend(Spend { budget: address, window, limit: policy.sends_per_address }).spend(Spend {
        budget: Budget::PracticeMails(invitation.practice),
        window,
        limit: policy.sends_per_practice,
    })
}

/// How long a notice about somebody's own account is worth sending.
pub(crate) const NEWS: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// How often a use case decides before it gives up: once more than sign-ins of one account can settle at the same moment.
const TRIES: usize = 21;
