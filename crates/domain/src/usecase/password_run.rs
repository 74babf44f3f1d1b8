use crate::fact::Log;
use crate::password_link::{LinkDead, PasswordRun, RunRefused, RunStep};
use crate::policy::Policy;
use crate::port::Fault;
use crate::usecase::Ports;
use crate::usecase::open_password_link::{LinkFace, face};
use crate::usecase::password_links::{Behind, Target};
use crate::usecase::words::{Chance, Current};
use crate::value::Email;

/// A way from a link to a password, as its page needs it.
#[derive(Debug, Clone)]
pub struct PasswordInProgress {
    /// The run.
    pub run: PasswordRun,
    /// The username; shown to password managers.
    pub email: Email,
    /// What may be shown of the link.
    pub face: LinkFace,
    /// Whether the code word is to be given now (`CODE-3`), also because it was rotated since.
    pub wants_word: bool,
    /// The values that count, for the rules of the new password.
    pub policy: Policy,
}

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PasswordRunError {
    /// The browser shows no run that we know.
    #[error("open the link in your email again")]
    NoSuchRun,
    /// The link died meanwhile.
    #[error(transparent)]
    Dead(#[from] LinkDead),
    /// The rules of the steps say no.
    #[error(transparent)]
    Refused(#[from] RunRefused),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The way to a password that a browser is on.
///
/// # Errors
///
/// [`PasswordRunError`] when there is none, or it may not go on.
pub async fn password_in_progress(ports: &Ports, cookie: &[u8]) -> Result<PasswordInProgress, PasswordRunError> {
    let chance = Chance::draw(&*ports.entropy);
    let Run { run, behind } = load(ports, cookie).await?;
    let wants_word = match (run.step, &behind.practice) {
        (RunStep::Word, _) => true,
        (RunStep::Password { word: Some(given) }, Some(practice)) => {
            Current::load(ports, practice.id, &chance, ports.clock.now()).await?.word.serial != given
        }
        (RunStep::Password { .. } | RunStep::Done, _) => false,
    };
    let (email, face, policy) = (behind.email().clone(), face(&behind), behind.policy());
    Ok(PasswordInProgress { run, email, face, wants_word, policy })
}

/// What a step's rule needs.
pub(super) struct Run {
    pub(super) run: PasswordRun,
    pub(super) behind: Behind,
}

pub(super) async fn load(ports: &Ports, cookie: &[u8]) -> Result<Run, PasswordRunError> {
    let run = ports.store.password_run_of(&ports.keys.digest(cookie)).await?.ok_or(PasswordRunError::NoSuchRun)?;
    let link = ports.store.password_link(run.link).await?.ok_or(LinkDead::Unknown)?;
    link.open_by(run.generation, ports.clock.now())?;
    Ok(Run { run, behind: Behind::load(ports, link).await?? })
}

/// The log of what happens with a link: its practice's, or the account's.
pub(super) fn log_of(behind: &Behind) -> Log {
    let home = match &behind.target {
        Target::Reset { account, .. } => account.home,
        Target::Setup { .. } => None,
    };
    behind.link.practice.or(home).map_or(Log::Platform, Log::Practice)
}
