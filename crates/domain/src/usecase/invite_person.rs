use crate::access::{Administrator, ProductCaller};
use crate::account::Account;
use crate::channel::{Channel, NoSuchChannel, Placement, Product};
use crate::commit::{Budget, Commit, Guard, Name, Replay, Spend, Write};
use crate::fact::{Entry, Fact};
use crate::invitation::{Correction, Invitation, Progress};
use crate::member::{Kind, Member};
use crate::notice::{About, Notice};
use crate::person::Person;
use crate::port::Fault;
use crate::practice::Practice;
use crate::usecase::{Decision, NEWS, Ports, Refusal, committed, invitation_notice, settle, spend_a_mail};
use crate::value::{AccountId, Digest, Email, InvitationId, NoticeId, PersonName, Phones, PracticeId, Time};

/// Whom a product asks to register, and for whom (`INV-2`).
#[derive(Debug, Clone)]
pub struct InvitePerson {
    /// The member who invites.
    pub inviter: Email,
    /// The address to ask.
    pub email: Email,
    /// As what.
    pub kind: Kind,
    /// Into the practice, or outside it.
    pub placement: Placement,
    /// Names, where known.
    pub name: PersonName,
    /// Numbers, where known.
    pub phones: Phones,
    /// Makes a repetition of this request create nothing more.
    pub idempotency: Option<Idempotency>,
}

/// A request that may come twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idempotency {
    /// Digest of the caller and the key that they chose.
    pub key: Digest,
    /// Digest of what is asked.
    pub request: Digest,
}

/// The invitation is on its way; told alike whether or not the address has an account (`INV-3`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invited {
    /// Names what was asked.
    pub id: InvitationId,
    /// Whether this answers a repetition.
    pub replayed: bool,
}

