use crate::access::{Fresh, SignedIn, visitor};
use crate::account::Account;
use crate::commit::{Commit, Guard, Name, Write};
use crate::email_change::{ChangeRefused, EmailChange, LINK_LIFE};
use crate::fact::{AccountFact, Actor, Entry, Fact, Log, Origin};
use crate::notice::{About, AccountNews, Notice};
use crate::person::Person;
use crate::port::Fault;
use crate::rate::{Limit, Taken};
use crate::usecase::joining::{close, lock_state};
use crate::usecase::{NEWS, Ports, Refusal, committed, settle};
use crate::value::{AccountId, Email, NoticeId, Time};

/// A link is on its way to the new address, unless somebody else has that address: which of the two is not told.
#[derive(Debug, Clone)]
pub struct AskedEmailChange {
    /// The new address.
    pub to: Email,
    /// From when on the link is dead.
    pub expires_at: Time,
}

/// Why no link was sent.
#[derive(Debug, thiserror::Error)]
pub enum AskEmailChangeError {
    /// It is the account's address already.
    #[error("this is your email address already")]
    Same,
    /// Too many letters went there.
    #[error("we have sent several emails to this address; wait an hour")]
    TooOften {
        /// When the next may go.
        possible_at: Time,
    },
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for AskEmailChangeError {}

/// Why the address stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum ConfirmEmailChangeError {
    /// The link changes nothing.
    #[error(transparent)]
    Refused(#[from] ChangeRefused),
    /// Somebody else has that address by now.
    #[error("this address belongs to another account")]
    Taken,
    /// The world failed.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Refusal for ConfirmEmailChangeError {}

/// Section 11, `SE-08`: somebody who has signed in freshly asks for another address. The username stays until a link that only the new
/// mailbox gets is followed; a link from an earlier request dies.
///
/// # Errors
///
/// [`AskEmailChangeError`].
pub async fn ask_email_change(
    ports: &Ports,
    who: &Fresh<SignedIn>,
    to: Email,
) -> Result<AskedEmailChange, AskEmailChangeError> {
    let who = who.who();
    let (account, now) = (who.account(), ports.clock.now());
    if *who.email() == to && who.email().as_typed() == to.as_typed() {
        return Err(AskEmailChangeError::Same);
    }
    let ask = Limit::LettersToAddress.ask(&*ports.keys, to.normal());
    if let Taken::Refused { possible_at } = ports.store.take_units(&[ask], now).await? {
        return Err(AskEmailChangeError::TooOften { possible_at });
    }
    let notice = NoticeId(ports.entropy.id());
    settle(ports, || async {
        let holder = ports.store.holder(&Name::address(&to)).await?;
        let found = ports.store.email_change(account).await?;
        let is_new = found.is_none();
        let change = match found {
            Some(change) => change.ask_again(to.clone(), now),
            None => EmailChange::ask(account, to.clone(), now),
        };
        let serial = change.serial;
        let fact = AccountFact::EmailChangeAsked { account, serial };
        let commit = Commit::recording(who.record(Fact::Account(fact), now));
        let mut commit = if is_new { commit.insert(change) } else { commit.update(change) };
        let expires_at = now.plus(LINK_LIFE);
        if holder.is_none_or(|holder| holder == account.0) {
            let about = About::Account { account, news: AccountNews::EmailChange { serial } };
            commit = commit.notify(Notice { id: notice, about, ordered_at: now, expires_at });
        }
        committed(commit, AskedEmailChange { to: to.clone(), expires_at })
    })
    .await
}

/// Section 11: the address that a link leads to, while it may be followed. Changes nothing.
///
/// # Errors
///
/// [`ConfirmEmailChangeError::Refused`] when the link is dead.
pub async fn open_email_change(ports: &Ports, link: &str) -> Result<Email, ConfirmEmailChangeError> {
    let (id, serial) = ports.keys.read_email_change_link(link).ok_or(ChangeRefused::Dead)?;
    let change = ports.store.email_change(id).await?.ok_or(ChangeRefused::Dead)?;
    change.open_by(serial, ports.clock.now())?;
    Ok(change.to)
}

/// Section 11: the link was followed: the new address is the username, in every list, in one commit with the claim on it, so that of an
/// address that is registered at the same moment only one account comes of it. The address before is told.
///
/// # Errors
///
/// [`ConfirmEmailChangeError`].
pub async fn confirm_email_change(
    ports: &Ports,
    link: &str,
    origin: &Origin,
) -> Result<Email, ConfirmEmailChangeError> {
    let now = ports.clock.now();
    let (id, serial) = ports.keys.read_email_change_link(link).ok_or(ChangeRefused::Dead)?;
    let notice = NoticeId(ports.entropy.id());
    settle(ports, || async {
        let change = ports.store.email_change(id).await?.ok_or(ChangeRefused::Dead)?;
        let account = ports.store.account(id).await?;
        let account = account.ok_or_else(|| Fault::corrupt("change of address", "its account is missing"))?;
        let (from, to) = (account.email.clone(), change.to.clone());
        let change = change.confirm(serial, from.clone(), now)?;
        if ports.store.holder(&Name::address(&to)).await?.is_some_and(|holder| holder != id.0) {
            return Err(ConfirmEmailChangeError::Taken);
        }
        let account = Account { email: to.clone(), ..account };
        let log = account.home.map_or(Log::Platform, Log::Practice);
        let entry = |log, fact| Entry { actor: Actor::Account(id), ..visitor(log, fact, origin, now) };
        let about = About::Account { account: id, news: AccountNews::EmailChanged { serial } };
        let commit = Commit::recording(entry(log, Fact::Account(AccountFact::EmailChanged { account: id, serial })))
            .update(change)
            .release(Name::address(&from), id)
            .hold(Name::address(&to), id)
            .notify(Notice { id: notice, about, ordered_at: now, expires_at: now.plus(NEWS) });
        let commit = in_every_list(ports, commit, &account).await?;
        let commit = supersede(ports, commit, (id, &to), entry, now).await?;
        committed(commit.update(account), to)
    })
    .await
}

/// Adds to a commit that an open change of address is called off: whoever changes a password may do so because somebody else knows the
/// old one, and has asked for another address with it (TK-07).
pub(super) async fn call_off_email_change(
    ports: &Ports,
    commit: Commit,
    account: AccountId,
    now: Time,
) -> Result<Commit, Fault> {
    let open = ports.store.email_change(account).await?.and_then(|change| change.call_off(now));
    Ok(open.into_iter().fold(commit, Commit::update))
}

/// Adds the account's rows, as they are from now on, in all its practices.
pub(super) async fn in_every_list(ports: &Ports, commit: Commit, account: &Account) -> Result<Commit, Fault> {
    let (locked, guards) = lock_state(ports, account.id).await?;
    let mut commit = commit.guard_all(guards);
    for member in ports.store.memberships(account.id).await? {
        commit = commit
            .guard(Guard::Member(member.practice, member.id, member.version))
            .write(Write::List(Person::registered(&member, account, locked)));
    }
    Ok(commit)
}

/// Adds that open invitations to an address give way to the account that has it from now on (`LIST-1`): those from outside, and those into
/// a practice where the account is a member already.
async fn supersede(
    ports: &Ports,
    commit: Commit,
    (account, to): (AccountId, &Email),
    entry: impl Fn(Log, Fact) -> Entry,
    now: Time,
) -> Result<Commit, Fault> {
    let open = ports.store.open_invitations(to).await?;
    let guards = open.iter().map(|invitation| Guard::Invitation(invitation.id, invitation.version));
    let mut commit =
        commit.guard(Guard::OpenInvitations(to.normal().to_owned(), open.len())).guard_all(guards.collect::<Vec<_>>());
    let places = ports.store.memberships(account).await?;
    let is_member = |practice| places.iter().any(|place| place.practice == practice);
    for invitation in open.into_iter().filter(|invitation| !invitation.joins() || is_member(invitation.practice)) {
        let (log, fact) =
            (Log::Practice(invitation.practice), Fact::InvitationSuperseded { invitation: invitation.id });
        let Ok(superseded) = invitation.supersede(now) else { continue };
        commit = close(commit.and(entry(log, fact)), superseded);
    }
    Ok(commit)
}
