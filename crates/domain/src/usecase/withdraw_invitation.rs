use crate::access::{Action, UserManager, WhyNot, explain};
use crate::commit::{Commit, Name, Write};
use crate::fact::Fact;
use crate::invitation::{Invitation, NotOpen};
use crate::person::Person;
use crate::port::Fault;
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::{InvitationId, Time, Version};

/// Take an invitation back.
#[derive(Debug, Clone, Copy)]
pub struct WithdrawInvitation {
    /// Which.
    pub invitation: InvitationId,
    /// What the caller saw; another version means that somebody else was first.
    pub seen: Option<Version>,
}

/// The invitation, closed.
#[derive(Debug, Clone)]
pub struct Withdrawn {
    /// As it is now.
    pub invitation: Invitation,
}

/// Why it was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum WithdrawInvitationError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] WhyNot),
    /// It is closed, or the person registered meanwhile.
    #[error(transparent)]
    NotOpen(#[from] NotOpen),
    /// Somebody else changed it since it was read.
    #[error("somebody else changed this person meanwhile; look at the new data and try again")]
    Changed,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for WithdrawInvitationError {}

/// `INV-9`: a User Manager takes an open invitation back; its links die and its row goes.
///
/// # Errors
///
/// [`WithdrawInvitationError`].
pub async fn withdraw_invitation(
    ports: &Ports,
    who: &UserManager,
    cmd: WithdrawInvitation,
) -> Result<Withdrawn, WithdrawInvitationError> {
    let now = ports.clock.now();
    settle(ports, || async {
        let invitation = ports.store.invitation(cmd.invitation).await?.ok_or(WhyNot::NotHere)?;
        let (commit, answer) = decide(invitation, cmd.seen, who, now)?;
        committed(commit, answer)
    })
    .await
}

fn decide(
    invitation: Invitation,
    seen: Option<Version>,
    who: &UserManager,
    now: Time,
) -> Result<(Commit, Withdrawn), WithdrawInvitationError> {
    explain(who, &Person::invited(&invitation), Action::Withdraw)?;
    invitation.still_open()?;
    if seen.is_some_and(|seen| seen != invitation.version) {
        return Err(WithdrawInvitationError::Changed);
    }
    let invitation = invitation.withdraw(now)?;
    let id = invitation.id;
    let commit = Commit::recording(who.record(Fact::InvitationWithdrawn { invitation: id }, now))
        .update(invitation.clone())
        .write(Write::Unlist(invitation.practice, id.into()))
        .release(Name::open_invitation(invitation.practice, &invitation.email), id);
    Ok((commit, Withdrawn { invitation }))
}
