//! What people do, one file a sentence. Each loads what its rule needs, decides, and commits once.
//!
//! Deciding is pure and synchronous: it takes what was loaded and gives back a [`Commit`] and an answer, or a refusal. When somebody
//! else was first the use case loads again and decides anew, and gives up in the end.

mod accept_terms;
mod activate_employee;
mod add_employee;
mod add_passkey;
mod announcing;
mod assign_role;
mod attempt;
mod authenticate;
mod begin_registration;
pub mod billing;
mod change_email;
mod change_password;
mod change_profile;
mod choose_practice;
mod code_word_told;
mod complete_registration;
mod confirm_joining;
mod confirm_password;
mod copy_role;
mod correct_invitation;
mod deactivate_employee;
mod distrust_password;
mod edit_role;
mod end_member_sessions;
mod end_session;
mod enrol_second_factor;
mod entering;
mod export;
mod found_practice;
mod give_code_word;
mod give_phones;
mod grant_user_manager;
mod granting;
mod heed_limits;
pub mod import;
mod in_progress;
mod invite_person;
mod issue_api_key;
mod join_by_setup;
mod joining;
mod limit_texts;
mod move_store;
mod note_text_report;
mod open_invitation;
mod open_password_link;
mod pass_bot_check;
mod password_links;
mod password_run;
mod read_audit;
mod redeem_passkey;
mod redeem_second_factor;
mod reinvite;
mod release_outbox;
mod remove_passkey;
mod remove_role;
mod remove_second_factor;
mod rename_role;
mod request_reset;
mod resemblance;
mod reset_password_of;
mod restore_store;
mod retry_notice;
mod revoke_api_key;
mod rotate_code_word;
mod send_secret_code;
mod set_password;
mod set_policy;
mod set_two_step;
mod show_code_word;
mod sign_in;
mod support;
mod unlock_account;
mod verify_secret_code;
mod withdraw_invitation;
mod word_by_text;
mod words;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

pub use accept_terms::accept_terms;
pub use activate_employee::{ActivateEmployee, ActivateEmployeeError, Activated, activate_employee};
pub(crate) use add_employee::add_employee_as;
pub use add_employee::{
    AddEmployee, AddEmployeeError, ChangeEmployee, add_employee, change_employee, reactivate_employee,
};
pub use add_passkey::{AddPasskeyError, add_passkey, begin_passkey};
pub(crate) use announcing::lock_events;
pub use assign_role::{AssignRole, AssignRoleError, Assigned, assign_role};
pub use authenticate::{authenticate, authenticate_half_way, authenticate_product, authenticate_watching};
pub use begin_registration::{BeginRegistrationError, Begun, begin_registration};
pub use change_email::{
    AskEmailChangeError, AskedEmailChange, ConfirmEmailChangeError, ask_email_change, confirm_email_change,
    open_email_change,
};
pub use change_password::{ChangePassword, ChangePasswordError, change_password, password_rules};
pub use change_profile::{ChangeProfile, ChangeProfileError, change_profile};
pub use choose_practice::{ChoosePracticeError, choose_practice, practices_to_choose};
pub use code_word_told::{CodeWordToldError, record_code_word_told};
pub use complete_registration::{CompleteRegistration, CompleteRegistrationError, Registered, complete_registration};
pub use confirm_joining::{ConfirmJoiningError, Joined, confirm_joining};
pub use confirm_password::{ConfirmPasswordError, Confirmed, confirm_password};
pub use copy_role::{CopyRole, CopyRoleError, copy_role};
pub use correct_invitation::{CorrectInvitation, CorrectInvitationError, Corrected, correct_invitation};
pub use deactivate_employee::{
    DeactivateEmployeeError, Deactivated, WordAfter, deactivate_employee, deactivate_user_account,
};
pub use distrust_password::{DistrustPasswordError, distrust_password};
pub use edit_role::{EditRole, EditRoleError, edit_role};
pub use end_member_sessions::{end_member_session, end_member_sessions, member_sessions};
pub use end_session::{EndSessionError, end_session, sign_out};
pub use enrol_second_factor::{
    Begun as SecondFactorBegun, EnrolError, Enrolled, Enroller, begin_second_factor, confirm_second_factor,
};
pub use entering::{HalfWelcome, Welcome};
pub use export::{Export, ExportError, export_audit, export_employees, export_people};
pub use found_practice::{FoundPractice, FoundPracticeError, Founded, found_practice};
pub use give_code_word::{GiveCodeWordError, WordAnswer, give_code_word};
pub use give_phones::give_phones;
pub use grant_user_manager::{GrantUserManagerError, grant_user_manager, revoke_user_manager};
pub use granting::CannotGrant;
pub use heed_limits::{LimitError, heed_limits, units_of};
pub use in_progress::{InProgress, StepError, in_progress};
pub(crate) use invite_person::invite_from_file;
pub use invite_person::{Idempotency, InvitePerson, InvitePersonError, Invited, invite_person};
pub use issue_api_key::{IssueApiKeyError, IssuedApiKey, issue_api_key};
pub use join_by_setup::{JoinBySetupError, join_by_setup};
pub(crate) use limit_texts::limit_word;
pub use limit_texts::{TextLimitError, limit_code};
pub use move_store::{MoveStoreError, moved_store};
pub use note_text_report::note_text_report;
pub use open_invitation::{Face, OpenInvitationError, Opening, open_invitation, practice_behind};
pub use open_password_link::{
    BegunPassword, LinkFace, LinkLeads, LinkSender, OpenPasswordLinkError, begin_password_run, open_password_link,
    sender_of_link,
};
pub use pass_bot_check::{BotAnswers, BotCheckError, BotChecks, pass_bot_check};
pub use password_run::{PasswordInProgress, PasswordRunError, password_in_progress};
pub use read_audit::{ReadAudit, ReadAuditError, read_audit};
pub use redeem_passkey::{RedeemPasskeyError, ask_for_passkey, redeem_passkey, second_step_of};
pub use redeem_second_factor::{RedeemError, redeem_second_factor};
pub use reinvite::{Reinvite, ReinviteError, Reinvited, reinvite};
pub use release_outbox::{ReleaseOutbox, ReleaseOutboxError, Released, release_outbox};
pub use remove_passkey::{OwnPasskeys, RemovePasskeyError, own_passkeys, remove_passkey};
pub use remove_role::{RemoveRoleError, remove_role};
pub use remove_second_factor::{RemoveSecondFactorError, remove_second_factor, reset_second_factor};
pub use rename_role::{RenameRole, RenameRoleError, rename_role};
pub use request_reset::{RequestResetError, refuse_reset, request_reset, send_asked_reset};
pub use resemblance::{Resemblance, resemblance, resemblance_of_login};
pub use reset_password_of::{LinkSent, ResetPasswordOfError, reset_password_of};
pub use restore_store::{RestoreStoreError, restored_store};
pub use retry_notice::{RetryNoticeError, retry_notice};
pub use revoke_api_key::{RevokeApiKeyError, revoke_api_key};
pub use rotate_code_word::{RotateCodeWordError, Rotated, rotate_code_word};
pub use send_secret_code::{resend_secret_code, send_secret_code};
pub use set_password::{PasswordSet, SetPassword, SetPasswordError, set_password};
pub use set_policy::{SetPolicy, SetPolicyError, set_policy};
pub use set_two_step::{SetTwoStepError, set_two_step};
pub use show_code_word::{ShowCodeWordError, show_code_word};
pub use sign_in::{Entrance, SignIn, SignInError, sign_in};
pub use unlock_account::{UnlockAccountError, Unlocked, unlock_account, unlock_account_by_operator};
pub use verify_secret_code::{CodeAnswer, verify_secret_code};
pub use withdraw_invitation::{WithdrawInvitation, WithdrawInvitationError, Withdrawn, withdraw_invitation};
pub use word_by_text::{NoWordByText, no_word_by_text, texts_stopped};

