use crate::access::visitor;
use crate::account::Account;
use crate::commit::{Commit, Name};
use crate::fact::{EmployeeFact, Fact, Log, Origin};
use crate::member::Member;
use crate::port::Fault;
use crate::usecase::activate_employee::Drawn;
use crate::usecase::password_links::{Notices, asks_word};
use crate::usecase::reset_password_of::Sending;
use crate::usecase::words::Chance;
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::{AccountId, Email};

/// Why nothing was answered.
#[derive(Debug, thiserror::Error)]
pub enum RequestResetError {
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for RequestResetError {}

/// `EMP-4`: anybody asks for a reset link for an address. The answer is always the same, and so is the work; a mail goes only to
/// somebody with an account who may work somewhere, three at once and one an hour. A lock stays until a new password is set. Doctors
/// and staff need their practice's code word, which is texted to the cell phone that they gave.
///
/// # Errors
///
/// [`RequestResetError`].
pub async fn request_reset(ports: &Ports, email: &Email, origin: &Origin) -> Result<(), RequestResetError> {
    let drawn = Drawn { notices: Notices::draw(ports), chance: Chance::draw(&*ports.entropy), now: ports.clock.now() };
    settle(ports, || async {
        let id = ports.store.holder(&Name::address(email)).await?.map(AccountId);
        let account = match id {
            Some(id) => ports.store.account(id).await?,
            None => None,
        };
        let log = account.as_ref().and_then(|account| account.home).map_or(Log::Platform, Log::Practice);
        let entry = |fact| visitor(log, fact, origin, drawn.now);
        let sending = match &account {
            Some(account) => prepare(ports, account, drawn).await?,
            None => None,
        };
        let commit = match sending {
            Some(sending) => sending.commit(entry, drawn).0,
            None => Commit::recording(entry(Fact::Employee(EmployeeFact::ResetNotSent { account: id }))),
        };
        committed(commit, ())
    })
    .await
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
