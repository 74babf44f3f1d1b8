use crate::commit::Guard;
use crate::invitation::{DeadLink, Invitation};
use crate::port::Fault;
use crate::practice::Practice;
use crate::registration::{Registration, Step, StepRefused};
use crate::texts::{Awaited, TextFate};
use crate::usecase::open_invitation::{Face, face};
use crate::usecase::word_by_text::texts_stopped;
use crate::usecase::{Ports, Refusal};
use crate::value::{Email, OutOfReach};

/// A run through the steps, as its pages need it.
#[derive(Debug, Clone)]
pub struct InProgress {
    /// The run.
    pub registration: Registration,
    /// The username that it will lead to; shown to password managers.
    pub email: Email,
    /// What may be shown of the invitation.
    pub face: Face,
    /// Whether a step asked for a number, because the invitation brought none.
    pub asks_phone: bool,
    /// Whether the cell phone wants no texts: the code goes another way (`WH-06`).
    pub texts_stopped: bool,
    /// Whether the newest code did not arrive, as far as anybody knows.
    pub code_failed: bool,
    /// The practice that asks, for its policy.
    pub practice: Practice,
}

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The browser shows no run that we know.
    #[error("open the link in your email again")]
    NoSuchRun,
    /// The invitation was changed, withdrawn or used meanwhile.
    #[error(transparent)]
    Dead(#[from] DeadLink),
    /// The rules of the steps say no.
    #[error(transparent)]
    Refused(#[from] StepRefused),
    /// Whoever has the number told us to send it no more texts (`WH-06`).
    #[error(
        "this number gets no more texts from us; choose a call, or text START to the number that our texts came from"
    )]
    TextsStopped,
    /// The number is not one that we text or call (`RL-03`).
    #[error(transparent)]
    OutOfReach(#[from] OutOfReach),
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for StepError {}

/// The run that a browser is in.
///
/// # Errors
///
/// [`StepError`] when there is none, or it may not go on.
pub async fn in_progress(ports: &Ports, cookie: &[u8]) -> Result<InProgress, StepError> {
    let Run { registration, invitation, practice } = load(ports, cookie).await?;
    let face = face(ports, &invitation).await?;
    let asks_phone = registration.two_step && invitation.phones.is_empty();
    let (texts_stopped, code_failed) = texts(ports, &registration).await?;
    Ok(InProgress { registration, email: invitation.email, face, asks_phone, texts_stopped, code_failed, practice })
}

/// What is known of texts to the person, at the steps where a code travels: whether they want none, and whether the newest failed.
async fn texts(ports: &Ports, registration: &Registration) -> Result<(bool, bool), Fault> {
    let fate = match &registration.step {
        Step::Delivery => None,
        Step::Code(challenge) => ports.store.text_fate(Awaited::SecretCode(registration.id, challenge.serial)).await?,
        _ => return Ok((false, false)),
    };
    let stopped = match &registration.phones.cell {
        Some(cell) => texts_stopped(ports, cell).await?,
        None => false,
    };
    Ok((stopped, fate == Some(TextFate::Failed)))
}

/// What a step's rule needs.
pub(super) struct Run {
    pub(super) registration: Registration,
    pub(super) invitation: Invitation,
    pub(super) practice: Practice,
}

impl Run {
    /// The invitation must stay as it is until the step is kept: a correction or withdrawal ends the run.
    pub(super) fn guard(&self) -> Guard {
        Guard::Invitation(self.invitation.id, self.invitation.version)
    }
}

pub(super) async fn load(ports: &Ports, cookie: &[u8]) -> Result<Run, StepError> {
    let registration = ports.store.registration_of(&ports.keys.digest(cookie)).await?.ok_or(StepError::NoSuchRun)?;
    let invitation = ports.store.invitation(registration.invitation).await?.ok_or(DeadLink::Unknown)?;
    invitation.goes_on(registration.generation)?;
    let practice = ports.store.practice(registration.practice).await?;
    let practice = practice.ok_or_else(|| Fault::corrupt("registration", "its practice is missing"))?;
    Ok(Run { registration, invitation, practice })
}
