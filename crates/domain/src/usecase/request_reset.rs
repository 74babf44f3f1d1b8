use crate::access::visitor;
use crate::account::Account;
use crate::commit::{Commit, Name};
use crate::fact::{EmployeeFact, Fact, Log, Origin};
use crate::member::Member;
use crate::notice::{About, Notice};
use crate::password_link::{LinkState, PasswordLink, UNSENT};
use crate::port::Fault;
use crate::usecase::activate_employee::Drawn;
use crate::usecase::password_links::{Notices, asks_word};
use crate::usecase::reset_password_of::Sending;
use crate::usecase::words::Chance;
use crate::usecase::{Decision, NEWS, Ports, Refusal, committed, settle};
use crate::value::{AccountId, Email, NoticeId, PasswordLinkId, Time};

/// Why nothing was answered.
#[derive(Debug, thiserror::Error)]
pub enum RequestResetError {
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RequestResetError {}

/// `EMP-4`: anybody asks for a reset link for an address. The answer is always the same, and so is the work, statement by statement:
/// that it was asked for is kept, and whoever brings notices out makes the link, if somebody may have one (`EN-02`, `EN-03`).
///
/// # Errors
///
/// [`RequestResetError`].
pub async fn request_reset(ports: &Ports, email: &Email, origin: &Origin) -> Result<(), RequestResetError> {
    let (id, now) = (NoticeId(ports.entropy.id()), ports.clock.now());
    settle(ports, || async {
        let account = ports.store.candidate(email).await?.map(|candidate| candidate.account);
        let log = log_of(account.as_ref());
        let account = account.map(|account| account.id);
        let asked = account.map_or_else(|| ports.keys.stranger(email).0, |account| account.0);
        let fact = Fact::Employee(EmployeeFact::ResetAsked { account });
        let about = About::PasswordLink { link: PasswordLinkId(asked), generation: UNSENT };
        let notice = Notice { id, about, ordered_at: now, expires_at: now.plus(NEWS) };
        committed(Commit::recording(visitor(log, fact, origin, now)).notify(notice), ())
    })
    .await
}

/// Makes the link that was asked for at this moment, and orders its mail: only for somebody with an account who may work somewhere,
/// three at once and one an hour. A lock stays until a new password is set. Doctors and staff need their practice's code word, which
/// is texted to the cell phone that they gave. The relay calls it; called again for the same moment, it does nothing.
///
/// # Errors
///
/// [`RequestResetError`].
pub async fn send_asked_reset(ports: &Ports, account: AccountId, asked_at: Time) -> Result<(), RequestResetError> {
    let drawn = Drawn { notices: Notices::draw(ports), chance: Chance::draw(&*ports.entropy), now: ports.clock.now() };
    settle(ports, || async {
        let Some(account) = ports.store.account(account).await? else { return Ok(Decision::Already(())) };
        let link = ports.store.password_link(PasswordLinkId(account.id.0)).await?;
        if link.is_some_and(|link| was_made(&link, asked_at)) {
            return Ok(Decision::Already(()));
        }
        let entry = |fact| visitor(log_of(Some(&account)), fact, &Origin::default(), drawn.now);
        let commit = match prepare(ports, &account, drawn).await? {
            Some(sending) => sending.commit(entry, drawn).0,
            None => {
                let fact = EmployeeFact::ResetNotSent { account: Some(account.id) };
                Commit::recording(entry(Fact::Employee(fact)))
            }
        };
        committed(commit, ())
    })
    .await
}

fn log_of(account: Option<&Account>) -> Log {
    account.and_then(|account| account.home).map_or(Log::Platform, Log::Practice)
}

/// Whether the link was sent since, or has done its work.
fn was_made(link: &PasswordLink, asked_at: Time) -> bool {
    match link.state {
        LinkState::Open { sent_at, .. } => sent_at >= asked_at,
        LinkState::Used { at } | LinkState::Closed { at } => at > asked_at,
    }
}

/// `RL-02`: a network asked too often. The answer is the same as ever, nothing is sent, and the log says so.
///
/// # Errors
///
/// [`RequestResetError`].
pub async fn refuse_reset(ports: &Ports, email: &Email, origin: &Origin) -> Result<(), RequestResetError> {
    let now = ports.clock.now();
    settle(ports, || async {
        let account = ports.store.holder(&Name::address(email)).await?.map(AccountId);
        let fact = Fact::Employee(EmployeeFact::ResetNotSent { account });
        committed(Commit::recording(visitor(Log::Platform, fact, origin, now)), ())
    })
    .await
}

/// The link for somebody who may have one now.
async fn prepare(ports: &Ports, account: &Account, drawn: Drawn) -> Result<Option<Sending>, Fault> {
    let places = ports.store.memberships(account.id).await?;
    if Member::is_barred(&places, drawn.now) {
        return Ok(None);
    }
    let practice = match Member::first_place(&places, account.home, drawn.now) {
        Some(id) => ports.store.practice(id).await?,
        None => None,
    };
    let asks = asks_word(practice.as_ref(), &places);
    Ok(Sending::prepare(ports, account, practice.as_ref(), asks, drawn).await?.ok())
}
