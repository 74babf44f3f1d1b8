use crate::access::visitor;
use crate::commit::{Commit, Guard};
use crate::fact::{Fact, Log, Origin};
use crate::invitation::DeadLink;
use crate::port::Fault;
use crate::registration::Registration;
use crate::usecase::open_invitation::{OpenInvitationError, behind};
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::RegistrationId;

/// A run through the steps has begun.
#[derive(Clone)]
pub struct Begun {
    /// What the browser must show at each step.
    pub cookie: [u8; 32],
    /// The run.
    pub registration: Registration,
}

/// Why it did not begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginRegistrationError {
    /// The link is dead.
    #[error(transparent)]
    Dead(#[from] DeadLink),
    /// The address has an account.
    #[error("you already have an account")]
    HasAccount,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for BeginRegistrationError {}

impl From<OpenInvitationError> for BeginRegistrationError {
    fn from(error: OpenInvitationError) -> Self {
        match error {
            OpenInvitationError::Dead { why } => Self::Dead(why),
            OpenInvitationError::HasAccount => Self::HasAccount,
            OpenInvitationError::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Exchanges a link for a cookie, and settles whether a code is asked for (`REG-1`). The link goes on working: opening it again
/// begins another run.
///
/// # Errors
///
/// [`BeginRegistrationError`].
pub async fn begin_registration(ports: &Ports, link: &str, origin: &Origin) -> Result<Begun, BeginRegistrationError> {
    let now = ports.clock.now();
    let id = RegistrationId(ports.entropy.id());
    let cookie = ports.entropy.secret();
    let digest = ports.keys.digest(&cookie);
    settle(ports, || async {
        let (invitation, account) = behind(ports, link).await?;
        if account.is_some() {
            return Err(BeginRegistrationError::HasAccount);
        }
        let practice = ports.store.practice(invitation.practice).await?;
        let practice = practice.ok_or_else(|| Fault::corrupt("invitation", "its practice is missing"))?;
        let two_step = practice.two_step().applies_to(invitation.channel.kind);
        let registration = Registration::begin(id, &invitation, digest, two_step, now);
        let fact = Fact::RegistrationBegun { registration: id, invitation: invitation.id, two_step };
        let commit = Commit::recording(visitor(Log::Practice(practice.id), fact, origin, now))
            .guard(Guard::Invitation(invitation.id, invitation.version))
            .insert(registration.clone());
        committed(commit, Begun { cookie, registration })
    })
    .await
}
