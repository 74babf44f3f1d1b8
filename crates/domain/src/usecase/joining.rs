//! What happens when an account becomes a member, whichever way: at the end of a registration, or with a confirmed joining.

use crate::account::Account;
use crate::commit::{Commit, Guard, Name, Write};
use crate::fact::{Entry, Fact};
use crate::invitation::Invitation;
use crate::lockout::{Scope, Subject};
use crate::member::{Member, Role, Tier};
use crate::person::Person;
use crate::port::Fault;
use crate::practice::Practice;
use crate::usecase::Ports;
use crate::value::{AccountId, InvitationId, MemberId, Time, Version};

/// Whether nobody has registered in the practice yet (`PRA-2`). Two who both find so meet at the claim: one of them decides anew.
pub(super) async fn is_first(ports: &Ports, practice: &Practice) -> Result<bool, Fault> {
    Ok(ports.store.holder(&Name::FirstUserManager(practice.id)).await?.is_none())
}

/// Whether any lock stands against an account, and what keeps that so until the commit. A lock of a browser's own counter always
/// locks the account's counter, too, so these two tell of every change.
pub(super) async fn lock_state(ports: &Ports, account: AccountId) -> Result<(bool, Vec<Guard>), Fault> {
    let subject = Subject(account.0);
    let counters = ports.store.counters(subject, Scope::Strangers).await?;
    let guards = counters.into_iter().map(|c| Guard::Counter(subject, c.scope, c.version)).collect();
    let locked = ports.store.all_counters(subject).await?.iter().any(|c| c.locked_at.is_some());
    Ok((locked, guards))
}

/// Who joins what.
pub(super) struct Joining<'a> {
    pub(super) member: MemberId,
    pub(super) account: &'a Account,
    pub(super) practice: &'a Practice,
    pub(super) kind: crate::member::Kind,
    pub(super) invitation: Option<(InvitationId, Time)>,
    pub(super) first: bool,
    pub(super) locked: bool,
    /// Whether `practice` begins in the same commit, with its first User Manager counted.
    pub(super) founded: bool,
}

/// Adds to a commit that an account becomes a member; the first one of a practice becomes Owner and User Manager (`PRA-2`).
pub(super) fn join(commit: Commit, who: Joining<'_>, now: Time, entry: impl Fn(Fact) -> Entry) -> Commit {
    let Joining { member: id, account, practice, kind, invitation, first, locked, founded } = who;
    let member = Member {
        id,
        version: Version::default(),
        practice: practice.id,
        account: account.id,
        kind,
        role: if first { Role::Owner } else { Role::first_for(kind) },
        user_manager: first,
        tier: Tier::Free,
        invitation: invitation.map(|(id, _)| id),
        invited_at: invitation.map_or(now, |(_, at)| at),
        joined_at: now,
    };
    let person = Person::registered(&member, account, locked);
    let commit = commit
        .and(entry(Fact::MemberJoined { member: id, account: account.id }))
        .hold(Name::Membership(practice.id, account.id), id)
        .insert(member)
        .write(Write::List(person));
    if !first {
        return commit;
    }
    let commit = commit
        .and(entry(Fact::UserManagerGranted { member: id, reason: None }))
        .hold(Name::FirstUserManager(practice.id), account.id);
    if founded { commit } else { commit.update(practice.clone().gain_user_manager()) }
}

/// Adds to a commit that an accepted invitation leaves the list (`LIST-1`) and frees its address (`INV-4`).
pub(super) fn close(commit: Commit, accepted: Invitation) -> Commit {
    let (practice, id) = (accepted.practice, accepted.id);
    let name = Name::open_invitation(practice, &accepted.email);
    commit.update(accepted).write(Write::Unlist(practice, id.into())).release(name, id)
}
