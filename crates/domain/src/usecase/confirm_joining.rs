use crate::access::SignedIn;
use crate::account::Account;
use crate::commit::Commit;
use crate::fact::{Entry, Fact, Log};
use crate::invitation::DeadLink;
use crate::policy::Demand;
use crate::port::Fault;
use crate::session::Session;
use crate::usecase::joining::{Joining, close, is_first, join, lock_state};
use crate::usecase::open_invitation::{OpenInvitationError, behind};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::{MemberId, PracticeName};

/// The account is a member of the practice now.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The practice.
    pub practice: PracticeName,
}

/// Why it is not.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmJoiningError {
    /// The link is dead.
    #[error(transparent)]
    Dead(#[from] DeadLink),
    /// The invitation went to another address than this account's.
    #[error("this invitation is for another account; sign in with the address that it was sent to")]
    OtherAccount,
    /// The invitation is not one into the practice, or the account is a member already: its address may have become the invited one.
    #[error("there is nothing to join")]
    NothingToJoin,
    /// The session was ended meanwhile.
    #[error("sign in first")]
    SignedOut,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ConfirmJoiningError {}

impl From<OpenInvitationError> for ConfirmJoiningError {
    fn from(error: OpenInvitationError) -> Self {
        match error {
            OpenInvitationError::Dead { why } => Self::Dead(why),
            OpenInvitationError::HasAccount => Self::NothingToJoin,
            OpenInvitationError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// `INV-3`: somebody with an account confirms that they join the practice that asked.
///
/// # Errors
///
/// [`ConfirmJoiningError`].
pub async fn confirm_joining(ports: &Ports, who: &SignedIn, link: &str) -> Result<Joined, ConfirmJoiningError> {
    let now = ports.clock.now();
    let member = MemberId(ports.entropy.id());
    settle(ports, || async {
        let (invitation, account) = behind(ports, link).await?;
        if account != Some(who.account()) {
            return Err(ConfirmJoiningError::OtherAccount);
        }
        let is_member = ports.store.member(invitation.practice, who.account()).await?.is_some();
        if is_member || !invitation.joins() {
            return Err(ConfirmJoiningError::NothingToJoin);
        }
        let session = ports.store.session(who.session().id).await?.filter(|session| session.ended_at.is_none());
        let session = session.ok_or(ConfirmJoiningError::SignedOut)?;
        let account = ports.store.account(who.account()).await?;
        let account = account.ok_or_else(|| Fault::corrupt("session", "its account is missing"))?;
        let practice = ports.store.practice(invitation.practice).await?;
        let practice = practice.ok_or_else(|| Fault::corrupt("invitation", "its practice is missing"))?;
        let first = is_first(ports, &practice).await?;
        let (locked, guards) = lock_state(ports, account.id).await?;
        let generation = invitation.generation;
        let (kind, invited) = (invitation.channel.kind, (invitation.id, invitation.created_at));
        let accepted = invitation.accept(generation, account.id, now)?;
        let entry = |fact| Entry { log: Log::Practice(practice.id), ..who.record(fact, now) };
        let commit = Commit::recording(entry(Fact::AccountRegistered { account: account.id, invitation: accepted.id }));
        let commit = close(commit, accepted);
        let joining = Joining {
            member,
            account: &account,
            practice: &practice,
            kind,
            invitation: Some(invited),
            first,
            locked,
            founded: false,
            employee: None,
        };
        // A practice that asks for a second factor is entered with one: `PRA-5`, `SESS-3`.
        let asks = practice.policy().second_factor;
        let barred = asks.managers.max(asks.others) == Demand::Required && !session.has_second_factor();
        let enters = if barred { session.practice } else { Some(practice.id) };
        let mut commit =
            join(commit, joining, now, entry).guard_all(guards).update(Session { practice: enters, ..session });
        if account.home.is_none() {
            commit = commit.update(Account { home: Some(practice.id), ..account });
        }
        committed(commit, Joined { practice: practice.name.clone() })
    })
    .await
}
