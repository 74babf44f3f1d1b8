use crate::access::visitor;
use crate::commit::{Commit, Guard};
use crate::fact::{EmployeeFact, Fact, Origin};
use crate::password_link::{LinkDead, LinkState, PasswordRun, Purpose};
use crate::port::Fault;
use crate::usecase::password_links::{Behind, Target};
use crate::usecase::password_run::log_of;
use crate::usecase::{Ports, Refusal, committed, settle};
use crate::value::{PasswordRunId, Phone, PracticeName, Time};

/// What the page behind a link to a password shows. Not the address: a link that got into other hands must not tell it.
#[derive(Debug, Clone)]
pub struct LinkFace {
    /// The practice whose code word goes with it.
    pub practice: Option<PracticeName>,
    /// The number to call for help.
    pub phone: Option<Phone>,
    /// What it leads to.
    pub leads: LinkLeads,
    /// Whether the practice's code word must be given (`CODE-3`).
    pub asks_word: bool,
    /// Whether the system texts the word; otherwise it is only ever said (`CODE-2`).
    pub texts_word: bool,
    /// When it stops working.
    pub expires_at: Time,
}

/// What a link leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkLeads {
    /// A new account (`EMP-2`).
    Setup,
    /// A place in the practice for the account that the address has: sign in first (`INV-3`, `PRA-5`).
    Join,
    /// Another password (`EMP-4`).
    Reset,
}

/// A run from a link to a password has begun.
#[derive(Clone)]
pub struct BegunPassword {
    /// What the browser must show at each step.
    pub cookie: [u8; 32],
    /// The run.
    pub run: PasswordRun,
}

/// Where a link to a password came from, dead or not: whom to turn to for another.
#[derive(Debug, Clone)]
pub struct LinkSender {
    /// What it was for. Anybody may ask for another reset link; a setup link comes from the practice alone.
    pub purpose: Purpose,
    /// The practice whose code word goes with it, and its number.
    pub practice: Option<(PracticeName, Option<Phone>)>,
}

/// Why a link opens nothing.
#[derive(Debug, thiserror::Error)]
pub enum OpenPasswordLinkError {
    /// It is dead.
    #[error(transparent)]
    Dead(#[from] LinkDead),
    /// The address has an account: sign in, and join with it.
    #[error("you already have an account; sign in to join the practice")]
    HasAccount,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for OpenPasswordLinkError {}

/// Looks behind a link to a password, any number of times; consumes nothing.
///
/// # Errors
///
/// [`OpenPasswordLinkError`].
pub async fn open_password_link(ports: &Ports, link: &str) -> Result<LinkFace, OpenPasswordLinkError> {
    Ok(face(&behind::<OpenPasswordLinkError>(ports, link).await?))
}

/// Exchanges a link to a password for a cookie. The link goes on working: opening it again begins another run.
///
/// # Errors
///
/// [`OpenPasswordLinkError`].
pub async fn begin_password_run(
    ports: &Ports,
    link: &str,
    origin: &Origin,
) -> Result<BegunPassword, OpenPasswordLinkError> {
    let now = ports.clock.now();
    let id = PasswordRunId(ports.entropy.id());
    let cookie = ports.entropy.secret();
    let digest = ports.keys.digest(&cookie);
    settle(ports, || async {
        let behind = behind::<OpenPasswordLinkError>(ports, link).await?;
        if matches!(behind.target, Target::Setup { account: Some(_), .. }) {
            return Err(OpenPasswordLinkError::HasAccount);
        }
        let run = PasswordRun::begin(id, &behind.link, digest, behind.asks_word(), now);
        let fact = EmployeeFact::LinkOpened { link: behind.link.id, run: id };
        let commit = Commit::recording(visitor(log_of(&behind), Fact::Employee(fact), origin, now))
            .guard(Guard::PasswordLink(behind.link.id, behind.link.version))
            .insert(run.clone());
        committed(commit, BegunPassword { cookie, run })
    })
    .await
}

/// Where a link came from, so that whoever holds a dead one knows whom to ask. None when it is not one of ours.
///
/// # Errors
///
/// A [`Fault`] when the world failed.
pub async fn sender_of_link(ports: &Ports, link: &str) -> Result<Option<LinkSender>, Fault> {
    let Some((id, _)) = ports.keys.read_password_link(link) else { return Ok(None) };
    let Some(link) = ports.store.password_link(id).await? else { return Ok(None) };
    let practice = match link.practice {
        Some(id) => ports.store.practice(id).await?.map(|practice| (practice.name, practice.phone)),
        None => None,
    };
    Ok(Some(LinkSender { purpose: link.purpose, practice }))
}

/// What a live link is about.
pub(super) async fn behind<E: From<LinkDead> + From<Fault>>(ports: &Ports, text: &str) -> Result<Behind, E> {
    let (id, generation) = ports.keys.read_password_link(text).ok_or(LinkDead::Unknown)?;
    let link = ports.store.password_link(id).await?.ok_or(LinkDead::Unknown)?;
    link.open_by(generation, ports.clock.now())?;
    Ok(Behind::load(ports, link).await??)
}

pub(super) fn face(behind: &Behind) -> LinkFace {
    let leads = match behind.target {
        Target::Setup { account: None, .. } => LinkLeads::Setup,
        Target::Setup { account: Some(_), .. } => LinkLeads::Join,
        Target::Reset { .. } => LinkLeads::Reset,
    };
    let expires_at = match behind.link.state {
        LinkState::Open { expires_at, .. } => expires_at,
        LinkState::Used { at } | LinkState::Closed { at } => at,
    };
    LinkFace {
        practice: behind.practice.as_ref().map(|practice| practice.name.clone()),
        phone: behind.practice.as_ref().and_then(|practice| practice.phone.clone()),
        leads,
        asks_word: leads != LinkLeads::Join && behind.asks_word(),
        texts_word: behind.texts_word(),
        expires_at,
    }
}
