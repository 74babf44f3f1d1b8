use crate::access::Administrator;
use crate::account::Account;
use crate::commit::Commit;
use crate::employee::{Employee, InactiveEmployee, Login};
use crate::fact::{Entry, Fact};
use crate::password_link::{LinkTooSoon, PasswordLink, Purpose};
use crate::policy::Policy;
use crate::port::Fault;
use crate::practice::Practice;
use crate::usecase::activate_employee::{ActivateEmployeeError, Drawn, ask, place};
use crate::usecase::password_links::{Known, Notices, asks_word, life, policy_of};
use crate::usecase::word_by_text::takes_texts;
use crate::usecase::words::{Chance, Current};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::EmployeeId;

/// A link is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkSent {
    /// What for.
    pub purpose: Purpose,
    /// Whether a text with the code word is, too; otherwise somebody must say it in person or by phone (`CODE-2`).
    pub texted: bool,
}

/// Why no link was sent.
#[derive(Debug, thiserror::Error)]
pub enum ResetPasswordOfError {
    /// There is no such employee in this practice.
    #[error("we cannot find that person")]
    NoSuchEmployee,
    /// They have no user account.
    #[error("this employee has no account yet")]
    NoAccount,
    /// Their user account was deactivated, or they were.
    #[error("this account is not active")]
    Inactive,
    /// The setup that they wait for cannot be sent again as it is.
    #[error(transparent)]
    Setup(ActivateEmployeeError),
    /// Too many links of late.
    #[error(transparent)]
    TooSoon(#[from] LinkTooSoon),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ResetPasswordOfError {}

impl From<ActivateEmployeeError> for ResetPasswordOfError {
    fn from(error: ActivateEmployeeError) -> Self {
        match error {
            ActivateEmployeeError::TooSoon(why) => Self::TooSoon(why),
            ActivateEmployeeError::Inactive(InactiveEmployee) => Self::Inactive,
            ActivateEmployeeError::Fault(fault) => Self::Fault(fault),
            other => Self::Setup(other),
        }
    }
}

/// `EMP-4`: an administrator sends a reset link by email and the code word of this practice by text. Whoever has not set their
/// account up yet gets the setup link again. The old password works until a new one is set, and a lock stays until then.
///
/// # Errors
///
/// [`ResetPasswordOfError`].
pub async fn reset_password_of(
    ports: &Ports,
    who: &Administrator,
    employee: EmployeeId,
) -> Result<LinkSent, ResetPasswordOfError> {
    let drawn = Drawn { notices: Notices::draw(ports), chance: Chance::draw(&*ports.entropy), now: ports.clock.now() };
    settle(ports, || async {
        let employee = ports.store.employee(who.practice().id, employee).await?;
        let employee = employee.ok_or(ResetPasswordOfError::NoSuchEmployee)?;
        match employee.login.clone() {
            Login::None => Err(ResetPasswordOfError::NoAccount),
            Login::Pending(pending) => {
                let (commit, texted) = ask(ports, who, employee, pending, drawn).await?;
                committed(commit, LinkSent { purpose: Purpose::Setup, texted })
            }
            Login::Member { .. } => {
                let (commit, texted) = reset(ports, who, &employee, drawn).await?;
                committed(commit, LinkSent { purpose: Purpose::Reset, texted })
            }
        }
    })
    .await
}

async fn reset(
    ports: &Ports,
    who: &Administrator,
    employee: &Employee,
    drawn: Drawn,
) -> Result<(Commit, bool), ResetPasswordOfError> {
    let (member, account) = place(ports, who, employee).await?;
    if !member.works(drawn.now) {
        return Err(ResetPasswordOfError::Inactive);
    }
    let places = [member];
    let practice = Some(who.practice());
    let sent = Sending::prepare(ports, &account, practice, asks_word(practice, &places), drawn).await??;
    Ok(sent.commit(|fact| who.person().record(fact, drawn.now), drawn))
}

/// A reset link that is about to go out.
pub(super) struct Sending {
    known: Known,
    sent: PasswordLink,
    word: Option<Current>,
    by_text: bool,
}

impl Sending {
    /// The next reset link of an account, with this practice's code word if one is asked for.
    pub(super) async fn prepare(
        ports: &Ports,
        account: &Account,
        practice: Option<&Practice>,
        asks_word: bool,
        Drawn { chance, now, .. }: Drawn,
    ) -> Result<Result<Self, LinkTooSoon>, Fault> {
        let policy: Policy = policy_of(practice);
        let known = Known::or(ports, PasswordLink::for_reset(account.id, now)).await?;
        let (life, tries) = (life(&policy, Purpose::Reset), policy.code_word.tries_per_link);
        let sent = match known.link.clone().send(practice.map(|p| p.id), now, life, tries) {
            Ok(sent) => sent,
            Err(too_soon) => return Ok(Err(too_soon)),
        };
        let word = match practice.filter(|_| asks_word) {
            Some(practice) => Some(Current::load(ports, practice.id, &chance, now).await?),
            None => None,
        };
        let by_text = match &account.phones.cell {
            Some(cell) if policy.code_word.by_text && word.is_some() => takes_texts(ports, cell).await?,
            _ => false,
        };
        Ok(Ok(Self { known, sent, word, by_text }))
    }

    /// The commit that sends it, and whether it texts the code word.
    pub(super) fn commit(self, entry: impl Fn(Fact) -> Entry, Drawn { notices, now, .. }: Drawn) -> (Commit, bool) {
        let Self { known, sent, word, by_text } = self;
        let texts = word.as_ref().filter(|_| by_text);
        let mut commit = known.send(sent, texts, notices, now, &entry);
        if let Some(word) = &word {
            commit = word.keep(commit, &entry);
        }
        (commit, texts.is_some())
    }
}
