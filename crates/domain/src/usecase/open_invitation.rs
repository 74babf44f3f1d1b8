use crate::channel::Product;
use crate::commit::Name;
use crate::invitation::{DeadLink, Invitation};
use crate::member::Kind;
use crate::port::Fault;
use crate::usecase::Ports;
use crate::value::{AccountId, PersonName, Phone, PracticeName, Time};

/// What an opened link leads to.
#[derive(Debug, Clone)]
pub enum Opening {
    /// The steps to an account.
    Register(Face),
    /// Joining with the account that the address has (`INV-3`).
    Join(Face),
}

/// What the page behind a link shows. Not the address: a link that got into other hands must not tell it.
#[derive(Debug, Clone)]
pub struct Face {
    /// The practice that asks.
    pub practice: PracticeName,
    /// The number to call for help.
    pub phone: Option<Phone>,
    /// Who asks there, where it is a person with a name.
    pub inviter: Option<PersonName>,
    /// As what.
    pub kind: Kind,
    /// Through what.
    pub product: Product,
    /// Whether to join that practice.
    pub joins: bool,
    /// Whether the practice asks for a code today (`REG-1`).
    pub two_step: bool,
    /// When the link stops working.
    pub expires_at: Option<Time>,
}

/// Why a link opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum OpenInvitationError {
    /// It is dead.
    #[error(transparent)]
    Dead {
        /// Why.
        #[from]
        why: DeadLink,
    },
    /// The address has an account, and there is nothing to join: sign in.
    #[error("you already have an account")]
    HasAccount,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// `INV-8`: looks behind a link, any number of times; consumes nothing.
///
/// # Errors
///
/// [`OpenInvitationError`].
pub async fn open_invitation(ports: &Ports, link: &str) -> Result<Opening, OpenInvitationError> {
    let (invitation, account) = behind(ports, link).await?;
    let face = face(ports, &invitation).await?;
    match account {
        None => Ok(Opening::Register(face)),
        Some(_) if invitation.joins() => Ok(Opening::Join(face)),
        Some(_) => Err(OpenInvitationError::HasAccount),
    }
}

/// The practice that made a link, and its number: whom to call when the link is dead. None when it is not one of ours.
///
/// # Errors
///
/// A [`Fault`] when the world failed.
pub async fn practice_behind(ports: &Ports, link: &str) -> Result<Option<(PracticeName, Option<Phone>)>, Fault> {
    let Some((id, _)) = ports.keys.read_invitation_link(link) else {
        return Ok(None);
    };
    let Some(invitation) = ports.store.invitation(id).await? else {
        return Ok(None);
    };
    let practice = ports.store.practice(invitation.practice).await?;
    Ok(practice.map(|practice| (practice.name, practice.phone)))
}

/// The open invitation behind a link, and the account that its address has.
pub(super) async fn behind(ports: &Ports, link: &str) -> Result<(Invitation, Option<AccountId>), OpenInvitationError> {
    let (id, generation) = ports.keys.read_invitation_link(link).ok_or(DeadLink::Unknown)?;
    let invitation = ports.store.invitation(id).await?.ok_or(DeadLink::Unknown)?;
    invitation.open_by(generation, ports.clock.now())?;
    let account = ports.store.holder(&Name::address(&invitation.email)).await?;
    Ok((invitation, account.map(AccountId)))
}

/// What may be shown of an invitation to whoever holds its link.
pub(super) async fn face(ports: &Ports, invitation: &Invitation) -> Result<Face, Fault> {
    let practice = ports.store.practice(invitation.practice).await?;
    let practice = practice.ok_or_else(|| Fault::corrupt("invitation", "its practice is missing"))?;
    let inviter = match invitation.inviter {
        Some(account) => ports.store.account(account).await?.map(|account| account.name),
        None => None,
    };
    let expires_at = match invitation.state {
        crate::invitation::InvitationState::Open { expires_at, .. } => Some(expires_at),
        _ => None,
    };
    Ok(Face {
        practice: practice.name,
        phone: practice.phone,
        inviter: inviter.filter(|name| !name.is_empty()),
        kind: invitation.channel.kind,
        product: invitation.channel.product,
        joins: invitation.joins(),
        two_step: practice.policy.two_step.applies_to(invitation.channel.kind),
        expires_at,
    })
}
