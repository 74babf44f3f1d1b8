use crate::access::SignedIn;
use crate::account::Account;
use crate::commit::Commit;
use crate::fact::{AccountFact, Fact};
use crate::port::Fault;
use crate::usecase::change_email::in_every_list;
use crate::usecase::{Decision, Ports, Refusal, committed, settle};
use crate::value::{PersonName, Phones, TimeZone};

/// What people may say of themselves.
#[derive(Debug, Clone)]
pub struct ChangeProfile {
    /// Their name.
    pub name: PersonName,
    /// Their numbers.
    pub phones: Phones,
    /// Their time zone.
    pub time_zone: Option<TimeZone>,
}

/// Why nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeProfileError {
    /// Numbers receive secret codes: changing them needs a fresh sign-in (`SE-08`).
    #[error("enter your password again to change your phone numbers")]
    NotFresh,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ChangeProfileError {}

/// Section 11: somebody changes their names, numbers or time zone; the rows of every practice's list follow in the same commit. A
/// number that a code had proved, and that is there no more, proves nothing any more. False when nothing was different.
///
/// # Errors
///
/// [`ChangeProfileError`].
pub async fn change_profile(ports: &Ports, who: &SignedIn, cmd: ChangeProfile) -> Result<bool, ChangeProfileError> {
    let now = ports.clock.now();
    settle(ports, || async {
        let account = ports.store.account(who.account()).await?;
        let account = account.ok_or_else(|| Fault::corrupt("session", "its account is missing"))?;
        let ChangeProfile { name, phones, time_zone } = cmd.clone();
        if phones != account.phones && !who.is_fresh() {
            return Err(ChangeProfileError::NotFresh);
        }
        let numbers = [phones.cell.as_ref(), phones.landline.as_ref()];
        let proven = account.proven.clone().filter(|proven| numbers.contains(&Some(proven)));
        let changed = Account { name, phones: phones.clone(), proven, time_zone, ..account.clone() };
        if changed == account {
            return Ok(Decision::Already(false));
        }
        let fact = Fact::Account(AccountFact::ProfileChanged { account: account.id });
        let commit = in_every_list(ports, Commit::recording(who.record(fact, now)), &changed).await?;
        committed(commit.update(changed), true)
    })
    .await
}
