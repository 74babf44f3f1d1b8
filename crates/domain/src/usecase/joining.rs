//! What happens when an account becomes a member, whichever way: at the end of a registration, or with a confirmed joining.

use crate::account::Account;
use crate::commit::{Commit, Guard, Name, Write};
use crate::employee::{Employee, Employment};
use crate::fact::{EmployeeFact, Entry, Fact};
use crate::invitation::Invitation;
use crate::lockout::{Counter, Scope, Subject};
use crate::member::{Kind, Member, Role, Tier};
use crate::person::Person;
use crate::port::Fault;
use crate::practice::Practice;
use crate::usecase::Ports;
use crate::value::{AccountId, InvitationId, MemberId, PracticeId, Time, Version};

/// Whether nobody has registered in the practice yet (`PRA-2`). Two who both find so meet at the claim: one of them decides anew.
pub(super) async fn is_first(ports: &Ports, practice: &Practice) -> Result<bool, Fault> {
    Ok(ports.store.holder(&Name::FirstUserManager(practice.id)).await?.is_none())
}

/// Whether any lock stands against an account, and what keeps that so until the commit.
pub(super) async fn lock_state(ports: &Ports, account: AccountId) -> Result<(bool, [Guard; 2]), Fault> {
    let (counters, guards) = all_locks(ports, account).await?;
    Ok((counters.iter().any(|counter| counter.locked_at.is_some()), guards))
}

/// Every counter of an account, and what keeps its locks as they are until the commit. A lock of a browser's own counter always locks
/// the account's counter, too, so the two that are guarded tell of every change.
pub(super) async fn all_locks(ports: &Ports, account: AccountId) -> Result<(Vec<Counter>, [Guard; 2]), Fault> {
    let subject = Subject(account.0);
    let counters = ports.store.all_counters(subject).await?;
    let version =
        |scope| counters.iter().find(|counter| counter.scope == scope).map_or_else(Version::default, |c| c.version);
    let guards = [Scope::Account, Scope::Strangers].map(|scope| Guard::Counter(subject, scope, version(scope)));
    Ok((counters, guards))
}

/// Who joins what.
pub(super) struct Joining<'a> {
    pub(super) member: MemberId,
    pub(super) account: &'a Account,
    pub(super) practice: &'a Practice,
    pub(super) kind: Kind,
    pub(super) invitation: Option<(InvitationId, Time)>,
    pub(super) first: bool,
    pub(super) locked: bool,
    /// Whether `practice` begins in the same commit, with its first User Manager counted.
    pub(super) founded: bool,
    /// The employee whose user account this is, with the role that it begins with; whoever joins otherwise becomes one.
    pub(super) employee: Option<(Employee, Role)>,
}

/// Adds to a commit that an account becomes a member; the first one of a practice becomes Owner and User Manager (`PRA-2`).
pub(super) fn join(commit: Commit, who: Joining<'_>, now: Time, entry: impl Fn(Fact) -> Entry) -> Commit {
    let Joining { member: id, account, practice, kind, invitation, first, locked, founded, employee } = who;
    let asked = employee.as_ref().map_or_else(|| Role::first_for(kind), |(_, role)| *role);
    let until = employee.as_ref().and_then(|(employee, _)| ends(employee.employment, practice, now));
    let member = Member {
        id,
        version: Version::default(),
        practice: practice.id,
        account: account.id,
        kind,
        role: if first { Role::Owner } else { asked },
        user_manager: first,
        tier: Tier::Free,
        invitation: invitation.map(|(id, _)| id),
        invited_at: invitation.map_or(now, |(_, at)| at),
        joined_at: now,
        active: true,
        until: until.filter(|_| !first),
    };
    let person = Person::registered(&member, account, locked);
    let commit = commit
        .and(entry(Fact::MemberJoined { member: id, account: account.id }))
        .hold(Name::Membership(practice.id, account.id), id)
        .insert(member)
        .write(Write::List(person));
    let commit = match employee {
        Some((employee, _)) => commit
            .and(entry(Fact::Employee(EmployeeFact::UserSetUp { employee: employee.id, member: id })))
            .update(employee.sign_up(id, account.id)),
        None if kind == Kind::Patient => commit,
        None => commit.insert(Employee::joined(id, account.id, practice.id, account.name.clone(), now)),
    };
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

/// When the user account of somebody who works like this stops working (`EMP-2`).
pub(super) fn ends(employment: Employment, practice: &Practice, now: Time) -> Option<Time> {
    match employment {
        Employment::Employed => None,
        Employment::Consultant { until } => {
            until.or_else(|| practice.policy().people.consultant_life.map(|life| now.plus(life)))
        }
    }
}

/// Adds to a commit that open invitations of an address give way to its account: all that ask nobody to join, and this practice's.
pub(super) fn give_way(
    commit: Commit,
    others: Vec<Invitation>,
    joined: Option<PracticeId>,
    now: Time,
    entry: impl Fn(PracticeId, Fact) -> Entry,
) -> Commit {
    let gives_way = |other: &Invitation| !other.joins() || Some(other.practice) == joined;
    others.into_iter().filter(gives_way).fold(commit, |commit, other| {
        let fact = entry(other.practice, Fact::InvitationSuperseded { invitation: other.id });
        match other.supersede(now) {
            Ok(other) => close(commit.and(fact), other),
            Err(_) => commit,
        }
    })
}