/// Why nobody was invited.
#[derive(Debug, thiserror::Error)]
pub enum InvitePersonError {
    /// Not a combination that exists (`INV-1`).
    #[error(transparent)]
    NoSuchChannel(#[from] NoSuchChannel),
    /// The inviter is not a doctor or staff member of the practice.
    #[error("the inviter is not a member of this practice")]
    NoSuchInviter,
    /// Inviting through this product needs a paid tier (`INV-2`).
    #[error("the inviter needs a paid SecureMail plan to invite people")]
    InviterNotPaid,
    /// The address has a pending invitation of this practice (`INV-4`).
    #[error("this address has an open invitation; reinvite it from Manage Account")]
    AlreadyInvited(InvitationId),
    /// The idempotency key was used for another request.
    #[error("this idempotency key was used for another request")]
    KeyReused,
    /// Too many mails today (`INV-6`).
    #[error("too many invitations today")]
    TooMany {
        /// When it is possible again.
        possible_at: Time,
    },
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for InvitePersonError {
    fn spent(_: &Budget, possible_at: Time) -> Self {
        Self::TooMany { possible_at }
    }
}

/// `INV-2`: a product invites somebody. An address that has an account gets no invitation: the person gets a plain notice, or, where
/// they are asked into the practice, a link to confirm joining; the product is told the same in every case (`INV-3`).
///
/// # Errors
///
/// [`InvitePersonError`].
pub async fn invite_person(
    ports: &Ports,
    who: &ProductCaller,
    cmd: InvitePerson,
) -> Result<Invited, InvitePersonError> {
    invite(ports, Asking::Product(who), cmd).await
}

/// Section 12: the same for a row of an administrator's file, through this product.
///
/// # Errors
///
/// [`InvitePersonError`].
pub(crate) async fn invite_from_file(
    ports: &Ports,
    who: &Administrator,
    product: Product,
    cmd: InvitePerson,
) -> Result<Invited, InvitePersonError> {
    invite(ports, Asking::Administrator(who, product), cmd).await
}

/// Who asks for an invitation.
#[derive(Clone, Copy)]
enum Asking<'a> {
    Product(&'a ProductCaller),
    Administrator(&'a Administrator, Product),
}

impl Asking<'_> {
    fn practice(self) -> PracticeId {
        match self {
            Self::Product(who) => who.practice(),
            Self::Administrator(who, _) => who.practice().id,
        }
    }

    fn product(self) -> Product {
        match self {
            Self::Product(who) => who.product(),
            Self::Administrator(_, product) => product,
        }
    }

    fn record(self, fact: Fact, at: Time) -> Entry {
        match self {
            Self::Product(who) => who.record(fact, at),
            Self::Administrator(who, _) => who.record(fact, at),
        }
    }
}

async fn invite(ports: &Ports, who: Asking<'_>, cmd: InvitePerson) -> Result<Invited, InvitePersonError> {
    let now = ports.clock.now();
    let channel = ports.platform.catalogue.channel(who.product(), cmd.placement, cmd.kind)?;
    let drawn = Drawn { id: InvitationId(ports.entropy.id()), notice: NoticeId(ports.entropy.id()), now };
    settle(ports, || async {
        if let Some(repeated) = replayed(ports, cmd.idempotency).await? {
            return Ok(Decision::Already(repeated));
        }
        let practice = ports.store.practice(who.practice()).await?.ok_or(InvitePersonError::NoSuchInviter)?;
        let inviter =
            member_with(ports, &practice, &cmd.inviter, now).await?.ok_or(InvitePersonError::NoSuchInviter)?;
        if ports.platform.catalogue.needs_paid_inviter(who.product()) && !inviter.tier.is_paid() {
            return Err(InvitePersonError::InviterNotPaid);
        }
        let account = account_with(ports, &cmd.email).await?;
        let belongs = match &account {
            Some(account) => ports.store.member(practice.id, account.id).await?.is_some(),
            None => false,
        };
        let open = match ports.store.holder(&Name::open_invitation(practice.id, &cmd.email)).await? {
            Some(id) => ports.store.invitation(InvitationId(id)).await?,
            None => None,
        };
        let commit = match account {
            Some(account) if belongs || !channel.joins() => notify(who, &account, &practice, drawn),
            _ => match ask(who, &cmd, channel, &practice, inviter.account, open, drawn) {
                Ok(commit) => commit,
                Err(refused) => match replayed(ports, cmd.idempotency).await? {
                    Some(repeated) => return Ok(Decision::Already(repeated)),
                    None => return Err(refused),
                },
            },
        };
        committed(remember(commit, cmd.idempotency, drawn), Invited { id: drawn.id, replayed: false })
    })
    .await
}

/// What was drawn once, before the first attempt.
#[derive(Clone, Copy)]
struct Drawn {
    id: InvitationId,
    notice: NoticeId,
    now: Time,
}

/// The commit that asks an address to register or to join.
fn ask(
    who: Asking<'_>,
    cmd: &InvitePerson,
    channel: Channel,
    practice: &Practice,
    inviter: AccountId,
    open: Option<Invitation>,
    Drawn { id, notice, now }: Drawn,
) -> Result<Commit, InvitePersonError> {
    let policy = practice.policy().invitation;
    let person = Correction { email: cmd.email.clone(), name: cmd.name.clone(), phones: cmd.phones.clone() };
    let invitation = Invitation::issue(id, practice.id, Some(inviter), channel, person, now, policy.life);
    let issued = Fact::PersonInvited { invitation: id, product: channel.product, kind: channel.kind };
    let mut commit = Commit::recording(who.record(issued, now));
    if let Some(old) = open {
        if old.progress(now) == Progress::Pending {
            return Err(InvitePersonError::AlreadyInvited(old.id));
        }
        let name = Name::open_invitation(practice.id, &old.email);
        let old_id = old.id;
        let old = old.supersede(now).map_err(|_| InvitePersonError::AlreadyInvited(old_id))?;
        commit = commit
            .and(who.record(Fact::InvitationSuperseded { invitation: old_id }, now))
            .update(old)
            .write(Write::Unlist(practice.id, old_id.into()))
            .release(name, old_id);
    }
    if !channel.joins() {
        commit = commit.guard(Guard::Free(Name::address(&cmd.email)));
    }
    let commit = commit
        .insert(invitation.clone())
        .write(Write::List(Person::invited(&invitation)))
        .hold(Name::open_invitation(practice.id, &invitation.email), id)
        .notify(invitation_notice(notice, &invitation, now, policy.life));
    Ok(spend_a_mail(commit, &invitation, now, policy))
}

/// The commit that tells somebody with an account that a product named them.
fn notify(who: Asking<'_>, account: &Account, practice: &Practice, Drawn { notice, now, .. }: Drawn) -> Commit {
    let policy = practice.policy().invitation;
    let about = About::PlainNotice { account: account.id, practice: practice.id, product: who.product() };
    let window = now.day();
    let address = Budget::AddressMails(practice.id, account.email.normal().to_owned());
    Commit::recording(who.record(Fact::AccountNotified { account: account.id, product: who.product() }, now))
        .spend(Spend { budget: address, window, limit: policy.sends_per_address })
        .notify(Notice { id: notice, about, ordered_at: now, expires_at: now.plus(NEWS) })
}

fn remember(commit: Commit, idempotency: Option<Idempotency>, Drawn { id, now, .. }: Drawn) -> Commit {
    match idempotency {
        Some(Idempotency { key, request }) => commit.insert(Replay { key, request, created: id.0, at: now }),
        None => commit,
    }
}

async fn replayed(ports: &Ports, idempotency: Option<Idempotency>) -> Result<Option<Invited>, InvitePersonError> {
    let Some(Idempotency { key, request }) = idempotency else {
        return Ok(None);
    };
    match ports.store.replay(&key).await? {
        Some(replay) if replay.request == request => {
            Ok(Some(Invited { id: InvitationId(replay.created), replayed: true }))
        }
        Some(_) => Err(InvitePersonError::KeyReused),
        None => Ok(None),
    }
}

async fn member_with(ports: &Ports, practice: &Practice, email: &Email, now: Time) -> Result<Option<Member>, Fault> {
    match ports.store.holder(&Name::address(email)).await? {
        Some(account) => {
            let member = ports.store.member(practice.id, AccountId(account)).await?;
            Ok(member.filter(|member| member.works(now)))
        }
        None => Ok(None),
    }
}

async fn account_with(ports: &Ports, email: &Email) -> Result<Option<Account>, Fault> {
    match ports.store.holder(&Name::address(email)).await? {
        Some(account) => ports.store.account(AccountId(account)).await,
        None => Ok(None),
    }
}
