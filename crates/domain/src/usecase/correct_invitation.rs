use crate::access::{Action, UserManager, WhyNot, explain};
use crate::commit::{Budget, Commit, Guard, Name, Write};
use crate::fact::Fact;
use crate::invitation::{Correction, Invitation, NotOpen};
use crate::person::Person;
use crate::port::Fault;
use crate::usecase::{Ports, Refusal, committed, invitation_notice, settle, spend_a_mail};
use crate::value::{InvitationId, NoticeId, Time, Version};

/// Change what is known of an unregistered person.
#[derive(Debug, Clone)]
pub struct CorrectInvitation {
    /// Whose.
    pub invitation: InvitationId,
    /// What the caller saw; another version means that somebody else was first.
    pub seen: Option<Version>,
    /// What is right.
    pub to: Correction,
}

/// The invitation, corrected and sent.
#[derive(Debug, Clone)]
pub struct Corrected {
    /// As it is now.
    pub invitation: Invitation,
    /// Whether it went to another address than before.
    pub address_changed: bool,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CorrectInvitationError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] WhyNot),
    /// It is closed, or the person registered meanwhile.
    #[error(transparent)]
    NotOpen(#[from] NotOpen),
    /// Somebody else changed it since it was read.
    #[error("somebody else changed this person meanwhile; look at the new data and try again")]
    Changed,
    /// The address belongs to an account (`INV-3`).
    #[error("this address already has an account; that person can sign in")]
    HasAccount,
    /// The address has another open invitation of this practice (`INV-4`).
    #[error("this address has another open invitation in your practice")]
    AlreadyInvited,
    /// Too many mails today (`INV-6`).
    #[error("too many invitations today")]
    TooMany {
        /// When it is possible again.
        possible_at: Time,
    },
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for CorrectInvitationError {
    fn spent(_: &Budget, possible_at: Time) -> Self {
        Self::TooMany { possible_at }
    }
}

/// `INV-7`: a User Manager changes the address, names or numbers of an unregistered person. Saving sends the invitation once, to the
/// address as it is now, and kills everything that was sent before, in one transaction.
///
/// # Errors
///
/// [`CorrectInvitationError`].
pub async fn correct_invitation(
    ports: &Ports,
    who: &UserManager,
    cmd: CorrectInvitation,
) -> Result<Corrected, CorrectInvitationError> {
    let now = ports.clock.now();
    let notice = NoticeId(ports.entropy.id());
    settle(ports, || async {
        let invitation = ports.store.invitation(cmd.invitation).await?.ok_or(WhyNot::NotHere)?;
        let has_account = ports.store.holder(&Name::address(&cmd.to.email)).await?.is_some();
        let name = Name::open_invitation(who.practice().id, &cmd.to.email);
        let invited = ports.store.holder(&name).await?.filter(|id| *id != cmd.invitation.0);
        let taken = match (has_account, invited) {
            (true, _) => Some(CorrectInvitationError::HasAccount),
            (false, Some(_)) => Some(CorrectInvitationError::AlreadyInvited),
            (false, None) => None,
        };
        let (commit, answer) = decide(invitation, &cmd, who, taken, notice, now)?;
        committed(commit, answer)
    })
    .await
}

fn decide(
    old: Invitation,
    cmd: &CorrectInvitation,
    who: &UserManager,
    taken: Option<CorrectInvitationError>,
    notice: NoticeId,
    now: Time,
) -> Result<(Commit, Corrected), CorrectInvitationError> {
    explain(who, &Person::invited(&old), Action::Correct)?;
    old.still_open()?;
    if cmd.seen.is_some_and(|seen| seen != old.version) {
        return Err(CorrectInvitationError::Changed);
    }
    let policy = who.practice().policy().invitation;
    let old_name = Name::open_invitation(old.practice, &old.email);
    let address_changed = old.email != cmd.to.email;
    if let Some(taken) = taken.filter(|_| address_changed) {
        return Err(taken);
    }
    let invitation = old.correct(cmd.to.clone(), now, policy.life)?;
    let fact =
        Fact::InvitationCorrected { invitation: invitation.id, generation: invitation.generation, address_changed };
    let mut commit = Commit::recording(who.record(fact, now))
        .update(invitation.clone())
        .write(Write::List(Person::invited(&invitation)))
        .notify(invitation_notice(notice, &invitation, now, policy.life));
    if address_changed {
        commit = commit
            .guard(Guard::Free(Name::address(&invitation.email)))
            .release(old_name, invitation.id)
            .hold(Name::open_invitation(invitation.practice, &invitation.email), invitation.id);
    }
    Ok((spend_a_mail(commit, &invitation, now, policy), Corrected { invitation, address_changed }))
}