use crate::channel::{Catalogue, Product};
use crate::commit::{Budget, Commit, Spend};
use crate::fact::{Entry, Fact};
use crate::invitation::Invitation;
use crate::notice::{About, Notice};
use crate::policy::{InvitationPolicy, Policy};
use crate::port::{Clock, CommitError, Entropy, Fault, Keys, Passwords, Reader, Store};
use crate::value::{NoticeId, Regions, Time};

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
    /// The countries that texts and calls go to (`RL-03`).
    pub regions: Regions,
    /// Whose endpoints hear of events (section 13), each once; [`Product::Operator`] is the vendor's own. While there is none, no
    /// event is written.
    pub listeners: Vec<Product>,
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
    settle_counting(ports, |_| attempt()).await
}

/// The same for an attempt that asks how many were made before it.
pub(crate) async fn settle_counting<T, E, F, A>(ports: &Ports, attempt: A) -> Result<T, E>
where
    E: Refusal,
    F: Future<Output = Result<Decision<T>, E>> + Send,
    A: Fn(usize) -> F + Send + Sync,
{
    for before in 0..TRIES {
        let (commit, answer) = match attempt(before).await? {
            Decision::Already(answer) => return Ok(answer),
            Decision::Commit(commit, answer) => (announcing::announce(ports, *commit).await?, answer),
        };
        match ports.store.commit(&commit).await {
            Ok(()) => return Ok(answer),
            Err(CommitError::Stale | CommitError::Taken(_)) => {}
            Err(CommitError::Spent(budget)) => {
                // All that a commit spends is spent of one day.
                let day = commit.spends().first().map_or_else(|| ports.clock.now(), |spend| spend.window);
                return Err(E::spent(&budget, day.next_day()));
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

/// Adds to a commit that a policy came into force which deviates from a norm, where it does (PW-04).
pub(crate) fn with_deviations(commit: Commit, policy: &Policy, entry: impl Fn(Fact) -> Entry) -> Commit {
    let found = policy.deviations();
    if found.is_empty() { commit } else { commit.and(entry(Fact::PolicyDeviates(found))) }
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
pub(crate) const TRIES: usize = 21;
