use crate::access::SignedIn;
use crate::account::Account;
use crate::commit::Commit;
use crate::fact::{EmployeeFact, Entry, Fact, Log};
use crate::password_link::LinkDead;
use crate::port::Fault;
use crate::session::Session;
use crate::usecase::confirm_joining::Joined;
use crate::usecase::joining::{Joining, give_way, is_first, join, lock_state};
use crate::usecase::open_password_link::behind;
use crate::usecase::password_links::Target;
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::MemberId;

/// Why the account did not join.
#[derive(Debug, thiserror::Error)]
pub enum JoinBySetupError {
    /// The link is dead.
    #[error(transparent)]
    Dead(#[from] LinkDead),
    /// The link went to another address than this account's.
    #[error("this link is for another account; sign in with the address that it was sent to")]
    OtherAccount,
    /// The session was ended meanwhile.
    #[error("sign in first")]
    SignedOut,
    /// The account joined on another way meanwhile.
    #[error("you are a member of this practice already")]
    AlreadyMember,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for JoinBySetupError {}

/// `EMP-2`, `PRA-5`: somebody whose address had an account when a practice asked for a user account joins with it; one account, one
/// password. Their password is not touched, so no code word is needed.
///
/// # Errors
///
/// [`JoinBySetupError`].
pub async fn join_by_setup(ports: &Ports, who: &SignedIn, link: &str) -> Result<Joined, JoinBySetupError> {
    let now = ports.clock.now();
    let member = MemberId(ports.entropy.id());
    settle(ports, || async {
        let behind = behind::<JoinBySetupError>(ports, link).await?;
        let Target::Setup { employee, pending, account: Some(account) } = behind.target else {
            return Err(LinkDead::Unknown.into());
        };
        if account != who.account() {
            return Err(JoinBySetupError::OtherAccount);
        }
        let session = ports.store.session(who.session().id).await?.filter(|session| session.ended_at.is_none());
        let session = session.ok_or(JoinBySetupError::SignedOut)?;
        let practice = behind.practice.ok_or_else(|| Fault::corrupt("link", "its practice is missing"))?;
        if ports.store.member(practice.id, account).await?.is_some() {
            return Err(JoinBySetupError::AlreadyMember);
        }
        let account = ports.store.account(account).await?;
        let account = account.ok_or_else(|| Fault::corrupt("session", "its account is missing"))?;
        let first = is_first(ports, &practice).await?;
        let (locked, guards) = lock_state(ports, account.id).await?;
        let mut others = ports.store.open_invitations(&account.email).await?;
        others.retain(|other| other.practice == practice.id);
        let entry = |fact| Entry { log: Log::Practice(practice.id), ..who.record(fact, now) };
        let joining = Joining {
            member,
            account: &account,
            practice: &practice,
            kind: pending.role.kind(),
            invitation: None,
            first,
            locked,
            founded: false,
            employee: Some((employee, pending.role)),
        };
        let fact = Fact::Employee(EmployeeFact::LinkJoined { link: behind.link.id, account: account.id });
        let commit = Commit::recording(entry(fact))
            .guard_all(guards)
            .update(behind.link.use_up(now))
            .update(Session { practice: Some(practice.id), ..session });
        let commit = join(commit, joining, now, entry);
        let mut commit = give_way(commit, others, Some(practice.id), now, |_, fact| entry(fact));
        if account.home.is_none() {
            commit = commit.update(Account { home: Some(practice.id), ..account });
        }
        committed(commit, Joined { practice: practice.name.clone() })
    })
    .await
}
