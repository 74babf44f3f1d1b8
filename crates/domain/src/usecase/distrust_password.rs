use crate::access::Operator;
use crate::account::Account;
use crate::commit::{Name, Write};
use crate::fact::{AccountFact, Fact};
use crate::notice::SupportAct;
use crate::port::Fault;
use crate::usecase::change_email::call_off_email_change;
use crate::usecase::support::Touched;
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::{AccountId, Email};

/// Why the password is still trusted.
#[derive(Debug, thiserror::Error)]
pub enum DistrustPasswordError {
    /// An operator must say why.
    #[error("give a reason")]
    NoReason,
    /// Nobody has this address.
    #[error("there is no such account")]
    NoSuchAccount,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for DistrustPasswordError {}

/// `PW-06`: support has reason to think that others know somebody's password. It opens nothing any more, and every session ends; the
/// next right one begins a forced reset (`BOT-3`). The User Managers where the person works are told. False when that was known already.
///
/// # Errors
///
/// [`DistrustPasswordError`].
pub async fn distrust_password(ports: &Ports, who: &Operator, email: &Email) -> Result<bool, DistrustPasswordError> {
    let now = ports.clock.now();
    let reason = who.reason().cloned().ok_or(DistrustPasswordError::NoReason)?;
    settle(ports, || async {
        let id = ports.store.holder(&Name::address(email)).await?.map(AccountId);
        let id = id.ok_or(DistrustPasswordError::NoSuchAccount)?;
        let account = ports.store.account(id).await?.ok_or(DistrustPasswordError::NoSuchAccount)?;
        if account.compromised {
            return Ok(Decision::Already(false));
        }
        let touched = Touched::by(ports, &account, now).await?;
        let fact = || Fact::Account(AccountFact::PasswordCompromised { account: id, reason: reason.clone() });
        let commit = touched
            .recording(|log| who.record(log, fact(), now))
            .update(Account { compromised: true, ..account })
            .write(Write::EndSessions { account: id, within: None, except: None, at: now });
        let commit = call_off_email_change(ports, commit, id, now).await?;
        committed(touched.tell(ports, commit, SupportAct::PasswordDistrusted, now).await?, true)
    })
    .await
}
