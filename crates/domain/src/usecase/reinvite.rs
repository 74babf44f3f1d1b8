use crate::access::{Action, UserManager, WhyNot, explain};
use crate::commit::{Budget, Commit, Write};
use crate::fact::Fact;
use crate::invitation::{Invitation, NotOpen};
use crate::person::Person;
use crate::port::Fault;
use crate::usecase::{Ports, Refusal, committed, invitation_notice, settle, spend_a_mail};
use crate::value::{InvitationId, NoticeId, Time};

/// Send an invitation again.
#[derive(Debug, Clone, Copy)]
pub struct Reinvite {
    /// Which.
    pub invitation: InvitationId,
}

/// The invitation, with its new link: what the confirmation names (`LIST-5`).
#[derive(Debug, Clone)]
pub struct Reinvited {
    /// As it is now.
    pub invitation: Invitation,
}

/// Why it was not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ReinviteError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] WhyNot),
    /// It is closed.
    #[error(transparent)]
    NotOpen(#[from] NotOpen),
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

impl Refusal for ReinviteError {
    fn spent(_: &Budget, possible_at: Time) -> Self {
        Self::TooMany { possible_at }
    }
}

/// `INV-6`: a User Manager sends a pending or expired invitation of the practice again; the old link is dead, the life begins anew.
///
/// # Errors
///
/// [`ReinviteError`].
pub async fn reinvite(ports: &Ports, who: &UserManager, cmd: Reinvite) -> Result<Reinvited, ReinviteError> {
    let now = ports.clock.now();
    let notice = NoticeId(ports.entropy.id());
    settle(ports, || async {
        let invitation = ports.store.invitation(cmd.invitation).await?.ok_or(WhyNot::NotHere)?;
        let (commit, answer) = decide(invitation, who, notice, now)?;
        committed(commit, answer)
    })
    .await
}

fn decide(
    invitation: Invitation,
    who: &UserManager,
    notice: NoticeId,
    now: Time,
) -> Result<(Commit, Reinvited), ReinviteError> {
    let policy = who.practice().policy().invitation;
    let person = Person::invited(&invitation);
    let invitation = match explain(who, &person, Action::Reinvite) {
        Ok(()) => invitation.resend(now, policy.life)?,
        Err(why) => return Err(why.into()),
    };
    let fact = Fact::InvitationResent { invitation: invitation.id, generation: invitation.generation };
    let commit = Commit::recording(who.record(fact, now))
        .update(invitation.clone())
        .write(Write::List(person))
        .notify(invitation_notice(notice, &invitation, now, policy.life));
    Ok((spend_a_mail(commit, &invitation, now, policy), Reinvited { invitation }))
}
